"""Whether a 999 agrees with itself: the counts and answers of the group against those of its sets."""

from necessity.formats.x12 import Part, X12Finding, at, clip

_STEP = "Ask the receiver for a corrected 999; until then treat the group as not accepted."


class Tally:
    """Counts the sets of a group; ask it with every part the walker hands over."""

    def __init__(self) -> None:
        self._accepted = self._answered = 0

    def check(self, part: Part) -> list[X12Finding]:
        """Check one part.

        Args:
            part: A header, a set's answer or the group's.

        Returns:
            Findings, in the order of the segments.
        """
        if part.loop == "HEADER":
            self._accepted = self._answered = 0
        elif part.loop == "2000":
            return self._set(part)
        elif part.loop == "AK9":
            return self._group(part)
        return []

    def _set(self, part: Part) -> list[X12Finding]:
        answers = [(index, at(one, 1)) for index, (key, one) in enumerate(part.segments) if key == "2200.IK5"]
        has_faults = any(key in ("2100.IK3", "2110.IK4") for key, _ in part.segments)
        self._answered += 1
        for index, answer in answers[-1:]:
            self._accepted += answer in ("A", "E")
            if answer == "A" and has_faults:
                said = "The set is accepted without errors (A), yet errors are listed."
                return [part.finding(index, "answer_and_errors", said, _STEP, 1)]
        return []

    def _group(self, part: Part) -> list[X12Finding]:
        """Compare AK903 and AK904 with the sets listed; a group may be answered without listing any."""
        ak9 = part.segments[0][1]
        faults = []
        if self._answered:
            for place, count, words in ((3, self._answered, "received"), (4, self._accepted, "accepted")):
                given = at(ak9, place)
                if given.isdecimal() and len(given) < 10 and int(given) != count:
                    said = f"AK9{place:02d} counts {clip(given)} sets {words}, but {count} are answered so."
                    faults.append(part.finding(0, "sets_counted", said, _STEP, place))
        if at(ak9, 1) == "A" and self._answered > self._accepted:
            said = "The group is accepted as a whole (A), yet a set in it is not."
            faults.append(part.finding(0, "answer_and_sets", said, _STEP, 1))
        return faults
