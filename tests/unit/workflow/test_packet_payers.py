"""What each payer is told, and what not: its own order and limits, a wellness programme's few facts."""

import io
from datetime import date

import pikepdf
import pytest

from necessity.domain.answer import Denial
from necessity.domain.case import Case
from necessity.domain.claim import Claim, ServiceLine
from necessity.domain.decision import Deadline, Decision, Outcome
from necessity.domain.funding import FundingKind, FundingSource, PlanYear
from necessity.domain.training import Package
from necessity.domain.visits import GymVisit
from necessity.errors import SettingError
from necessity.formats.packet.contents import PacketContents, PacketPart
from necessity.parameters.load import Parameters, load
from necessity.rulebook.words import words
from necessity.workflow.packet import Wish, contents_of, make_packets, wish_of
from necessity.workflow.portal import portal_of
from tests.cast import ada, bruno
from tests.packets import MADE_ON, decision, finding, line, pdf, photo

PAYER = "Example Benefits"


@pytest.fixture(scope="module")
def known() -> Parameters:
    return load()


def papers(path: str) -> bytes | None:
    return pdf("Letter of Dr. Ghali") if path == "papers/letter1.pdf" else photo(300, 400)


def made(case: Case, source: str, kind: FundingKind, wish: Wish | None = None, **more: object) -> PacketContents:
    lines = [line(s.id, s.served_on, source, Outcome.PAYABLE, **more) for s in case.sessions]
    decided = decision(case, source, kind, lines)
    return contents_of(case, decided, source, papers, MADE_ON, PAYER, wish or Wish())


def test_a_portals_limits_come_from_its_profile(known: Parameters) -> None:
    """Take Command takes one file of ten megabytes; of others nothing is known but custom."""
    told = portal_of(known, FundingSource(id="h", kind=FundingKind.QSEHRA, payer="takecommand"), MADE_ON)
    assert (told.max_bytes, told.limit_is_known, told.in_one_file, told.one_date) == (10_000_000, True, True, True)
    other = portal_of(known, FundingSource(id="f", kind=FundingKind.HEALTH_FSA, payer="sentinel"), MADE_ON)
    assert (other.max_bytes, other.limit_is_known, other.in_one_file) == (10_000_000, False, False)
    assert other.payer_name == "Sentinel"
    assert portal_of(known, FundingSource(id="f", kind=FundingKind.HSA), MADE_ON).payer_name is None


def test_an_account_reads_letter_and_receipts_before_the_log(known: Parameters) -> None:
    """The order of a claim as administrators list its parts."""
    portal = portal_of(known, FundingSource(id="f", kind=FundingKind.HEALTH_FSA, payer="basic"), MADE_ON)
    assert portal.order[:3] == (PacketPart.STATEMENT, PacketPart.LETTERS, PacketPart.RECEIPTS)
    assert portal.order.index(PacketPart.LOG) > portal.order.index(PacketPart.RECEIPTS)


def test_a_portal_is_spoken_to_in_its_own_words(known: Parameters) -> None:
    """Whoever looks for `Claim` must find it."""
    portal = portal_of(known, FundingSource(id="f", kind=FundingKind.HEALTH_FSA, payer="fsafeds"), MADE_ON)
    assert portal.words.account_holder == "Participant"
    assert any("Submit Receipt or Claim" in step for step in portal.steps)
    assert portal.fax == "866-643-2245"
    shown = made(bruno(), "fsa", FundingKind.HEALTH_FSA, wish_of(portal))
    assert (shown.title, shown.words.account_holder) == ("Claim", "Participant")


def test_a_health_plan_is_asked_for_every_known_charge_and_nothing_is_said_to_be_missing() -> None:
    """What its share is, the plan says itself; the charge is known."""
    case = ada()
    plan = FundingSource(id="plan", kind=FundingKind.GROUP_PLAN, member_id="M-1")
    case = case.model_copy(update={"funding_sources": (plan,)})
    shown = made(case, "plan", FundingKind.GROUP_PLAN, payable_cents=None)
    assert [row.claimed_cents for row in shown.rows] == [8500] * 4
    assert not [lack for lack in shown.missing if "amount" in lack]
    assert shown.patient_born_on is not None


def test_only_a_health_plan_is_told_the_date_of_birth() -> None:
    """No account's form asks for it."""
    assert made(bruno(), "fsa", FundingKind.HEALTH_FSA).patient_born_on is None


def test_a_packages_own_receipt_goes_along_with_that_of_the_sessions() -> None:
    """One proves the payment, the other the days."""
    case = ada()
    sessions = tuple(s.model_copy(update={"package": "pack"}) for s in case.sessions)
    own = case.receipts[0].model_copy(update={"id": "own", "file": "papers/own.jpg"})
    package = Package(id="pack", sessions=4, price_cents=34_000, receipt="own")
    case = case.model_copy(update={"sessions": sessions, "packages": (package,), "receipts": (*case.receipts, own)})
    ids = {paper.id for paper in made(case, "hsa", FundingKind.HSA).papers}
    assert {"own", "r1", "r2", "r3", "r4"} <= ids


def test_services_are_called_as_everywhere_else() -> None:
    """One thing, one word: the names come from words.toml."""
    assert {row.service.lower() for row in made(ada(), "hsa", FundingKind.HSA).rows} == {
        f"{words().service['personal_training']} session"
    }


def test_a_paper_can_be_left_at_home_and_a_wrong_name_is_told() -> None:
    """The person decides what an administrator already has."""
    shown = made(ada(), "hsa", FundingKind.HSA, Wish(leave_out=("letter1", "r2")))
    assert [paper.id for paper in shown.papers] == ["r1", "r3", "r4"]
    with pytest.raises(SettingError, match="letter9") as caught:
        made(ada(), "hsa", FundingKind.HSA, Wish(leave_out=("letter9",)))
    assert "letter1" in caught.value.next_step


def scripted() -> bytes:
    """A letter that runs a script when it is opened."""
    document = pikepdf.open(io.BytesIO(pdf("Letter of Dr. Ghali")))
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_a_pdf_with_a_script_in_it_is_shown_and_does_not_travel() -> None:
    """A packet must not bring a program into an administrator's house."""
    case = ada()
    decided = decision(
        case, "hsa", FundingKind.HSA, [line(s.id, s.served_on, "hsa", Outcome.PAYABLE) for s in case.sessions]
    )
    bad = scripted()

    def some(path: str) -> bytes | None:
        return bad if path.endswith("letter1.pdf") else papers(path)

    (packet,) = make_packets(case, decided, "hsa", some, MADE_ON, PAYER, Wish())
    (lack,) = packet.missing
    assert "is shown, but the file itself is not attached" in lack
    assert b"app.alert" not in packet.pdf
    (entry,) = [entry for entry in packet.manifest.entries if entry.id == "letter/letter1"]
    assert (entry.is_attached, entry.pages) == (False, 1)


def test_another_payers_answer_to_the_same_services_goes_along() -> None:
    """An account pays what insurance left; it wants to see that insurance was asked."""
    case = bruno()
    plan = FundingSource(id="plan", kind=FundingKind.GROUP_PLAN)
    claims = (
        Claim(id="c1", funding_source="plan", service_lines=(ServiceLine(id="1", expense=case.sessions[0].id),)),
        Claim(id="c2", funding_source="plan", service_lines=(ServiceLine(id="1", expense="elsewhere"),)),
    )
    denials = tuple(Denial(id=f"d{n}", claim=f"c{n}", file=f"papers/d{n}.pdf") for n in (1, 2))
    case = case.model_copy(
        update={"funding_sources": (*case.funding_sources, plan), "claims": claims, "denials": denials}
    )
    shown = made(case, "fsa", FundingKind.HEALTH_FSA)
    assert [paper.id for paper in shown.papers if paper.kind == "answer"] == ["d1"]


# ── wellness ──────────────────────────────────────────────────────────────

MEDICAL = ("M54", "back pain", "Ghali", "letter", "diagnos", "hip hinge", "Six-minute", "97110")
VISITS = tuple(
    GymVisit(
        id=str(n), funding_source="gym", visited_on=date(2026, 1, n), facility="Mill Street Gym", is_confirmed=True
    )
    for n in (5, 7, 9)
)


def gym(**changes: object) -> FundingSource:
    year = PlanYear(id="2026-1", starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30), election_cents=20_000)
    return FundingSource(id="gym", kind=FundingKind.GYM_VISIT_PROGRAM, member_id="G-1", plan_years=(year,)).model_copy(
        update=changes
    )


def with_gym(source: FundingSource, visits: tuple[GymVisit, ...] = VISITS) -> Case:
    return ada().model_copy(update={"funding_sources": (source,), "visits": visits})


def decided_for(case: Case, kind: FundingKind, on: date) -> Decision:
    lines = [line(s.id, s.served_on, "gym", Outcome.PAYABLE) for s in case.sessions]
    wages = finding("This money is wages, in any amount.").model_copy(update={"rule": "us.employer.cash_is_wages"})
    waits = Deadline(
        rule="gym_claim_from_on", what="taken from", due_on=date(2026, 7, 1), about="gym 2026-1", citations=()
    )
    return decision(case, "gym", kind, lines, wages).model_copy(update={"deadlines": (waits,)})


def wellness(case: Case, kind: FundingKind = FundingKind.GYM_VISIT_PROGRAM, on: date = MADE_ON) -> PacketContents:
    return contents_of(case, decided_for(case, kind, on), "gym", papers, on, PAYER)


@pytest.mark.parametrize("kind", [FundingKind.GYM_VISIT_PROGRAM, FundingKind.WELLNESS_STIPEND, FundingKind.ONSITE_GYM])
def test_nothing_medical_goes_to_a_wellness_programme(kind: FundingKind) -> None:
    """An employer must not learn what somebody has."""
    case = with_gym(gym(kind=kind))
    shown = wellness(case, kind)
    told = shown.model_dump_json(exclude={"case_id", "papers", "order", "words"})
    assert [word for word in MEDICAL if word.lower() in told.lower()] == []
    assert (shown.patient_born_on, shown.sessions, shown.goals) == (None, (), ())
    assert all(paper.kind != "letter" for paper in shown.papers)
    (packet,) = make_packets(case, decided_for(case, kind, MADE_ON), "gym", papers, MADE_ON, PAYER, Wish())
    assert b"letter1" not in packet.pdf


def test_a_gym_programme_gets_its_attendance_its_dates_and_the_tax() -> None:
    """What its form asks for, in one place."""
    programme = wellness(with_gym(gym())).programme
    assert programme is not None
    facts = dict(programme.facts)
    assert facts["Period"] == "Jan 1, 2026 to Jun 30, 2026"
    assert facts["Taken from"] == "Jul 1, 2026 on, not before"
    assert facts["Days with a visit"] == "3, of them confirmed in the log 3"
    assert [visit.visited_on for visit in programme.visits] == [date(2026, 1, n) for n in (5, 7, 9)]
    assert programme.confirmed == "The record says that the facility confirmed every day of it."
    assert programme.tax == ("This money is wages, in any amount.",)


def test_a_claim_before_the_programme_takes_it_is_told() -> None:
    """A claim that comes too early is sent back, and the late one may be forgotten."""
    early = wellness(with_gym(gym()), on=date(2026, 5, 1))
    assert "The programme takes it from Jul 1, 2026 on, not before. Make the packet again then." in early.missing
    assert not [lack for lack in wellness(with_gym(gym())).missing if "not before" in lack]


def test_days_that_nobody_confirmed_are_told_and_wait_for_a_signature() -> None:
    """The programme believes the gym, not the member."""
    visits = (VISITS[0], VISITS[1].model_copy(update={"is_confirmed": None}))
    shown = wellness(with_gym(gym(), visits))
    assert any("Not every day is confirmed" in lack for lack in shown.missing)
    assert shown.programme is not None
    assert shown.programme.confirmed.startswith("The facility confirmed 1 of these 2 days")
    whole = wellness(with_gym(gym(facility_confirmed_visits=True), visits))
    assert not [lack for lack in whole.missing if "confirmed" in lack]


def test_visits_of_another_period_or_after_the_day_stay_out() -> None:
    """Each period is claimed once."""
    visits = (*VISITS, VISITS[0].model_copy(update={"id": "9", "visited_on": date(2025, 12, 30)}))
    shown = wellness(with_gym(gym(), visits), on=date(2026, 1, 8))
    assert shown.programme is not None
    assert [visit.visited_on for visit in shown.programme.visits] == [date(2026, 1, 5), date(2026, 1, 7)]


def test_the_gyms_printout_goes_along_once() -> None:
    """One printout shows fifty visits."""
    visits = tuple(visit.model_copy(update={"file": "papers/printout.pdf"}) for visit in VISITS)
    shown = wellness(with_gym(gym(), visits))
    assert [paper.file_name for paper in shown.papers if paper.kind == "other"] == ["printout.pdf"]


def test_a_stipend_without_a_log_shows_the_sessions_as_attendance() -> None:
    """Days and places, not exercises."""
    shown = wellness(with_gym(gym(kind=FundingKind.WELLNESS_STIPEND), ()), FundingKind.WELLNESS_STIPEND)
    assert shown.programme is not None
    assert {visit.activity for visit in shown.programme.visits} == {"Personal training session"}
    assert len(shown.programme.visits) == 4


def test_nothing_is_asked_for_of_a_gym_at_work() -> None:
    """Its use is free; there is nothing to pay back."""
    shown = wellness(with_gym(gym(kind=FundingKind.ONSITE_GYM)), FundingKind.ONSITE_GYM)
    assert (shown.rows, shown.certification, shown.title) == ((), None, "Record of use")
