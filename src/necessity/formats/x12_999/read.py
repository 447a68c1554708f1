"""A 999 or a TA1 → what was accepted, what was not, where the errors lie, what to do next."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from necessity.domain.acknowledgement import (
    FormFault,
    GroupAcknowledgement,
    InterchangeAcknowledgement,
    Receipt,
    SetAcknowledgement,
)
from necessity.formats.x12 import Part, Walker, at, clip, read_day

_RECEIPTS = {"A": Receipt.ACCEPTED, "E": Receipt.WITH_ERRORS, "P": Receipt.PARTLY}
_REJECTED = ("R", "M", "W", "X")
_UNKNOWN_STEP = "Ask the receiver what became of the message."


@cache
def codes() -> dict[str, dict[str, str]]:
    """Give the words of all codes."""
    with Path(__file__).with_name("codes.toml").open("rb") as file:
        return tomllib.load(file)


def acknowledgements_in(walker: Walker) -> Iterator[SetAcknowledgement | GroupAcknowledgement]:
    """Give the answers of every 999 in a file, in their order; TA1 segments gather in the walker."""
    for part in walker:
        if answer := acknowledgement_of(part):
            yield answer


def acknowledgement_of(part: Part) -> SetAcknowledgement | GroupAcknowledgement | None:
    """Read the answer a part holds; None: it holds none."""
    if part.loop == "2000":
        return _set(part)
    return _group(part) if part.loop == "AK9" else None


def interchange_acknowledgement(ta1: list[str]) -> InterchangeAcknowledgement:
    """Read one TA1 segment."""
    code = at(ta1, 4).strip()
    note = at(ta1, 5).strip()
    step = codes()["step"].get(f"TA1_{code}", _UNKNOWN_STEP)
    return InterchangeAcknowledgement(
        control_number=at(ta1, 1),
        sent_on=read_day("20" + at(ta1, 2)),
        receipt=_receipt(code),
        code=note,
        words=_words("interchange", note),
        next_step=step,
    )


def _receipt(code: str) -> Receipt:
    return _RECEIPTS.get(code) or (Receipt.REJECTED if code in _REJECTED else Receipt.UNKNOWN)


def _words(table: str, code: str) -> str:
    return codes()[table].get(code, f"code {clip(code) or '(none)'}, whose meaning is not in our table")


def _step(code: str) -> str:
    return codes()["step"].get("R" if code in _REJECTED else code, _UNKNOWN_STEP)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _answered(part: Part) -> str:
    header = part.above[0] if part.above else []
    return next((at(one, 2) for key, one in header if key == "HEADER.AK1"), "")


def _set(part: Part) -> SetAcknowledgement:
    ak2 = part.segments[0][1]
    code = next((at(one, 1) for key, one in reversed(part.segments) if key == "2200.IK5"), "")
    return SetAcknowledgement(
        group_number=_answered(part),
        set_kind=at(ak2, 1),
        set_number=at(ak2, 2),
        receipt=_receipt(code),
        code=code,
        faults=tuple(FormFault(**one) for one in _faults(part)),
        next_step=_step(code),
    )


def _faults(part: Part) -> list[dict[str, Any]]:
    """Read the errors; where elements are named, the segment alone is not told again."""
    faults: list[dict[str, Any]] = []
    segment: dict[str, Any] = {}
    for key, elements in part.segments:
        if key == "2100.IK3":
            segment = {
                "segment_id": at(elements, 1),
                "position": _whole(at(elements, 2)),
                "loop": at(elements, 3) or None,
                "code": at(elements, 4),
                "words": _words("segment", at(elements, 4)),
            }
            faults.append(segment)
        elif key == "2110.IK4" and segment:
            place = [*at(elements, 1).split(part.signs.component), ""]
            fault = {
                **segment,
                "element": _whole(place[0]),
                "component": _whole(place[1]) or None,
                "code": at(elements, 3),
                "words": _words("element", at(elements, 3)),
                "value": at(elements, 4) or None,
            }
            if faults[-1] is segment and segment["code"] == "8":
                faults[-1] = fault
            else:
                faults.append(fault)
        elif elements[0] == "CTX" and faults:
            said = " ".join(word.strip() for word in at(elements, 1).split(part.signs.component) if word.strip())
            faults[-1]["context"] = (*faults[-1].get("context", ()), said)
    return faults


def _group(part: Part) -> GroupAcknowledgement:
    ak9 = part.segments[0][1]
    code = at(ak9, 1)
    return GroupAcknowledgement(
        group_number=_answered(part),
        receipt=_receipt(code),
        code=code,
        included=_whole(at(ak9, 2)),
        received=_whole(at(ak9, 3)),
        accepted=_whole(at(ak9, 4)),
        next_step=_step(code),
    )
