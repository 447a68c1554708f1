"""Posting answers: each meets its claim once, nothing is lost, balances follow, a refusal alone moves nothing."""

import json
from datetime import date

import pytest

from necessity.domain.answer import AnswerKind, AnswerSource, Denial, WhyUnplaced
from necessity.domain.balances import ledger_of
from necessity.domain.case import Case
from necessity.domain.claim import ClaimState
from necessity.errors import RecordError
from necessity.workflow.post_answers import Fate, add_denial, post_answers
from necessity.workflow.posting.from_fhir import answers_in as fhir_answers
from necessity.workflow.posting.received import received
from necessity.workflow.posting.refusals import write_offs
from tests import answers as told
from tests.fhir_documents import claim_response


def posted(case: Case, *answers: object) -> Case:
    return post_answers(case, answers, told.CAME_ON).case  # type: ignore[arg-type]


def test_a_remittance_moves_each_line_of_its_claim() -> None:
    """The whole point: what the payer says stands where it belongs, to the cent."""
    made = posted(told.case(), *told.read_835(told.remitted()))
    claim = ledger_of(made, write_offs()).claim("claim1")
    assert [line.paid_cents for line in claim.lines] == [4000, 0, 0]
    assert [line.open_cents for line in claim.lines] == [4500, 8500, 6000]
    assert (claim.charged_cents, claim.paid_cents, claim.open_cents, claim.patient_owes_cents) == (
        23000,
        4000,
        19000,
        2000,
    )
    assert {one.group: one.amount_cents for one in claim.adjustments} == {"CO": 17000, "PR": 2000}
    assert made.claims[0].state is ClaimState.ANSWERED


def test_a_line_partly_refused_becomes_a_denial_with_its_reason_and_lines() -> None:
    """The time to appeal starts with the day the refusal came, so the case must hold it."""
    (denial,) = posted(told.case(), *told.read_835(told.remitted())).denials
    assert (denial.reason, denial.lines, denial.received_on) == ("50", ("claim1-2", "claim1-3"), told.CAME_ON)
    assert denial.stage == "post_service"
    assert (denial.is_final_internal, denial.rests_on_medical_judgment) == (None, None)


def test_what_the_payer_paid_is_written_down_as_come_back() -> None:
    """Else the next account would be asked for the same dollars."""
    (back,) = posted(told.case(), *told.read_835(told.remitted())).reimbursements
    assert (back.expense, back.funding_source, back.amount_cents, back.claim) == ("s1", "plan", 4000, "claim1")


def test_the_same_file_posted_again_changes_nothing() -> None:
    """People post a folder twice."""
    once = posted(told.case(), *told.read_835(told.remitted()))
    again = post_answers(once, told.read_835(told.remitted()), date(2026, 7, 1))
    assert again.case == once
    assert [one.fate for one in again.answers] == [Fate.POSTED_BEFORE]


def test_the_same_answer_from_another_file_is_kept_and_moves_nothing() -> None:
    """A clearinghouse and a portal both hand out the remittance."""
    once = posted(told.case(), *told.read_835(told.remitted()))
    again = post_answers(once, told.read_835(told.remitted(), name="portal.edi"), told.CAME_ON)
    assert ledger_of(again.case) == ledger_of(once)
    (kept,) = again.case.unplaced_answers
    assert (kept.why, kept.same_as, kept.claim) == (WhyUnplaced.CAME_TWICE, once.remittances[0].id, "claim1")


def test_an_answer_to_an_unknown_claim_is_kept_whole_and_posted_once_its_claim_is_there() -> None:
    """It may be about a claim that somebody else filed and nobody wrote down yet."""
    other = told.case(told.claim("other"))
    first = post_answers(other, told.read_835(told.remitted()), told.CAME_ON)
    (kept,) = first.case.unplaced_answers
    assert (first.answers[0].fate, kept.why, kept.paid_cents, len(kept.lines)) == (
        Fate.KEPT_ASIDE,
        "no_such_claim",
        4000,
        3,
    )
    assert post_answers(first.case, told.read_835(told.remitted()), told.CAME_ON).case == first.case
    with_claim = first.case.model_copy(update={"claims": (*first.case.claims, told.claim())})
    later = post_answers(with_claim, (), date(2026, 8, 1))
    assert [one.fate for one in later.answers] == [Fate.POSTED]
    assert later.case.remittances[0].received_on == told.CAME_ON
    assert later.case.unplaced_answers[0].settled_by == later.case.remittances[0].id
    assert post_answers(later.case, (), date(2026, 8, 2)).case == later.case


def test_a_reversal_and_a_correction_leave_the_corrected_amounts() -> None:
    """Payers correct by taking the first answer back whole and giving another."""
    first = told.remittance(told.line(1, 4000), told.line(2, 4000), told.line(3, 3000))
    corrected = told.remittance(told.line(1, 5000), told.line(2, 5000), told.line(3, 3000), trace_number="T-3")
    made = posted(told.case(), first, told.undone(first), corrected)
    claim = ledger_of(made).claim("claim1")
    assert [line.paid_cents for line in claim.lines] == [5000, 5000, 3000]
    assert {one.expense: one.amount_cents for one in made.reimbursements} == {"s1": 5000, "s2": 5000, "s3": 3000}


def test_a_payment_taken_back_opens_the_balance_again() -> None:
    """What was written down as come back must go with it."""
    first = told.remittance(told.line(1, 4000))
    made = posted(posted(told.case(), first), told.undone(first))
    assert ledger_of(made).claim("claim1").open_cents == 23000
    assert [one.amount_cents for one in made.reimbursements] == [0]


@pytest.mark.parametrize("assigned", [True, False, None])
def test_a_refusal_alone_changes_no_balance(assigned: bool | None) -> None:
    """Only money moves balances; a contractor's CO in a refusal is no write-off."""
    case = told.case(told.claim(accepts_assignment=assigned))
    before = ledger_of(case, write_offs())
    after = ledger_of(posted(case, told.refusal()), write_offs())
    assert [one.open_cents for one in after.expenses] == [one.open_cents for one in before.expenses]
    assert after.claim("claim1").open_cents == before.claim("claim1").open_cents


def test_a_write_off_counts_only_where_the_provider_is_bound() -> None:
    """CO 45 means nothing to a patient who paid cash to a trainer without a contract."""
    paid = told.remittance(told.line(1, 4000, ("CO", "45", 2500), ("PR", "2", 2000)))
    bound = posted(told.case(told.claim(accepts_assignment=True)), paid)
    free = posted(told.case(), paid)
    assert ledger_of(bound, write_offs()).expense("s1").open_cents == 2000  # type: ignore[union-attr]
    assert ledger_of(free, write_offs()).expense("s1").open_cents == 4500  # type: ignore[union-attr]


def test_lines_without_numbers_meet_by_day_charge_and_code() -> None:
    """Many payers leave the line number out."""
    claim = told.remitted()
    bare = claim.model_copy(
        update={"lines": tuple(one.model_copy(update={"line_number": None}) for one in claim.lines)}
    )
    made = posted(told.case(), *told.read_835(bare))
    assert [line.service_line for line in made.remittances[0].lines] == ["claim1-1", "claim1-2", "claim1-3"]


def test_what_is_paid_on_the_claim_as_a_whole_is_shared_out_to_the_cent() -> None:
    """A payer that answers without lines pays something on each."""
    whole = told.remittance(charged_cents=23000, paid_cents=10000)
    made = ledger_of(posted(told.case(), whole)).claim("claim1")
    assert [line.paid_cents for line in made.lines] == [3696, 3695, 2609]


def test_a_fhir_answer_of_the_same_payment_is_kept_aside() -> None:
    """Portal (FHIR) and clearinghouse (835) tell one payment, not two."""
    x12 = told.remittance(told.line(1, 4000))
    fhir = received(
        AnswerKind.REMITTANCE,
        AnswerSource.FHIR,
        "eob.json",
        control_number="claim1",
        charged_cents=8500,
        paid_cents=4000,
    )
    for order in ((x12, fhir), (fhir, x12)):
        made = posted(told.case(), *order)
        assert ledger_of(made).claim("claim1").paid_cents == 4000
        assert [one.why for one in made.unplaced_answers] == [WhyUnplaced.SAME_PAYMENT]


def test_an_estimate_is_no_payment() -> None:
    """A predetermination pays nothing, however its amounts read."""
    made = posted(told.case(), told.remittance(told.line(1, 4000), is_estimate=True, status="25"))
    assert (made.remittances, [one.why for one in made.unplaced_answers]) == ((), [WhyUnplaced.ESTIMATE])


def test_a_fhir_claim_response_is_posted_by_its_lines() -> None:
    """FHIR answers count lines; our number of a line need not come back."""
    document = claim_response()
    (answer,) = fhir_answers(json.dumps(document, default=float).encode(), "answer.json")
    made = posted(told.case(told.claim(id=answer.control_number or "")), answer)
    assert made.remittances[0].claim == answer.control_number
    assert any(line.service_line for line in made.remittances[0].lines)


def test_acknowledgements_say_when_the_payer_had_it_and_whether_it_went_on() -> None:
    """The plan's time to decide starts on that day; a refused message was never a claim."""
    yes = received(
        AnswerKind.ACKNOWLEDGEMENT,
        AnswerSource.X12,
        "a",
        control_number="claim1",
        is_accepted=True,
        paid_on=date(2026, 6, 1),
    )
    no = received(
        AnswerKind.ACKNOWLEDGEMENT,
        AnswerSource.X12,
        "b",
        control_number="claim1",
        is_accepted=False,
        paid_on=date(2026, 6, 2),
    )
    assert posted(told.case(), yes).claims[0].received_on == date(2026, 6, 1)
    for order in ((yes, no), (no, yes)):
        assert posted(told.case(), *order).claims[0].state is ClaimState.DRAFT


def test_a_denial_on_paper_is_added_by_hand() -> None:
    """Accounts answer by letter."""
    denial = Denial(id="d1", claim="claim1", received_on=told.CAME_ON, reason="Not on our list.")
    made = add_denial(told.case(), denial)
    assert (made.denials, made.claims[0].state) == ((denial,), ClaimState.ANSWERED)
    with pytest.raises(RecordError, match="no claim 'nobody'"):
        add_denial(told.case(), denial.model_copy(update={"claim": "nobody"}))
    with pytest.raises(RecordError, match="already"):
        add_denial(made, denial)


def test_a_case_with_everything_posted_is_a_valid_case() -> None:
    """What posting makes must be readable by the store: ids, references, amounts."""
    made = posted(told.case(), *told.read_835(told.remitted()), told.refusal(), told.undone(told.refusal()))
    assert Case.model_validate(made.model_dump()) == made
