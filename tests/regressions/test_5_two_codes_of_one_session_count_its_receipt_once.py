"""A session with two codes stands on two lines of a claim, and its receipt is one payment.

Four visits of two codes each, thirty dollars paid at each: the ledger of the claim said that 240 dollars were paid.
"""

from datetime import date

from necessity.domain.balances import ledger_of
from necessity.domain.claim import Claim, ServiceLine
from tests import cast
from tests.claims import chen_in_therapy, therapy

DAYS = (date(2026, 5, 4), date(2026, 5, 7))


def test_what_was_paid_at_a_visit_is_shared_out_over_its_lines() -> None:
    """Else the patient seems to have paid more than every receipt together."""
    visits = tuple(
        therapy(f"s{n}", day, ("leg press", 24, "97110"), ("balance", 23, "97112")).model_copy(
            update={"receipt": f"r{n}"}
        )
        for n, day in enumerate(DAYS, start=1)
    )
    receipts = tuple(cast.receipt(f"r{n}", day, 3_000) for n, day in enumerate(DAYS, start=1))
    lines = tuple(
        ServiceLine(id=f"s{n}-{m}", expense=f"s{n}", served_on=day, procedure_code=code, charge_cents=charge)
        for n, day in enumerate(DAYS, start=1)
        for m, (code, charge) in enumerate((("97110", 6_128), ("97112", 5_872)), start=1)
    )
    claim = Claim(id="c1", funding_source="plan", service_lines=lines)
    case = chen_in_therapy(*visits).model_copy(update={"receipts": receipts, "claims": (claim,)})
    (ledger,) = ledger_of(case).claims
    assert ledger.paid_by_me_cents == 6_000
    assert [line.paid_by_me_cents for line in ledger.lines] == [1_532, 1_468, 1_532, 1_468]
