"""Answers: what a person types becomes exactly one field of the record, or is refused with a way on."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from necessity.domain.case import Case
from necessity.domain.funding import PlanYear
from necessity.domain.training import TrainingSession
from necessity.errors import RecordError
from necessity.facts.fact import Fact
from necessity.facts.load import Facts
from necessity.rulebook.load import load
from necessity.workflow.answer import corrected_day, plan_edit, read_value
from necessity.workflow.send_letter import Moment
from tests import cast

ON = date(2026, 9, 30)
_FACTS = load().facts


@pytest.fixture(scope="module")
def facts() -> Facts:
    return _FACTS


def fact(type: str, choices: tuple[str, ...] = ()) -> Fact:
    """A given fact of some type."""
    return Fact("it", "person", type, "It.", "t.it", "t.it", "What is it?", "patient", choices, None, (), "", ())


# ── values ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        ("boolean", "yes", True),
        ("boolean", " NO ", False),
        ("boolean", "true", True),
        ("cents", "85", 8500),
        ("cents", "85.5", 8550),
        ("cents", "3400.00", 340_000),
        ("date", "2026-04-13", date(2026, 4, 13)),
        ("number", "45", 45),
        ("months", "0", 0),
        ("text", "any words", "any words"),
        ("list", "one, two", ("one", "two")),
    ],
)
def test_a_value_is_read_the_way_people_write_it(type: str, text: str, value: object) -> None:
    """What is typed in good faith must arrive."""
    assert read_value(fact(type), text) == value


@pytest.mark.parametrize("text", ["unknown", "Unknown", "not-sure", "?", "", "  "])
@pytest.mark.parametrize("type", ["boolean", "cents", "date", "number", "choice", "list"])
def test_not_knowing_is_an_answer(type: str, text: str) -> None:
    """Whoever answered too fast must be able to take it back."""
    assert read_value(fact(type, ("a", "b")), text) is None


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("boolean", "maybe"),
        ("boolean", "1"),
        ("cents", "a lot"),
        ("cents", "1.234"),
        ("cents", "-5"),
        ("cents", "NaN"),
        ("cents", "1e9"),
        ("date", "13.04.2026"),
        ("date", "2026-02-30"),
        ("number", "4.5"),
        ("number", "-1"),
        ("number", "²"),
        ("number", "9" * 10),
        ("choice", "c"),
    ],
)
def test_what_is_no_value_is_refused_with_what_may_be(type: str, text: str) -> None:
    """A guess would stand in the record as if somebody had said it."""
    with pytest.raises(RecordError) as refused:
        read_value(fact(type, ("a", "b") if type == "choice" else ()), text)
    assert refused.value.next_step


@given(
    st.sampled_from(["boolean", "cents", "date", "number", "days", "rate", "choice", "text", "list"]),
    st.text(),
)
def test_any_text_is_a_value_or_refused(type: str, text: str) -> None:
    """Nothing a person can type may break."""
    with suppress(RecordError):
        read_value(fact(type, ("a",) if type == "choice" else ()), text)


# ── where it goes ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("case", "said", "path", "value"),
    [
        (cast.ada(), "patient_relationship=spouse", ("patient", None, "relationship"), "spouse"),
        (
            cast.ada(),
            "letter_signed_on@letter1=2026-03-04",
            ("letters", "letter1", "signed_on"),
            date(2026, 3, 4),
        ),
        (cast.ada(), "letter_signed_on=2026-03-04", ("letters", "letter1", "signed_on"), date(2026, 3, 4)),
        (cast.ada(), "charge_cents_given@s2=90", ("sessions", "s2", "charge_cents"), 9000),
        (
            cast.ada(),
            "account_opened_on=2025-01-01",
            ("funding_sources", "hsa", "opened_on"),
            date(2025, 1, 1),
        ),
        (cast.ada(), "letters_are_complete=yes", ("complete", "letters"), True),
        (
            cast.bruno(),
            "year_election_cents=3000",
            ("funding_sources", "fsa", "plan_years", "2026", "election_cents"),
            300_000,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_finds_its_field(
    facts: Facts, case: Case, said: str, path: tuple[str | None, ...], value: object
) -> None:
    """An answer that lands elsewhere would change another question's."""
    edit = plan_edit(facts, case, ON, said)
    assert (edit.path, edit.value) == (path, value)


def test_an_answer_knows_what_stood_there_before(facts: Facts) -> None:
    """The person sees what is replaced."""
    assert plan_edit(facts, cast.ada(), ON, "letter_signed_on=2026-03-05").before == date(2026, 3, 2)


def test_every_given_fact_can_be_found(facts: Facts) -> None:
    """A question whose answer has no place would be asked for ever; a record that is lacking is said."""
    lost = []
    for name in (one.name for one in facts.facts.values() if one.is_given):
        try:
            plan_edit(facts, cast.bruno(), ON, f"{name}=unknown")
        except RecordError as refused:
            is_true_date = refused.field == "letter.signed_on"  # found, and never blanked
            lost += [] if is_true_date or f"{name}@ID" in refused.next_step else [name]
    assert lost == []


def refusal(facts: Facts, case: Case, said: str) -> RecordError:
    """What is said where an answer is refused."""
    with pytest.raises(RecordError) as refused:
        plan_edit(facts, case, ON, said)
    assert refused.value.next_step
    return refused.value


def test_a_misspelt_fact_is_answered_with_its_nearest(facts: Facts) -> None:
    """One wrong letter must not send anybody to the manual."""
    assert "patient_relationship" in refusal(facts, cast.ada(), "patient_relationshp=self").next_step


def test_a_fact_that_is_worked_out_cannot_be_answered(facts: Facts) -> None:
    """Nobody may set a result."""
    derived = next(f.name for f in facts.facts.values() if not f.is_given)
    assert "worked out" in refusal(facts, cast.ada(), f"{derived}=yes").next_step


def test_where_there_are_several_the_answer_must_say_which(facts: Facts) -> None:
    """A guess would change the wrong session."""
    said = refusal(facts, cast.ada(), "served_on=2026-03-10")
    assert "s1, s2, s3, s4" in said.next_step
    assert "s9" in refusal(facts, cast.ada(), "served_on@s9=2026-03-10").message


def test_a_planned_service_is_added_before_it_is_answered(facts: Facts) -> None:
    """What stands only in the order has no row of its own yet."""
    case = cast.ada().model_copy(update={"sessions": (), "receipts": (), "reimbursements": ()})
    assert "sessions.csv" in refusal(facts, case, "served_on@planned=2026-10-01").next_step


def test_a_letter_is_never_dated_back(facts: Facts) -> None:
    """The true date stays; an earlier start is a statement of its own."""
    said = refusal(facts, cast.ada(), "letter_signed_on=2026-03-01")
    assert "2026-03-02" in said.message
    assert "treatment_started_on" in said.next_step
    assert "never blanked" in refusal(facts, cast.ada(), "letter_signed_on=unknown").message


def test_two_records_of_one_name_in_different_lists_are_told_apart(facts: Facts) -> None:
    """Plan years of two accounts are both called 2026."""
    case = cast.bruno()
    (fsa,) = case.funding_sources
    other = fsa.model_copy(update={"id": "old", "plan_years": (PlanYear(id="2026"),)})
    both = case.model_copy(update={"funding_sources": (fsa, other)})
    edit = plan_edit(facts, both, ON, "year_election_cents@old/2026=100")
    assert edit.path == ("funding_sources", "old", "plan_years", "2026", "election_cents")


@given(said=st.text(max_size=40))
def test_whatever_is_typed_is_planned_or_refused(said: str) -> None:
    """Nothing a person can type may break."""
    with suppress(RecordError):
        plan_edit(_FACTS, cast.ada(), ON, said)


# ── the true day of a letter ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "days", [("unknown", "2026-01-05"), ("2026-12-30", "2026-01-05"), ("2026-12-30", "2026-03-02")]
)
def test_a_letter_is_not_dated_back_in_two_steps(facts: Facts, days: tuple[str, str]) -> None:
    """Blanked or moved on first, then set earlier: the second step, or already the first, is refused."""
    case = cast.ada()
    refused = 0
    for day in days:
        try:
            edit = plan_edit(facts, case, ON, f"letter_signed_on={day}")
        except RecordError as error:
            refused += 1
            assert "never blanked or moved back" in error.message  # noqa: PT017
        else:
            letter = case.letters[0].model_copy(update={"signed_on": edit.value})
            case = case.model_copy(update={"letters": (letter,)})
    assert refused
    assert case.letters[0].signed_on >= cast.ada().letters[0].signed_on


def test_a_mistyped_day_is_corrected_by_what_shows_the_true_one(facts: Facts) -> None:
    """With the evidence, who corrected it and what stood there before; blanking needs none and is never done."""
    case = cast.ada()
    edit = plan_edit(facts, case, ON, "letter_signed_on=2026-03-01", "the paper, papers/letter.pdf")
    event = corrected_day(
        case, edit, "the paper, papers/letter.pdf", Moment(datetime(2026, 9, 30, tzinfo=UTC), ON, "Ada")
    )
    assert event is not None
    assert (event.was_on, event.by) == (case.letters[0].signed_on, "Ada")
    assert event.note == "corrected to 2026-03-01: the paper, papers/letter.pdf"
    with pytest.raises(RecordError, match="never blanked"):
        plan_edit(facts, case, ON, "letter_signed_on=unknown", "the paper")


# ── sessions ────────────────────────────────────────────────────────────────

_OF_OTHER_EXPENSES = {
    "medical_part_cents",
    "is_itemised_apart",
    "normal_food_cost_cents",
    "replaces_normal_food",
    "value_added_cents",
    "is_used_by_household",
    "travel_is_essential",
    "miles",
    "mileage_rate_tenths",
    "quantity",
}
"""Fields of gym fees, food, homes, trips and goods; none of these is a session."""


def test_a_session_can_answer_what_is_asked_of_it(facts: Facts) -> None:
    """A session under a therapist was asked about a plan of care and had no place for the answer."""
    asked = [f for f in facts.facts.values() if f.is_given and f.field.startswith("expense.")]
    assert {f.field.partition(".")[2] for f in asked} - set(TrainingSession.model_fields) == _OF_OTHER_EXPENSES


@pytest.mark.parametrize("name", ["has_plan_of_care", "needs_therapist_skill", "line_has_plan_of_care"])
def test_the_answer_about_therapy_goes_to_the_session(facts: Facts, name: str) -> None:
    """`necessity answer` must take what `necessity decide` asks for."""
    case = Case(id="chen", sessions=(TrainingSession(id="s1"),))
    edit = plan_edit(facts, case, ON, f"{name}@s1=yes")
    assert edit.path == ("sessions", "s1", name.removeprefix("line_"))
