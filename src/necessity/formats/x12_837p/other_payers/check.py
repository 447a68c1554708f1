"""Whether what other payers decided adds up, exactly, in cents.

line    SV102 = Σ SVD02 + Σ CAS of the line, for each payer; several SVD of one payer where it took the line apart
claim   AMT D = Σ SVD02 − Σ CAS of the claim, for each payer that decided line by line
        CLM02 = AMT D + Σ CAS of claim and lines, for each payer that decided
        CLM02 = AMT A8, for a payer that covers none of it

Source: X12, requests for interpretation 524, 1115, 1294 and 1555 about the guide's balancing sections; the published
edits of a clearinghouse (Stedi, claim edits of November 2026). Both read in November 2026.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from necessity.domain.money import dollars
from necessity.formats.x12 import Part, X12Finding, at, clip, read_cents, read_day

_STEP = "Take the amounts from the other payer's remittance, line by line, and write the message again."


class _Decided(NamedTuple):
    """What one payer decided, as far as it can be added up; None: an amount cannot be read."""

    place: int
    paid: int | None
    adjusted: int | None


class _Coverage(NamedTuple):
    """One loop 2320."""

    place: int
    payer: str
    amounts: dict[str, int | None]
    adjusted: int | None


def check_other_payers(part: Part) -> Iterator[X12Finding]:
    """Check what other payers decided on one claim.

    Args:
        part: The loop 2300, with a loop 2320 or 2430 in it.
    """
    coverages = {one.payer: one for one in _coverages(part)}
    charges = [read_cents(at(sv1, 2)) for key, sv1 in part.segments if key == "2400.SV1"]
    sums: dict[str, list[_Decided]] = defaultdict(list)
    for number, line in enumerate(_lines(part)):
        for payer, decided in line.items():
            sums[payer].append(decided)
            if payer not in coverages:
                said = f"SVD01 {clip(payer)} is the number of no other payer of this claim (loop 2330B)."
                yield part.finding(decided.place, "other_payer_unknown", said, _STEP, 1, value=payer)
            yield from _line(part, decided, charges[number] if number < len(charges) else None)
    asked = read_cents(at(part.segments[0][1], 2)) if part.segments[0][0] == "2300.CLM" else None
    for payer, coverage in coverages.items():
        yield from _claim(part, coverage, sums.get(payer), asked)
    yield from _days(part)


def _coverages(part: Part) -> Iterator[_Coverage]:
    made: _Coverage | None = None
    for place, (key, elements) in enumerate(part.segments):
        if key == "2320.SBR" or key == "2400.LX":
            if made:
                yield made
            if key == "2400.LX":
                return
            made = _Coverage(place, "", {}, 0)
        elif made and key == "2320.CAS":
            made = made._replace(adjusted=_plus(made.adjusted, _sum(elements)))
        elif made and key == "2320.AMT":
            made.amounts[at(elements, 1)] = read_cents(at(elements, 2))
        elif made and key == "2330B.NM1":
            made = made._replace(payer=at(elements, 9))
    if made:
        yield made


def _lines(part: Part) -> Iterator[dict[str, _Decided]]:
    """Give, line by line, what each payer decided."""
    line: dict[str, _Decided] | None = None
    payer = ""
    for place, (key, elements) in enumerate(part.segments):
        if key == "2400.SV1":
            if line is not None:
                yield line
            line, payer = {}, ""
        elif key == "2430.SVD" and line is not None:
            payer = at(elements, 1)
            before = line.get(payer, _Decided(place, 0, 0))
            line[payer] = before._replace(paid=_plus(before.paid, read_cents(at(elements, 2))))
        elif key == "2430.CAS" and line is not None and payer in line:
            line[payer] = line[payer]._replace(adjusted=_plus(line[payer].adjusted, _sum(elements)))
    if line is not None:
        yield line


def _sum(cas: list[str]) -> int | None:
    """Add one CAS up."""
    total: int | None = 0
    for place in range(3, len(cas), 3):
        if cas[place] or cas[place - 1]:
            total = _plus(total, read_cents(cas[place]))
    return total


def _plus(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _line(part: Part, decided: _Decided, charge: int | None) -> Iterator[X12Finding]:
    if charge is None or decided.paid is None or decided.adjusted is None:
        return
    if decided.paid + decided.adjusted != charge:
        paid, adjusted = dollars(decided.paid), dollars(decided.adjusted)
        said = f"The line asks {dollars(charge)}; another payer paid {paid} of it and adjusted {adjusted}."
        yield part.finding(decided.place, "other_line_adds_up", f"{said} That does not add up.", _STEP, 2)


def _claim(part: Part, coverage: _Coverage, lines: list[_Decided] | None, asked: int | None) -> Iterator[X12Finding]:
    def found(check: str, said: str) -> X12Finding:
        return part.finding(coverage.place, check, said, _STEP)

    paid = coverage.amounts.get("D")
    if lines and "D" not in coverage.amounts:
        yield found(
            "other_payer_paid", "Another payer decided line by line, but what it paid in all (AMT D) is missing."
        )
    if "A8" in coverage.amounts and coverage.amounts["A8"] not in (None, asked) and asked is not None:
        said = "What another payer does not cover (AMT A8) is not the whole charge of the claim."
        yield found("other_not_covered", said)
    if paid is None or coverage.adjusted is None:
        return
    on_lines = _total(one.paid for one in lines or ())
    if lines and on_lines is not None and on_lines - coverage.adjusted != paid:
        less = dollars(coverage.adjusted)
        said = f"Another payer paid {dollars(on_lines)} on lines, less {less} of the claim; AMT D says {dollars(paid)}."
        yield found("other_lines_add_up", f"{said} That does not add up.")
    adjusted = _plus(coverage.adjusted, _total(one.adjusted for one in lines or ()))
    if asked is not None and adjusted is not None and paid + adjusted != asked:
        said = f"CLM02 asks {dollars(asked)}; another payer paid {dollars(paid)} and adjusted {dollars(adjusted)}."
        yield found("other_claim_adds_up", f"{said} That does not add up.")


def _total(amounts: Iterator[int | None]) -> int | None:
    total: int | None = 0
    for one in amounts:
        total = _plus(total, one)
    return total


def _days(part: Part) -> Iterator[X12Finding]:
    for index, (key, dtp) in enumerate(part.segments):
        if key in ("2330B.DTP", "2430.DTP") and len(text := at(dtp, 3)) == 8 and text.isdigit() and not read_day(text):
            yield part.finding(index, "no_such_day", f"There is no such day as {text}.", _STEP, 3, value=text)
