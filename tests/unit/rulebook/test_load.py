"""Loading rules: what a rule file must hold, and how it is refused when it does not."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from necessity.domain.decision import Outcome
from necessity.errors import RulebookError
from necessity.rulebook.check import check_rule
from tests.operator_folder import CASES, CITATION, RULE, Operator


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def refused(operator: Operator, file: str = "clinic/names.toml") -> RulebookError:
    """Read the operator's rules alone, as loading the whole rulebook does, and give the fault."""
    with pytest.raises(RulebookError) as caught:
        operator.own()
    assert caught.value.file == file
    assert caught.value.next_step
    return caught.value


def test_an_operators_rule_joins_the_shipped_ones(operator: Operator) -> None:
    """A clinic adds its own demands without touching ours."""
    shipped = set(operator.load().rules)
    id = operator.rule()
    book = operator.load()
    assert set(book.rules) == shipped | {id}
    rule = book.rules[id]
    assert (rule.required, rule.if_not_met, rule.while_ahead, rule.applies) == (True, Outcome.NOT_PAYABLE, None, "")
    assert [version.citations[0].where for version in rule.versions] == ["26 CFR 1.213-1"]
    assert list(book.rules) == sorted(book.rules)


def test_a_rule_with_the_same_id_replaces_ours(operator: Operator) -> None:
    """The operator's own reading wins in the operator's house."""
    id = "us.tax_accounts.treats_a_diagnosed_condition"
    operator.rule(id=id, title="Ours")
    text = (operator.folder / "rules/clinic/names.toml").read_text(encoding="utf-8")
    (operator.folder / "rules/clinic/names.toml").unlink()
    operator.write("rules/us/tax_accounts/treats_a_diagnosed_condition.toml", text)
    assert operator.load().rules[id].title == "Ours"


def test_a_retired_rule_does_not_run(operator: Operator) -> None:
    """It stays on file for those who ask what was in force."""
    id = operator.rule(status="retired")
    book = operator.load()
    assert id not in book.rules
    assert id in book.files


def test_versions_stand_in_the_order_of_their_dates(operator: Operator) -> None:
    """However a person wrote them down."""
    id = operator.versions({"from": date(2026, 1, 1)}, {"until": date(2025, 12, 31)})
    versions = operator.load().rules[id].versions
    assert [version.from_on for version in versions] == [None, date(2026, 1, 1)]


def test_the_rulebook_is_dated_by_its_newest_reading(operator: Operator) -> None:
    """A reader wants to know how fresh the sources are."""
    operator.rule(citation=[{**CITATION, "read_on": date(2999, 1, 1)}])
    assert operator.load().dated == date(2999, 1, 1)


def test_the_digest_follows_what_decides_and_nothing_else(operator: Operator) -> None:
    """Two decisions under one digest were made by one rulebook; a new case changes no decision."""
    operator.rule()
    first = operator.load().sha256
    operator.cases(*CASES)
    assert operator.load().sha256 == first
    operator.rule(title="Another")
    assert operator.load().sha256 != first


@pytest.mark.parametrize(
    ("change", "word", "line"),
    [
        ({"id": "clinic.other"}, "'clinic.other'", 1),
        ({"id": None}, "None", None),
        ({"tittle": "x"}, "'tittle'", 7),
        ({"title": None}, "title", None),
        ({"question": ""}, "question", None),
        ({"title": 7}, "`title` is no text", 2),
        ({"weight": "heavy"}, "'heavy'", 5),
        ({"status": "asleep"}, "'asleep'", 6),
        ({"if_not_met": "payable"}, "'payable'", 7),
        ({"while_ahead": "maybe"}, "'maybe'", 7),
        ({"applies": True}, "`applies` is no text", 7),
        ({"message": {"met": "It does."}}, "message.not_met", None),
        ({"message": {**RULE["message"], "maybe": "?"}}, "'maybe'", 13),
        ({"message": "It does."}, "`message` is no table", 7),
        ({"version": []}, "version", None),
        ({"version": None}, "version", None),
        ({"version": [{"condition": "letter_is_signed"}]}, "cites nothing", None),
        ({"version": [{"condition": "letter_is_signed", "citations": ["nowhere"]}]}, "'nowhere'", 16),
        ({"version": [{"condition": True, "citations": ["source"]}]}, "`condition` is no text", 15),
        ({"version": [{"from": "2026", "condition": "TRUE", "citations": ["source"]}]}, "`from` is no date", 15),
        ({"version": [{"since": 1, "condition": "TRUE", "citations": ["source"]}]}, "'since'", 15),
        ({"version": [{"from": date(2026, 1, 1), "condition": "TRUE", "citations": ["source"]}]}, "dated_by", None),
        ({"citation": [{"id": "source"}]}, "kind", None),
        ({"citation": [{**CITATION, "kind": "rumour"}]}, "kind", None),
        ({"citation": [{**CITATION, "read_on": "today"}]}, "`read_on` is no date", None),
    ],
)
def test_a_broken_rule_is_refused_with_its_line(
    operator: Operator, change: dict[str, Any], word: str, line: int | None
) -> None:
    """Whoever writes a rule must find the place without searching."""
    operator.rule(**change)
    fault = refused(operator)
    assert word in str(fault)
    assert line is None or fault.line == line


@pytest.mark.parametrize(
    ("change", "word", "line"), [({"about": "session"}, "'session'", 4), ({"status": "asleep"}, "'asleep'", 6)]
)
def test_a_broken_rule_stops_the_whole_rulebook(
    operator: Operator, change: dict[str, Any], word: str, line: int
) -> None:
    """Its subject can only be known beside the facts; and one bad file must not leave the others to decide."""
    operator.rule(**change)
    with pytest.raises(RulebookError, match=word) as caught:
        operator.load()
    assert (caught.value.file, caught.value.line) == ("clinic/names.toml", line)


def test_a_misspelt_key_comes_with_the_nearest(operator: Operator) -> None:
    """A typing mistake should take seconds to mend."""
    operator.rule(weigth="required")
    assert "'weight'" in refused(operator).next_step


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('id = "clinic.names"\ntitle = \n', 2),
        ("id = 1\nid = 2\n", 2),
        ("a" * 1_000_001, None),
        ("a = " + "[" * 5_000, None),
    ],
)
def test_what_is_not_toml_is_refused(operator: Operator, text: str, line: int | None) -> None:
    """A file that cannot be read must never be half a rule."""
    operator.write("rules/clinic/names.toml", text)
    assert refused(operator).line == line


def test_a_file_that_is_not_utf_8_is_refused(operator: Operator) -> None:
    """A paragraph sign in an old encoding would turn into nonsense in a letter."""
    operator.rule()
    (operator.folder / "rules/clinic/names.toml").write_bytes(b'title = "\xa7 213"')
    assert "UTF-8" in refused(operator).next_step


def condition(text: str) -> dict[str, Any]:
    return {"version": [{"condition": text, "citations": ["source"]}]}


@pytest.mark.parametrize(
    ("changes", "word", "near", "line"),
    [
        ({"applies": "funding_sorce = 'hsa'"}, "`funding_sorce`", "`funding_source`", 7),
        (condition("letter_is_sined"), "`letter_is_sined`", "`letter_is_signed`", 15),
        (condition("service_kind = 'food'"), "`service_kind`", "", 15),
        (condition("letter_is_signed IS NULL"), "IS NULL", "", 15),
        (condition("letter_signed_on > 3"), "is date", "", 15),
        (condition("letter_is_signed -- and named"), "comment", "", 15),
        ({"dated_by": "letter_singed_on"}, "'letter_singed_on'", "'letter_signed_on'", 7),
        ({"dated_by": "letter_is_signed"}, "no date", "", 7),
    ],
)
def test_a_condition_is_checked_against_the_facts(
    operator: Operator, changes: dict[str, Any], word: str, near: str, line: int
) -> None:
    """A rule about letters that asks for a service, or for a fact that is not there, would always be unknown."""
    id = operator.rule(**changes)
    book = operator.own()
    with pytest.raises(RulebookError) as caught:
        check_rule(book, book.rules[id])
    assert caught.value.rule == id
    assert word in caught.value.message
    assert near in caught.value.next_step
    assert caught.value.line == line
