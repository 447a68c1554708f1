"""`necessity codes units` and `codes pairs`: what minutes support, and which codes are not simply paid together."""

import json
from datetime import date
from itertools import combinations
from pathlib import Path
from textwrap import fill
from typing import Annotated, Any

from cyclopts import Parameter

from necessity.codesets.procedures.official import edition_of, read_ptp
from necessity.codesets.procedures.pairs import (
    PairAnswer,
    PairTable,
    Verdict,
    in_force,
    look_up,
    shipped,
    unknown_codes,
)
from necessity.codesets.procedures.spelling import not_loaded, read_code
from necessity.codesets.procedures.tables import NOTICE, Edition, Pair, editions, procedures, said_of
from necessity.codesets.procedures.units import SOURCES, Counted, UnitRule, count_units
from necessity.errors import FormatError, SettingError

_PAIR_WORDS = {
    Verdict.FREE: "no pair in force bars them.",
    Verdict.NEEDS_MODIFIER: "{column2} is denied unless it was truly separate ({column2}-59, times in the record).",
    Verdict.NEVER: "{column2} is denied whatever modifier it bears.",
    Verdict.UNKNOWN: "a pair stood in force; its indicator was not read.",
}


def units(
    *minutes: str,
    rule: UnitRule = UnitRule.CMS,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Count the timed units that one day's minutes support.

    Parameters
    ----------
    minutes
        Codes with their minutes of direct contact, such as 97110=24.
    rule
        Whose rule: cms (Medicare and those that follow it) or ama (each code alone, by the midpoint).
    on
        Date of service, like 2024-08-01: the codes must be in force that day.
    as_json
        One JSON document instead of words.
    """
    given, merged = _minutes(minutes)
    day = _day(on)
    counts = {one: count_units(given, one) for one in UnitRule}
    asked = counts[rule]
    notes = [*merged, *_out_of_force(given, day), *asked.notes]
    if as_json:
        print(json.dumps({**_counted(asked), "on": on, "notes": notes, "both": _both(counts), **_loaded()}))
    else:
        _print_units(counts, rule, notes, day)
    return 1 if asked.unknown or _out_of_force(given, day) else 0


def pairs(
    *codes: str,
    on: str | None = None,
    ptp: Path | None = None,
    until: str | None = None,
    codes_folder: Annotated[Path | None, Parameter(name="--codes", env_var="NECESSITY_CODES")] = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Say which of some codes are not simply paid on one day (NCCI).

    Parameters
    ----------
    codes
        Two or more codes of one patient's day, such as 97110 97150.
    on
        Date of service, like 2024-08-01; left out: every row, those of the past too.
    ptp
        CMS's own quarterly file of practitioner pairs, instead of those shipped.
    until
        Last day of the quarter that file was made for.
    codes_folder
        A folder with further quarters, filled by `necessity codes load-pairs`; the newest answers.
    as_json
        One JSON document instead of words.
    """
    written = list(dict.fromkeys(read_code(code).code for code in codes))
    if len(written) < 2:
        step = "Write them like: necessity codes pairs 97110 97150"
        raise SettingError("A pair needs two different codes.", step, setting="codes")
    day, table = _day(on), _table(ptp, until, codes_folder)
    rows = [row for one, two in combinations(written, 2) for row in table.find(one, two)]
    shown = [row for row in rows if day is None or in_force(row, day)]
    unknown = unknown_codes(written, table)
    is_loaded = day is None or table.is_loaded(day)
    answers = {pair: look_up(*pair, day, table) for pair in combinations(written, 2)} if day else {}
    if as_json:
        print(json.dumps(_pairs_document(shown, answers, table, on, unknown)))
    else:
        _print_pairs(shown, answers, table, day, unknown)
    return 1 if unknown or not is_loaded else 0


def _day(on: str | None) -> date | None:
    try:
        return date.fromisoformat(on) if on else None
    except ValueError:
        raise SettingError(f"{on!r} is no date.", "Write it like 2024-08-01.", setting="--on") from None


def _minutes(words: tuple[str, ...]) -> tuple[dict[str, int], list[str]]:
    """Read `97110=24` and its like; the same code twice is added up, one line a code and day."""
    found: dict[str, int] = {}
    merged = []
    if not words:
        step = "Write them like: necessity codes units 97110=24 97112=23"
        raise SettingError("No codes with minutes were given.", step, setting="minutes")
    for word in words:
        code_text, sign, minutes_text = word.partition("=")
        code = read_code(code_text).code
        digits = minutes_text.strip().lower().removesuffix("min").removesuffix("m").strip()
        if not sign or not digits.isascii() or not digits.isdigit() or len(digits) > 5:
            step = f"Write whole minutes behind the code, such as {code}=24."
            raise SettingError(f"{word[:40]!r} gives no whole minutes.", step, setting="minutes")
        if code in found:
            merged.append(f"{code} was given more than once; its minutes are added up: one line a code and day.")
        found[code] = found.get(code, 0) + int(digits)
    return found, merged


def _out_of_force(codes: dict[str, int], day: date | None) -> list[str]:
    known = [procedures()[code] for code in codes if code in procedures()]
    late = [one for one in known if day and one.from_on and day < one.from_on]
    return [f"{one.code} is in force from {one.from_on}; {day} lies before." for one in late]


def _counted(counted: Counted) -> dict[str, Any]:
    return {
        "rule": counted.rule.value,
        "sources": list(said_of(SOURCES[counted.rule])),
        "total_minutes": counted.total_minutes,
        "units": counted.units,
        "allocations": [one._asdict() for one in counted.allocations],
        "choice": {"units": counted.choice.units, "among": list(counted.choice.among)} if counted.choice else None,
        "apart": [one._asdict() for one in counted.apart],
        "treatment_minutes": counted.treatment_minutes,
        "unknown": list(counted.unknown),
    }


def _loaded() -> dict[str, str]:
    edition = editions()["codes"]
    return {"edition": edition.edition, "loaded_until": edition.loaded_until.isoformat(), "notice": NOTICE}


def _both(counts: dict[UnitRule, Counted]) -> dict[str, Any]:
    return {rule.value: {one.code: one.units for one in done.allocations} for rule, done in counts.items()}


def _print_units(counts: dict[UnitRule, Counted], rule: UnitRule, notes: list[str], day: date | None) -> None:
    cms, ama = counts[UnitRule.CMS], counts[UnitRule.AMA]
    marks = {one: f"{one.value}{' *' if one is rule else ''}" for one in UnitRule}
    print(f"{'':8}{'minutes':>8}{marks[UnitRule.CMS]:>8}{marks[UnitRule.AMA]:>8}")
    for first, second in zip(cms.allocations, ama.allocations, strict=True):
        print(f"{first.code:8}{first.minutes:>8}{first.units:>8}{second.units:>8}  {procedures()[first.code].words}")
    print(f"{'timed':8}{cms.total_minutes:>8}{cms.units:>8}{ama.units:>8}")
    for one in cms.apart:
        print(f"{one.code:8}{one.minutes:>8}{one.units:>8}{one.units:>8}  {procedures()[one.code].words} (apart)")
    print(f"\nRule asked for: {rule.value} (*). Which one counts, the payer decides.")
    if choice := counts[rule].choice:
        print(
            f"? {choice.units} unit{'s' * (choice.units > 1)} may go to any of {', '.join(choice.among)}: you choose."
        )
    for note in notes:
        _say(f"· {note}")
    for code in cms.unknown:
        _say(f"? {not_loaded(code)}")
    edition = editions()["codes"]
    late = f" {day} lies beyond: not loaded." if day and day > edition.loaded_until else ""
    _close(edition, late, SOURCES[UnitRule.CMS] + SOURCES[UnitRule.AMA])


def _table(ptp: Path | None, until: str | None, folder: Path | None) -> PairTable:
    """Take the newest pairs at hand, or those of an official file with the day until which it speaks."""
    if ptp is None and folder:
        from necessity.codesets.at_hand import code_sets

        return max(code_sets(folder).pairs, key=lambda table: table.edition.loaded_until)
    if ptp is None:
        return shipped()
    last = _day(until)
    if last is None:
        step = "Say it with --until, such as --until 2026-12-31."
        raise SettingError("The file does not say until when it speaks.", step, setting="--until")
    try:
        text = ptp.read_text(encoding="latin-1")
    except OSError as error:
        step = "Name CMS's file of practitioner pairs, unpacked, as text."
        raise FormatError(f"{ptp} cannot be read: {error.strerror}.", step, format="NCCI PTP") from None
    return PairTable.of(read_ptp(text), edition_of(f"pairs of {ptp.name}", ptp.name, date(1996, 1, 1), last))


def _row(pair: Pair) -> dict[str, Any]:
    return {
        "column1": pair.column1,
        "column2": pair.column2,
        "indicator": pair.indicator,
        "effective": pair.effective.isoformat() if pair.effective else None,
        "deleted": pair.deleted.isoformat() if pair.deleted else None,
        "note": pair.note,
    }


def _pairs_document(
    rows: list[Pair],
    answers: dict[tuple[str, str], PairAnswer],
    table: PairTable,
    on: str | None,
    unknown: tuple[str, ...],
) -> dict[str, Any]:
    edition = table.edition
    said = [{"codes": list(c), "verdict": a.verdict.value, "is_sure": a.is_sure} for c, a in answers.items()]
    return {
        "on": on,
        "pairs": [_row(row) for row in rows],
        "answers": said,
        "edition": edition.edition,
        "sources": list(said_of(edition.sources)),
        "loaded_until": edition.loaded_until.isoformat(),
        "is_loaded": table.is_loaded(date.fromisoformat(on)) if on else None,
        "unknown": list(unknown),
        "notice": NOTICE,
    }


def _print_pairs(
    rows: list[Pair],
    answers: dict[tuple[str, str], PairAnswer],
    table: PairTable,
    day: date | None,
    unknown: tuple[str, ...],
) -> None:
    for row in rows:
        since = f"from {row.effective}" if row.effective else "first day not read"
        until = f"deleted {row.deleted}" if row.deleted else "not deleted"
        indicator = "not read" if row.indicator is None else row.indicator
        note = f"  {row.note}" if row.note else ""
        _say(f"{row.column1} (paid) with {row.column2} (denied): indicator {indicator}, {since}, {until}.{note}")
    for (one, two), answer in answers.items():
        pair = answer.pair
        words = _PAIR_WORDS[answer.verdict].format(column2=pair.column2 if pair else "")
        sign = "✔" if answer.verdict is Verdict.FREE and answer.is_sure else "!" if answer.is_sure else "?"
        doubt = "" if answer.is_sure else " Not sure: the table at hand was not made for this day."
        _say(f"{sign} {one} with {two}: {words}{doubt}")
    if not rows and not answers:
        print("No row about these codes." if not unknown else "Nothing can be said about these codes.")
    for sentence in unknown:
        _say(f"? {sentence}")
    edition = table.edition
    beyond = f" {day} is not loaded." if day and not table.is_loaded(day) else ""
    _close(edition, f"{beyond} {edition.limits}", edition.sources)


def _say(text: str) -> None:
    """Print one paragraph, its further lines set in."""
    print(fill(text, 100, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False))


def _close(edition: Edition, more: str, sources: tuple[str, ...]) -> None:
    """End with the edition, its sources and the notice that belongs beside CPT numbers."""
    print()
    _say(f"{edition.name}: edition {edition.edition}, loaded until {edition.loaded_until}.{more}".rstrip())
    for line in said_of(sources):
        _say(f"· {line}")
    _say(NOTICE)
