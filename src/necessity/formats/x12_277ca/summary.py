"""What a 277CA says, on one page: which claims went on, which came back, what to do."""

from necessity.domain.acknowledgement import BatchAcknowledgement, ClaimAcknowledgement, ClaimStatus, Receipt
from necessity.domain.message import Entry, Mark
from necessity.domain.money import dollars
from necessity.formats.x12 import Gathered, Part, X12Finding, at, clip
from necessity.formats.x12_277ca import layout
from necessity.formats.x12_277ca.check import check_part
from necessity.formats.x12_277ca.read import acknowledgement_of

__all__ = ["Summariser", "layout"]

_MARKS = {Receipt.ACCEPTED: Mark.GOOD, Receipt.REJECTED: Mark.BAD}


class Summariser:
    """Takes the parts of 277CA messages."""

    def __init__(self) -> None:
        self.gathered = Gathered()

    def take(self, part: Part) -> list[X12Finding]:
        """Take one part; gives where it contradicts itself."""
        if part.loop == "2000A":
            names = (at(one, 3) for key, one in part.segments if key == "2100A.NM1")
            self.gathered.about.setdefault("From", clip(next(names, "")))
        answer = acknowledgement_of(part)
        if isinstance(answer, ClaimAcknowledgement):
            self._claim(answer, part.first)
        elif answer:
            self._batch(answer)
        return check_part(part)

    def close(self) -> list[X12Finding]:
        """End the file; nothing is left to tell."""
        return []

    def _claim(self, answer: ClaimAcknowledgement, segment: int) -> None:
        self.gathered.count("claims")
        self.gathered.count("claims_rejected", int(answer.receipt is Receipt.REJECTED))
        self.gathered.add_claim({**answer.model_dump(mode="json", exclude_none=True), "segment": segment})
        self.gathered.step(answer.next_step, pressing=answer.receipt is Receipt.REJECTED)
        charge = f"  {dollars(answer.charged_cents)}" if answer.charged_cents is not None else ""
        number = f"; payer's number {answer.payer_claim_number}" if answer.payer_claim_number else ""
        words = [_spoken(one) for one in answer.statuses]
        for line in answer.lines:
            words += [f"line {line.line_number or line.procedure_code or '?'}: {_spoken(one)}" for one in line.statuses]
        title = f"{clip(answer.control_number)}{charge}  {answer.receipt.value.replace('_', ' ')}{number}"
        mark = _MARKS.get(answer.receipt, Mark.OPEN)
        self.gathered.add_entry(Entry(mark=mark, title=title, lines=tuple(words), next_step=answer.next_step))

    def _batch(self, answer: BatchAcknowledgement) -> None:
        self.gathered.add_answer({"batch": answer.model_dump(mode="json", exclude_none=True)})
        counts = [
            f"{count} {what}" for count, what in ((answer.accepted, "accepted"), (answer.rejected, "rejected")) if count
        ]
        said = "; ".join([*(_spoken(one) for one in answer.statuses[:2]), *counts])
        title = f"{answer.level.capitalize()} {clip(answer.name or '(no name)')}: {said or 'nothing said'}"
        self.gathered.add_entry(Entry(mark=_MARKS.get(answer.receipt, Mark.PLAIN), title=title))


def _spoken(status: ClaimStatus) -> str:
    note = f" “{clip(status.note)}”" if status.note else ""
    return f"{status.category}: {status.words}{note}"
