"""Checks of the lines of one day: unit maxima, modifiers, place, S codes, additions, the therapy amount of a year."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from necessity.codesets.procedures.finding import CodeFinding, Weight
from necessity.codesets.procedures.spelling import not_loaded
from necessity.codesets.procedures.tables import MaximaTable, maxima, modifiers, places, procedures, thresholds

THERAPY_MODIFIERS = ("GP", "GO", "GN")
"""Each names the plan of care a line stands under."""
_MOST_MODIFIERS = 4
_SOFT_UNITS = 4
_JUDGED = {
    1: "each line",
    2: "the day, without exception",
    3: "the day; records can open it on appeal",
    None: "the day or the line, which was not read",
}


class BilledLine(NamedTuple):
    """One line of one day as it would be billed."""

    code: str
    units: int
    modifiers: tuple[str, ...] = ()
    place: str | None = None
    """Two-digit place of service; None where it is not known."""


def check_day(
    lines: Sequence[BilledLine], on: date, *, is_medicare: bool, has_plan_of_care: bool | None = None
) -> tuple[CodeFinding, ...]:
    """Run every check of this module over the lines of one patient's day.

    Args:
        lines: What would be billed.
        on: Date of service.
        is_medicare: Whether Medicare (or a payer that follows it) is billed.
        has_plan_of_care: Whether a therapist's plan of care is in force; None where it is not known.

    Returns:
        Findings, in the order of the checks.
    """
    found = [*check_codes(lines, on), *check_maxima(lines, on), *check_additions(lines), *check_lines(lines)]
    for line in lines:
        found += check_modifiers(line, on, is_medicare=is_medicare, has_plan_of_care=has_plan_of_care)
        found += check_place(line.place, on, where=line.code)
    if is_medicare:
        found += check_medicare_status(lines)
    return tuple(found)


def check_codes(lines: Iterable[BilledLine], on: date) -> Iterator[CodeFinding]:
    """Find codes that are not loaded, or not in force on the day."""
    for code in dict.fromkeys(line.code for line in lines):
        one = procedures().get(code)
        if one is None:
            yield CodeFinding("code", Weight.ASK, code, not_loaded(code), "Look it up in the year's code set.", ())
        elif (one.from_on and on < one.from_on) or (one.until_on and on > one.until_on):
            text = f"{code} is in force from {one.from_on or 'ever'} to {one.until_on or 'now'}; {on} lies outside."
            yield CodeFinding("code", Weight.STOP, code, text, "Take the code in force that day.", one.sources)


def check_maxima(lines: Iterable[BilledLine], on: date, table: MaximaTable | None = None) -> Iterator[CodeFinding]:
    """Find units above the maximum of a code and day (MUE, practitioner).

    Splitting lines does not help where the day is judged (indicators 2 and 3).

    Args:
        lines: The day's lines.
        on: Date of service.
        table: The maxima to look in; None: those shipped.
    """
    table = table or maxima()
    edition = table.edition
    days: Counter[str] = Counter()
    for line in lines:
        days[line.code] += line.units
    old = "" if on <= edition.loaded_until else f" ({edition.edition}; nothing newer is loaded for {on})"
    for code, units in days.items():
        most = table.by_code.get(code)
        if most is None or units <= most.units:
            continue
        if most.units == 0:
            text, fix = f"{code} has a unit maximum of 0: it is never paid on its own{old}.", "Do not bill it."
        else:
            text = f"{code} × {units} is above its maximum of {most.units}, judged by {_JUDGED[most.mai]}{old}."
            fix = "Bill what the minutes support; above the maximum all units of the code are denied."
        weight = Weight.STOP if most.units == 0 or most.mai == 2 else Weight.ASK
        yield CodeFinding("unit_maximum", weight, code, text, fix, ("ncci-2024q3", "mue-page"))


def check_additions(lines: Sequence[BilledLine]) -> Iterator[CodeFinding]:
    """Find additions without the code they are an addition to."""
    codes = {line.code for line in lines}
    for code in sorted(codes):
        one = procedures().get(code)
        if one and one.needs and one.needs not in codes:
            text = f"{code} is an addition to {one.needs}, which is not on the claim."
            fix = f"Bill {one.needs} first, or leave {code} off."
            yield CodeFinding("addition", Weight.STOP, code, text, fix, one.sources)


def check_lines(lines: Sequence[BilledLine]) -> Iterator[CodeFinding]:
    """Find timed codes on several lines of a day, and days longer than payers tend to take."""
    timed = [line for line in lines if (one := procedures().get(line.code)) and one.is_timed]
    for code, count in Counter((line.code, line.modifiers) for line in timed).items():
        if count > 1:
            text = f"{code[0]} stands on {count} lines of one day with the same modifiers."
            yield CodeFinding("one_line", Weight.STOP, code[0], text, "Put its units on one line.", ("fcso-units",))
    units = sum(line.units for line in timed)
    if units > _SOFT_UNITS:
        text = f"{units} timed units in one day are more than the {_SOFT_UNITS} that many payers take."
        fix = "Ask the payer for its limit, and keep the minutes in the record."
        yield CodeFinding("long_day", Weight.ADVICE, "day", text, fix, ("field-notes",))


def check_modifiers(
    line: BilledLine, on: date, *, is_medicare: bool, has_plan_of_care: bool | None = None
) -> Iterator[CodeFinding]:
    """Find modifiers that are too many, unknown, in each other's way, or without what they need."""
    known, code = modifiers(), line.code
    if len(line.modifiers) > _MOST_MODIFIERS:
        text = f"{code} bears {len(line.modifiers)} modifiers; a line takes {_MOST_MODIFIERS}."
        yield CodeFinding("modifier", Weight.STOP, code, text, "Keep those that change payment.", ("field-notes",))
    for name in line.modifiers:
        one = known.get(name)
        if one is None:
            text = f"Modifier {name} is not among the {len(known)} loaded here."
            yield CodeFinding("modifier", Weight.ASK, code, text, "Look it up, or leave it off.", ())
            continue
        if one.from_on and on < one.from_on:
            text = f"Modifier {name} exists from {one.from_on}; the service was on {on}."
            yield CodeFinding("modifier", Weight.STOP, code, text, "Leave it off.", one.sources)
        for other in sorted(set(one.not_with) & set(line.modifiers)):
            if name < other:
                text = f"{name} and {other} exclude each other on {code}."
                yield CodeFinding("modifier", Weight.STOP, code, text, "Keep the one that is true.", one.sources)
        yield from _needs(line, name, one.needs, has_plan_of_care)
    therapy = procedures()[code].always_therapy if code in procedures() else False
    if is_medicare and therapy and not set(line.modifiers) & set(THERAPY_MODIFIERS):
        text = f"Medicare wants GP, GO or GN on every line of {code}: whose plan of care it stands under."
        fix = "Add the one of the therapist whose plan it is. Without such a plan the code does not belong there."
        yield CodeFinding("therapy_modifier", Weight.STOP, code, text, fix, ("mcpm-5-20.1",))


def _needs(line: BilledLine, name: str, needs: str, has_plan_of_care: bool | None) -> Iterator[CodeFinding]:
    """Look for what a modifier rests on."""
    code = line.code
    if needs == "plan_of_care" and not has_plan_of_care:
        weight = Weight.STOP if has_plan_of_care is False else Weight.ASK
        is_out = "there is none" if has_plan_of_care is False else "nobody has said whether there is one"
        text = f"{name} says that {code} stands under a therapist's plan of care, and {is_out}."
        fix = f"Leave {name} off unless a therapist's plan is in force. A trainer's session has none."
        yield CodeFinding("plan_of_care", weight, code, text, fix, ("mcpm-5-20.1",))
    if needs == "therapy_modifier" and not set(line.modifiers) & set(THERAPY_MODIFIERS):
        text = f"{name} goes with GP, GO or GN, and {code} bears none."
        yield CodeFinding("modifier", Weight.STOP, code, text, "Add the one that is true.", ("kx-noridian",))
    if needs in modifiers() and needs not in line.modifiers:
        text = f"{name} goes with {needs}, which {code} does not bear."
        yield CodeFinding("modifier", Weight.STOP, code, text, f"Add {needs}, or leave {name} off.", ("cms-cq",))
    one = procedures().get(code)
    if name == "25" and one and one.always_therapy:
        text = f"25 belongs on a separate visit, not on {code}."
        yield CodeFinding("modifier", Weight.STOP, code, text, "Move it to the visit.", ("field-notes",))


def check_place(place: str | None, on: date, *, where: str = "") -> Iterator[CodeFinding]:
    """Find places of service that are unknown or not in force."""
    if place is None:
        text = "The place of service is not known."
        fix = "11 office, 12 the patient's home, 18 a workplace; there is none for a gym or park: 99."
        yield CodeFinding("place", Weight.ASK, where, text, fix, ("pos-list",))
        return
    one = places().get(place)
    if one is None:
        text = f"Place of service {place[:10]!r} is not among the {len(places())} loaded here."
        fix = "Write two digits, such as 11, 12 or 99."
        yield CodeFinding("place", Weight.ASK, where, text, fix, ("pos-list",))
    elif one.from_on and on < one.from_on:
        text = f"Place of service {place} exists from {one.from_on}; the service was on {on}."
        yield CodeFinding("place", Weight.STOP, where, text, "Take the place in force that day.", one.sources)


def check_medicare_status(lines: Iterable[BilledLine]) -> Iterator[CodeFinding]:
    """Find codes that Medicare never pays: S codes, and those its fee file says no to."""
    for code in dict.fromkeys(line.code for line in lines):
        one = procedures().get(code)
        if code.startswith("S"):
            text = f"{code} is an S code: Medicare never pays one, and no claim with one is built for it."
            fix = "Take it off the claim. An account pays by receipt and letter, without a code."
            yield CodeFinding("s_code", Weight.STOP, code, text, fix, ("hcpcs-2024",))
        elif one and one.status in ("N", "I"):
            text = f"Medicare's fee file of 2024 does not pay {code} (status {one.status})."
            fix = f"Medicare wants {one.better} instead." if one.better else "Take it off the claim."
            yield CodeFinding("medicare_status", Weight.STOP, code, text, fix, ("pfs-2024",))
        elif one and one.status == "B":
            text = f"Medicare pays {code} only as part of other services."
            yield CodeFinding("medicare_status", Weight.STOP, code, text, "Do not bill it.", ("pfs-2024",))


def check_year_amount(year: int, spent_cents: int, line_cents: int, *, has_kx: bool) -> Iterator[CodeFinding]:
    """Compare a year's therapy with the amount above which Medicare wants KX.

    Args:
        year: Calendar year of the service.
        spent_cents: Therapy of the year before this line: physical and speech together, or occupational alone.
        line_cents: This line.
        has_kx: Whether the line bears KX.

    Returns:
        What is missing or too early; a year that is not loaded is asked about.
    """
    one = thresholds().get(year)
    if one is None:
        known = f"{min(thresholds())} to {max(thresholds())}"
        text = f"The therapy amount of {year} is not loaded (loaded: {known})."
        yield CodeFinding("year_amount", Weight.ASK, "KX", text, "Look it up at the Medicare contractor.", ())
        return
    amount = f"${one.threshold_cents / 100:,.0f} in {year}"
    above = spent_cents + line_cents > one.threshold_cents
    if above and not has_kx:
        text = f"With this line the year's therapy passes {amount}, and KX is missing."
        fix = "Add KX if the therapist attests that it is necessary and the record shows it."
        yield CodeFinding("year_amount", Weight.STOP, "KX", text, fix, one.sources)
    if has_kx and not above:
        text = f"KX stands on a line below the year's amount of {amount}."
        yield CodeFinding("year_amount", Weight.ADVICE, "KX", text, "Leave it off until then.", one.sources)
    if spent_cents + line_cents > one.review_cents:
        text = f"The year's therapy is above ${one.review_cents / 100:,.0f}: Medicare may review the records."
        yield CodeFinding("year_amount", Weight.ADVICE, "KX", text, "Keep the records at hand.", one.sources)
