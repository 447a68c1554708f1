"""The evidence library: whatever it says can be looked up, and a file with a hole in it is refused with its line."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from necessity.errors import RulebookError
from necessity.parameters.evidence import Entry, load_evidence, read_condition
from necessity.parameters.source import parse
from tests.evidence_files import EFFECT, FILE, SAVING, SOURCE


def written(**changes: Any) -> str:
    return tomli_w.dumps({key: value for key, value in {**FILE, **changes}.items() if value is not None})


def without(table: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name != key}


def all_entries() -> list[tuple[str, Entry]]:
    return [(id, entry) for id, condition in load_evidence().items() for entry in condition.entries]


def test_a_file_becomes_its_findings() -> None:
    """Figures are exact decimals and whole cents."""
    condition = read_condition(parse("neck.toml", written()))
    effect, saving = condition.entries
    assert (effect.value, effect.low, effect.unit) == (Decimal("-1.5"), Decimal(-2), "points")
    assert (saving.value_cents, saving.currency, saving.studies[0].identifiers) == (100, "USD", ("doi:10.1000/1",))


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "an effect without unit": ({"effect": [without(EFFECT, "unit")]}, "Effect pain lacks unit."),
    "an effect without figure": ({"effect": [without(EFFECT, "is")]}, "Effect pain lacks is."),
    "a figure that is none": ({"effect": [{**EFFECT, "is": "much"}]}, "which is no number"),
    "an effect without source": ({"effect": [{**EFFECT, "sources": []}]}, "Effect pain lacks sources."),
    "a source that is not there": ({"effect": [{**EFFECT, "sources": ["other"]}]}, "cites 'other'"),
    "a source without identifier": ({"source": [{**SOURCE, "identifiers": []}]}, "Source study lacks identifiers."),
    "an identifier of no kind": ({"source": [{**SOURCE, "identifiers": ["10.1000/1"]}]}, "the identifier '10.1000/1'"),
    "a source nobody read": ({"source": [without(SOURCE, "read_on")]}, "Source study lacks read_on."),
    "a source seen nowhere": ({"source": [without(SOURCE, "seen_at")]}, "Source study lacks seen_at."),
    "a kind of source": ({"source": [{**SOURCE, "kind": "blog"}]}, "of kind 'blog'"),
    "a day that is text": ({"source": [{**SOURCE, "read_on": "today"}]}, "`read_on` is no date"),
    "a kind of service": ({"effect": [{**EFFECT, "services": ["dancing"]}]}, "'dancing' is no kind of service"),
    "a step of our scale": ({"effect": [{**EFFECT, "strength": "huge"}]}, "the strength 'huge'"),
    "an unknown key": ({"effect": [{**EFFECT, "unti": "points"}]}, "unknown key 'unti'"),
    "an unknown table": ({"effects": [EFFECT]}, "unknown key 'effects'"),
    "an amount of nothing": ({"saving": [without(SAVING, "currency")]}, "without currency or `per`"),
    "an amount per nothing": ({"saving": [without(SAVING, "per")]}, "without currency or `per`"),
    "a saving without amount": ({"saving": [without(SAVING, "is_cents")]}, "saves an amount that is not there"),
    "an amount below zero": ({"saving": [{**SAVING, "is_cents": -1}]}, "below zero"),
    "an amount in parts of cents": ({"saving": [{**SAVING, "is_cents": 1.5}]}, "`is_cents` is no whole number"),
    "a result that is none": ({"saving": [{**SAVING, "result": "wins"}]}, "comes to 'wins'"),
    "an id that is not the file's": ({"id": "back"}, "The id is 'back'."),
    "no codes": ({"codes": []}, "lacks codes"),
    "nothing to say": ({"effect": None, "saving": None}, "says nothing"),
}


@pytest.mark.parametrize("changes", FAULTS.values(), ids=FAULTS)
def test_a_hole_is_refused_with_file_and_what_to_do(changes: tuple[dict[str, Any], str]) -> None:
    """A figure that cannot be looked up must never reach a letter."""
    content, said = changes
    with pytest.raises(RulebookError, match=re.escape(said)) as told:
        read_condition(parse("neck.toml", written(**content)))
    assert told.value.file == "neck.toml"
    assert told.value.next_step


def test_a_fault_names_the_line() -> None:
    """The author goes straight to it."""
    text = written(effect=[without(EFFECT, "unit")])
    with pytest.raises(RulebookError) as told:
        read_condition(parse("neck.toml", text))
    assert told.value.line is not None
    assert '"pain"' in text.splitlines()[told.value.line - 1]


def test_an_operators_file_stands_beside_ours_and_over_one_of_the_same_name(tmp_path: Path) -> None:
    """A clinic may know more of its own programme."""
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / "neck.toml").write_text(written(), encoding="utf-8")
    (folder / "falls.toml").write_text(written(id="falls"), encoding="utf-8")
    library = load_evidence(tmp_path)
    assert library["neck"].codes == library["falls"].codes == ("M54.2",)
    assert set(library) == {*load_evidence(), "neck"}


@pytest.mark.parametrize(
    ("code", "id"),
    [
        ("E11.9", "type_2_diabetes"),
        ("R73.03", "prediabetes"),
        ("E66.811", "obesity"),
        ("Z68.35", "obesity"),
        ("I10", "hypertension"),
        ("M54.50", "chronic_low_back_pain"),
        ("Z95.5", "after_a_cardiac_event"),
        ("I50.22", "heart_failure"),
        ("M17.11", "knee_osteoarthritis"),
        ("Z96.651", "knee_replacement"),
        ("I70.211", "claudication"),
        ("J44.9", "copd"),
        ("Z91.81", "falls"),
    ],
)
def test_a_code_leads_to_its_condition_and_to_no_other(code: str, id: str) -> None:
    """A figure of another disease would be a lie with a citation."""
    assert [known for known, condition in load_evidence().items() if condition.stands_for(code)] == [id]


@pytest.mark.parametrize("code", ["E10.9", "E66.3", "M54.2", "I70.0", "R73.9", "Z96.641", "Z95.2", "J45.909", "I1"])
def test_a_neighbouring_code_leads_nowhere(code: str) -> None:
    """Type 1 diabetes, overweight, neck pain, a new hip: nothing was looked up for them."""
    assert [id for id, condition in load_evidence().items() if condition.stands_for(code)] == []


def test_every_source_can_be_looked_up() -> None:
    """An identifier in its own form, and the page it was read on."""
    forms = {
        "doi": r"10\.\d{4,}/\S+",
        "pmid": r"\d{7,8}",
        "pmcid": r"PMC\d{6,8}",
        "guideline": r".+\d{4}",
        "report": r".+\d{4}-\d{2}-\d{2}",
        "handle": r"\S+/\S+",
    }
    for _, entry in all_entries():
        for study in entry.studies:
            for identifier in study.identifiers:
                kind, _, rest = identifier.partition(":")
                assert re.fullmatch(forms[kind], rest), (study.id, identifier)
            assert all(re.match(r"https?://\S+\.\S+/\S*", address) for address in study.seen_at), study.id


def test_one_study_is_written_the_same_way_wherever_it_is_cited() -> None:
    """Two spellings of one reference would look like two studies."""
    texts: dict[tuple[str, ...], set[str]] = {}
    for _, entry in all_entries():
        for study in entry.studies:
            texts.setdefault(study.identifiers, set()).add(study.title)
    assert {key: found for key, found in texts.items() if len(found) > 1} == {}


def test_what_studied_diet_too_says_so() -> None:
    """A lifestyle programme is not training; whoever quotes it for a trainer must say so."""
    mixed = [entry for _, entry in all_entries() if "lifestyle" in entry.programme or "Prevention" in entry.programme]
    assert len(mixed) >= 4
    assert [entry.id for entry in mixed if not entry.caveat] == []
