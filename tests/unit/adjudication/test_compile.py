"""Compiling: what one rule becomes in SQL, what refuses to compile, and that a program can be kept.

How answers become an outcome stands in `test_compile_answers.py`, what stands in the rows in `test_compile_rows.py`.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from necessity.adjudication.compile import answer_sql, compile, rule_sql
from necessity.adjudication.engine import evaluate
from necessity.adjudication.keep import dump, restore
from necessity.errors import RulebookError
from tests.operator_folder import Operator
from tests.shipped import program
from tests.small_book import book, letter, rule, run

T, F, N = True, False, None


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


@pytest.mark.parametrize(
    ("text", "says", "answer"),
    [(T, T, T), (F, T, F), (N, T, N), (T, F, T), (F, F, T), (N, F, T), (T, N, T), (F, N, N), (N, N, N)],
)
def test_an_answer_is_true_where_the_rule_has_no_say(text: bool | None, says: bool | None, answer: bool | None) -> None:
    """Not knowing whether a rule applies matters only where it would not be met."""
    row = {"text": text, "says": says}
    assert evaluate({"text": "BOOLEAN", "says": "BOOLEAN"}, [row], (answer_sql("text", "says"),)) == [(answer,)]


def test_dates_of_versions_become_part_of_the_statement(operator: Operator) -> None:
    """The day picks the version inside SQL, for one case and for millions."""
    id = operator.versions({"until": date(2025, 12, 31)}, {"from": date(2026, 1, 1), "condition": "letter_is_signed"})
    own = operator.own()
    text, says, names = rule_sql(own, own.rules[id])
    assert text == (
        "(letter_signed_on <= DATE '2025-12-31' AND (letter_names_diagnosis)) "
        "OR (letter_signed_on >= DATE '2026-01-01' AND (letter_is_signed))"
    )
    assert says == ""
    assert set(names) == {"letter_names_diagnosis", "letter_is_signed", "letter_signed_on"}


def test_a_rule_without_dates_does_not_ask_for_one(operator: Operator) -> None:
    """`dated_by` alone changes nothing, and an unknown day must not pend what never changed."""
    id = operator.rule(dated_by="letter_signed_on")
    own = operator.own()
    assert rule_sql(own, own.rules[id]) == ("(letter_names_diagnosis)", "", ("letter_names_diagnosis",))


_C, _BY = "(letter_names_diagnosis)", "letter_signed_on"
_FROM, _UNTIL = date(2026, 1, 1), date(2026, 6, 30)


@pytest.mark.parametrize(
    ("versions", "text", "says"),
    [
        ([{}], _C, ""),
        ([{"from": _FROM}], _C, f"({_BY} >= DATE '2026-01-01')"),
        ([{"until": _UNTIL}], _C, f"({_BY} <= DATE '2026-06-30')"),
        (
            [{"from": _FROM, "until": _UNTIL}],
            _C,
            f"({_BY} >= DATE '2026-01-01') AND ({_BY} <= DATE '2026-06-30')",
        ),
        (
            [{"until": date(2025, 12, 31)}, {"from": date(2026, 1, 1)}],
            f"({_BY} <= DATE '2025-12-31' AND {_C}) OR ({_BY} >= DATE '2026-01-01' AND {_C})",
            "",
        ),
        (
            [{"until": date(2025, 12, 30)}, {"from": date(2026, 1, 1)}],
            f"({_BY} <= DATE '2025-12-30' AND {_C}) OR ({_BY} >= DATE '2026-01-01' AND {_C})",
            f"({_BY} <= DATE '2025-12-30' OR {_BY} >= DATE '2026-01-01')",
        ),
        (
            [{"from": date(2024, 1, 1), "until": date(2024, 12, 31)}, {"from": date(2025, 1, 1), "until": _UNTIL}],
            f"({_BY} >= DATE '2024-01-01' AND {_BY} <= DATE '2024-12-31' AND {_C}) "
            f"OR ({_BY} >= DATE '2025-01-01' AND {_BY} <= DATE '2026-06-30' AND {_C})",
            f"({_BY} >= DATE '2024-01-01') AND ({_BY} <= DATE '2026-06-30')",
        ),
    ],
)
@pytest.mark.parametrize("applies", [None, "letter_names_patient"])
def test_a_rule_has_a_say_in_its_days_only(
    operator: Operator, versions: list[dict[str, Any]], text: str, says: str, applies: str | None
) -> None:
    """Before the first version, after the last and in a gap the law said nothing; then nothing is asked."""
    id = operator.versions(*versions, applies=applies)
    own = operator.own()
    found, has_a_say, names = rule_sql(own, own.rules[id])
    also = "((letter_names_patient))" if applies else ""
    assert (found, has_a_say) == (text, " AND ".join(part for part in (also, says) if part))
    dated = {_BY} if versions != [{}] else set()
    assert set(names) == {"letter_names_diagnosis"} | dated | ({applies} if applies else set())


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"version": [{"condition": "letter_is_sined", "citations": ["source"]}]}, "`letter_is_sined`"),
        ({"applies": "letter_stated_months"}, "true or false"),
        ({"while_ahead": "pended"}, "ahead"),
    ],
)
def test_a_rule_that_cannot_be_asked_does_not_compile(operator: Operator, changes: dict[str, Any], word: str) -> None:
    """It stops the start, with file and line, and not the thousandth claim."""
    operator.rule(**changes)
    with pytest.raises(RulebookError, match=word) as caught:
        compile(operator.own())
    assert caught.value.file == "clinic/names.toml"
    assert caught.value.line


def test_a_program_can_be_kept_and_read_back() -> None:
    """A cold start reads what an earlier one compiled, and decides the same."""
    shipped = program()
    assert restore(dump(shipped)) == shipped
    small = compile(book(rule("a", "letter_is_fine")))
    again = restore(dump(small))
    tables = {"letter": [letter(names_diagnosis=True, names_patient=True, stated_months=6, file="acme")]}
    assert again == small
    assert run(again, tables) == run(small, tables)


@pytest.mark.parametrize("text", ["", "{}", '{"subjects": []}', '{"subjects": [], "beneath": {}, "x": 1}'])
def test_what_is_not_a_program_is_refused(text: str) -> None:
    """A kept file that was cut off must be made anew, not believed."""
    with pytest.raises(ValueError, match=r"not a compiled|Expecting"):
        restore(text)


def test_a_rule_that_speaks_of_what_is_ahead_where_nothing_is_says_so(operator: Operator) -> None:
    """The line in the file that is wrong, and what to do."""
    operator.rule(while_ahead="pended")
    with pytest.raises(RulebookError) as caught:
        compile(operator.own())
    error = caught.value
    assert "`while_ahead` needs a subject that knows whether the service is ahead." in error.message
    assert error.next_step == "Leave it out, or make the rule about expenses."
    assert "while_ahead" in operator.folder.joinpath("rules/clinic/names.toml").read_text().splitlines()[error.line - 1]
