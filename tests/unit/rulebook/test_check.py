"""What a rule may name, and how it is refused for naming something else."""

import pytest

from necessity.errors import RulebookError
from necessity.parameters.source import parse
from necessity.rulebook.check import check_rule, types_for
from necessity.rulebook.rule import Rule
from tests.small_book import LETTER, book, rule


def test_a_rule_may_name_the_facts_of_its_subject_and_of_those_it_inherits() -> None:
    """An expense knows its letter; a letter knows no expense."""
    letter, expense = types_for(book(), "letter"), types_for(book(), "expense")
    assert (letter["letter_signed_on"], letter["letter_is_fine"]) == ("date", "boolean")
    assert (expense["letter_signed_on"], expense["charge_cents"]) == ("date", "cents")
    assert "charge_cents" not in letter


def test_a_rule_may_name_the_law_and_a_profile_where_its_subject_joins_them() -> None:
    """Where nothing is joined there is no date or payer to look a figure up by."""
    letter, expense = types_for(book(), "letter"), types_for(book(), "expense")
    assert {name: letter.get(name) for name in ("most_cents", "shortest_months", "wants_treatment")} == {
        "most_cents": "cents",
        "shortest_months": "months",
        "wants_treatment": "boolean",
    }
    assert not {"most_cents", "shortest_months", "wants_treatment"} & set(expense)


@pytest.mark.parametrize(("table", "name"), [("law", "most_cents"), ("profile", "shortest_months")])
def test_one_joined_table_does_not_bring_the_other(table: str, name: str) -> None:
    """Nor does a word that merely holds its name."""
    alone = LETTER._replace(source=f"FROM letter\nLEFT JOIN {table} ON TRUE\nLEFT JOIN outlaw ON TRUE")
    types = types_for(book(subjects=(alone,)), "letter")
    assert [one for one in ("most_cents", "shortest_months") if one in types] == [name]


@pytest.mark.parametrize("changes", [{}, {"applies": "letter_is_in_hand"}])
def test_a_rule_is_parsed_version_by_version_then_when_it_has_a_say(changes: dict[str, str]) -> None:
    """The last one is when it has a say, where that is written."""
    one = rule("a", "letter_is_fine", **changes)
    names = [parsed.names for parsed in check_rule(book(one), one)]
    assert names == [("letter_is_fine",), *([("letter_is_in_hand",)] if changes else [])]


def test_a_rule_may_be_dated_by_any_date_its_subject_knows() -> None:
    """An expense by its own day, or by that of its letter."""
    for day in ("served_on", "letter_signed_on"):
        one = rule("a", "charge_cents > 1", "expense", dated_by=day)
        assert [parsed.sql for parsed in check_rule(book(one), one)] == ["(charge_cents > 1)"]


@pytest.mark.parametrize(
    ("one", "message", "next_step", "line"),
    [
        (
            rule("a", dated_by="letter_singed_on"),
            "Rule clinic.a is dated by 'letter_singed_on', which is no date that a letter has.",
            "Did you mean 'letter_signed_on'?",
            None,
        ),
        (
            rule("a", dated_by="letter_is_fine"),
            "Rule clinic.a is dated by 'letter_is_fine', which is no date that a letter has.",
            "Did you mean 'letter_signed_on'?",
            None,
        ),
        (rule("a", "letter_is_fin"), "`letter_is_fin` is no fact", "`letter_is_fine`", 1),
        (rule("a", "letter_months"), "A condition must be true or false as a whole.", "Compare the value", 1),
        (rule("a", applies="letter_months + 1"), "A condition must be true or false", "Compare the value", 2),
    ],
    ids=["no fact", "no date", "no name", "no answer", "no say"],
)
def test_a_fault_names_the_rule_the_place_and_what_to_do(
    one: Rule, message: str, next_step: str, line: int | None
) -> None:
    """Whoever wrote the rule finds the word without searching."""
    with pytest.raises(RulebookError) as caught:
        check_rule(book(one), one)
    fault = caught.value
    assert fault.message.split(": ", 1)[-1].startswith(message), fault.message
    assert next_step in fault.next_step
    assert (fault.file, fault.line, fault.rule) == ("clinic/a.toml", line, "clinic.a")


def test_a_word_at_fault_is_found_on_its_own_line() -> None:
    """A condition of thirty lines is not searched by hand."""
    one = rule("a", "letter_is_fine AND letter_is_fin")
    written = parse(one.file, 'condition = """\nletter_is_fine\nAND letter_is_fin\n"""\n')
    with pytest.raises(RulebookError) as caught:
        check_rule(book(one)._replace(files={one.id: written}), one)
    assert caught.value.line == 3
