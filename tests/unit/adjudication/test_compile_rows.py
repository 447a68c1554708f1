"""The rows of a compiled subject: which facts stand in them, what is taken over from earlier subjects, what is handed down.

A small book stands in for the shipped one: what is tested is the compiler, not the law.
"""

from datetime import date

import pytest

from necessity.adjudication.compile import compile
from necessity.adjudication.program import CompiledRule
from necessity.errors import RulebookError
from necessity.facts.fact import Subject
from tests.small_book import (
    EXPENSE,
    FACTS,
    LETTER,
    PAYMENT,
    SETTLED,
    book,
    compiled,
    derived,
    expense,
    letter,
    outcomes,
    rule,
    run,
)

T, F, N = True, False, None
ABOUT_EXPENSE = {"about": "expense"}


def test_a_letter_s_row_holds_keys_ids_parameters_facts_and_answers() -> None:
    """In this order, with these types: readers and the cache go by them."""
    found = compiled("letter", rule("a", "letter_is_fine"), rule("b", "letter_is_fine OR wants_treatment"))
    assert list(found.types.items()) == list(
        {
            "case_id": "VARCHAR",
            "letter_id": "VARCHAR",
            "id_of_letter": "VARCHAR",
            "shortest_months": "BIGINT",
            "wants_treatment": "BOOLEAN",
            "letter_is_in_hand": "BOOLEAN",
            "letter_names_diagnosis": "BOOLEAN",
            "letter_names_treatment": "BOOLEAN",
            "letter_signed_on": "DATE",
            "letter_months": "BIGINT",
            "letter_covers": "VARCHAR[]",
            "letter_is_short": "BOOLEAN",
            "letter_says_enough": "BOOLEAN",
            "letter_is_fine": "BOOLEAN",
            "rule_0": "BOOLEAN",
            "rule_1": "BOOLEAN",
            **SETTLED,
            "outcome": "BIGINT",
        }.items()
    )
    assert found.keys == ("case_id", "letter_id")
    assert found.ids == ("letter",)
    assert found.driven_by == "letter"


def test_an_expense_s_row_leaves_out_what_only_passes_through() -> None:
    """The letter's facts stand in the letter's row; nobody reads them twice."""
    rules = (rule("a", "letter_is_fine AND charge_cents > 1", **ABOUT_EXPENSE),)
    found = compiled("expense", *rules)
    own = [fact.name for fact in FACTS if fact.about == "expense"]
    stored = [name for name in found.types if name not in ("letter_names_all", "owed_cents")]
    assert stored == [
        *("case_id", "expense_id", "id_of_expense", "id_of_receipt"),
        *(name for name in own if name not in ("letter_names_all", "owed_cents")),
        *("rule_0", *SETTLED, "outcome"),
    ]
    assert set(found.types) >= {"letter_names_all", "owed_cents"}
    assert found.ids == ("expense", "receipt")
    assert found.driven_by == "expense"


def test_what_a_later_subject_reads_is_handed_down() -> None:
    """And what passes through a subject on its way further on is kept there too."""
    program = compile(
        book(rule("a", "letter_is_fine AND payable_cents > 0 AND served_on = letter_signed_on", "payment"))
    )
    handed = {subject.name: set(subject.handed_down) for subject in program.subjects}
    settled = {*SETTLED, "outcome"}
    assert handed["letter"] - settled == {
        *("case_id", "letter_id", "letter_names_diagnosis", "letter_names_treatment"),
        *("letter_is_fine", "letter_signed_on"),
    }
    assert handed["expense"] - settled == {
        *("case_id", "expense_id", "owed_cents", "letter_is_fine", "letter_signed_on", "served_on"),
    }
    assert handed["payment"] == set()
    types = {subject.name: subject.types for subject in program.subjects}
    assert types["expense"]["letter_signed_on"] == "DATE"
    assert "letter_signed_on" not in types["payment"]
    assert "letter_names_diagnosis" not in types["expense"]


def test_a_column_read_through_an_alias_is_handed_down() -> None:
    """A fact over a decided table's column needs no fact of that name beside it."""
    months = derived("months_of_the_letter", "expense", "months", "sent.letter_months")
    (letters, expenses, _) = compile(book(facts=(*FACTS, months))).subjects
    assert "letter_months" in letters.handed_down
    assert expenses.types["months_of_the_letter"] == "BIGINT"
    assert "letter_months" not in expenses.types


def test_a_column_read_in_the_source_is_handed_down() -> None:
    """The source and the queries before it may join on facts."""
    source = EXPENSE._replace(source=f"{EXPENSE.source} AND sent.letter_is_in_hand")
    before = EXPENSE._replace(
        prelude=f"{EXPENSE.prelude},\nshort AS (SELECT count(sent.letter_is_short) AS n FROM letter_decided AS sent)"
    )
    for subject, name in ((source, "letter_is_in_hand"), (before, "letter_is_short")):
        (letters, *_) = compile(book(subjects=(LETTER, subject, PAYMENT))).subjects
        assert name in letters.handed_down


def test_the_nearest_subject_hands_a_fact_down_once() -> None:
    """Of several that could, the first named does, whatever stands between; no column comes twice."""
    plain = Subject("plain", {"case_id": "case_file.case_id"}, {}, {}, {}, "", "FROM case_file")
    both = PAYMENT._replace(
        inherits={"expense": "expense", "plain": "plain", "letter": "of_letter"},
        source=(
            f"{PAYMENT.source}\nLEFT JOIN plain_decided AS plain ON plain.case_id = expense.case_id"
            "\nLEFT JOIN letter_decided AS of_letter ON of_letter.case_id = expense.case_id"
        ),
    )
    rules = (rule("a", "letter_is_fine", **ABOUT_EXPENSE), rule("b", "letter_is_fine", "payment"))
    program = compile(book(*rules, subjects=(LETTER, EXPENSE, plain, both)))
    (payment,) = (subject for subject in program.subjects if subject.name == "payment")
    assert "expense.letter_is_fine AS letter_is_fine" in payment.sql
    assert "of_letter.letter_is_fine AS" not in payment.sql
    tables = {
        "letter": [letter(names_diagnosis=T, names_patient=T, stated_months=6, file="acme")],
        "expense": [expense(note="l")],
    }
    assert outcomes(run(program, tables), "payment") == ["payable"]


def test_a_key_is_kept_though_it_only_passes_through() -> None:
    """Rows are found by their keys; a key that is a fact of an earlier subject as well stays."""
    payment = PAYMENT._replace(keys={**PAYMENT.keys, "served_on": "expense.served_on"})
    program = compile(book(rule("a", "served_on = letter_signed_on", "payment"), subjects=(LETTER, EXPENSE, payment)))
    (found,) = (subject for subject in program.subjects if subject.name == "payment")
    assert found.types["served_on"] == "DATE"
    assert found.keys == ("case_id", "expense_id", "served_on")


def test_a_parameter_is_joined_where_a_fact_or_a_rule_names_it() -> None:
    """And nowhere else: a profile has a hundred columns."""
    assert "most_cents" not in compiled("letter").types
    assert compiled("letter", rule("a", "most_cents > 3")).types["most_cents"] == "BIGINT"
    assert "wants_treatment" not in compiled("letter").types
    assert compiled("letter", rule("a", "wants_treatment")).types["wants_treatment"] == "BOOLEAN"
    assert "shortest_months" in compiled("letter").types


def test_a_parameter_has_the_value_of_its_day_and_payer() -> None:
    """A letter of a year without a known limit waits; so does one for a payer nobody knows."""
    rules = (rule("a", "most_cents = 5000"), rule("b", "wants_treatment AND letter_months >= shortest_months"))
    program = compile(book(*rules))
    letters = [
        letter("1", signed_on=date(2026, 6, 1), stated_months=6, file="acme"),
        letter("2", signed_on=date(2027, 6, 1), stated_months=6, file="acme"),
        letter("3", signed_on=date(2026, 6, 1), stated_months=6, file="nobody"),
        letter("4", signed_on=date(2026, 6, 1), stated_months=5, file="acme"),
    ]
    assert outcomes(run(program, {"letter": letters}), "letter") == ["payable", "pended", "pended", "not_payable"]


def test_what_several_later_subjects_want_is_passed_on_to_all_of_them() -> None:
    """One wants the day of the letter, another whether it is fine: the expense between them hands down both."""
    bill = PAYMENT._replace(name="bill")
    rules = (rule("a", "letter_signed_on = served_on", "payment"), rule("b", "letter_is_fine", "bill"))
    for subjects in ((LETTER, EXPENSE, PAYMENT, bill), (LETTER, EXPENSE, bill, PAYMENT)):
        program = compile(book(*rules, subjects=subjects))
        day = date(2026, 6, 1)
        tables = {
            "letter": [letter(signed_on=day, names_diagnosis=F)],
            "expense": [expense(note="l", served_on=day)],
        }
        decided = run(program, tables)
        assert outcomes(decided, "payment") == ["payable"]
        assert [row["rule_0"] for row in decided["bill"]] == [F]


def test_a_given_fact_that_is_called_like_a_column_of_the_profile_joins_no_profile() -> None:
    """Only what is computed reads parameters."""
    twin = FACTS[0]._replace(sql="letter.names_patient")
    found = compiled("letter", facts=(twin,), subjects=(LETTER,))
    assert set(found.types) == {"case_id", "letter_id", "id_of_letter", twin.name, *SETTLED, "outcome"}


def test_a_table_brings_only_the_columns_in_use() -> None:
    """With the optimizer off nobody else would leave the others behind."""
    (letters, *_) = compile(book(rule("a"))).subjects
    assert "SELECT case_id, covers, file, id, names_diagnosis, names_patient, names_treatment, signed_on" in letters.sql
    assert "(SELECT from_on, until_on FROM law) AS law" in letters.sql
    assert "(SELECT payer, shortest_months FROM profile) AS profile" in letters.sql


def test_a_table_of_which_nothing_is_read_stays_whole() -> None:
    """A select of no columns is no select."""
    source = "FROM letter CROSS JOIN case_file"
    found = compiled("letter", rule("a"), subjects=(LETTER._replace(source=source),), facts=FACTS[:5])
    assert "CROSS JOIN case_file" not in found.sql or "() FROM case_file" not in found.sql
    assert "JOIN case_file)" in found.sql


def test_a_function_that_not_every_database_has_is_refused_with_its_subject() -> None:
    """Better when the rulebook is compiled than when a case is decided."""
    sound = derived("letter_sounds_like", "letter", "text", "no_such_function(letter.file)")
    with pytest.raises(RulebookError, match="in the facts about letter") as caught:
        compile(book(facts=(*FACTS, sound)))
    assert caught.value.file == "subjects/letter.sql"


def test_rows_without_a_table_first_are_driven_by_nothing() -> None:
    """Then the statement is always run."""
    source = "FROM (SELECT 'ada' AS case_id, 'l' AS id) AS letter"
    facts = (derived("letter_is_there", "letter", "boolean", "letter.id = 'l'"),)
    program = compile(book(rule("a", "letter_is_there"), facts=facts, subjects=(LETTER._replace(source=source),)))
    assert program.subjects[0].driven_by == ""
    assert outcomes(run(program, {}), "letter") == ["payable"]


def test_facts_over_facts_are_computed_floor_by_floor() -> None:
    """Whatever order the files have them in: each may name all that stand beneath it."""
    facts = tuple(reversed(FACTS))
    for these in (FACTS, facts):
        program = compile(book(rule("a", "letter_is_fine"), facts=these))
        letters = [
            letter("a", names_diagnosis=T, names_patient=T, stated_months=6, file="acme"),
            letter("b", names_diagnosis=T, names_patient=F, stated_months=6, file="acme"),
            letter("c", names_diagnosis=T, names_patient=T, stated_months=5, file="acme"),
            letter("d", names_diagnosis=T, names_patient=T, stated_months=6, file="nobody"),
        ]
        rows = run(program, {"letter": letters})["letter"]
        assert [row["letter_is_fine"] for row in rows] == [T, F, F, N]
        assert [row["letter_says_enough"] for row in rows] == [T, T, F, N]


def test_a_fact_over_what_is_inherited_stands_above_it() -> None:
    """It cannot stand beside the columns it reads."""
    program = compile(book(rule("a", "letter_names_all", **ABOUT_EXPENSE)))
    tables = {
        "letter": [
            letter("x", names_diagnosis=T, names_treatment=T),
            letter("y", names_diagnosis=T, names_treatment=F),
        ],
        "expense": [expense("1", note="x"), expense("2", note="y"), expense("3")],
    }
    decided = run(program, tables)
    assert [row["letter_names_all"] for row in decided["expense"]] == [T, F, N]
    assert outcomes(decided, "expense") == ["payable", "not_payable", "pended"]


@pytest.mark.parametrize(
    ("links", "circle"),
    [
        ({"a": "NOT a"}, "a → a"),
        ({"a": "NOT b", "b": "NOT a"}, "a → b → a"),
        ({"z": "NOT a", "a": "NOT b", "b": "NOT c", "c": "NOT a"}, "z → a → b → c → a"),
    ],
)
def test_facts_that_rest_on_each_other_do_not_compile(links: dict[str, str], circle: str) -> None:
    """There is no floor to begin with; whoever wrote them must see the way round."""
    facts = tuple(derived(name, "letter", "boolean", sql) for name, sql in links.items())
    with pytest.raises(ValueError, match=f"^facts rest on each other in a circle: {circle}$"):
        compile(book(facts=facts, subjects=(LETTER,)))


def test_facts_that_share_what_they_rest_on_are_no_circle() -> None:
    """Two ways to the same fact are one fact, and several facts stand on one floor."""
    more = (
        derived("letter_is_long", "letter", "boolean", "letter_months > shortest_months"),
        derived("letter_is_something", "letter", "boolean", "letter_says_enough OR letter_is_short OR letter_is_long"),
        derived("letter_is_all", "letter", "boolean", "letter_is_something AND letter_is_fine AND NOT letter_is_short"),
    )
    program = compile(book(facts=(*FACTS, *more)))
    (row,) = run(program, {"letter": [letter(names_diagnosis=T, names_patient=T, stated_months=9, file="acme")]})[
        "letter"
    ]
    assert [row[name] for name in ("letter_is_short", "letter_is_long", "letter_is_something", "letter_is_all")] == [
        F,
        T,
        T,
        T,
    ]


def test_a_subject_without_facts_or_rules_pends() -> None:
    """Silence is never a yes."""
    program = compile(book(facts=(), subjects=(LETTER,)))
    assert outcomes(run(program, {"letter": [letter()]}), "letter") == ["pended"]
    assert program.subjects[0].rules == ()


def test_each_rule_says_where_its_answer_stands() -> None:
    """Explanations find it there."""
    found = compiled(
        "letter",
        rule("a", applies="letter_is_in_hand"),
        rule("b", "letter_names_treatment AND letter_is_in_hand", applies="letter_names_diagnosis"),
        rule("c", applies="letter_is_in_hand"),
    )
    assert found.rules == (
        CompiledRule("clinic.a", "rule_0", "says_0", ("letter_names_diagnosis", "letter_is_in_hand")),
        CompiledRule(
            "clinic.b", "rule_1", "says_1", ("letter_names_treatment", "letter_is_in_hand", "letter_names_diagnosis")
        ),
        CompiledRule("clinic.c", "rule_2", "says_0", ("letter_names_diagnosis", "letter_is_in_hand")),
    )


def test_a_program_knows_its_tables_and_what_rests_on_what() -> None:
    """The engines make these tables, and run only what is beneath what is asked."""
    program = compile(book(rule("a")))
    assert program.tables["law"] == {"from_on": "DATE", "until_on": "DATE", "most_cents": "BIGINT"}
    assert program.tables["profile"] == {
        "payer": "VARCHAR",
        "kind": "VARCHAR",
        "from_on": "DATE",
        "until_on": "DATE",
        "only_version": "BOOLEAN",
        "shortest_months": "BIGINT",
        "wants_treatment": "BOOLEAN",
    }
    assert program.beneath == {
        "letter": ("letter",),
        "expense": ("letter", "expense"),
        "payment": ("expense", "letter", "payment"),
    }
    assert [row["payer"] for row in program.profiles] == ["acme"]
    assert [row["most_cents"] for row in program.law] == [None, 5_000, None]
    assert program.sha256 == "0" * 64
