"""What the terminal shows of a decision: outcome in words, money, reasons, questions; and not too much."""

from datetime import date, timedelta

import pytest

from necessity.cli import show
from necessity.domain.decision import Answer, Ask, Change, Decision, LineDecision, Outcome
from necessity.domain.funding import FundingKind
from necessity.rulebook.words import words
from necessity.workflow.answer import Edit
from tests import cast, packets

FIRST = date(2026, 3, 9)
PAYABLE, PENDED, NOT = Outcome.PAYABLE, Outcome.PENDED, Outcome.NOT_PAYABLE


def lines(*outcomes: Outcome) -> list[LineDecision]:
    """One line for each outcome, a day apart."""
    days = (FIRST + timedelta(days=n) for n in range(len(outcomes)))
    made = zip(days, outcomes, strict=True)
    return [packets.line(f"s{n}", day, "hsa", outcome) for n, (day, outcome) in enumerate(made, start=1)]


def decided(*outcomes: Outcome, findings: int = 0, **more: object) -> Decision:
    """A decision about an HSA; what is given beside changes its route."""
    said = [packets.finding(f"Reason {n}.").model_copy(update={"rule": f"us.test.r{n}"}) for n in range(findings)]
    made = packets.decision(cast.ada(), "hsa", FundingKind.HSA, lines(*outcomes), *said)
    return made.model_copy(update={"routes": (made.routes[0].model_copy(update=more),)})


def shown(made: Decision, capsys: pytest.CaptureFixture[str], *, explain: bool = False) -> str:
    """What is printed of it, on one line."""
    show.decision(made, explain=explain, folder="ada")
    return " ".join(capsys.readouterr().out.split())


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("FORCE_COLOR", raising=False)


@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_is_said_in_a_patients_words(outcome: Outcome, capsys: pytest.CaptureFixture[str]) -> None:
    """`payable` is an administrator's word; a patient would take it for a promise."""
    said = shown(decided(outcome, outcome=outcome), capsys)
    assert words().of(outcome) in said
    assert "The plan's administrator decides." in said
    assert said.endswith(packets.NOTICE)


def test_the_trace_speaks_to_the_same_patient(capsys: pytest.CaptureFixture[str]) -> None:
    """--explain shows more, not other words."""
    said = shown(decided(Outcome.PAYABLE, findings=1), capsys, explain=True)
    assert f"hsa: {words().of(Outcome.PAYABLE)}" in said
    assert "us.test.r0 · required · unknown" in said


def test_money_is_shown_in_dollars(capsys: pytest.CaptureFixture[str]) -> None:
    """Cents are for machines."""
    said = shown(decided(Outcome.PAYABLE, payable_cents=34_000, saves_cents=11_781, left_to_pay_cents=0), capsys)
    assert "$340.00" in said
    assert "$117.81" in said


def test_lines_are_summed_up_by_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    """Forty sessions one under the other are no answer."""
    outcomes = [Outcome.NOT_PAYABLE] * 2 + [Outcome.PAYABLE] * 5
    said = shown(decided(*outcomes, payable_cents=42_500), capsys)
    assert "2 expenses: does not meet (9 Mar 2026, 10 Mar 2026)" in said
    assert "5 expenses, $425.00: meets the requirements we know (11 Mar 2026 … 15 Mar 2026)" in said


def test_only_the_first_reasons_are_shown_and_the_rest_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever wants all of them asks with --explain."""
    said = shown(decided(Outcome.PENDED, findings=9, outcome=Outcome.PENDED), capsys)
    assert "Reason 0." in said
    assert "Reason 8." not in said
    assert f"{9 - show._MOST_REASONS} more" in said


def test_a_question_comes_with_the_command_that_answers_it(capsys: pytest.CaptureFixture[str]) -> None:
    """The next step must be ready to be typed."""
    ask = Ask(
        fact="letter_signed_on@letter1",
        question="When was the letter really signed?",
        field="letter.signed_on",
        type="date",
        choices=(),
        asked_of="clinician",
        settles=1,
    )
    change = Change(fact=ask.fact, to=date(2026, 3, 1), words="")
    made = decided(Outcome.PENDED, outcome=Outcome.PENDED, asks=(ask,), changes=(change,))
    said = shown(made.model_copy(update={"next_question": ask, "questions": (ask,)}), capsys)
    assert said.count("When was the letter really signed?") == 1
    assert "necessity answer ada letter_signed_on@letter1=" in said
    assert "records" not in said
    several = ask.model_copy(update={"also": ("letter_signed_on@letter2",)})
    assert "It is asked for 2 records." in shown(made.model_copy(update={"questions": (several,)}), capsys)


def test_what_has_no_line_yet_is_not_answered_but_added(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that the program itself turns away is no next step."""
    ask = Ask(
        fact="served_on@ten#4",
        question="On which day?",
        field="expense.served_on",
        type="date",
        choices=(),
        asked_of="trainer",
        settles=0,
    )
    said = shown(decided(Outcome.PENDED).model_copy(update={"questions": (ask,)}), capsys)
    assert "Add it to sessions.csv, with its date and status." in said
    assert "served_on@ten#4=" not in said


def test_no_more_than_a_handful_of_questions_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody answers twenty."""
    ask = Ask(fact="", question="", field="", type="date", choices=(), asked_of="patient", settles=0)
    asks = tuple(ask.model_copy(update={"fact": f"f{n}", "question": f"Question {n}?"}) for n in range(9))
    said = shown(decided(Outcome.PENDED).model_copy(update={"questions": asks}), capsys)
    assert [n for n in range(9) if f"Question {n}?" in said] == list(range(show._MOST_QUESTIONS))
    assert "4 more in --json" in said


@pytest.mark.parametrize(
    ("outcomes", "lines", "effect", "shown_as"),
    [
        ((PAYABLE, PENDED, PENDED), ("s2",), PENDED, "[10 Mar 2026]"),
        ((PAYABLE, PENDED, PENDED), ("s2", "s3"), PENDED, "[10 Mar 2026, 11 Mar 2026]"),
        ((PENDED,) * 5, ("s1", "s2", "s3", "s4"), PENDED, "[4 of 5]"),
        ((PENDED, PENDED), ("s1", "s2"), PENDED, ""),
        ((PAYABLE, NOT, PENDED), ("s2", "s3"), PENDED, "[11 Mar 2026]"),
        ((PAYABLE, NOT, NOT), ("s2", "s3"), PENDED, None),
        ((NOT, NOT, NOT), ("s2", "s3"), NOT, "[10 Mar 2026, 11 Mar 2026]"),
    ],
)
def test_a_reason_names_its_lines_and_is_silent_about_settled_ones(
    outcomes: tuple[Outcome, ...],
    lines: tuple[str, ...],
    effect: Outcome,
    shown_as: str | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of a line that is refused anyway nobody need say what else is open about it."""
    made = decided(*outcomes, findings=1)
    (route,) = made.routes
    reason = route.findings[0].model_copy(update={"effect": effect, "lines": lines, "message": "Why."})
    said = shown(made.model_copy(update={"routes": (route.model_copy(update={"findings": (reason,)}),)}), capsys)
    if shown_as is None:
        assert "Why." not in said
    else:
        assert f"Why. {shown_as}".strip() in said
        assert shown_as or "Why. [" not in said


def test_an_amount_that_is_not_known_is_said_to_be_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    """$0.00 would read as nothing."""
    said = shown(decided(PAYABLE, PAYABLE, outcome=PAYABLE, payable_cents=None), capsys)
    assert "How much of it is paid is not in the record" in said
    assert "$0.00" not in said


def test_what_was_saved_is_said_with_what_stood_there(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped answer is seen at once."""
    edits = [Edit(("patient", None, "relationship"), "self", "patient_relationship", None)]
    moved = [{"funding_source": "hsa", "before": Outcome.PENDED, "after": Outcome.PAYABLE}]
    show.answered(edits, moved, decided(Outcome.PAYABLE), "ada")
    said = " ".join(capsys.readouterr().out.split())
    assert "patient_relationship: not known → self" in said
    assert "hsa: cannot tell yet → meets the requirements we know" in said


def test_no_outcome_and_no_answer_lacks_its_sign() -> None:
    """Colour alone tells nothing to those who do not see it."""
    assert set(show._SIGNS) == set(Outcome)
    assert set(show._ANSWER_SIGNS) == set(Answer)
    assert len({sign for sign, _ in show._SIGNS.values()}) == len(Outcome)
