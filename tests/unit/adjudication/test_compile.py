"""Compiling: how rules' answers become one outcome, and what refuses to compile."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from necessity.adjudication.case_engine import CaseEngine
from necessity.adjudication.compile import answer_sql, compile, rule_sql
from necessity.adjudication.engine import Engine, evaluate
from necessity.adjudication.keep import dump, restore
from necessity.adjudication.program import OUTCOMES
from necessity.domain.tables import tables_of
from necessity.errors import RulebookError
from tests.cast import ada
from tests.operator_folder import Operator
from tests.worlds import copies, joined

DAY = date(2026, 6, 30)
T, F, N = True, False, None


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def outcomes(operator: Operator, *letters: dict[str, Any]) -> list[str]:
    """Decide Ada's case with the operator's rules alone, once for each thing her letter may say."""
    base = tables_of(ada(), DAY)
    worlds = [
        copies({**base, "letter": [{**base["letter"][0], **says}]}, [()], str(place))
        for place, says in enumerate(letters)
    ]
    decided = Engine(compile(operator.own())).run(joined(worlds), ("letter",))
    found = {row["case_id"]: OUTCOMES[row["outcome"]].value for row in decided["letter"]}
    return [found[f"{place}-0"] for place in range(len(letters))]


FLAG = "letter_names_diagnosis"
OTHER = "letter_names_patient"
STRONG = {"version": [{"condition": FLAG, "citations": ["source"]}]}
WEAK = {"version": [{"condition": OTHER, "citations": ["source"]}]}


@pytest.mark.parametrize("effect", ["not_payable", "pended", "review"])
def test_one_rule_makes_the_outcome_it_names(operator: Operator, effect: str) -> None:
    """Each answer of a required rule has one consequence."""
    operator.rule(if_not_met=effect, **STRONG)
    found = outcomes(operator, *({"names_diagnosis": value} for value in (T, F, N)))
    assert found == ["payable", effect, "pended"]


def test_the_stronger_answer_wins(operator: Operator) -> None:
    """Not payable before pended before review before payable."""
    operator.rule("strong", if_not_met="not_payable", **STRONG)
    operator.rule("weak", if_not_met="review", **WEAK)
    table = {
        # (not payable, review)
        (T, T): "payable",
        (T, F): "review",
        (T, N): "pended",
        (F, T): "not_payable",
        (F, F): "not_payable",
        (F, N): "not_payable",
        (N, T): "pended",
        (N, F): "pended",
        (N, N): "pended",
    }
    letters = ({"names_diagnosis": first, "names_patient": second} for first, second in table)
    assert outcomes(operator, *letters) == list(table.values())


@pytest.mark.parametrize("changes", [{"weight": "advisory"}, {"status": "draft"}])
def test_what_only_advises_or_is_a_draft_decides_nothing(operator: Operator, changes: dict[str, str]) -> None:
    """And an outcome that no rule supports is never a yes."""
    operator.rule("idle", **STRONG, **changes)
    assert outcomes(operator, {"names_diagnosis": False}) == ["pended"]
    operator.rule("weak", **WEAK)
    assert outcomes(operator, {"names_diagnosis": False, "names_patient": True}) == ["payable"]


def test_a_rule_that_does_not_apply_supports_nothing(operator: Operator) -> None:
    """Silence is never a yes, nor a no: what its condition says of such a letter does not count."""
    operator.rule(applies="funding_source = 'own_pocket' AND letter_names_patient", **STRONG)
    operator.rule("never", applies="letter_names_patient = (NOT letter_names_patient)", **STRONG)
    letters = ({"names_diagnosis": named, "names_patient": False} for named in (True, False, None))
    assert outcomes(operator, *letters) == ["pended"] * 3


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
    book = operator.own()
    text, says, names = rule_sql(book, book.rules[id])
    assert text == (
        "(letter_signed_on <= DATE '2025-12-31' AND (letter_names_diagnosis)) "
        "OR (letter_signed_on >= DATE '2026-01-01' AND (letter_is_signed))"
    )
    assert says == ""
    assert set(names) == {"letter_names_diagnosis", "letter_is_signed", "letter_signed_on"}


def test_a_rule_without_dates_does_not_ask_for_one(operator: Operator) -> None:
    """`dated_by` alone changes nothing, and an unknown day must not pend what never changed."""
    id = operator.rule(dated_by="letter_signed_on")
    book = operator.own()
    assert rule_sql(book, book.rules[id]) == ("(letter_names_diagnosis)", "", ("letter_names_diagnosis",))


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
    book = operator.own()
    found, has_a_say, names = rule_sql(book, book.rules[id])
    also = "((letter_names_patient))" if applies else ""
    assert (found, has_a_say) == (text, " AND ".join(part for part in (also, says) if part))
    dated = {_BY} if versions != [{}] else set()
    assert set(names) == {"letter_names_diagnosis"} | dated | ({applies} if applies else set())


def test_the_day_decides_which_version_speaks(operator: Operator) -> None:
    """One letter, seen from each side of each day on which the rule changes; where it is silent nothing supports a yes."""
    operator.versions(
        {"from": date(2025, 7, 1), "until": date(2025, 12, 31)},
        {"from": date(2026, 3, 1), "condition": "NOT letter_names_diagnosis"},
    )
    table = {
        date(2025, 6, 30): "pended",
        date(2025, 7, 1): "not_payable",
        date(2025, 12, 31): "not_payable",
        date(2026, 1, 1): "pended",
        date(2026, 2, 28): "pended",
        date(2026, 3, 1): "payable",
        None: "pended",
    }
    letters = ({"names_diagnosis": False, "signed_on": signed_on} for signed_on in table)
    assert outcomes(operator, *letters) == list(table.values())


def test_a_paper_that_can_still_be_got_weighs_less(operator: Operator) -> None:
    """While the service is ahead a rule has its milder effect; not knowing whether it is, is open."""
    operator.rule(
        about="expense",
        while_ahead="review",
        if_not_met="not_payable",
        version=[{"condition": "charge_cents_given > 100", "citations": ["source"]}],
    )
    base = tables_of(ada(), DAY)
    past, future = date(2026, 6, 1), date(2027, 1, 1)
    table = {
        # (day, what it costs)
        (past, 50): "not_payable",
        (future, 50): "review",
        (None, 50): "pended",
        (past, 500): "payable",
        (future, 500): "payable",
        (None, 500): "payable",
        (future, None): "pended",
    }
    expenses = [
        {**base["expense"][0], "id": f"e{place}", "served_on": day, "charge_cents": cost, "status": day and "held"}
        for place, (day, cost) in enumerate(table)
    ]
    decided = Engine(compile(operator.own())).run({**base, "expense": expenses}, ("expense",))
    found = {row["expense_id"]: row["outcome"] for row in decided["expense"] if row["funding_source"] == "hsa"}
    assert [OUTCOMES[found[f"e{place}"]].value for place in range(len(table))] == list(table.values())


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


def test_a_program_can_be_kept_and_read_back(operator: Operator) -> None:
    """A cold start reads what an earlier one compiled, and decides the same."""
    operator.rule()
    program = compile(operator.own())
    again = restore(dump(program))
    tables = tables_of(ada(), DAY)
    assert again == program
    assert Engine(again).run(tables) == Engine(program).run(tables) == CaseEngine(again).run(tables)


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


def test_rules_that_apply_alike_share_a_column(operator: Operator) -> None:
    """Five rules that speak under the same condition ask it once; another condition has a column of its own."""
    operator.rule("a", applies="letter_names_patient", **STRONG)
    operator.rule("b", applies="letter_names_patient", **STRONG)
    operator.rule("c", applies="letter_is_signed", **STRONG)
    operator.rule("d", **STRONG)
    (letter,) = (subject for subject in compile(operator.own()).subjects if subject.name == "letter")
    found = {rule.id: (rule.column, rule.applies) for rule in letter.rules}
    assert found == {
        "clinic.a": ("rule_0", "says_0"),
        "clinic.b": ("rule_1", "says_0"),
        "clinic.c": ("rule_2", "says_1"),
        "clinic.d": ("rule_3", ""),
    }
    assert {letter.types[name] for pair in found.values() for name in pair if name} == {"BOOLEAN"}
    assert letter.types["outcome"] == "BIGINT"
    assert {letter.types[name] for name in ("refused", "pending", "doubted", "supported")} == {"BOOLEAN"}
