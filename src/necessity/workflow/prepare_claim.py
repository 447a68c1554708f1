"""A claim made ready for one form: drafted or taken from the record, spelled out, reduced, checked."""

from datetime import date
from typing import NamedTuple

from necessity.adjudication.decide import Judge
from necessity.codesets.icd10cm.book import CodeBook
from necessity.codesets.procedures.units import UnitRule
from necessity.domain.case import Case
from necessity.domain.claim import Claim, FiledBy
from necessity.domain.claim_paper import ClaimPaper
from necessity.domain.decision import Decision, Finding, Outcome
from necessity.domain.full_claim import Enclosure
from necessity.domain.funding import FundingSource
from necessity.errors import RecordError
from necessity.rulebook.words import words
from necessity.workflow.check_claim import ClaimAtHand, as_finding, check_claim, with_claim
from necessity.workflow.claim_forms import Asked, ClaimForm, asks_codes, refusals, without_barred_codes
from necessity.workflow.draft_claim import ClaimRange, draft_claim, source_of
from necessity.workflow.spell_out_claim import payments_behind, spell_out

_ORDER = (Outcome.NOT_PAYABLE, Outcome.PENDED, Outcome.REVIEW, None)


class ClaimWish(NamedTuple):
    """What is wanted: one recorded claim, or a draft over a range of days."""

    form: ClaimForm
    """In which form."""
    recorded: str | None = None
    """Id of a claim in the record; None: draft one."""
    range: ClaimRange | None = None
    """What to draft; needed where none is taken from the record."""
    filed_by: FiledBy | None = None
    """Who sends it; None: as the record says, else the member."""
    rule: UnitRule | None = None
    """Whose rule of counting units the payer follows; None: not known."""


class PreparedClaim(NamedTuple):
    """One claim ready to be set on paper, with what was found."""

    claim: Claim
    """By ids, as it could be kept in the record."""
    paper: ClaimPaper
    """Spelled out, with payments, reduced to what this form may carry."""
    papers: tuple[tuple[str, str], ...] = ()
    """The control number of each paper that goes along, and its file under papers/."""


class Prepared(NamedTuple):
    """Everything that came of a wish."""

    claims: tuple[PreparedClaim, ...]
    """Several where one would have more than fifty lines; empty where there is nothing to claim."""
    findings: tuple[Finding, ...]
    """Heaviest first."""
    refused: bool
    """Whether this form may not be had at all."""
    asks_codes: bool
    """Whether the payer's profile asks for procedure codes though it is no health plan."""


def prepare_claim(judge: Judge, book: CodeBook, case: Case, wish: ClaimWish, on: date) -> Prepared:
    """Make a claim ready for one form.

    Args:
        judge: Decides the case.
        book: Diagnosis codes by edition.
        case: The record.
        wish: What is wanted.
        on: The day.

    Returns:
        The claims and all findings.

    Raises:
        RecordError: there is no such claim or funding source, or the record lacks what no claim can be without.
    """
    decision = judge.decide(case, on)
    claims, found, source = _claims(judge, case, decision, wish, on)
    wants_codes = asks_codes(judge.book.parameters, source, on)
    filed_by = wish.filed_by or next((one.filed_by for one in claims if one.filed_by), None)
    against = refusals(Asked(wish.form, source.kind, filed_by, wants_codes))
    made = []
    for claim in claims:
        claim = claim.model_copy(update={"filed_by": filed_by})
        prepared, findings = _prepared(judge, book, case, claim, wish, wants_codes, on)
        made.append(prepared)
        found += findings
    unique = dict.fromkeys((*against, *found))
    ordered = tuple(sorted(unique, key=lambda one: _ORDER.index(one.effect)))
    return Prepared(tuple(made), ordered, bool(against), wants_codes)


def payer_name(judge: Judge, source: FundingSource) -> str:
    """Name who is asked: the payer's profile, the plan, or the kind of funding source."""
    names = judge.book.parameters.payer_names
    profiled = names.get(source.payer, source.payer) if source.payer else None
    return profiled or source.plan_name or words().funding[source.kind].name


def _claims(
    judge: Judge, case: Case, decision: Decision, wish: ClaimWish, on: date
) -> tuple[list[Claim], list[Finding], FundingSource]:
    """Take the claim from the record, or draft it."""
    if wish.recorded is not None:
        kept = next((one for one in case.claims if one.id == wish.recorded), None)
        if kept is None:
            known = ", ".join(one.id for one in case.claims) or "none"
            raise RecordError(
                f"The case has no claim {wish.recorded!r}.",
                f"Name one of: {known}; or draft one with --to.",
                field="claims",
                value=wish.recorded,
                allowed=known,
            )
        return [kept], [], source_of(case, kept.funding_source)
    if wish.range is None:
        raise ValueError("a wish names a recorded claim or a range")
    source = source_of(case, wish.range.funding_source)
    wanted = wish.range._replace(
        filed_by=wish.filed_by or FiledBy.MEMBER,
        rule=wish.rule,
        asks_codes=asks_codes(judge.book.parameters, source, on),
    )
    drafted = draft_claim(case, decision, wanted, on)
    return list(drafted.claims), [as_finding(one) for one in drafted.findings], source


def _prepared(
    judge: Judge,
    book: CodeBook,
    case: Case,
    claim: Claim,
    wish: ClaimWish,
    wants_codes: bool,
    on: date,
) -> tuple[PreparedClaim, list[Finding]]:
    """Spell one claim out, leave off what may not stand on it, and check it."""
    source = source_of(case, claim.funding_source)
    beside = _papers(case, claim) if wish.form is ClaimForm.FHIR else ()
    enclosures = tuple(_enclosures(case, claim)) if wish.form is ClaimForm.FAX_COVER else tuple(beside)
    full = spell_out(case, claim, payer_name(judge, source), on, enclosures)
    if wish.form in (ClaimForm.CMS1500, ClaimForm.CMS1500_PRINT):  # box 12 speaks of a signature, not of who files
        full = full.model_copy(update={"release_signed": bool(claim.patient_signature_on_file)})
    full, bared = without_barred_codes(case, claim, full, asks_codes=wants_codes)
    decision = judge.decide(with_claim(case, claim, wish.rule), on)
    found = check_claim(ClaimAtHand(case, claim, full, decision, book, on, wants_codes))
    paper = ClaimPaper(claim=full, payments=payments_behind(case, claim), made_on=on)
    files = tuple((one.control_number, file) for one, file in beside.items()) if beside else ()
    return PreparedClaim(claim, paper, files), [*bared, *found]


def _papers(case: Case, claim: Claim) -> dict[Enclosure, str]:
    """List the papers a claim rests on that have a file: the letter signed before its first day, and the receipts."""
    first = min((line.served_on for line in claim.service_lines if line.served_on), default=date.max)
    letters = [one for one in case.letters if one.file and one.signed_on and one.signed_on <= first]
    receipts = {one.id: one for one in case.receipts}
    behind = [receipts[paid.receipt] for paid in payments_behind(case, claim) if paid.receipt in receipts]
    found: dict[Enclosure, str] = {}
    for letter in letters[-1:]:
        title = f"Letter of medical necessity, signed {letter.signed_on}"
        kind = "letter_of_medical_necessity"
        found[Enclosure(kind=kind, control_number=f"{claim.id}-{letter.id}"[:50], title=title)] = letter.file or ""
    for receipt in behind:
        if receipt.file:
            title = f"Receipt {receipt.id}"
            number = f"{claim.id}-{receipt.id}"[:50]
            found[Enclosure(kind="receipt", control_number=number, title=title)] = receipt.file
    return found


def _enclosures(case: Case, claim: Claim) -> list[Enclosure]:
    """List the papers that usually follow the cover of a fax, by kind only."""
    kinds = ["letter_of_medical_necessity"] if any(letter.signed_on for letter in case.letters) else []
    kinds += ["receipt"] if payments_behind(case, claim) else []
    return [Enclosure(kind=kind, control_number=f"{claim.id}-{place}"[:50]) for place, kind in enumerate(kinds, 1)]
