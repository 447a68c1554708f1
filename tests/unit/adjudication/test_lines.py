"""Lines: each expense at each funding source with the rows behind it, what its rules say, and what is open."""

from datetime import date
from typing import Any

from necessity.adjudication.case_engine import CaseEngine
from necessity.adjudication.compile import compile
from necessity.adjudication.explain import Explainer, Unknown
from necessity.adjudication.lines import Line, Reader, _Sayings
from necessity.adjudication.program import CompiledRule, CompiledSubject, Decided, Program
from necessity.domain.decision import Answer, Outcome
from necessity.rulebook.load import Rulebook
from tests.small_book import book, letter, rule

T, F, N = True, False, None
RULES = {
    "letter": [rule("letter")],
    "expense": [
        rule("cost", "charge_cents > 1", "expense"),
        rule("advice", "charge_cents > 1", "expense", required=False),
        rule("draft", "charge_cents > 1", "expense", status="draft"),
        rule("alone", "NOT is_for_household", "expense"),
    ],
}
NAMES = {"clinic.alone": ("is_for_household",)}
"""What the rules name; the others name what an expense costs."""
KEYS = {
    "person": ("case_id",),
    "route": ("case_id", "funding_source_id"),
    "letter": ("case_id", "funding_source_id", "letter_id"),
    "expense": ("case_id", "expense_id", "funding_source_id"),
    "payment": ("case_id", "expense_id", "funding_source_id"),
}


def the_book() -> Rulebook:
    return book(*(one for rules in RULES.values() for one in rules))


def the_reader() -> Reader:
    """Make a reader over subjects that nobody runs: their decided rows are written here."""
    subjects = tuple(
        CompiledSubject(
            name,
            *("", "", {}, ()),
            keys,
            *("", ()),
            tuple(
                CompiledRule(one.id, f"rule_{place}", f"says_{place}", NAMES.get(one.id, ("charge_cents",)))
                for place, one in enumerate(RULES.get(name, []))
            ),
        )
        for name, keys in KEYS.items()
    )
    return Reader(the_book(), Program({}, [], [], subjects, {}, ""))


def expense(id: str, on: date | None = None, source: str = "hsa", **more: Any) -> dict[str, Any]:
    """Write the decided row of an expense whose rules are all met."""
    says = {f"{column}_{place}": T for column in ("rule", "says") for place in range(4)}
    row = {"case_id": "ada", "expense_id": id, "funding_source_id": source, "served_on": on}
    return {**row, "id_of_chosen_letter": None, "letter_is_needed": T, **says, **more}


def decided(*expenses: dict[str, Any], letters: tuple[dict[str, Any], ...] = (), outcome: int = 3) -> Decided:
    """Put expenses together with their payments, two routes and the person."""
    payments = [
        {**{key: row[key] for key in KEYS["payment"]}, "outcome": row.get("outcome", outcome)} for row in expenses
    ]
    routes = [
        {"case_id": "ada", "funding_source_id": source, "outcome": place} for place, source in enumerate(("fsa", "hsa"))
    ]
    return {
        "person": [{"case_id": "ada"}],
        "route": list(routes),
        "letter": list(letters),
        "expense": list(expenses),
        "payment": list(payments),
    }


def lines_of(rows: Decided, source: str = "hsa") -> list[Line]:
    """Read the lines of one funding source."""
    return next(
        lines for route, lines in the_reader().routes(rows) if route.rows["route"]["funding_source_id"] == source
    )


LETTER = {"case_id": "ada", "funding_source_id": "hsa", "letter_id": "l", "rule_0": F, "says_0": T}


def test_every_funding_source_comes_with_its_lines_by_day_and_id() -> None:
    """An expense without a day stands last; a source without expenses stands by itself."""
    days = {"b": date(2026, 3, 2), "a": date(2026, 3, 2), "z": date(2026, 3, 1), "none": None}
    found = the_reader().routes(decided(*(expense(id, day) for id, day in days.items())))
    by_source = {route.rows["route"]["funding_source_id"]: (route, lines) for route, lines in found}
    assert list(by_source) == ["fsa", "hsa"]
    assert [line.id for line in by_source["hsa"][1]] == ["z", "a", "b", "none"]
    assert by_source["fsa"][1] == []
    assert {name: route.id for name, (route, _) in by_source.items()} == {"fsa": "", "hsa": ""}
    assert [route.outcome for route, _ in by_source.values()] == [Outcome.NOT_PAYABLE, Outcome.PENDED]


def test_a_line_has_the_outcome_of_its_payment() -> None:
    """The money has the last word on an expense."""
    rows = decided(*(expense(id, outcome=number) for number, id in enumerate("abcd")))
    assert [line.outcome for line in lines_of(rows)] == [
        *(Outcome.NOT_PAYABLE, Outcome.PENDED, Outcome.REVIEW, Outcome.PAYABLE),
    ]


def test_a_line_stands_on_its_own_rows() -> None:
    """Another expense's payment, another source's route or another letter must never speak for it."""
    other = {**LETTER, "letter_id": "m"}
    rows = decided(
        expense("a", id_of_chosen_letter="m"),
        expense("b", id_of_chosen_letter="l"),
        expense("a", source="fsa"),
        letters=(LETTER, other),
    )
    first, second = lines_of(rows)
    assert first.rows["letter"] is other
    assert second.rows["letter"] is LETTER
    assert first.rows["payment"] is rows["payment"][0]
    assert first.rows["route"] is rows["route"][1]
    assert first.rows["person"] is rows["person"][0]
    (at_fsa,) = lines_of(rows, "fsa")
    assert at_fsa.rows["expense"] is rows["expense"][2]
    assert at_fsa.rows["route"] is rows["route"][0]
    assert "letter" not in at_fsa.rows


def test_only_required_rules_in_force_that_fail_or_cannot_tell_are_open() -> None:
    """What is met, silent, advice or draft holds nobody up."""
    said = {
        "met": expense("a"),
        "failed": expense("b", rule_0=F),
        "unknown": expense("c", rule_0=N),
        "silent": expense("d", rule_0=F, says_0=F),
        "advice": expense("e", rule_1=F, rule_2=N),
    }
    found = dict(zip(said, lines_of(decided(*said.values())), strict=True))
    assert {name: [(rule.id, answer) for rule, answer in line.open] for name, line in found.items()} == {
        "met": [],
        "failed": [("clinic.cost", Answer.NOT_MET)],
        "unknown": [("clinic.cost", Answer.UNKNOWN)],
        "silent": [],
        "advice": [],
    }
    every = {rule.id: answer for _, answers in found["advice"].said for rule, answer in answers.all}
    assert every == {"clinic.cost": Answer.MET, "clinic.advice": Answer.NOT_MET, "clinic.draft": Answer.UNKNOWN} | {
        "clinic.alone": Answer.MET
    }


def test_a_letters_rules_speak_where_a_letter_is_needed_or_might_be() -> None:
    """Where none is needed, what the letter lacks is nobody's business."""
    rows = decided(
        *(
            expense(id, id_of_chosen_letter="l", letter_is_needed=needed)
            for id, needed in zip("abc", (T, F, N), strict=True)
        ),
        letters=(LETTER,),
    )
    found = [[rule.id for rule, _ in line.open] for line in lines_of(rows)]
    assert found == [["clinic.letter"], [], ["clinic.letter"]]


def test_rows_of_which_rules_say_the_same_share_one_object() -> None:
    """A year of sessions has a handful of sayings."""
    first, second, third = lines_of(decided(expense("a"), expense("b"), expense("c", rule_0=F)))
    sayings = [dict(line.said)["expense"] for line in (first, second, third)]
    assert sayings[0] is sayings[1]
    assert sayings[0] is not sayings[2]


def test_a_line_asks_what_is_unknown_beneath_what_cannot_tell() -> None:
    """A rule that fails asks nothing; several that cannot tell ask each their own."""
    made = Explainer(the_book(), Program({}, [], [], (), {}, ""))
    rows = {"id_of_expense": "e", "charge_cents": N, "is_for_household": N}
    open, failed, both = lines_of(
        decided(
            expense("a", rule_0=N, **rows), expense("b", rule_0=F, **rows), expense("c", rule_0=N, rule_3=N, **rows)
        )
    )
    assert open.asked(made) == (Unknown("charge_cents", "e"),)
    assert open.asked(made) is open.asked(made)
    assert failed.asked(made) == ()
    assert both.asked(made) == (Unknown("charge_cents", "e"), Unknown("is_for_household", "e"))


def test_rows_as_the_engine_hands_them_out_read_like_any_others() -> None:
    """They keep their values as the database has them until somebody asks."""
    own = book(rule("a"), rule("b", "letter_names_treatment", applies="letter_is_in_hand"))
    program = compile(own)
    letters = [letter("1", names_diagnosis=F, names_patient=T), letter("2", names_diagnosis=T, names_patient=F)]
    rows = CaseEngine(program).run({"letter": letters})["letter"]
    reader = _Sayings(program.subjects[0], own)
    said = [[(rule.id, answer) for rule, answer in reader.of(row).all] for row in (*rows, *map(dict, rows))]
    assert said[:2] == [
        [("clinic.a", Answer.NOT_MET), ("clinic.b", Answer.UNKNOWN)],
        [("clinic.a", Answer.MET), ("clinic.b", Answer.NOT_APPLICABLE)],
    ]
    assert said[2:] == said[:2]
