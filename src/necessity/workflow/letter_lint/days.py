"""Days of a letter that cannot be, or that its payer looks at twice."""

from collections.abc import Iterator
from datetime import date

from necessity.domain.dates import spoken
from necessity.intake.letter.reading import LetterReading, StatedDate
from necessity.parameters.load import ProfileVersion
from necessity.workflow.letter_lint.catalogue import make
from necessity.workflow.letter_lint.facts import Ruling
from necessity.workflow.letter_lint.result import LintFinding, Severity

_LAST = date(9999, 12, 31)


def days(reading: LetterReading, ruling: Ruling, profile: ProfileVersion, on: date) -> Iterator[LintFinding]:
    """Check every date of a letter against the others, against the day, and against the payer's limits."""
    for stated in reading.dates:
        if stated.day is None:
            yield make("date_does_not_exist", profile, stated.line, stated.words)
    signed = reading.day("signed")
    signed_on = signed.day if signed else None
    if signed and signed_on and signed_on > on:
        yield make("signed_in_future", profile, signed.line, signed.words)
    yield from _before_and_after(reading, signed_on or on, profile)
    yield from _span(reading, signed_on, profile)
    yield from _life(reading, ruling, profile, signed_on, on)


def _before_and_after(reading: LetterReading, signed_on: date, profile: ProfileVersion) -> Iterator[LintFinding]:
    """Birth, diagnosis and the last visit lie before the signing; a licence's end lies after it."""
    told = {"seen": "seen_after_signing", "diagnosed": "diagnosed_after_signing", "born": "born_after_signing"}
    for stated in reading.dates:
        if stated.day and stated.part in told and stated.day > signed_on:
            yield make(told[stated.part], profile, stated.line, stated.words, signed=spoken(signed_on))
        if stated.day and stated.part == "licence_ends" and stated.day < signed_on:
            yield make("licence_expired", profile, stated.line, stated.words, signed=spoken(signed_on))


def _first(reading: LetterReading, part: str) -> StatedDate | None:
    stated = reading.day(part)
    return stated if stated and stated.day else None


def _span(reading: LetterReading, signed_on: date | None, profile: ProfileVersion) -> Iterator[LintFinding]:
    starts, ends = _first(reading, "from"), _first(reading, "to")
    first = starts.day if starts else signed_on
    if ends and ends.day and first and ends.day < first:
        yield make("ends_before_start", profile, ends.line, ends.words)
    if starts and starts.day and signed_on and starts.day < signed_on:
        doubted = profile.says.get("retroactive_letters_are_doubted") is not False
        serves_from_signing = profile.says.get("letter_timing") != "in_stated_range"
        severity = Severity.REQUIRED if doubted or serves_from_signing else Severity.ADVICE
        column = "retroactive_letters_are_doubted" if doubted else "letter_timing"
        cites = profile.cites.get(column, ())
        signed = spoken(signed_on)
        yield make(
            "covers_days_before_signing",
            profile,
            starts.line,
            starts.words,
            severity=severity,
            citations=cites,
            signed=signed,
        )


def _life(
    reading: LetterReading, ruling: Ruling, profile: ProfileVersion, signed_on: date | None, on: date
) -> Iterator[LintFinding]:
    """Tell of a letter that has ended, by its own words or its payer's limit, or that states more than that limit."""
    ends, limit = ruling.row.get("letter_window_to"), ruling.row.get("letter_life_ends_on")
    stated = ruling.row.get("letter_stated_end")
    ends = ends or stated  # where the payer's own limit is not known, the letter's words are
    place = reading.day("to") or reading.duration
    if isinstance(ends, date) and signed_on and ends < on and signed_on <= on and ends >= signed_on:
        yield make("has_ended", profile, place.line, place.words, ended=spoken(ends))
    elif isinstance(limit, date) and isinstance(stated, date) and limit < stated < _LAST:
        yield make("longer_than_payer_lets", profile, place.line, place.words, ended=spoken(limit))
