"""Which claims stand in a claim message: read back from the message itself, whoever wrote it."""

import io

from necessity.domain.case import Case
from necessity.domain.manifest import digest
from necessity.domain.sent_message import SentClaim, SentMessage, SentSet, UsedNumber
from necessity.errors import FormatError
from necessity.formats.x12 import Heading, Walker, at, read_day
from necessity.workflow.posting.matching import claim_by_number

_TEST = "T"
_NO_NUMBER = "Its control number (ISA13) must be 1 to 999,999,999, its day (ISA09) a day."


def messages_in(content: bytes, case: Case) -> tuple[SentMessage, ...]:
    """Say which claims of a case stand in an 837P file.

    Args:
        content: The file as it is or was sent.
        case: Whose claims are looked for; others in the file stay out of its record.

    Returns:
        One message an interchange, in order; empty where the file is no 837P.

    Raises:
        FormatError: an interchange has no control number or day, so that no answer could find it.
    """
    if not content.lstrip().startswith(b"ISA"):
        return ()
    from necessity.formats.x12_837p import layout

    sets: dict[tuple[str, ...], dict[tuple[str, str], list[SentClaim]]] = {}
    walker = Walker(io.BytesIO(content), (layout(),))
    for part in walker:
        held = sets.setdefault(tuple(part.heading.isa), {}).setdefault(_set_of(part.heading), [])
        if part.loop == "2300":
            number = at(part.segments[0][1], 1)
            claim = claim_by_number(case, number)
            held += [SentClaim(claim=claim.id, control_number=number)] if claim else []
    return tuple(_message(list(isa), held, content) for isa, held in sets.items())


def _set_of(heading: Heading) -> tuple[str, str]:
    return at(heading.gs, 6).strip(), at(heading.st, 2).strip()


def _message(isa: list[str], held: dict[tuple[str, str], list[SentClaim]], content: bytes) -> SentMessage:
    number, day = at(isa, 13).strip(), read_day(f"20{at(isa, 9)}")
    if not (number.isascii() and number.isdigit()) or day is None:
        raise FormatError("The message cannot be kept account of.", _NO_NUMBER, format="837P", place="ISA")
    return SentMessage(
        number=int(number),
        sender_id=at(isa, 6).strip(),
        receiver_id=at(isa, 8).strip(),
        written_on=day,
        is_test=at(isa, 15) == _TEST,
        sha256=digest(content),
        sets=tuple(
            SentSet(group_number=group, set_number=set_number, claims=tuple(claims))
            for (group, set_number), claims in held.items()
        ),
    )


def used_number(message: SentMessage, case: Case) -> UsedNumber:
    """Give the entry that keeps a message's number from being used again."""
    return UsedNumber(
        receiver_id=message.receiver_id,
        number=message.number,
        written_on=message.written_on,
        sha256=message.sha256,
        case=case.id,
        claims=tuple(one.control_number for one in message.claims),
        is_test=message.is_test,
    )
