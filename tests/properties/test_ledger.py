"""Balances that always add up: whatever answers come, in whatever order, once or twice, refused or taken back."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from necessity.domain.answer import ReceivedAnswer
from necessity.domain.balances import ledger_of, paid_on
from necessity.domain.case import Case
from necessity.domain.receipt import Reimbursement
from necessity.domain.remittance import RemittanceAdvice, RemittedClaim
from necessity.workflow.post_answers import post_answers
from necessity.workflow.posting.refusals import write_offs
from tests import answers as told
from tests.messages import advice, message_835, remitted, reversal

_REASONS = st.tuples(
    st.sampled_from(("CO", "PR", "OA", "PI")),
    st.sampled_from(("1", "2", "3", "45", "50", "96", "16", "204", "99999")),
    st.integers(-5000, 9000),
)


@st.composite
def lines(draw: st.DrawFn) -> tuple:
    numbers = draw(st.lists(st.integers(1, 3), min_size=0, max_size=3, unique=True))
    return tuple(
        told.line(
            n, draw(st.integers(0, 12_000)), *draw(st.lists(_REASONS, max_size=2)), of=draw(st.sampled_from(_IDS))
        )
        for n in numbers
    )


_IDS = ("claim1", "nowhere")


@st.composite
def answers(draw: st.DrawFn, control: tuple[str, ...] = ("claim1", "claim2", "unknown")) -> ReceivedAnswer:
    """Draw a remittance: to a claim or to none, by our number or the payer's alone, by lines or on the whole."""
    number = draw(st.sampled_from(control))
    made = told.remittance(
        *draw(lines()),
        told_by=draw(st.sampled_from(("a.edi", "b.edi"))),
        control_number=draw(st.sampled_from((number, number, None))),
        payer_claim_number=f"P-{number}",
        trace_number=draw(st.sampled_from(("T-1", "T-2", "T-3"))),
    )
    if draw(st.booleans()):
        made = made.model_copy(update={"paid_cents": draw(st.integers(0, 30_000))})
    return told.remittance(
        *made.lines,
        **{
            name: getattr(made, name)
            for name in ("control_number", "payer_claim_number", "trace_number", "paid_cents", "told_by")
        },
    )


@st.composite
def worlds(draw: st.DrawFn) -> Case:
    """Draw a case with two claims on the same three sessions, to two payers, and money noted by hand."""
    case = told.case(
        told.claim(accepts_assignment=draw(st.sampled_from((None, True)))),
        told.claim("claim2", draw(st.sampled_from(("fsa", "hsa", "their_fsa")))),
    )
    backs = tuple(
        Reimbursement(
            id=f"b{n}",
            expense=draw(st.sampled_from(("s1", "s2", "s3"))),
            funding_source=draw(st.sampled_from((None, "hsa", "fsa"))),
            amount_cents=draw(st.integers(0, 9000)),
        )
        for n in range(draw(st.integers(0, 2)))
    )
    return case.model_copy(update={"reimbursements": backs})


def posted(case: Case, told_answers: list[ReceivedAnswer]) -> Case:
    return post_answers(case, told_answers, told.CAME_ON).case


@given(worlds(), st.lists(answers(), max_size=5))
def test_every_line_claim_and_expense_adds_up_to_the_cent(case: Case, given_answers: list[ReceivedAnswer]) -> None:
    """What is open is what was charged less what was paid and written off: nothing appears, nothing is lost."""
    made = posted(case, given_answers)
    ledger = ledger_of(made, write_offs())
    for one in ledger.expenses:
        assert one.charged_cents == (one.open_cents or 0) + one.paid_back_cents + one.written_off_cents
    for claim in ledger.claims:
        for line in claim.lines:
            elsewhere = sum(one.amount_cents for one in line.elsewhere)
            assert line.charged_cents == (line.open_cents or 0) + line.paid_cents + elsewhere + line.written_off_cents
        own = [one for one in made.remittances if one.claim == claim.id]
        assert claim.paid_cents == sum(map(paid_on, own))
        assert claim.paid_cents == sum(line.paid_cents for line in claim.lines) + claim.not_on_lines_cents
        assert claim.open_cents == sum(line.open_cents or 0 for line in claim.lines) - claim.not_on_lines_cents
        groups: dict[str, int] = defaultdict(int)
        for one in own:
            for why in (*one.adjustments, *(why for line in one.lines for why in line.adjustments)):
                groups[why.group or ""] += why.amount_cents or 0
        assert {g.group: g.amount_cents for g in claim.adjustments} == {g: c for g, c in groups.items() if c}


@given(worlds(), st.lists(answers(), max_size=5))
def test_posting_twice_is_posting_once(case: Case, given_answers: list[ReceivedAnswer]) -> None:
    """Files are read again; that must move nothing, not even the record."""
    once = posted(case, given_answers)
    assert posted(once, given_answers) == once
    assert posted(once, []) == once


@given(worlds(), st.lists(answers(), max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_answers_makes_no_difference(
    case: Case, given_answers: list[ReceivedAnswer], chance: object
) -> None:
    """A clearinghouse hands out its files in no order."""
    shuffled = list(given_answers)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    together = ledger_of(posted(case, given_answers), write_offs())
    assert ledger_of(posted(case, shuffled), write_offs()) == together
    singly = case
    for one in shuffled:
        singly = posted(singly, [one])
    assert ledger_of(posted(singly, []), write_offs()) == together


@given(worlds(), st.lists(answers(), max_size=3), st.sampled_from(("50", "96", "204", "16", "55")))
def test_a_refusal_moves_no_balance(case: Case, before: list[ReceivedAnswer], reason: str) -> None:
    """A no is not money."""
    made = posted(case, before)
    refused = posted(made, [told.refusal(reason)])
    opens = [one.open_cents for one in ledger_of(made, write_offs()).expenses]
    assert [one.open_cents for one in ledger_of(refused, write_offs()).expenses] == opens
    if not any(one.sha256 == told.refusal(reason).sha256 for one in made.remittances):
        assert len(refused.denials) == len(made.denials) + 1


@given(worlds(), st.lists(answers(("claim1",)), min_size=1, max_size=3))
def test_no_answer_is_ever_lost(case: Case, given_answers: list[ReceivedAnswer]) -> None:
    """Posted or kept aside: every answer's digest stands somewhere in the record."""
    made = posted(case, given_answers)
    held = {one.sha256 for one in (*made.remittances, *made.unplaced_answers)}
    assert {one.sha256 for one in given_answers} <= held


@given(worlds(), answers(("claim1",)))
def test_an_answer_taken_back_leaves_the_balances_as_they_were(case: Case, answer: ReceivedAnswer) -> None:
    """A reversal undoes to the cent, also what was shared out among lines."""
    made = posted(case, [answer, told.undone(answer)])
    opens = [one.open_cents for one in ledger_of(case, write_offs()).expenses]
    assert [one.open_cents for one in ledger_of(made, write_offs()).expenses] == opens


@given(st.integers(0, 8000), st.integers(0, 8000), st.permutations(range(3)))
def test_after_a_reversal_the_last_decision_stands(first: int, second: int, order: list[int]) -> None:
    """Paid, taken back, decided anew, in three files that come in any order: as if only the last had come."""
    was, now = remitted("claim1", first, 8000 - first), remitted("claim1", second, 8000 - second)
    files = [message_835(_paid(one, trace)) for one, trace in ((was, "T1"), (reversal(was), "T2"), (now, "T3"))]
    read = [answer for place in order for answer in told.read_x12(files[place])]
    claim = ledger_of(post_answers(told.case(), read, told.CAME_ON).case, write_offs()).claim("claim1")
    alone = post_answers(told.case(), told.read_x12(files[2]), told.CAME_ON).case
    assert claim.model_copy(update={"answers": 1}) == ledger_of(alone, write_offs()).claim("claim1")


def _paid(one: RemittedClaim, trace: str) -> RemittanceAdvice:
    made = advice(one)
    amounts = {"paid_cents": abs(one.paid_cents), "is_debit": one.paid_cents < 0, "trace_number": trace}
    return made.model_copy(update={"payment": made.payment.model_copy(update=amounts)})
