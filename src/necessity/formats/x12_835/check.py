"""Whether a remittance adds up, exactly, in cents: line, claim, payment, reversal; and whether its reasons fit.

line      SVC02 − Σ CAS of the line = SVC03
claim     CLP03 − Σ CAS of claim and lines = CLP04;  CLP04 = Σ SVC03 − Σ CAS of the claim, where lines stand
payment   BPR02 = Σ CLP04 − Σ PLB: a positive PLB lowers the payment
reversal  the original with every sign turned, then the corrected claim
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from necessity.codesets.adjustment_reasons import reason, remark
from necessity.domain.money import dollars
from necessity.domain.remittance import RemittedClaim
from necessity.formats.x12 import ADVISORY, REQUIRED, Part, X12Finding, at, clip, read_cents, read_day
from necessity.formats.x12_835.build import triples

_STEP = "Ask the payer for a corrected remittance; post nothing from it until it adds up."
_LOOK = "Nothing to do now; keep it in mind when you read the answer."
_REVERSAL = "22"
_MOST_OPEN = 10_000
_MOST_BEFORE_LINES = 60


def found(part: Part, index: int, check: str, message: str, element: int | None = None, *,
          weight: str = REQUIRED, value: str = "") -> X12Finding:  # fmt: skip
    """Make a finding about one segment of a part."""
    step = _STEP if weight == REQUIRED else _LOOK
    return part.finding(index, check, message, step, element, weight=weight, value=value)


class Ledger:
    """Adds up one file, set after set; ask it with every part the walker hands over."""

    def __init__(self) -> None:
        self._set = -1
        self._total: int | None = 0
        self._reversed: dict[str, int] = {}

    def check(self, part: Part) -> list[X12Finding]:
        """Check one part: a claim by itself, and what it adds to its set.

        Args:
            part: A header, a group, a claim or a PLB.

        Returns:
            Findings in the order of the segments.
        """
        if part.set_starts != self._set:
            self._set, self._total = part.set_starts, 0
            self._reversed.clear()
        if part.loop == "2100":
            return [*self._claim(part)]
        if part.loop == "PLB":
            return [*self._provider(part)]
        return [*_header(part)] if part.loop == "HEADER" else []

    def close(self, header: Part) -> list[X12Finding]:
        """Compare a set's payment with what its claims and balances come to; call it when the set has ended."""
        paid = next((read_cents(at(bpr, 2)) for key, bpr in header.segments if key == "HEADER.BPR"), None)
        debit = any(key == "HEADER.BPR" and at(bpr, 3) == "D" for key, bpr in header.segments)
        faults = []
        if paid is not None and self._total is not None and self._total != (-paid if debit else paid):
            said = f"The payment is {dollars(paid)}, but claims less provider balances come to {dollars(self._total)}."
            faults.append(found(header, _index(header, "HEADER.BPR"), "payment_adds_up", said, 2))
        for number in self._reversed:
            said = f"Claim {clip(number)} was taken back, and no corrected claim follows in this remittance."
            place = _index(header, "HEADER.BPR")
            faults.append(found(header, place, "reversal_alone", said, weight=ADVISORY)._replace(value=clip(number)))
        return faults

    def _claim(self, part: Part) -> Iterator[X12Finding]:
        clp = part.segments[0][1]
        number, paid = at(clp, 1), read_cents(at(clp, 4))
        if paid is None:
            self._total = None
        elif self._total is not None:
            self._total += paid
        if at(clp, 2) == _REVERSAL:
            if len(self._reversed) < _MOST_OPEN:
                self._reversed[number] = part.first
            yield from _signs(part, clp)
        else:
            self._reversed.pop(number, None)
        yield from _balance(part)

    def _provider(self, part: Part) -> Iterator[X12Finding]:
        for index, (key, plb) in enumerate(part.segments):
            for place in range(4, len(plb), 2) if key == "PLB.PLB" else ():
                cents = read_cents(plb[place]) if plb[place] else 0
                if cents is None:
                    self._total = None
                elif self._total is not None:
                    self._total -= cents
            if key == "PLB.PLB" and len(at(plb, 2)) == 8 and read_day(plb[2]) is None:
                yield found(part, index, "no_such_day", f"There is no such day as {clip(plb[2])}.", 2)


def _index(part: Part, key: str) -> int:
    return next((place for place, (one, _) in enumerate(part.segments) if one == key), 0)


def _header(part: Part) -> Iterator[X12Finding]:
    for index, (key, elements) in enumerate(part.segments):
        place = {"HEADER.BPR": 16, "HEADER.DTM": 2}.get(key)
        if place and len(text := at(elements, place)) == 8 and text.isdigit() and read_day(text) is None:
            yield found(part, index, "no_such_day", f"There is no such day as {text}.", place, value=text)


# ── one claim ───────────────────────────────────────────────────────────────


class _Cas(NamedTuple):
    """One CAS, read: its sum, None where an amount cannot be read, and what its reasons call for."""

    cents: int | None
    patient_cents: int
    odd: tuple[tuple[str, int | None], ...]
    """Reasons that a closer look is due to, with their amounts."""


@lru_cache(maxsize=8192)
def _cas(elements: tuple[str, ...]) -> _Cas:
    group = elements[1] if len(elements) > 1 else ""
    total, odd = 0, []
    whole = True
    for code, amount, _ in triples(list(elements)):
        cents = read_cents(amount)
        whole, total = whole and cents is not None, total + (cents or 0)
        known = reason(code)
        if known and ((known.only and group not in known.only) or known.needs_remark or known.code == "45"):
            odd.append((code, cents))
    return _Cas(total if whole else None, total if group == "PR" else 0, tuple(odd))


def _balance(part: Part) -> Iterator[X12Finding]:
    """Walk once over a claim and add up its lines and adjustments."""
    claim_cas, all_cas, patient, lines_paid, lines = 0, 0, 0, 0, 0
    line: list[str] | None = None
    line_at, line_cas, whole = 0, 0, True
    for index, (key, elements) in enumerate(part.segments):
        if key == "2110.SVC":
            if line is not None:
                yield from _line(part, line_at, line, line_cas)
            line, line_at, line_cas, lines = elements, index, 0, lines + 1
            paid = read_cents(at(elements, 3))
            whole, lines_paid = whole and paid is not None, lines_paid + (paid or 0)
        elif key == "2110.CAS" or key == "2100.CAS":
            cas = _cas(tuple(elements))
            cents = cas.cents or 0
            whole, all_cas, patient = whole and cas.cents is not None, all_cas + cents, patient + cas.patient_cents
            if key == "2110.CAS":
                line_cas += cents
            else:
                claim_cas += cents
            for code, amount in cas.odd:
                if code == "45" and (line is None or amount != read_cents(at(line, 2))):
                    continue  # by far the most frequent reason, and seldom the whole charge
                yield from _reason(part, index, elements[1], code, amount, line)
        elif elements[0] == "DTM" and len(at(elements, 2)) == 8 and read_day(elements[2]) is None:
            yield found(part, index, "no_such_day", f"There is no such day as {clip(elements[2])}.", 2)
    if line is not None:
        yield from _line(part, line_at, line, line_cas)
    if whole and part.segments[0][0] == "2100.CLP":
        yield from _whole(part, part.segments[0][1], claim_cas, all_cas, patient, lines_paid if lines else None)


def _line(part: Part, index: int, svc: list[str], adjusted: int) -> Iterator[X12Finding]:
    charged, paid = read_cents(at(svc, 2)), read_cents(at(svc, 3))
    if charged is not None and paid is not None and charged - adjusted != paid:
        said = f"The line was charged {dollars(charged)}, adjusted by {dollars(adjusted)} and paid {dollars(paid)}."
        yield found(part, index, "line_adds_up", f"{said} That does not add up.", 3, value=at(svc, 3))


def _whole(
    part: Part, clp: list[str], claim_cas: int, all_cas: int, patient: int, lines_paid: int | None
) -> Iterator[X12Finding]:
    charged, paid = read_cents(at(clp, 3)), read_cents(at(clp, 4))
    if charged is None or paid is None:
        return
    if charged - all_cas != paid:
        said = f"The claim was charged {dollars(charged)}, adjusted by {dollars(all_cas)} and paid {dollars(paid)}."
        yield found(part, 0, "claim_adds_up", f"{said} That does not add up.", 4, value=at(clp, 4))
    if lines_paid is not None and lines_paid - claim_cas != paid:
        less = dollars(claim_cas)
        said = f"Lines were paid {dollars(lines_paid)}, less {less} of the claim; it was paid {dollars(paid)}."
        yield found(part, 0, "lines_add_up", f"{said} That does not add up.", 4, value=at(clp, 4))
    owes = read_cents(at(clp, 5)) if at(clp, 5) else None
    if owes is not None and owes != patient and at(clp, 2) != _REVERSAL:
        said = f"The patient's share is given as {dollars(owes)}, but what is marked PR comes to {dollars(patient)}."
        yield found(part, 0, "patient_share", said, 5, weight=ADVISORY, value=at(clp, 5))


def _signs(part: Part, clp: list[str]) -> Iterator[X12Finding]:
    """A reversal repeats the original with its signs turned: the charge is below zero, or zero."""
    charged, paid = read_cents(at(clp, 3)), read_cents(at(clp, 4))
    if (charged or 0) > 0 or (paid or 0) > 0:
        said = "A reversal repeats the earlier answer with its signs turned, but an amount here is above zero."
        yield found(part, 0, "reversal_signs", said, 3 if (charged or 0) > 0 else 4, value=at(clp, 3))


# ── reasons ─────────────────────────────────────────────────────────────────


def _reason(
    part: Part, index: int, group: str, code: str, cents: int | None, line: list[str] | None
) -> Iterator[X12Finding]:
    known = reason(code)
    if known is None:
        return
    if known.only and group not in known.only:
        said = f"Reason {code} stands with group {' or '.join(known.only)}; this payer writes {clip(group)}."
        yield found(part, index, "reason_group", said, 1, weight=ADVISORY, value=group)
    if known.needs_remark and not _has_remark(part, index):
        said = (
            f"Reason {code} needs a remark code that explains it, and none stands here: ask the payer what was meant."
        )
        yield found(part, index, "remark_missing", said, 2, weight=ADVISORY, value=code)
    if known.code == "45" and line is not None and cents and cents == read_cents(at(line, 2)):
        said = "Reason 45 takes the whole charge; a line above the allowed amount has an allowed amount."
        yield found(part, index, "whole_charge", said, 3, weight=ADVISORY, value=code)


def _has_remark(part: Part, index: int) -> bool:
    """Look for a remark that is no alert: with the line, or with the claim (MOA, MIA)."""
    codes: list[str] = []
    for key, elements in islice(part.segments, index + 1, None):
        if key == "2110.SVC":
            break
        if key == "2110.LQ":
            codes.append(at(elements, 2))
    for key, elements in part.segments[:_MOST_BEFORE_LINES]:
        if key == "2100.MOA":
            codes += elements[3:8]
        elif key == "2100.MIA":
            codes += [at(elements, place) for place in (5, 20, 21, 22, 23)]
    return any(code and not ((one := remark(code)) and one.is_alert) for code in codes)


def reverses(original: RemittedClaim, reversal: RemittedClaim) -> tuple[str, ...]:
    """Say where a reversal is not the original with every sign turned; empty: it is.

    Args:
        original: The answer that is taken back.
        reversal: The claim with status 22.

    Returns:
        Sentences, each about one amount.
    """

    def sums(claim: RemittedClaim) -> dict[tuple[str, str], int]:
        totals: dict[tuple[str, str], int] = {}
        for one in claim.all_adjustments():
            key = (one.group, one.reason)
            totals[key] = totals.get(key, 0) + one.amount_cents
        return totals

    faults = []
    for words, was, taken in (
        ("charge", original.charged_cents, reversal.charged_cents),
        ("payment", original.paid_cents, reversal.paid_cents),
    ):
        if was != -taken:
            faults.append(f"The {words} was {dollars(was)}; the reversal takes back {dollars(-taken)}.")
    before, after = sums(original), sums(reversal)
    for group, code in sorted({*before, *after}):
        was, taken = before.get((group, code), 0), after.get((group, code), 0)
        if was != -taken:
            faults.append(f"Adjustment {group} {code} was {dollars(was)}; the reversal takes back {dollars(-taken)}.")
    return tuple(faults)


__all__ = ["Ledger", "found", "reverses"]
