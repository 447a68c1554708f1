"""Who is who, and who may bill what: taxonomy, trainers' credentials, supervision, the gate before therapy codes."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from necessity.codesets.procedures.finding import CodeFinding, Weight
from necessity.codesets.procedures.spelling import not_loaded
from necessity.codesets.procedures.tables import Credential, Taxonomy, credentials, editions, procedures, taxonomies

_PRACTITIONERS = ("MD", "DO", "NP", "PA", "CNS")
GROUPS: dict[str, tuple[str, ...]] = {
    "therapist": ("PT", "OT", "SLP", "PTA", "OTA", *_PRACTITIONERS),
    "physician": _PRACTITIONERS,
    "primary_care": _PRACTITIONERS,
    "dietitian": ("RD",),
    "athletic_trainer": ("athletic_trainer",),
    "licensed_educator": ("RN", "RD", "PT", "OT", *_PRACTITIONERS),
}
"""Licences that may bill a group's codes. Groups not listed are programmes or suppliers, which no licence alone is."""
_HONEST = (
    "Write the session in plain words on a receipt for an HSA or FSA, with the clinician's letter; or use S9451 where "
    "the plan says in writing that it takes it."
)


class PayerKind(StrEnum):
    """Who is billed."""

    MEDICARE = "medicare"
    COMMERCIAL = "commercial"
    ACCOUNT = "account"
    """An HSA, FSA or HRA: it needs no code."""


class Renderer(NamedTuple):
    """Who gave the service, as far as it is known."""

    licence: str | None
    """The clinical licence; `none` is a stated no, None is not known."""
    supervisor_licence: str | None = None
    """The licence of whoever oversees it; None where nobody does or it is not known."""


class PlanWording(NamedTuple):
    """What the plan's own wording says; None where nobody has looked."""

    pays_trainers: bool | None = None
    pays_training_under_supervision: bool | None = None


def may_bill(code: str, renderer: Renderer, payer: PayerKind, wording: PlanWording | None = None) -> CodeFinding | None:
    """Say what speaks against billing a code for somebody's work.

    Medicare: only the licences its rules name, whoever oversees the work. Commercial plans: the same people, or the
    plan's own wording. Accounts: no code is needed.

    Args:
        code: Procedure code.
        renderer: Who gave the service.
        payer: Who is billed.
        wording: What the plan's papers say.

    Returns:
        None where nothing does; else the reason and the honest way out.

    Source:
        42 CFR 410.60; Medicare Benefit Policy Manual, chapter 15, section 230.5.
    """
    one = procedures().get(code)
    if one is None or not one.billers:
        text = not_loaded(code) if one is None else f"Who may bill {code} was not read."
        return CodeFinding("who_may_bill", Weight.ASK, code, text, "Ask the payer who may bill it.", ())
    licences = tuple(licence for group in one.billers for licence in GROUPS.get(group, ()))
    if renderer.licence in licences:
        return None
    if payer is PayerKind.MEDICARE and code.startswith("S"):
        return _finding(code, Weight.STOP, f"Medicare never pays {code}.", ("hcpcs-2024",))
    if payer is PayerKind.ACCOUNT and not licences:
        return _finding(code, Weight.ADVICE, "An account needs no code.", ("field-notes",))
    if renderer.licence is None and licences:
        text = f"It is not known who gave the service, or with which licence; {code} hangs on it."
        return CodeFinding("who_may_bill", Weight.ASK, code, text, "Ask who gave it.", ("mbpm-15-230.5",))
    if payer is PayerKind.ACCOUNT:
        text = f"An account needs no code, and {code} would say that somebody else did the work."
        return _finding(code, Weight.STOP, text, ("hertel-brown",))
    if payer is PayerKind.MEDICARE:
        return _for_medicare(code, one.billers)
    return _for_plans(code, one.billers, renderer, wording or PlanWording())


def _for_medicare(code: str, billers: tuple[str, ...]) -> CodeFinding:
    if "therapist" in billers:
        text = (
            f"Medicare pays {code} only for work of people trained as therapists, or of a physician or the like. "
            "No supervision makes a trainer's work therapy."
        )
        return _finding(code, Weight.STOP, text, ("mbpm-15-230.5", "mbpm-15-aides", "cfr-410.60", "hertel-brown"))
    text = f"{code} belongs to {_said(billers)}; this person is none of them."
    return _finding(code, Weight.STOP, text, ("pfs-2024",))


def _for_plans(code: str, billers: tuple[str, ...], renderer: Renderer, wording: PlanWording) -> CodeFinding | None:
    overseen = renderer.supervisor_licence in GROUPS["therapist"]
    if wording.pays_trainers or (wording.pays_training_under_supervision and overseen):
        return None
    if "plan_decides" in billers:
        said = "does not take it" if wording.pays_trainers is False else "has not been asked"
        text = f"{code} is for the plan to take or not, and the plan {said}."
    else:
        text = f"{code} belongs to {_said(billers)}; this person is none of them, and the plan's wording is not known."
        if wording.pays_trainers is False:
            text = f"{code} belongs to {_said(billers)}; the plan's own wording pays nobody else."
    refused = wording.pays_trainers is False and not (wording.pays_training_under_supervision is None and overseen)
    return _finding(code, Weight.STOP if refused else Weight.ASK, text, ("cfr-410.60", "hertel-brown", "field-notes"))


def _finding(code: str, weight: Weight, text: str, sources: tuple[str, ...]) -> CodeFinding:
    return CodeFinding("who_may_bill", weight, code, text, _HONEST, sources)


def _said(billers: tuple[str, ...]) -> str:
    return " or ".join(f"a {group.replace('_', ' ')}" for group in billers)


_DIRECT_UNTIL = date(2024, 12, 31)
_PHYSICIANS_ALONE_UNTIL = date(2023, 12, 31)
_THERAPIST_OF = {"PTA": "PT", "OTA": "OT"}


def check_supervision(
    code: str, renderer: Renderer, on: date, *, supervisor_was_present: bool | None = None
) -> CodeFinding | None:
    """Check for Medicare who oversees an assistant, or a cardiac or pulmonary rehabilitation session.

    Args:
        code: Procedure code.
        renderer: Who gave the service, and who oversees it.
        on: Date of service.
        supervisor_was_present: Whether the supervisor was on the spot; None where it is not known.

    Returns:
        What is wrong or not known; None where nothing is, or where nobody needs to oversee it.
    """
    one = procedures().get(code)
    overseer = renderer.supervisor_licence
    sources: tuple[str, ...] = ("cfr-410.60", "supervision-2025")
    if one and {"cardiac_programme", "pulmonary_programme"} & set(one.billers):
        takes: tuple[str, ...] = ("MD", "DO") if on <= _PHYSICIANS_ALONE_UNTIL else _PRACTITIONERS
        sources = ("cr-supervisors",)
    elif renderer.licence in _THERAPIST_OF:
        takes = (_THERAPIST_OF[renderer.licence],)
    else:
        return None
    if overseer not in takes:
        weight = Weight.ASK if overseer is None else Weight.STOP
        text = f"{code} on {on} needs to be overseen by {' or '.join(takes)}; the record has {overseer or 'nobody'}."
        return CodeFinding("supervision", weight, code, text, "Name who oversaw it, if somebody did.", sources)
    if renderer.licence in _THERAPIST_OF and on <= _DIRECT_UNTIL and not supervisor_was_present:
        weight = Weight.ASK if supervisor_was_present is None else Weight.STOP
        text = f"In private practice on {on} the therapist had to be on the spot while the assistant worked."
        return CodeFinding("supervision", weight, code, text, "Say whether the therapist was there.", sources)
    return None


def find_taxonomy(code: str) -> Taxonomy:
    """Look up a provider taxonomy code.

    Raises:
        RecordError: not loaded; the message says what is.
    """
    from necessity.errors import RecordError

    wanted = code.strip().upper()
    if wanted in taxonomies():
        return taxonomies()[wanted]
    edition = editions()["taxonomy"]
    raise RecordError(
        f"{wanted[:20]!r} is not among the {len(taxonomies())} taxonomy codes loaded ({edition.limits.lower()})",
        "Write ten characters ending in X, such as 225100000X. There is none for a personal trainer.",
        field="taxonomy",
        value=code,
        allowed="ten characters ending in X",
    )


class Held(NamedTuple):
    """One credential as a trainer holds it."""

    name: str
    accreditor: str | None = None
    """What the record says: NCCA, ISO17024 or none; None where it says nothing."""
    issued_on: date | None = None
    expires_on: date | None = None


def check_credential(held: Held, on: date) -> tuple[CodeFinding, ...]:
    """Check a trainer's credential on a day: known, in force, accredited by whom.

    Args:
        held: The credential.
        on: The day of the session.

    Returns:
        What speaks against it, or is to be asked.
    """
    found = []
    one = find_credential(held.name)
    sources = one.sources if one else ("credential-practice",)
    if held.expires_on is not None and held.expires_on < on:
        text = f"{held.name} ended on {held.expires_on}; the session was on {on}."
        found.append(_credential(Weight.STOP, held, text, "Renew it, or name another in force that day.", sources))
    if held.issued_on is not None and held.issued_on > on:
        text = f"{held.name} was issued on {held.issued_on}, after the session on {on}."
        found.append(_credential(Weight.STOP, held, text, "Name one in force that day.", sources))
    if held.expires_on is None:
        text = f"It is not known until when {held.name} is in force."
        found.append(_credential(Weight.ASK, held, text, "Look it up in the issuer's registry.", sources))
    if held.accreditor == "none":
        text = f"The programme behind {held.name} is accredited neither by NCCA nor under ISO 17024."
        found.append(_credential(Weight.ADVICE, held, text, "Some payers ask for one that is.", ("usreps",)))
    elif held.accreditor is None and not (one and one.accreditor):
        text = f"It is not known who accredits the programme behind {held.name}."
        found.append(_credential(Weight.ASK, held, text, "Look it up at NCCA and under ISO 17024.", ("usreps",)))
    elif held.accreditor and one and one.accreditor and held.accreditor != one.accreditor:
        text = f"{held.name} is noted as {held.accreditor}; our table has {one.accreditor}."
        found.append(_credential(Weight.ASK, held, text, "Look it up at the accreditor.", sources))
    return tuple(found)


def _credential(weight: Weight, held: Held, text: str, fix: str, sources: tuple[str, ...]) -> CodeFinding:
    return CodeFinding("credential", weight, held.name, text, fix, sources)


def find_credential(name: str) -> Credential | None:
    """Look up a trainer's credential by its short name, however it is spaced; None where it is not loaded."""
    return credentials().get("-".join(name.upper().replace("-", " ").split()))


def scopes(held: Iterable[Held], on: date) -> tuple[str, ...]:
    """List what a trainer's credentials in force on a day are for, such as clinical or strength."""
    live = [one for one in held if (one.issued_on or date.min) <= on and on <= (one.expires_on or date.min)]
    return tuple(dict.fromkeys(one.scope for name in live if (one := find_credential(name.name))))
