"""The year's money: by account and owner, above the floor, with digests and years to keep; nothing counted twice."""

import subprocess
from datetime import date
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from necessity.cli import wiring
from necessity.domain.balances import ledger_of
from necessity.domain.case import Case
from necessity.domain.dossier import Dossier
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.manifest import digest
from necessity.domain.people import Relationship
from necessity.domain.receipt import Reimbursement
from necessity.formats.dossier.table import as_csv
from necessity.formats.dossier.write import write
from necessity.formats.pdf import attachments, open_pdf
from necessity.workflow.dossier import make_dossier, movements
from necessity.workflow.post_answers import post_answers
from tests import answers as told
from tests.conftest import EXAMPLES
from tests.shipped import judge

FOLDER = EXAMPLES / "01_hsa_back_pain"
MADE_ON = date(2027, 2, 1)


@cache
def ada() -> Case:
    """Twelve sessions of $85, an HSA, and the spouse's FSA that paid part of one."""
    case = wiring.read_case(FOLDER)
    spouse = FundingSource(
        id="their_fsa", kind=FundingKind.HEALTH_FSA, owner="Dana", owner_relationship=Relationship.SPOUSE
    )
    tax = case.tax.model_copy(
        update={"year": 2026, "adjusted_gross_income_cents": 600_000, "other_medical_cents": 30_000, "itemises": True}
    )
    return case.model_copy(update={"funding_sources": (*case.funding_sources, spouse), "tax": tax})


def with_backs(*backs: tuple[str, str, date | None, int]) -> Case:
    made = tuple(
        Reimbursement(id=f"b{n}", expense=e, funding_source=s, paid_on=on, amount_cents=c)
        for n, (e, s, on, c) in enumerate(backs)
    )
    return ada().model_copy(update={"reimbursements": made})


def papers(file: str) -> bytes | None:
    path = FOLDER / file
    return path.read_bytes() if path.exists() else None


def made(case: Case, year: int = 2026) -> Dossier:
    return make_dossier(case, year, judge(), papers, MADE_ON)


def test_each_account_stands_by_itself_with_its_owner_and_its_payments_of_the_year() -> None:
    """A payment of January for a session of December belongs to the return of January."""
    dossier = made(
        with_backs(
            ("s01", "hsa", date(2026, 8, 1), 8500),
            ("s02", "their_fsa", date(2026, 8, 3), 4000),
            ("s03", "hsa", date(2027, 1, 4), 8500),
        )
    )
    assert [(one.funding_source, one.owner, one.paid_cents) for one in dossier.accounts] == [
        ("hsa", "Ada", 8500),
        ("their_fsa", "Dana", 4000),
    ]
    assert dossier.hsa.startswith("You decide; the tax authority may ask")
    later = made(with_backs(("s03", "hsa", date(2027, 1, 4), 8500)), 2027)
    assert [one.paid_cents for one in later.accounts] == [8500]
    assert later.deduction.candidates_cents == 0


def test_the_deduction_is_what_rises_above_the_floor_of_what_nobody_paid_back() -> None:
    """7.5 % of $6,000 is $450; $935 left and $300 of others rise $785 above it."""
    deduction = made(with_backs(("s01", "hsa", date(2026, 8, 1), 8500))).deduction
    assert (deduction.floor_cents, deduction.candidates_cents, deduction.above_floor_cents) == (45_000, 93_500, 78_500)
    assert deduction.citations


def test_without_income_or_for_another_year_nothing_is_worked_out() -> None:
    """Figures of another year are never borrowed."""
    other = ada().model_copy(update={"tax": ada().tax.model_copy(update={"year": 2025})})
    deduction = made(other).deduction
    assert (deduction.floor_cents, deduction.above_floor_cents) == (None, None)
    assert any("of 2025" in note for note in deduction.notes)


def test_money_without_a_day_is_named_and_stands_in_no_year() -> None:
    """Nobody can say to which return it belongs."""
    dossier = made(with_backs(("s01", "hsa", None, 8500)))
    assert [(one.paid_cents, one.undated_cents) for one in dossier.accounts] == [(0, 8500)]
    assert any("day of payment" in one for one in dossier.missing)


def test_papers_carry_the_digest_of_their_file() -> None:
    """Years later the file can be shown to be the same."""
    letter = next(one for one in made(ada()).papers if one.title.startswith("Letter"))
    assert letter.sha256 == digest((FOLDER / "papers" / "letter.pdf").read_bytes())


def test_the_years_to_keep_count_from_the_day_the_return_was_due() -> None:
    """Three and six years from 15 April, and seven by our advice, each with its source."""
    keeps = made(ada()).keeps
    assert [one.until for one in keeps] == [date(2030, 4, 15), date(2033, 4, 15), date(2033, 12, 31)]
    assert all(one.citations for one in keeps)


def test_what_was_paid_twice_is_told() -> None:
    """Before the return is signed."""
    dossier = made(with_backs(("s01", "hsa", date(2026, 8, 1), 8500), ("s01", "their_fsa", date(2026, 8, 3), 4000)))
    assert [one.where for one in dossier.findings] == ["s01"]


def test_the_pdf_is_the_same_again_and_carries_its_table() -> None:
    """To be compared years later."""
    dossier = made(with_backs(("s01", "hsa", date(2026, 8, 1), 8500)))
    pdf = write(dossier)
    assert pdf == write(dossier)
    assert attachments(open_pdf(pdf)) == {"money-2026.csv": as_csv(dossier).encode()}
    shown = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    assert "What may be deducted" in shown
    assert "You decide; the tax authority may ask; this is what you would show." in " ".join(shown.split())


def test_no_cell_of_the_table_is_a_formula() -> None:
    """Spreadsheets run what begins with an equals sign."""
    case = ada()
    evil = case.patient.model_copy(update={"name": "=1+1"})
    rows = as_csv(made(case.model_copy(update={"patient": evil}))).splitlines()
    assert all(",=1" not in row for row in rows)


@given(st.permutations(range(3)), st.integers(0, 23000), st.integers(0, 23000))
def test_movements_add_up_to_the_ledger(order: list[int], first: int, second: int) -> None:
    """The dossier and the ledger never disagree by a cent."""
    answers = [
        told.remittance(charged_cents=23000, paid_cents=first),
        told.remittance(told.line(1, second % 8500), trace_number="T-4"),
        told.undone(told.remittance(charged_cents=23000, paid_cents=first)),
    ]
    case = post_answers(told.case(), [answers[n] for n in order], told.CAME_ON).case
    sums: dict[str, int] = {}
    for one in movements(case):
        sums[one.expense] = sums.get(one.expense, 0) + one.amount_cents
    assert {one.id: one.paid_back_cents for one in ledger_of(case).expenses if one.paid_back_cents} == {
        id: cents for id, cents in sums.items() if cents
    }
