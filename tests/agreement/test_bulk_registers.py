"""What a bulk run lists beside its lines: how money was used, the letters on file, what was paid beyond what is left."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from necessity.codesets.icd10cm.book import shipped
from necessity.domain.tables import Row, Tables
from necessity.rulebook.recovery import recovery_words
from necessity.workflow.adjudicate import Wishes, adjudicate
from necessity.workflow.synthesize import USUAL, plan_book, synthesize
from tests.books import copied, lines_of, rows_of, write_parquet
from tests.shipped import book

CASE = "12_journey_fsa_runs_dry"
ID = f"{CASE}-0"


def decided(tables: Tables, folder: Path) -> Path:
    """Decide some tables, and hand out the folder of the run."""
    run(write_parquet(folder / "in", tables), folder / "out")
    return folder / "out"


def run(tables: Path, out: Path, wishes: Wishes = Wishes(parts=1, threads=1)) -> dict[str, Any]:  # noqa: B008
    return adjudicate(book(), shipped(), tables, out, wishes)


def bruno() -> Tables:
    """Bruno's sessions of a year at his health FSA: two before the letter, forty paid, then the money is gone."""
    return copied((CASE,), 1)


def the_letter(tables: Tables, folder: Path) -> dict[str, Any]:
    (row,) = rows_of(f"{decided(tables, folder)}/letters.parquet")
    return row


def with_row(tables: Tables, table: str, *rows: dict[str, object]) -> Tables:
    """Add rows; what they leave out is as in the first row, or empty."""
    first: Row = tables[table][0] if tables[table] else {"case_id": ID}
    return {**tables, table: [*tables[table], *({**first, **row} for row in rows)]}


def changed(tables: Tables, table: str, **cells: object) -> Tables:
    first, *others = tables[table]
    return {**tables, table: [{**first, **cells}, *others]}


def came_back(id: str, expense: str, cents: int, **cells: object) -> dict[str, object]:
    own = {"funding_source": "fsa", "paid_on": date(2026, 9, 15), "counts_as_wages": False}
    return {"case_id": ID, "id": id, "expense": expense, "amount_cents": cents, **own, **cells}


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A synthetic book and its run."""
    folder = tmp_path_factory.mktemp("synthetic")
    synthesize(plan_book(1500, 7, date(2026, 6, 30), dict(USUAL)), folder / "book")
    run(folder / "book" / "tables", folder / "out", Wishes(parts=3))
    return folder / "book" / "tables", folder / "out"


def test_the_use_of_money_adds_up_to_the_lines(synthetic: tuple[Path, Path]) -> None:
    """A report that loses a line, or counts one twice, is worse than none."""
    use = rows_of(f"{synthetic[1]}/parts/*/use.parquet")
    lines = rows_of(f"{synthetic[1]}/parts/*/lines.parquet")
    for outcome in ("payable", "pended", "review", "not_payable"):
        of_use = [row for row in use if row["outcome"] == outcome]
        of_lines = [row for row in lines if row["outcome"] == outcome]
        assert sum(row["lines"] for row in of_use) == len(of_lines)
        for cents in ("charge_cents", "payable_cents"):
            assert sum(row[cents] for row in of_use) == sum(row[cents] or 0 for row in of_lines)
    assert all(row["condition"] and row["member_id"] and row["month"].day == 1 for row in use)


def test_a_letters_sessions_are_the_lines_it_carries(synthetic: tuple[Path, Path]) -> None:
    """Who reads that 18 sessions are left must be able to count the others."""
    tables, out = synthetic
    lines = [row for row in rows_of(f"{out}/parts/*/lines.parquet") if row["letter"]]
    expenses = {(row["case_id"], row["id"]): row for row in rows_of(f"{tables}/expense/*.parquet")}
    orders = {row["case_id"]: row for row in rows_of(f"{tables}/training_order/*.parquet")}
    letters = rows_of(f"{out}/letters.parquet")
    for letter in letters:
        own = [
            row
            for row in lines
            if (row["case_id"], row["funding_source_id"], row["letter"])
            == (letter["case_id"], letter["funding_source_id"], letter["letter"])
            and expenses[row["case_id"], row["expense_id"]]["status"] == "held"
            and (
                letter["sessions_ordered"] is None
                or expenses[row["case_id"], row["expense_id"]]["kind"] == orders[row["case_id"]]["kind"]
            )
        ]
        back = ("not_payable", "us.money.not_paid_back_already")
        paid_before = sum((row["outcome"], row["reason"]) == back for row in own)
        assert letter["sessions_settled"] == sum(row["outcome"] == "payable" for row in own) + paid_before
        assert letter["sessions_open"] == sum(row["outcome"] in ("pended", "review") for row in own)
        if letter["sessions_ordered"] is not None:
            taken = letter["sessions_settled"] + letter["sessions_open"]
            assert letter["sessions_left"] == max(0, letter["sessions_ordered"] - taken)
    assert {"in_force", "ended", "used_up"} <= {letter["state"] for letter in letters}


def test_recurring_claims_settle_by_themselves_until_the_letter_is_used_up(tmp_path: Path) -> None:
    """One letter carries all sessions it orders; what comes after is decided by the rules, and shown to a person."""
    ordered = changed(bruno(), "training_order", sessions_per_week=2, weeks=15)
    found = the_letter(ordered, tmp_path)
    lines = lines_of(tmp_path / "out")
    assert found["sessions_ordered"] == 30
    assert found["sessions_settled"] == sum(line[5] == "payable" for line in lines.values()) == 40
    assert (found["sessions_left"], found["sessions_beyond"], found["state"]) == (0, 10, "used_up")


def test_sessions_that_came_back_before_have_used_the_letter_up_too(tmp_path: Path) -> None:
    """Next month's run holds last month's sessions, paid; they must not look like refused ones."""
    paid = with_row(bruno(), "reimbursement", came_back("b1", "s03", 8500), came_back("b2", "s04", 8500))
    found = the_letter(paid, tmp_path)
    assert (found["sessions_settled"], found["sessions_left"]) == (40, 38)
    assert found["payable_cents"] == 38 * 8500
    assert rows_of(f"{tmp_path}/out/recoveries.parquet") == []


def test_the_window_is_the_administrators(tmp_path: Path) -> None:
    """The letter says no end that the administrator would not cut at twelve months."""
    found = the_letter(bruno(), tmp_path)
    assert (found["window_from"], found["window_to"]) == (date(2026, 4, 1), date(2027, 3, 31))
    assert (found["received_on"], found["condition"], found["state"]) == (date(2026, 4, 8), "E11.9", "in_force")


STATES: dict[str, tuple[str, dict[str, object], str]] = {
    "ended": ("case_file", {"decided_on": date(2027, 4, 1)}, "ended"),
    "its last day": ("case_file", {"decided_on": date(2027, 3, 31)}, "in_force"),
    "ahead": ("case_file", {"decided_on": date(2026, 3, 31)}, "ahead"),
    "unsigned": ("letter", {"signature": "unsigned"}, "open"),
    "no day of signing": ("letter", {"signed_on": None}, "not_known"),
    "signed by the patient's family": ("clinician", {"is_patient_or_family": True}, "not_taken"),
}


@pytest.mark.parametrize("what", STATES)
def test_a_letter_stands_as_its_days_and_rules_say(what: str, tmp_path: Path) -> None:
    """A register that calls a dead letter good is how wrong money goes out."""
    table, cells, state = STATES[what]
    assert the_letter(changed(bruno(), table, **cells), tmp_path)["state"] == state


ORDERS: dict[str, Tables] = {
    "two orders for one letter": with_row(bruno(), "training_order", {"id": "order2", "weeks": 3}),
    "signed before it was ordered": changed(bruno(), "training_order", ordered_on=date(2026, 4, 2)),
    "for another condition": changed(bruno(), "training_order", condition="other"),
    "of another kind": changed(bruno(), "training_order", kind="massage"),
    "without weeks": changed(bruno(), "training_order", weeks=None),
    "none": {**bruno(), "training_order": []},
}


@pytest.mark.parametrize("what", ORDERS)
def test_how_many_sessions_a_letter_orders_is_known_only_from_one_order(what: str, tmp_path: Path) -> None:
    """Unknown is an answer: nothing is counted down from a number that nobody wrote."""
    tables = ORDERS[what]
    if what == "for another condition":
        tables = with_row(tables, "condition", {"id": "other", "code": "M54.50"})
    found = the_letter(tables, tmp_path)
    assert (found["sessions_ordered"], found["sessions_left"], found["sessions_beyond"]) == (None, None, None)


def test_a_renewed_letter_needs_an_order_of_its_own(tmp_path: Path) -> None:
    """The first letter's sessions must not be handed out twice."""
    tables = with_row(bruno(), "letter", {"id": "letter2", "signed_on": date(2026, 9, 1)})
    found = {row["letter"]: row["sessions_ordered"] for row in rows_of(f"{decided(tables, tmp_path)}/letters.parquet")}
    assert found == {"letter1": 78, "letter2": None}


def recoveries(tables: Tables, folder: Path) -> list[tuple[Any, ...]]:
    """List what was paid beyond what is left: expense, source, paid, may keep, too much, why."""
    names = ("expense_id", "funding_source_id", "paid_cents", "payable_cents", "over_cents", "why", "rule")
    found = rows_of(f"{decided(tables, folder)}/recoveries.parquet")
    return sorted(tuple(row[name] for name in names) for row in found)


def test_what_is_refused_and_was_paid_is_all_too_much(tmp_path: Path) -> None:
    """Session 1 lies before the letter was accepted; its money has to come back."""
    found = recoveries(with_row(bruno(), "reimbursement", came_back("b1", "s01", 8500)), tmp_path)
    assert found == [("s01", "fsa", 8500, 0, 8500, "refused", "us.letter_dates.serves_in_time")]


def test_a_payment_in_full_is_no_recovery(tmp_path: Path) -> None:
    """It is refused now only because it was paid: the rule against paying twice is no ground to ask it back."""
    assert recoveries(with_row(bruno(), "reimbursement", came_back("b1", "s10", 8500)), tmp_path) == []


def test_time_that_went_by_since_is_no_ground(tmp_path: Path) -> None:
    """What was claimed and paid in time does not become wrong because the time to claim has ended."""
    late = changed(bruno(), "case_file", decided_on=date(2027, 9, 1))
    paid = with_row(late, "reimbursement", came_back("b1", "s10", 4000))
    assert recoveries(paid, tmp_path) == []
    line = lines_of(tmp_path / "out")[ID, "s10", "fsa"]
    assert (line[5], line[9]) == ("not_payable", "us.accounts.claim_is_in_time")


def test_of_two_payers_the_later_one_paid_too_much(tmp_path: Path) -> None:
    """The first paid what was due; the second paid what had come back."""
    first = came_back("b1", "s10", 6000, funding_source=None, paid_on=date(2026, 6, 1))
    second = came_back("b2", "s10", 4000, paid_on=date(2026, 6, 20))
    found = recoveries(with_row(bruno(), "reimbursement", first, second), tmp_path)
    assert found == [("s10", "fsa", 4000, 2500, 1500, "more_than_cost", "us.money.not_paid_back_already")]


def test_an_outside_payer_that_came_last_is_named_as_that(tmp_path: Path) -> None:
    """The account is not asked for money that somebody else paid twice."""
    first = came_back("b1", "s10", 8500, paid_on=date(2026, 6, 1))
    second = came_back("b2", "s10", 1000, funding_source=None, paid_on=date(2026, 6, 20))
    (found,) = recoveries(with_row(bruno(), "reimbursement", first, second), tmp_path)
    assert found[:6] == ("s10", None, 1000, 0, 1000, "more_than_cost")


def test_above_the_years_money_the_last_sessions_were_too_much(tmp_path: Path) -> None:
    """3,400 dollars pay forty sessions; of forty-two paid the last two must come back."""
    paid = [came_back(f"b{n:02}", f"s{n:02}", 8500) for n in range(3, 45)]
    found = recoveries(with_row(bruno(), "reimbursement", *paid), tmp_path)
    year = "us.money.year_money_is_left"
    assert found == [(f"s{n}", "fsa", 8500, 0, 8500, "more_than_year", year) for n in (43, 44)]


def test_taxed_wages_are_not_asked_back(tmp_path: Path) -> None:
    """A stipend paid as wages is not a payment for the session, unless it was paid against the receipt."""
    stipend = {"id": "stipend", "kind": "wellness_stipend", "payer": None, "member_id": None}
    tables = with_row(bruno(), "funding_source", stipend)
    wages = came_back("b1", "s10", 9900, funding_source="stipend", counts_as_wages=True, is_tied_to_receipt=False)
    assert recoveries(with_row(tables, "reimbursement", wages), tmp_path / "a") == []
    tied = came_back("b1", "s10", 9900, funding_source="stipend", counts_as_wages=True, is_tied_to_receipt=True)
    (found,) = recoveries(with_row(tables, "reimbursement", tied), tmp_path / "b")
    assert found[1:6] == ("stipend", 9900, 8500, 1400, "more_than_cost")


def test_recoveries_are_summed_up_by_member(tmp_path: Path) -> None:
    """One letter to one member, not one a session."""
    paid = [came_back(f"b{n}", f"s0{n}", 8500 + 100 * n) for n in (1, 2, 5)]
    out = decided(with_row(bruno(), "reimbursement", *paid), tmp_path)
    (member,) = rows_of(f"{out}/recoveries_by_member.parquet")
    assert (member["payer"], member["member_id"], member["case_id"]) == ("healthequity", "HX-1002", None)
    assert (member["lines"], member["over_cents"]) == (3, 8600 + 8700 + 500)


def test_registers_do_not_hang_on_parts_and_threads(synthetic: tuple[Path, Path], tmp_path: Path) -> None:
    """An administrator's figures must not hang on the machine."""
    tables, out = synthetic
    run(tables, tmp_path, Wishes(parts=5, threads=3))
    for name in ("letters", "recoveries", "recoveries_by_member"):
        assert rows_of(f"{tmp_path}/{name}.parquet") == rows_of(f"{out}/{name}.parquet")

    def use(folder: Path) -> list[str]:
        return sorted(map(repr, rows_of(f"{folder}/parts/*/use.parquet")))

    assert use(tmp_path) == use(out)


def test_every_rule_that_is_no_ground_is_a_rule() -> None:
    """A rule renamed must not turn into a ground to ask money back."""
    assert recovery_words().no_ground <= set(book().rules)
