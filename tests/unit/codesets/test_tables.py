"""The tables themselves: every row has sources that exist, and speaks in words of our own."""

import re

import pytest

from necessity.codesets.procedures import tables
from necessity.codesets.procedures.fit import groups
from necessity.codesets.procedures.spelling import Written, read_code
from necessity.domain.decision import SourceKind
from necessity.errors import RecordError
from necessity.rulebook.load import load

TABLES = {
    "codes": tables.procedures().values(),
    "pairs": tables.pair_rows(),
    "modifiers": tables.modifiers().values(),
    "places": tables.places().values(),
    "taxonomy": tables.taxonomies().values(),
    "credentials": tables.credentials().values(),
    "thresholds": tables.thresholds().values(),
    "editions": tables.editions().values(),
    "fit": groups(),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_row_rests_on_sources_that_are_there(name: str) -> None:
    """A figure without a source is a rumour."""
    rows = list(TABLES[name])
    assert rows
    assert all(row.sources and set(row.sources) <= set(tables.sources()) for row in rows)


def test_every_source_is_used() -> None:
    """A source nobody rests on would only look like proof."""
    used = {id for rows in TABLES.values() for row in rows for id in row.sources}
    in_checks = {
        id
        for path in (tables.DATA.parent).glob("*.py")
        for id in re.findall(r'"([a-z0-9.-]+)"', path.read_text(encoding="utf-8"))
    }
    assert set(tables.sources()) <= used | in_checks


def test_what_was_not_verified_is_shown_as_custom() -> None:
    """The recalled examples and our own grades must not look like law."""
    cited = tables.cite("mcpm-5-20.2-recalled", "own-table", "kx-2026", "cq-2022", "field-notes")
    assert {one.kind for one in cited} == {SourceKind.COMMON_PRACTICE}


def test_unit_lengths_stand_where_minutes_count_and_only_there() -> None:
    """A timed code without a length could not be counted; a session with one would be."""
    for one in tables.procedures().values():
        assert (one.unit_minutes is not None) is one.is_timed, one.code
        assert one.counting != "pooled" or one.unit_minutes == 15, one.code


def test_codes_that_others_point_at_are_there() -> None:
    """An addition without its base, or a better code that is none, leads nowhere."""
    known = tables.procedures()
    pointed = {code for one in known.values() for code in (one.needs, one.better) if code}
    assert pointed | {code for group in groups() for code in group.closer} <= set(known)
    assert {code for pair in tables.pair_rows() for code in (pair.column1, pair.column2)} <= set(known)


def test_the_lists_of_the_rules_are_those_of_the_tables() -> None:
    """One claim must not be counted one way by a rule and another by a command."""
    law = load().parameters.law
    lists = {name: set(law[name].values[0].value) for name in ("therapy_procedure_codes", "timed_therapy_codes")}
    known = tables.procedures()
    pooled = {code for code, one in known.items() if one.counting == "pooled"}
    therapy = {code for code, one in known.items() if one.always_therapy and one.mue != 0}
    assert lists == {"therapy_procedure_codes": pooled | therapy, "timed_therapy_codes": pooled}
    classes = set(law["class_procedure_codes"].values[0].value)
    assert classes == {code for code, one in known.items() if one.billers == ("plan_decides",)}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("97110", Written("97110", ())),
        (" s9451 ", Written("S9451", ())),
        ("97110-59", Written("97110", ("59",))),
        ("97110 GP 59", Written("97110", ("GP", "59"))),
        ("97110/gp,kx", Written("97110", ("GP", "KX"))),
        ("CPT 97110", Written("97110", ())),
        ("CPT® 97110", Written("97110", ())),
        ("HC:97110:59", Written("97110", ("59",))),
        ("97110–59", Written("97110", ("59",))),
        ("0403t", Written("0403T", ())),
    ],
)
def test_odd_spellings_are_understood(text: str, read: Written) -> None:
    """People copy codes from claims, guides and screens."""
    assert read_code(text) == read


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("9711O", "Did you mean 97110?"),
        ("97I10", "Did you mean 97110?"),
        ("M54.50", "necessity codes icd M54.50"),
        ("971100", "97110-59"),
        ("97110-", "97110-59"),
        ("97110-595", "97110-59"),
        ("", "97110-59"),
        ("٩٧١١٠", "97110-59"),
        ("x" * 500, "97110-59"),
    ],
)
def test_what_is_no_code_is_refused_with_the_right_form(text: str, step: str) -> None:
    """The refusal is what the person mends by."""
    with pytest.raises(RecordError) as told:
        read_code(text)
    assert step in told.value.next_step
    assert len(told.value.message) < 100
