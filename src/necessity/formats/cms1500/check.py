"""What of a claim does not fit the form, what the form asks for and the claim does not say: findings, never changes."""

from collections.abc import Iterator

from necessity.domain.decision import Answer, Finding, Outcome
from necessity.domain.full_claim import Assignment, FullClaim
from necessity.domain.funding import FundingKind
from necessity.domain.people import Sex
from necessity.formats.cms1500.fields import UNPRINTABLE, sheets
from necessity.formats.cms1500.layout import layout
from necessity.formats.cms1500.write import faults_of, where

_NOT_IN_A_CLAIM = (
    "The record does not say whether work, a car or another accident is behind it (10a to 10c), whether there is other "
    "coverage (11d), or whether an outside laboratory took part (20)."
)


def check(claim: FullClaim) -> tuple[Finding, ...]:
    """Look at a claim with the form beside it.

    Args:
        claim: The claim, whole.

    Returns:
        What keeps it from being printed first, then what is cut or left empty.
    """
    if not claim.lines:
        return (_found("empty", Outcome.NOT_PAYABLE, "24", "The claim has no line.", "Choose days with a service."),)
    return (*_misfits(claim), *_missing(claim), *_cut(claim), *_left_open(claim))


def _misfits(claim: FullClaim) -> Iterator[Finding]:
    for fault in faults_of(claim):
        step = "Shorten it in the record, or send the claim electronically."
        if fault.startswith("Box 26:"):
            step = "Give the draft a shorter number with --number, or send the claim electronically."
        yield _found("does_not_fit", Outcome.NOT_PAYABLE, fault.split(":")[0].removeprefix("Box "), fault, step)
    for number, line in enumerate(claim.lines, start=1):
        if len(line.modifiers) > 4:
            text = f"Line {number} has {len(line.modifiers)} modifiers; box 24D takes four."
            yield _found("does_not_fit", Outcome.NOT_PAYABLE, "24D", text, "Leave out what does not change payment.")
        if not 2000 <= line.served_on.year <= 2099:
            text = f"Line {number} is of {line.served_on}; box 24A has two digits for the year."
            yield _found("does_not_fit", Outcome.NOT_PAYABLE, "24A", text, "Correct the day.")


def _missing(claim: FullClaim) -> Iterator[Finding]:
    head = sheets(claim)[0]
    for name, box in layout().boxes.items():
        if box.is_needed and not head.get(name):
            text = f"Box {box.item} stays empty: {box.means.lower()}."
            yield _found("empty_box", Outcome.PENDED, box.item, text, "Add it to the record, or write it in by hand.")


def _cut(claim: FullClaim) -> Iterator[Finding]:
    told = set()
    for sheet in sheets(claim):
        for name, value in sheet.items():
            box = layout().boxes[name]
            if box.may_be_cut and len(value) > box.width and (box.item, value) not in told:
                told.add((box.item, value))
                text = f"{where(box, name)}: {value!r} is cut to {box.fitted(value)!r}."
                yield _found("cut", None, box.item, text, "Write it shorter in the record if that reads badly.")
            if UNPRINTABLE in value and (box.item, value) not in told:
                told.add((box.item, value))
                text = f"{where(box, name)}: {value!r} has letters the form cannot carry."
                yield _found(
                    "letters", Outcome.PENDED, box.item, text, "Write it in Latin letters, as the plan has it."
                )


def _left_open(claim: FullClaim) -> Iterator[Finding]:
    yield _found("not_in_record", None, "10", _NOT_IN_A_CLAIM, "Mark these boxes by hand.")
    if claim.patient.sex in (None, Sex.UNKNOWN):
        yield _found("sex", None, "3", "Box 3 has no mark: the form knows M and F only.", "Ask the plan what it takes.")
    if claim.assignment is Assignment.CLINICAL_LABORATORY_ONLY:
        text = "Box 27 cannot say that assignment is accepted for laboratory services only; it has no mark."
        yield _found("assignment", None, "27", text, "Send the claim electronically, or mark it by hand.")
    if claim.funding_kind is FundingKind.MEDICARE and not claim.group_number:
        text = "Box 11 stays empty: the record does not say whether another plan pays before Medicare."
        yield _found(
            "medicare_first", None, "11", text, "Ask the patient, and fill the box as Medicare's contractor says."
        )
    if not claim.release_signed:
        text = "Box 12 stays empty: no signature of the patient is on file."
        yield _found("signature", None, "12", text, "Have it signed and dated by hand.")
    if not claim.signature_on_file:
        text = "Box 31 stays empty: no signature of the provider is on file."
        yield _found("signature", None, "31", text, "Have it signed and dated by hand.")
    if claim.supervising_provider and claim.referring_provider:
        text = "Box 17 names who referred or ordered; who oversaw has no box left."
        yield _found("supervising", None, "17", text, "Ask the plan whether it wants the supervisor there instead.")


def _found(check: str, effect: Outcome | None, item: str, text: str, step: str) -> Finding:
    return Finding(
        rule=f"cms1500.{check}",
        title=check.replace("_", " ").capitalize(),
        weight="required" if effect else "advisory",
        answer=Answer.UNKNOWN if effect is Outcome.PENDED else Answer.NOT_MET,
        effect=effect,
        message=text,
        where=f"box {item}",
        because=(),
        citations=(),
        next_step=step,
    )
