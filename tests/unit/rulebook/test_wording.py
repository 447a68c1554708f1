"""Reading a pasted plan document: what is found is suggested with its words and page, and decides nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from necessity.domain.funding import PlanClause
from necessity.domain.training import ServiceKind
from necessity.rulebook.wording import origin_of_words, suggest_clauses

PLAN = """Example Group Health, summary plan description

Covered services
Outpatient physical therapy is covered when ordered by a
physician. Rehabilitation visits are limited to 30 per calendar year.
Page 38
\fGeneral exclusions
The following are excluded:
(a) Exercise equipment, even if prescribed;
(b) Membership fees of health clubs
    and gyms;
(c) Cosmetic surgery.
Page 41
\fClaims and appeals
You may appeal within 180 days in writing.
Page 90
"""


def test_each_kind_of_clause_is_found_with_its_page() -> None:
    """A clause without its page cannot be shown to the plan."""
    found = [(one.kind, one.page, one.matched) for one in suggest_clauses(PLAN)]
    assert found == [
        ("benefit", "38", ("physical therapy",)),
        ("limit", "38", ("Rehabilitation visits",)),
        ("exclusion", "41", ("Exercise equipment",)),
        ("exclusion", "41", ("Membership fees", "health clubs", "gyms")),
        ("appeal", "90", ("appeal",)),
    ]


def test_a_suggestion_names_the_services_and_can_become_a_clause() -> None:
    """What a person takes over goes into the record as it stands."""
    equipment = next(one for one in suggest_clauses(PLAN) if "equipment" in one.words)
    assert equipment.names == (ServiceKind.EXERCISE_EQUIPMENT,)
    clause = PlanClause(id="c1", kind=equipment.kind, words=equipment.words, page=equipment.page, names=equipment.names)
    assert clause.words == "Exercise equipment, even if prescribed;"


def test_words_inside_other_words_are_no_hits() -> None:
    """`Gymnast` is not a gym."""
    assert suggest_clauses("Gymnasts and spaniels are excluded.") == ()


def test_a_sentence_that_tells_no_kind_has_none() -> None:
    """Guessing a kind would be half a decision."""
    (found,) = suggest_clauses("Ask about gyms.")
    assert (found.kind, found.page) == ("", None)


def test_a_heading_ends_where_the_next_one_stands() -> None:
    """An item of the benefits must not look excluded because of a heading above."""
    found = suggest_clauses("Exclusions\n- Massage\nBenefits\n- Cardiac rehabilitation\n")
    assert [(one.kind, one.matched) for one in found] == [
        ("exclusion", ("Massage",)),
        ("benefit", ("Cardiac rehabilitation",)),
    ]


def test_pages_are_counted_where_none_are_printed() -> None:
    """A text from a PDF has form feeds and often nothing else."""
    (found,) = suggest_clauses("Welcome.\fGyms are not covered.")
    assert found.page == "2"


def test_the_list_says_that_it_is_our_own() -> None:
    """Whoever reads a suggestion must not take it for the plan's or the law's list."""
    assert "own list" in origin_of_words()


@given(st.text(max_size=400))
def test_any_text_is_read_without_harm_and_quoted_as_it_stands(text: str) -> None:
    """People paste anything; what is quoted must be there."""
    flat = "".join(text.split())
    for found in suggest_clauses(text):
        assert found.matched
        for word in found.matched:
            assert "".join(word.split()) in flat


@pytest.mark.parametrize("text", ["", "\f\f", "Page 41"])
def test_nothing_is_found_in_nothing(text: str) -> None:
    """An empty paste is no clause."""
    assert suggest_clauses(text) == ()
