"""Facts and subjects: that the shipped ones fit together, and that broken ones are refused."""

from pathlib import Path

import pytest

from necessity.domain.tables import TABLES
from necessity.errors import RulebookError
from necessity.facts import load as loading
from necessity.facts.load import Facts, bare_names, dotted_names, load
from necessity.parameters.load import SQL_TYPES
from necessity.parameters.load import load as load_parameters

SUBJECT = "-- key: case_id = letter.case_id\n-- source\nFROM letter\n"
FACT = """
[[fact]]
name  = "letter_is_short"
about = "letter"
type  = "boolean"
means = "Whether it is short."
sql   = "letter.stated_months < 6"
"""
GIVEN = """
[[fact]]
name     = "months"
about    = "letter"
type     = "months"
field    = "letter.stated_months"
asks     = "How many months?"
asked_of = "patient"
means    = "The months."
"""


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load(load_parameters())


def test_every_subject_comes_after_those_it_builds_on(facts: Facts) -> None:
    """Its statement reads their decided rows."""
    seen: set[str] = set()
    for name, subject in facts.subjects.items():
        assert set(subject.inherits) | set(subject.answers) <= seen
        assert next(iter(subject.keys)) == "case_id"
        seen.add(name)


def test_every_given_fact_can_be_asked(facts: Facts) -> None:
    """Only given facts are asked, and each has its plain question and somebody to answer it."""
    given = [fact for fact in facts.facts.values() if fact.is_given]
    assert given
    for fact in given:
        table, _, column = fact.field.partition(".")
        assert column in TABLES[table].columns
        assert fact.question.strip()
        assert fact.asked_of
        assert fact.best is None or not fact.choices or fact.best in fact.choices


def test_every_choice_of_a_fact_is_one_the_record_knows(facts: Facts) -> None:
    """An answer that the record refuses is no answer."""
    for fact in facts.facts.values():
        if fact.is_given and fact.choices:
            assert fact.type == "choice"
            assert SQL_TYPES[fact.type] == TABLES[fact.field.partition(".")[0]].columns[fact.field.partition(".")[2]]


def test_a_rule_sees_the_facts_of_its_subject_and_of_those_beneath(facts: Facts) -> None:
    """A rule about an expense may ask about its letter, and not the other way round."""
    assert "letter_is_signed" in facts.visible("expense")
    assert "funding_source" in facts.visible("letter")
    assert "served_on" not in facts.visible("letter")
    assert "decided_on" in facts.visible("payment")


def test_names_in_sql_are_found_and_strings_left_alone() -> None:
    """Facts rest on each other by name; a name in quotes is only a word."""
    sql = "CASE WHEN a.b = 'c d' AND e > f(g) THEN 'it''s h' END"
    assert bare_names(sql) == {"e", "g"}
    assert dotted_names(sql) == {("a", "b")}


def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fact: str, subject: str = SUBJECT) -> RulebookError:
    """Load facts that come from another folder than the program's own."""
    (tmp_path / "subjects").mkdir()
    (tmp_path / "subjects" / "letter.sql").write_text(subject, encoding="utf-8")
    (tmp_path / "letter.toml").write_text(fact, encoding="utf-8")
    monkeypatch.setattr(loading, "BUILT_IN", tmp_path)
    with pytest.raises(RulebookError) as caught:
        load(load_parameters())
    assert caught.value.next_step
    return caught.value


@pytest.mark.parametrize(
    ("fact", "word", "line"),
    [
        (FACT.replace("means", "meens"), "'meens'", 6),
        (FACT.replace("letter_is_short", "Letter Is Short"), "no usable name", 3),
        (FACT.replace('"letter"', '"session"'), "'session'", 3),
        (FACT.replace('"boolean"', '"yes_no"'), "type", 3),
        (FACT.replace("sql ", "# sql "), "`field` or `sql`", 3),
        (FACT + FACT, "is taken", 3),
        (FACT.replace("letter_is_short", "letter_life_months"), "is taken", 3),
        (FACT.replace("letter.stated_months < 6", "letter.stated_months < months") + GIVEN, "mixes", None),
        (
            FACT.replace("letter.stated_months < 6", "letter_life_monts < 6"),
            "'letter_life_monts', which is no fact",
            None,
        ),
        (FACT.replace("sql ", 'needs = ["nothing"]\nsql '), "'nothing'", None),
        (GIVEN.replace("letter.stated_months", "letter.months"), "'letter.months'", 3),
        (GIVEN.replace("letter.stated_months", "papers.months"), "'papers.months'", 3),
        (GIVEN.replace('"months"\nfield', '"boolean"\nfield'), "BIGINT", 3),
        (GIVEN.replace("asks ", "# asks "), "no question", 3),
        (GIVEN.replace('"patient"', '"nobody"'), "nobody to ask", 3),
        ("[[fact]]\nname = \n", "not TOML", 2),
    ],
)
def test_a_broken_fact_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fact: str, word: str, line: int | None
) -> None:
    """A fact that computes the wrong thing is wrong in every rule that names it."""
    fault = broken(tmp_path, monkeypatch, fact)
    assert word in fault.message
    assert fault.line == line


@pytest.mark.parametrize(
    ("subject", "word"),
    [
        (SUBJECT.replace(" = letter.case_id", ""), "lacks its right side"),
        (SUBJECT.replace("-- source", "-- inherits: route = route\n-- source"), "wait for each other"),
    ],
)
def test_a_broken_subject_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, subject: str, word: str) -> None:
    """What one row is must be plain before anything is said about it."""
    assert word in broken(tmp_path, monkeypatch, FACT, subject).message
