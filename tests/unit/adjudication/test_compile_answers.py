"""The outcome of a compiled subject: how its rules' answers and those of earlier subjects come together.

A small book stands in for the shipped one: what is tested is the compiler, not the law.
"""

from itertools import product

import pytest

from necessity.adjudication.compile import compile
from necessity.adjudication.program import OUTCOMES
from necessity.domain.decision import Outcome
from tests.small_book import (
    EXPENSE,
    FACTS,
    LETTER,
    SETTLED,
    book,
    expense,
    letter,
    outcomes,
    rule,
    run,
)

T, F, N = True, False, None
LETTERS = {"subjects": (LETTER,), "facts": FACTS[:7]}
"""A book of letters alone."""


EFFECTS = (Outcome.NOT_PAYABLE, Outcome.PENDED, Outcome.REVIEW)


@pytest.mark.parametrize("effect", EFFECTS)
def test_one_rule_makes_the_outcome_it_names(effect: Outcome) -> None:
    """Each answer of a required rule has one consequence."""
    program = compile(book(rule("a", if_not_met=effect), **LETTERS))
    letters = [letter("0", names_diagnosis=T), letter("1", names_diagnosis=F), letter("2")]
    assert outcomes(run(program, {"letter": letters}), "letter") == ["payable", effect.value, "pended"]


def test_what_contradicts_itself_never_has_a_say() -> None:
    """An unknown that cannot make the difference does not support a yes either."""
    never = rule("a", applies="letter_names_treatment = (NOT letter_names_treatment)")
    program = compile(book(never, **LETTERS))
    letters = [letter(str(p), names_diagnosis=T, names_treatment=value) for p, value in enumerate((T, F, N))]
    assert outcomes(run(program, {"letter": letters}), "letter") == ["pended"] * 3


@pytest.mark.parametrize("first", EFFECTS)
@pytest.mark.parametrize("second", EFFECTS)
def test_two_rules_of_any_effects_come_to_the_stronger_answer(first: Outcome, second: Outcome) -> None:
    """Refused before open before doubted before payable, whatever each says and whichever stands first.

    An answer that is unknown is as open as its rule's effect is strong: where a refusal is sure it no longer matters.
    """
    rules = (rule("a", if_not_met=first), rule("b", "letter_names_treatment", if_not_met=second))
    program = compile(book(*rules, **LETTERS))
    says = list(product((T, F, N), repeat=2))
    letters = [letter(str(place), names_diagnosis=a, names_treatment=b) for place, (a, b) in enumerate(says)]
    expected = []
    for answers in says:
        failed = {effect for effect, answer in zip((first, second), answers, strict=True) if answer is False}
        open = {effect for effect, answer in zip((first, second), answers, strict=True) if answer is None}
        if Outcome.NOT_PAYABLE in failed:
            expected.append("not_payable")
        elif open - failed or Outcome.PENDED in failed:
            expected.append("pended")
        else:
            expected.append("review" if failed else "payable")
    assert outcomes(run(program, {"letter": letters}), "letter") == expected


def test_an_answer_counts_only_where_its_rule_has_a_say() -> None:
    """Where it has none it neither refuses nor supports; where nobody knows, a met rule refuses nothing either."""
    program = compile(book(rule("a", applies="letter_is_in_hand"), **LETTERS))
    table = {
        # (has a say, is met)
        (T, T): "payable",
        (T, F): "not_payable",
        (T, N): "pended",
        (F, T): "pended",
        (F, F): "pended",
        (F, N): "pended",
        (N, T): "pended",
        (N, F): "pended",
        (N, N): "pended",
    }
    letters = [letter(str(p), names_patient=says, names_diagnosis=met) for p, (says, met) in enumerate(table)]
    decided = run(program, {"letter": letters})
    assert outcomes(decided, "letter") == list(table.values())
    assert [row["supported"] for row in decided["letter"]] == [T, *[F] * 8]
    assert [row["refused"] for row in decided["letter"]] == [F, T, N, F, F, F, F, N, N]


def test_one_rule_that_is_met_supports_though_another_has_no_say() -> None:
    """At least one is enough."""
    rules = (rule("a", applies="letter_is_in_hand"), rule("b", "letter_names_treatment"))
    program = compile(book(*rules, **LETTERS))
    letters = [letter(names_patient=F, names_treatment=T)]
    assert outcomes(run(program, {"letter": letters}), "letter") == ["payable"]


@pytest.mark.parametrize("changes", [{"required": False}, {"status": "draft"}])
def test_a_rule_that_does_not_decide_is_answered_and_counts_for_nothing(changes: dict[str, object]) -> None:
    """Its answer is shown; the rules after it count all the same."""
    idle, weak = rule("a", **changes), rule("b", "letter_names_treatment", if_not_met=Outcome.REVIEW)
    program = compile(book(idle, weak, **LETTERS))
    (row,) = run(program, {"letter": [letter(names_diagnosis=F, names_treatment=F)]})["letter"]
    assert (row["rule_0"], row["rule_1"], OUTCOMES[row["outcome"]]) == (F, F, Outcome.REVIEW)
    assert (row["refused"], row["pending"], row["doubted"], row["supported"]) == (F, F, T, F)


@pytest.mark.parametrize(("strong", "mild"), [pair for pair in product(EFFECTS, repeat=2) if pair[0] is not pair[1]])
def test_a_rule_about_what_is_ahead_has_its_own_effect(strong: Outcome, mild: Outcome) -> None:
    """While the service is ahead the one, afterwards the other; where nobody knows which, it is open."""
    one = rule("a", "charge_cents > 100", "expense", if_not_met=strong, while_ahead=mild)
    program = compile(book(one, subjects=(LETTER, EXPENSE)))
    table = {
        # (is ahead, what it costs)
        (T, 50): mild.value,
        (F, 50): strong.value,
        (N, 50): "pended",
        (T, 500): "payable",
        (F, 500): "payable",
        (N, 500): "payable",
        (T, None): "pended",
        (F, None): "pended",
    }
    rows = [expense(str(p), travel_is_essential=a, charge_cents=c) for p, (a, c) in enumerate(table)]
    assert outcomes(run(program, {"expense": rows}), "expense") == list(table.values())


def test_what_is_ahead_is_taken_over_where_only_a_rule_s_effect_asks_for_it() -> None:
    """No fact and no condition names it, and it must be there all the same."""
    one = rule("a", "payable_cents > 100", "payment", while_ahead=Outcome.REVIEW)
    program = compile(book(one))
    rows = [
        expense("1", travel_is_essential=T, charge_cents=50, receipt="r"),
        expense("2", travel_is_essential=F, charge_cents=50, receipt="r"),
    ]
    tables = {"expense": rows, "receipt": [{"case_id": "ada", "id": "r", "amount_cents": 0}]}
    assert outcomes(run(program, tables), "payment") == ["review", "not_payable"]


@pytest.mark.parametrize("effect", EFFECTS)
def test_a_letter_s_answer_counts_for_an_expense_that_needs_one(effect: Outcome) -> None:
    """Where none is needed it does not; where nobody knows, what the letter lacks is open."""
    program = compile(book(rule("a", if_not_met=effect), rule("b", "charge_cents > 0", "expense")))
    letters = [letter("yes", names_diagnosis=T), letter("no", names_diagnosis=F), letter("open")]
    table = {
        # (the letter, is it needed)
        ("yes", T): "payable",
        ("no", T): effect.value,
        ("open", T): "pended",
        ("yes", F): "payable",
        ("no", F): "payable",
        ("open", F): "payable",
        ("yes", N): "payable",
        ("no", N): "pended",
        ("open", N): "pended",
        (None, T): "payable",
        (None, N): "payable",
    }
    rows = [
        expense(f"{place:02}", note=of, is_itemised_apart=needed, charge_cents=5)
        for place, (of, needed) in enumerate(table)
    ]
    decided = run(program, {"letter": letters, "expense": rows})
    assert outcomes(decided, "expense") == list(table.values())
    assert outcomes(decided, "payment") == list(table.values())


def test_every_answer_of_an_earlier_subject_goes_on_as_it_is() -> None:
    """Refused, pending, doubted, supported, known or not: a payment without rules of its own says what its expense says."""
    rules = [
        rule(name, fact, "expense", if_not_met=effect)
        for name, fact, effect in (
            ("a", "is_for_household", Outcome.NOT_PAYABLE),
            ("b", "letter_is_needed", Outcome.PENDED),
            ("c", "service_is_ahead", Outcome.REVIEW),
        )
    ]
    program = compile(book(*rules))
    says = list(product((T, F, N), repeat=3))
    rows = [
        expense(f"{p:02}", is_used_by_household=a, is_itemised_apart=b, travel_is_essential=c)
        for p, (a, b, c) in enumerate(says)
    ]
    decided = run(program, {"expense": rows})
    for column in (*SETTLED, "outcome"):
        assert [row[column] for row in decided["payment"]] == [row[column] for row in decided["expense"]]


def test_an_earlier_answer_and_one_s_own_come_to_the_stronger() -> None:
    """The expense doubts, its letter refuses: refused."""
    rules = (rule("a"), rule("b", "charge_cents > 100", "expense", if_not_met=Outcome.REVIEW))
    program = compile(book(*rules))
    letters = [letter("yes", names_diagnosis=T), letter("no", names_diagnosis=F)]
    rows = [
        expense(f"{of}{cost}", note=of, is_itemised_apart=T, charge_cents=cost)
        for of in ("no", "yes")
        for cost in (50, 500)
    ]
    decided = run(program, {"letter": letters, "expense": rows})
    assert outcomes(decided, "expense") == ["not_payable", "not_payable", "review", "payable"]
