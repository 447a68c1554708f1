"""The reference pages: in step with the program, and nothing left out. Undocumented means broken."""

import re
from collections.abc import Iterator

import pytest

from necessity.domain.tables import TABLES
from necessity.errors import NecessityError
from necessity.rulebook.load import Rulebook, load
from necessity.stores.layout import disk_fields
from tests import shipped
from tools import make_docs
from tools.reference.commands import arguments, commands
from tools.reference.records import column_docs, records
from tools.reference.rulebook import place_of


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return shipped.book()


@pytest.fixture(scope="module")
def made(book: Rulebook) -> dict[str, str]:
    return make_docs.pages(book)


def headings(page: str) -> set[str]:
    return {line.lstrip("#").strip(" `") for line in page.splitlines() if line.startswith("#")}


def test_the_pages_are_in_step_with_the_program(made: dict[str, str]) -> None:
    """A page that tells of yesterday's rules is worse than none."""
    assert make_docs.stale(made) == [], "run: make docs"


def test_pages_come_out_the_same_each_time(book: Rulebook, made: dict[str, str]) -> None:
    """Otherwise every run would show a difference that means nothing."""
    assert make_docs.pages(load()) == made


def test_every_page_says_that_nobody_edits_it(made: dict[str, str]) -> None:
    """What is mended by hand is lost with the next run."""
    assert {name for name, page in made.items() if not page.startswith(make_docs.MARK)} == set()


def test_no_other_page_stands_among_the_generated_ones(made: dict[str, str]) -> None:
    """A page of this folder that no generator writes would look generated and grow old."""
    assert {path.name for path in make_docs.FOLDER.glob("*.md")} == set(made)


def test_every_command_has_its_place(made: dict[str, str]) -> None:
    """A command nobody can read about does not exist."""
    assert {name for name, _ in commands()} <= headings(made["commands.md"])


def test_every_option_of_every_command_is_explained() -> None:
    """An option without a word of help is a riddle."""

    def unexplained() -> Iterator[str]:
        for name, command in commands():
            yield from (f"{name} {short}" for _, short, _, meaning in arguments(command) if not meaning)

    assert list(unexplained()) == []


def test_every_fact_has_its_place(book: Rulebook, made: dict[str, str]) -> None:
    """Whoever writes a rule looks here for its facts."""
    assert set(book.facts.facts) <= headings(made["facts.md"])


def test_every_given_fact_says_where_its_answer_stands(book: Rulebook) -> None:
    """A question is of use only if one knows where the answer goes."""
    given = [fact for fact in book.facts.facts.values() if fact.is_given]
    assert [fact.name for fact in given if not place_of(fact)] == []


def test_every_rule_has_its_place_and_its_messages(book: Rulebook, made: dict[str, str]) -> None:
    """Every answer names its rules; each can be read whole."""
    assert set(book.rules) <= headings(made["rules.md"])
    assert set(book.rules) <= headings(made["messages.md"])


def test_every_source_of_every_rule_is_named_with_its_kind(book: Rulebook, made: dict[str, str]) -> None:
    """A reader must see whether a demand is law, an administrator's own rule or custom."""
    cited = {c.where for rule in book.rules.values() for v in rule.versions for c in v.citations}
    assert {where for where in cited if f": {where} (read " not in made["rules.md"]} == set()


def test_sources_are_counted_once_each(book: Rulebook, made: dict[str, str]) -> None:
    """A reader must see how much rests on law; nothing may be counted twice or left out."""
    rows = [line.strip("|").split("|") for line in made["sources.md"].splitlines() if re.match(r"\| [a-z]", line)]
    counted = {row[0].strip(): [int(cell) for cell in row[1:]] for row in rows if row[1].strip().isdigit()}
    assert {name: sum(cells[1:]) for name, cells in counted.items()} == {n: c[0] for n, c in counted.items()}
    assert counted["rules that decide"][0] + counted["rules that advise"][0] == len(book.rules)
    drafts = {rule.id for rule in book.rules.values() if rule.status == "draft"}
    assert {id for id in drafts if f"| `{id}` |" not in made["sources.md"]} == set()


def test_every_parameter_has_its_place(book: Rulebook, made: dict[str, str]) -> None:
    """A number of the law must be found with its dates and its source."""
    assert set(book.parameters.law) <= headings(made["parameters.md"])


def test_every_payer_and_every_column_of_its_profile_appears(book: Rulebook, made: dict[str, str]) -> None:
    """An administrator looks up what we think they ask for."""
    page = made["payers.md"]
    assert set(book.parameters.payer_names) <= headings(page)
    assert {name for name in book.parameters.columns if f"| `{name}` |" not in page} == set()


def test_every_column_of_every_table_has_a_meaning(made: dict[str, str]) -> None:
    """The data dictionary is what bulk input is made by."""
    assert set(TABLES) <= headings(made["tables.md"])
    bare = {(t.name, column) for t in TABLES.values() for column, means in column_docs(t).items() if not means}
    assert bare == set()


def test_every_table_and_key_of_a_case_folder_appears(made: dict[str, str]) -> None:
    """What can stand in a case folder is looked up here."""
    page = made["case-folder.md"]
    assert {header for header, _ in records()} <= headings(page)
    keys = {key for _, record in records() for key, field in disk_fields(record).items() if field.is_bare}
    assert {key for key in keys if not re.search(rf"^\| `{key}`", page, re.MULTILINE)} == set()


def test_a_broken_rulebook_is_told_and_no_page_is_touched(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a rulebook must not become half a reference."""

    def broken() -> Rulebook:
        raise NecessityError("rules/x.toml:3: something is wrong.", "Mend it.")

    monkeypatch.setattr(make_docs, "load", broken)
    assert make_docs.main([]) == 3
    assert "Mend it." in capsys.readouterr().err
