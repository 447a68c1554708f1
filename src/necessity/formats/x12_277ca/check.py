"""Whether a 277CA agrees with itself: its counts, its actions, its days, its categories."""

from necessity.formats.x12 import ADVISORY, REQUIRED, Part, X12Finding, at, clip, read_day
from necessity.formats.x12_277ca.read import codes

_STEP = "Ask the sender which of the two holds; until then treat the claim as not accepted."


def check_part(part: Part) -> list[X12Finding]:
    """Check one part: every status it holds.

    Args:
        part: A level or a claim.

    Returns:
        Findings, in the order of the segments.
    """
    faults = []
    for index, (_, elements) in enumerate(part.segments):
        if elements[0] == "STC":
            faults += _status(part, index, elements)
        elif elements[0] == "DTP" and len(text := at(elements, 3)[:8]) == 8 and read_day(text) is None:
            faults.append(part.finding(index, "no_such_day", f"There is no such day as {clip(text)}.", _STEP, 3))
    return faults


def _status(part: Part, index: int, stc: list[str]) -> list[X12Finding]:
    faults = []
    for place in (1, 10, 11):
        category = at(stc, place).split(part.signs.component)[0]
        known = codes()["category"].get(category)
        if category and known is None:
            said = f"The category {clip(category)} does not belong into a claim acknowledgement (A0 to A8)."
            faults.append(part.finding(index, "category", said, _STEP, place))
        elif known and place == 1 and _contradicts(known["receipt"], at(stc, 3)):
            said = f"Category {category} says {known['words']}, but STC03 is {clip(at(stc, 3))}."
            weight = REQUIRED if known["receipt"] == "rejected" else ADVISORY
            faults.append(part.finding(index, "action", said, _STEP, 3, weight=weight))
    return faults


def _contradicts(receipt: str, action: str) -> bool:
    return (receipt, action) in (("rejected", "WQ"), ("accepted", "U"))
