"""What a 999 says, on one page: which sets were taken, which not, where the errors lie, what to do."""

from necessity.domain.acknowledgement import FormFault, GroupAcknowledgement, Receipt, SetAcknowledgement
from necessity.domain.message import Entry, Mark
from necessity.formats.x12 import Gathered, Part, X12Finding, clip
from necessity.formats.x12_999 import layout
from necessity.formats.x12_999.check import Tally
from necessity.formats.x12_999.read import acknowledgement_of, codes

__all__ = ["Summariser", "layout"]

MARKS = {
    Receipt.ACCEPTED: Mark.GOOD,
    Receipt.WITH_ERRORS: Mark.GOOD,
    Receipt.PARTLY: Mark.OPEN,
    Receipt.REJECTED: Mark.BAD,
    Receipt.UNKNOWN: Mark.OPEN,
}


class Summariser:
    """Takes the parts of 999 messages."""

    def __init__(self) -> None:
        self.gathered = Gathered()
        self._tally = Tally()

    def take(self, part: Part) -> list[X12Finding]:
        """Take one part; gives where it contradicts itself."""
        found = self._tally.check(part)
        answer = acknowledgement_of(part)
        if isinstance(answer, SetAcknowledgement):
            self._set(answer)
        elif answer:
            self._group(answer)
        return found

    def close(self) -> list[X12Finding]:
        """End the file; nothing is left to tell."""
        return []

    def _set(self, answer: SetAcknowledgement) -> None:
        self.gathered.count("sets")
        self.gathered.count("sets_rejected", int(answer.receipt is Receipt.REJECTED))
        self.gathered.add_answer({"set": answer.model_dump(mode="json", exclude_none=True)})
        self.gathered.step(answer.next_step, pressing=answer.receipt is Receipt.REJECTED)
        words = codes()["answer"].get(answer.code, f"answered with {clip(answer.code) or 'nothing'}")
        title = f"{clip(answer.set_kind)} set {clip(answer.set_number)}: {words}"
        lines = tuple(_spoken(fault) for fault in answer.faults)
        self.gathered.add_entry(Entry(mark=MARKS[answer.receipt], title=title, lines=lines, next_step=answer.next_step))

    def _group(self, answer: GroupAcknowledgement) -> None:
        self.gathered.add_answer({"group": answer.model_dump(mode="json", exclude_none=True)})
        words = codes()["answer"].get(answer.code, f"answered with {clip(answer.code) or 'nothing'}")
        counts = f"{_count(answer.accepted)} of {_count(answer.received)} sets accepted"
        title = f"Group {clip(answer.group_number)}: {words}; {counts}"
        self.gathered.add_entry(Entry(mark=MARKS[answer.receipt], title=title))
        if answer.receipt is not Receipt.ACCEPTED:
            self.gathered.step(answer.next_step)


def _count(number: int | None) -> str:
    return "?" if number is None else str(number)


def _spoken(fault: FormFault) -> str:
    loop = f", loop {fault.loop}" if fault.loop else ""
    place = f"segment {_count(fault.position)} ({fault.segment_id}{loop})"
    if fault.element:
        place += f", element {fault.element}" + (f", component {fault.component}" if fault.component else "")
    value = f": {clip(fault.value)}" if fault.value else ""
    context = f" [{'; '.join(clip(one) for one in fault.context)}]" if fault.context else ""
    return f"{place}: {fault.words} ({fault.code}){value}{context}"
