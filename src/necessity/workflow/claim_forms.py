"""Who may get which form of a claim, and what may stand on it. A refusal is a finding with a way out.

A patient gets statement, superbill, a readable CMS-1500 and FHIR; only a provider, or the clearinghouse that sends for
one, gets the 837P and the print for the red form, and only for health plans. Accounts and employers get statement and
packet, without procedure codes unless the payer's profile asks for them. Whoever may not bill a code gets none printed.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from necessity.codesets.procedures.billing import PayerKind, PlanWording, Renderer, may_bill
from necessity.codesets.procedures.finding import CodeFinding, Weight
from necessity.domain.case import Case
from necessity.domain.claim import Claim, FiledBy, ServiceLine
from necessity.domain.decision import Finding, Outcome
from necessity.domain.full_claim import FullClaim
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.training import TrainingSession
from necessity.parameters.load import Parameters
from necessity.workflow.check_claim import as_finding
from necessity.workflow.draft_claim import PLANS, source_of


class ClaimForm(StrEnum):
    """One form of a claim, by the name in `formats/registry.py`."""

    STATEMENT = "statement"
    SUPERBILL = "superbill"
    CMS1500 = "cms1500"
    CMS1500_PRINT = "cms1500-print"
    X12_837P = "837p"
    FHIR = "fhir"
    FAX_COVER = "fax-cover"


OF_PROVIDERS = (ClaimForm.X12_837P, ClaimForm.CMS1500_PRINT)
"""Forms that go out in a provider's name."""
OF_PLANS = (ClaimForm.SUPERBILL, ClaimForm.CMS1500, ClaimForm.FHIR, *OF_PROVIDERS)
"""Forms that only a health plan reads."""
STOPPED = (ClaimForm.CMS1500, ClaimForm.CMS1500_PRINT, ClaimForm.X12_837P)
"""Forms that are not written while something stops the claim."""


class Asked(NamedTuple):
    """Which form for whom."""

    form: ClaimForm
    """The form."""
    kind: FundingKind
    """What kind of funding source is asked."""
    filed_by: FiledBy | None
    """Who sends it; None counts as the member."""
    asks_codes: bool = False
    """Whether the payer's profile asks for procedure codes on a statement."""


def asks_codes(parameters: Parameters, source: FundingSource, on: date) -> bool:
    """Say whether the payer's profile asks for procedure codes on a statement that day; silence is a no."""
    for profile in parameters.profiles:
        if (profile.payer, profile.kind) == (source.payer or "generic", source.kind) and (
            profile.from_on <= on <= profile.until_on
        ):
            return bool(profile.says.get("statement_needs_procedure_codes"))
    return False


def refusals(asked: Asked) -> tuple[Finding, ...]:
    """Say why a form may not be had, and what to have instead.

    Args:
        asked: Which form for whom.

    Returns:
        Empty where it may.
    """
    return tuple(as_finding(found) for found in _against(asked))


def _against(asked: Asked) -> Iterator[CodeFinding]:
    is_plan = asked.kind in PLANS
    if asked.form is ClaimForm.SUPERBILL and asked.asks_codes:
        return
    if asked.form in OF_PLANS and not is_plan:
        text = f"{_TITLES[asked.form]} is for health plans; an account or an employer pays without procedure codes."
        fix = "Write the itemised statement (--as statement), or everything this payer wants (necessity packet)."
        yield CodeFinding("form_for_plans", Weight.STOP, asked.form, text, fix, ())
    elif asked.form in OF_PROVIDERS and asked.filed_by in (None, FiledBy.MEMBER):
        text = f"{_TITLES[asked.form]} goes out in a provider's name; the member sends this claim."
        fix = (
            "Send the plan a superbill (--as superbill) or the copy to read (--as cms1500) with its own member form; "
            "where the provider files, say so with --filed-by provider."
        )
        yield CodeFinding("form_for_providers", Weight.STOP, asked.form, text, fix, ())


_TITLES = {
    ClaimForm.SUPERBILL: "A superbill",
    ClaimForm.CMS1500: "The CMS-1500",
    ClaimForm.CMS1500_PRINT: "The print for the red CMS-1500",
    ClaimForm.X12_837P: "An 837P",
    ClaimForm.FHIR: "A FHIR claim",
}


class Bared(NamedTuple):
    """A claim without the codes that may not stand on it."""

    claim: FullClaim
    """The claim."""
    findings: tuple[Finding, ...]
    """Which codes were left off and why."""


def without_barred_codes(case: Case, claim: Claim, full: FullClaim, *, asks_codes: bool = False) -> Bared:
    """Leave off the codes that whoever did the work may not bill, and all codes where the payer asks for none.

    Args:
        case: The record.
        claim: The claim by ids.
        full: The same spelled out.
        asks_codes: Whether this payer's profile asks for codes though it is no health plan.

    Returns:
        The claim with those lines in plain words, and what was left off.
    """
    source = source_of(case, claim.funding_source)
    found: dict[str, Finding] = {}
    lines = []
    for line, ids in zip(full.lines, claim.service_lines, strict=True):
        if line.procedure_code is None:
            lines.append(line)
            continue
        against = _barred(case, claim, ids, source, asks_codes=asks_codes)
        if against:
            found.setdefault(f"{line.procedure_code} {against.message}", as_finding(against))
            line = line.model_copy(update={"procedure_code": None, "modifiers": (), "units": None})
        lines.append(line)
    return Bared(full.model_copy(update={"lines": tuple(lines)}), tuple(found.values()))


def _barred(
    case: Case, claim: Claim, line: ServiceLine, source: FundingSource, *, asks_codes: bool
) -> CodeFinding | None:
    """Say what speaks against the code of one line."""
    code = line.procedure_code or ""
    if source.kind not in PLANS and not asks_codes:
        text = f"{code} is left off: papers for an account or an employer carry no procedure code."
        return CodeFinding("code_left_off", Weight.ADVICE, code, text, "Nothing: the words say what was done.", ())
    kind = {FundingKind.GROUP_PLAN: PayerKind.COMMERCIAL}.get(source.kind, PayerKind.MEDICARE)
    wording = PlanWording(source.pays_trainers, source.pays_training_under_supervision)
    against = may_bill(code, _renderer(case, claim, line), kind if source.kind in PLANS else PayerKind.ACCOUNT, wording)
    if against is None:
        return None
    return against._replace(message=f"{code} is left off. {against.message}")


def _renderer(case: Case, claim: Claim, line: ServiceLine) -> Renderer:
    """Say by whose hands and under whose eyes a line was given, as far as the record knows."""
    licences = {one.id: one.licence for one in case.trainers}
    licences |= {one.id: one.licence for one in case.clinicians}
    things = {one.id: one for one in (*case.sessions, *case.expenses)}
    behind = [things[id] for id in (line.expense, *line.also) if id in things]
    givers = [one.clinician or one.trainer for one in behind if isinstance(one, TrainingSession)]
    overseers = [one.supervisor for one in behind]
    giver = next((id for id in givers if id), claim.rendering_provider)
    overseer = next((id for id in overseers if id), claim.supervising_provider)
    return Renderer(licences.get(giver or ""), licences.get(overseer or ""))


def is_stopped(findings: Iterable[Finding]) -> bool:
    """Say whether something stops a claim: what is filed like this is refused or worse."""
    return any(finding.effect is Outcome.NOT_PAYABLE for finding in findings)
