"""The packet as a use case: what is claimed, what goes along, what stays at home."""

from datetime import date, timedelta

import pytest

from necessity.domain.case import Case
from necessity.domain.decision import LineDecision, Outcome
from necessity.domain.funding import FundingKind
from necessity.domain.receipt import Receipt, Reimbursement
from necessity.domain.training import Expense, Package, ServiceKind, ServiceStatus
from necessity.errors import FormatError
from necessity.formats.packet.check import check
from necessity.formats.packet.contents import PacketContents
from necessity.workflow.packet import contents_of, make_packet
from tests.cast import ada, bruno, session
from tests.packets import MADE_ON, decision, finding, line, pdf, photo

PAYER = "Example Benefits"


def papers(path: str) -> bytes | None:
    return {"papers/letter1.pdf": pdf("Letter of Dr. Ghali")}.get(path, photo(300, 400))


def no_papers(path: str) -> bytes | None:
    return None


def lines_of(case: Case, source: str, **more: object) -> list[LineDecision]:
    return [line(s.id, s.served_on, source, Outcome.PAYABLE, **more) for s in case.sessions]


def hsa_contents(case: Case, lines: list[LineDecision] | None = None, made_on: date = MADE_ON) -> PacketContents:
    lines = lines_of(case, "hsa") if lines is None else lines
    return contents_of(case, decision(case, "hsa", FundingKind.HSA, lines), "hsa", papers, made_on, PAYER)


def with_first_session(case: Case, **changes: object) -> Case:
    first, *others = case.sessions
    return case.model_copy(update={"sessions": (first.model_copy(update=changes), *others)})


def test_ada_gets_a_whole_packet() -> None:
    """The main road: four sessions, one letter, four receipts, nothing missing."""
    case = ada()
    decided = decision(case, "hsa", FundingKind.HSA, lines_of(case, "hsa"))
    packet = make_packet(case, decided, "hsa", papers, MADE_ON, PAYER)
    assert packet.missing == ()
    assert check(packet.pdf) == ()
    ids = [entry.id for entry in packet.manifest.entries]
    assert ids == [
        "statement",
        "log",
        "letter/letter1",
        "receipt/r1",
        "receipt/r2",
        "receipt/r3",
        "receipt/r4",
    ]


def test_the_statement_says_what_a_receipt_must_say() -> None:
    """Patient, provider, date, description and amount, and no procedure code."""
    shown = hsa_contents(ada())
    first = shown.rows[0]
    assert shown.patient_name == "Ada"
    assert shown.account_holder == "Ada"
    assert (first.served_on, first.minutes) == (date(2026, 3, 9), 45)
    assert first.service == "Personal training session"
    assert first.provider == "Trainer Eli (Eli Training)"
    assert (first.charge_cents, first.paid_cents, first.claimed_cents) == (8500, 8500, 8500)
    assert shown.providers == ("Trainer Eli, ACE-CPT, Eli Training, tax number 12-3456789",)


def test_only_lines_that_meet_the_rules_are_claimed_and_open_ones_say_why() -> None:
    """Too early is not claimed in the hope that nobody looks."""
    case = bruno()
    lines = [
        line("s1", date(2026, 4, 7), "fsa", Outcome.NOT_PAYABLE),
        line("s2", date(2026, 4, 9), "fsa", Outcome.PENDED),
        line("s3", date(2026, 4, 14), "fsa", Outcome.PAYABLE),
        line("s4", date(2026, 4, 16), "fsa", Outcome.REVIEW),
    ]
    waiting = finding("Nobody knows yet when the letter was approved.", "s2", "s4")
    decided = decision(case, "fsa", FundingKind.HEALTH_FSA, lines, waiting)
    shown = contents_of(case, decided, "fsa", papers, MADE_ON, PAYER)
    assert [row.id for row in shown.rows] == ["s3"]
    assert [row.served_on for row in shown.open_rows] == [date(2026, 4, 9), date(2026, 4, 16)]
    assert {row.why for row in shown.open_rows} == {"Nobody knows yet when the letter was approved."}
    assert shown.title == "Request for reimbursement"
    assert shown.plan_year == "2026 (Jan 1, 2026 to Dec 31, 2026)"


def test_only_the_papers_of_the_claimed_lines_go_along() -> None:
    """Minimum necessary: what the payer does not need stays at home."""
    case = ada()
    lines = lines_of(case, "hsa")
    lines[1] = line("s2", date(2026, 3, 12), "hsa", Outcome.NOT_PAYABLE)
    shown = hsa_contents(case, lines)
    assert [paper.id for paper in shown.papers] == ["letter1", "r1", "r3", "r4"]
    assert [entry.served_on for entry in shown.sessions] == [row.served_on for row in shown.rows]
    assert "M54" not in str(shown.model_dump(exclude={"papers"}))


def test_another_letter_of_the_case_stays_at_home() -> None:
    """A letter for another condition is nobody's business here."""
    case = ada()
    other = case.letters[0].model_copy(update={"id": "letter2", "file": "papers/letter2.pdf"})
    shown = hsa_contents(case.model_copy(update={"letters": (*case.letters, other)}))
    assert [paper.id for paper in shown.papers if paper.kind == "letter"] == ["letter1"]


@pytest.mark.parametrize(
    ("status", "served_on"),
    [
        (ServiceStatus.PLANNED, date(2026, 3, 9)),
        (ServiceStatus.MISSED, date(2026, 3, 9)),
        (None, date(2026, 3, 9)),
        (ServiceStatus.HELD, MADE_ON + timedelta(days=1)),
        (ServiceStatus.HELD, None),
    ],
)
def test_a_service_not_known_to_be_given_is_not_claimed(status: ServiceStatus | None, served_on: date | None) -> None:
    """An expense arises when the service is given, not when it is paid."""
    case = with_first_session(ada(), status=status, served_on=served_on)
    shown = hsa_contents(case)
    assert "s1" not in [row.id for row in shown.rows]
    assert shown.open_rows[-1 if served_on is None or served_on > MADE_ON else 0].why.startswith("Not given yet")


def test_a_service_given_on_the_very_day_is_claimed() -> None:
    """The boundary belongs to the person."""
    assert len(hsa_contents(ada(), made_on=date(2026, 3, 19)).rows) == 4
    assert len(hsa_contents(ada(), made_on=date(2026, 3, 18)).rows) == 3


def test_the_unheld_rest_of_a_package_is_one_row() -> None:
    """Fourteen like lines tell no more than one."""
    lines = lines_of(ada(), "hsa") + [line(f"pack#{n}", None, "hsa", Outcome.PENDED, rules=()) for n in range(1, 15)]
    (row,) = hsa_contents(ada(), lines).open_rows
    assert row.count == 14


def test_a_package_shows_each_session_as_paid_from_one_receipt() -> None:
    """The word package alone is rejected; the sessions behind it are not."""
    package = Package(id="pack", sessions=4, price_cents=34_000, receipt="r1")
    sessions = tuple(
        s.model_copy(update={"receipt": None, "package": "pack", "charge_cents": None}) for s in ada().sessions
    )
    paid = ada().receipts[0].model_copy(update={"amount_cents": 34_000})
    case = ada().model_copy(update={"packages": (package,), "sessions": sessions, "receipts": (paid,)})
    shown = hsa_contents(case)
    assert [row.paid_cents for row in shown.rows] == [8500] * 4
    assert {row.receipt for row in shown.rows} == {"r1"}
    assert [paper.id for paper in shown.papers] == ["letter1", "r1"]
    assert shown.missing == ()


def test_what_a_shared_receipt_does_not_show_is_not_guessed() -> None:
    """A receipt for less than the lines behind it does not say which were paid."""
    sessions = tuple(s.model_copy(update={"receipt": "r1"}) for s in ada().sessions)
    short = ada().receipts[0].model_copy(update={"amount_cents": 20_000})
    case = ada().model_copy(update={"sessions": sessions, "receipts": (short,)})
    assert {row.paid_cents for row in hsa_contents(case).rows} == {None}


def test_one_paper_that_proves_several_payments_is_shown_once() -> None:
    """A monthly statement is one paper."""
    receipts = tuple(r.model_copy(update={"file": "papers/march.pdf"}) for r in ada().receipts)
    shown = hsa_contents(ada().model_copy(update={"receipts": receipts}))
    assert [paper.id for paper in shown.papers] == ["letter1", "r1, r2, r3, r4"]
    assert shown.papers[1].title == "Receipts r1, r2, r3, r4: $340.00 paid to Eli Training"


def test_what_came_back_from_elsewhere_is_said() -> None:
    """Nobody is asked for the same dollar twice."""
    back = Reimbursement(id="b1", expense="s1", amount_cents=2500)
    case = ada().model_copy(update={"reimbursements": (back,)})
    lines = lines_of(case, "hsa")
    lines[0] = line("s1", date(2026, 3, 9), "hsa", Outcome.PAYABLE, payable_cents=6000)
    row = hsa_contents(case, lines).rows[0]
    assert (row.claimed_cents, row.note) == (6000, "$25.00 came back from elsewhere.")


def test_a_line_with_nothing_left_is_not_claimed() -> None:
    """An empty account pays nothing, and the packet does not ask."""
    lines = lines_of(ada(), "hsa")
    lines[3] = line("s4", date(2026, 3, 19), "hsa", Outcome.PAYABLE, payable_cents=0)
    shown = hsa_contents(ada(), lines)
    assert [row.id for row in shown.rows] == ["s1", "s2", "s3"]
    assert shown.open_rows[0].why == "Nothing remains to be claimed for it from here."


def test_everything_the_record_lacks_is_said_at_once() -> None:
    """One round of mending, not five."""
    case = bruno()
    nobody = case.patient.model_copy(update={"name": None})
    sessions = tuple(s.model_copy(update={"receipt": None, "trainer": None}) for s in case.sessions)
    case = case.model_copy(update={"patient": nobody, "sessions": sessions})
    lines = lines_of(case, "fsa", charge_cents=None, payable_cents=None)
    packet = make_packet(case, decision(case, "fsa", FundingKind.HEALTH_FSA, lines), "fsa", no_papers, MADE_ON, PAYER)
    for word in (
        "patient",
        "account holder",
        "member number",
        "No receipt",
        "Who delivered",
        "amount",
        "No file",
    ):
        assert any(word in sentence for sentence in packet.missing), word


def test_an_hsa_needs_no_member_number_and_no_certificate() -> None:
    """Nobody pre-checks an HSA; its owner keeps the record."""
    shown = hsa_contents(ada())
    assert shown.missing == ()
    assert shown.certification is None
    assert shown.title == "Record of expenses"


def test_other_expenses_are_described_in_their_own_words() -> None:
    """A membership month has a first and a last day."""
    gym = Expense(
        id="gym",
        kind=ServiceKind.GYM_MEMBERSHIP,
        words="Pool and weights",
        status=ServiceStatus.HELD,
        served_on=date(2026, 4, 1),
        served_to=date(2026, 4, 30),
        receipt="r9",
    )
    paid = Receipt(id="r9", paid_to="City Gym", amount_cents=4000, file="papers/gym.jpg")
    case = ada().model_copy(update={"expenses": (gym,), "receipts": (*ada().receipts, paid)})
    lines = [line("gym", date(2026, 4, 1), "hsa", Outcome.PAYABLE, kind="gym_membership", charge_cents=4000)]
    (row,) = hsa_contents(case, lines).rows
    assert row.service == "Gym membership: Pool and weights, Apr 1, 2026 to Apr 30, 2026"
    assert row.provider == "City Gym"
    assert row.minutes is None


def test_nothing_to_claim_is_refused_with_the_next_step() -> None:
    """An empty packet is worse than none."""
    case = ada()
    lines = [line("s1", date(2026, 3, 9), "hsa", Outcome.PENDED)]
    with pytest.raises(FormatError, match="no expense can be claimed"):
        make_packet(case, decision(case, "hsa", FundingKind.HSA, lines), "hsa", papers, MADE_ON, PAYER)


def test_a_route_the_case_does_not_have_is_refused_by_name() -> None:
    """A typing error must not make a packet for somebody else."""
    case = ada()
    decided = decision(case, "hsa", FundingKind.HSA, lines_of(case, "hsa"))
    with pytest.raises(FormatError, match="no funding source 'has'") as caught:
        make_packet(case, decided, "has", papers, MADE_ON, PAYER)
    assert caught.value.next_step == "Choose one of: hsa."


def test_an_unknown_kind_of_service_is_called_a_service() -> None:
    """The engine may not know the kind of a planned line."""
    lines = [*lines_of(ada(), "hsa"), line("planned", None, "hsa", Outcome.PENDED, kind="unknown")]
    assert hsa_contents(ada(), lines).open_rows[0].service == "Service"


def test_the_order_of_lines_changes_nothing() -> None:
    """The same decision gives the same packet."""
    lines = lines_of(ada(), "hsa")
    assert hsa_contents(ada(), lines[::-1]) == hsa_contents(ada(), lines)


def test_a_session_of_another_trainer_names_both() -> None:
    """Each row says who delivered it."""
    case = ada().model_copy(update={"sessions": (session("s1", date(2026, 3, 9), receipt="r1"),)})
    supervised = with_first_session(case, supervisor="ghali")
    (row,) = hsa_contents(supervised).rows
    assert row.provider == "Trainer Eli (Eli Training), overseen by Dr. Ghali, MD"
