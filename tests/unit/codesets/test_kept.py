"""Kept tables of NCCI: what is read back by halving is what was loaded, however many rows there are."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from necessity.codesets.at_hand import code_sets, diagnosis_book, shipped
from necessity.codesets.procedures.kept import Quarter, kept_maxima, kept_pairs, maxima_text, pairs_text, quarter_of
from necessity.codesets.procedures.pairs import Verdict, look_up
from necessity.codesets.procedures.tables import Pair, UnitMaximum
from necessity.errors import FormatError, SettingError

QUARTER = Quarter(2026, 4)
CODES = st.sampled_from([f"97{n:03}" for n in range(100, 190, 7)] + ["G0283", "0403T", "99213", "A9300"])
DAYS = st.none() | st.dates(date(1996, 1, 1), date(2026, 12, 31))
PAIRS = st.builds(Pair, CODES, CODES, st.sampled_from([0, 1, 9]), DAYS, DAYS, st.just(""), st.just(()))


@settings(max_examples=50)
@given(st.lists(PAIRS.filter(lambda pair: pair.column1 != pair.column2), max_size=40))
def test_every_pair_is_found_and_no_other(tmp_path_factory: pytest.TempPathFactory, rows: list[Pair]) -> None:
    """A line missed by halving would make a barred code look free."""
    file = tmp_path_factory.mktemp("kept") / "ncci_pairs_2026-q4.txt"
    file.write_text(pairs_text(rows, QUARTER, "made up"), encoding="utf-8")
    table = kept_pairs(file)
    by_codes: dict[frozenset[str], set[Pair]] = {}
    for row in rows:
        by_codes.setdefault(frozenset((row.column1, row.column2)), set()).add(row)
    assert {codes: set(found) for codes, found in table.by_codes.items()} == by_codes
    assert table.find("97100", "99999") == ()
    assert all(table.knows(row.column2) for row in rows)
    assert not table.knows("99999")


def test_every_maximum_is_found_and_no_other(tmp_path: Path) -> None:
    """The first and the last line of a file are where halving fails."""
    rows = [UnitMaximum(f"{n:05}", n % 7, (1, 2, 3, None)[n % 4]) for n in range(90_000, 99_999, 13)]
    file = tmp_path / "ncci_maxima_2026-q4.txt"
    file.write_text(maxima_text(rows, QUARTER, "made up"), encoding="utf-8")
    table = kept_maxima(file)
    assert [table.by_code.get(row.code) for row in rows] == rows
    assert [table.by_code.get(code) for code in ("00001", "90001", "99999", "A9300")] == [None] * 4
    assert (table.edition.from_on, table.edition.loaded_until) == (date(2026, 10, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("said", "names", "name"),
    [
        ("2026-Q2", ("x.txt",), "2026-Q2"),
        ("2026q4", (), "2026-Q4"),
        (None, ("ccipra_2025Q1_f1.txt", "ccipra_2025Q1_f2.txt"), "2025-Q1"),
        (None, ("MCR_MUE_PractitionerServices_Eff_10-01-2026.csv",), "2026-Q4"),
    ],
)
def test_the_quarter_is_what_is_said_or_what_the_names_say(said: str | None, names: tuple[str, ...], name: str) -> None:
    """The files themselves do not say it."""
    assert quarter_of(said, names).name == name


@pytest.mark.parametrize(
    ("said", "names"), [(None, ("x.txt",)), (None, ("a_2025Q1.txt", "b_2025Q2.txt")), ("2026", ())]
)
def test_a_quarter_that_is_not_plain_is_asked_for(said: str | None, names: tuple[str, ...]) -> None:
    """A quarter that is guessed answers for the wrong days."""
    with pytest.raises(SettingError, match="quarter"):
        quarter_of(said, names)


@pytest.mark.parametrize("content", ["", "something else\n", "necessity: NCCI pairs 1\nno quarter\n\n\n\n"])
def test_a_spoilt_table_is_refused(tmp_path: Path, content: str) -> None:
    """A table that reads as empty would bar nothing."""
    file = tmp_path / "ncci_pairs_2026-q4.txt"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(FormatError, match=r"ncci_pairs_2026-q4\.txt cannot be read"):
        kept_pairs(file)


def test_a_table_that_is_cut_off_is_refused_where_it_is_read(tmp_path: Path) -> None:
    """A full disk cuts files off."""
    rows = [Pair("97150", "97110", 1, date(2020, 1, 1), None, "", ())]
    file = tmp_path / "ncci_pairs_2026-q4.txt"
    file.write_text(pairs_text(rows, QUARTER, "made up").rstrip("\n"), encoding="utf-8")
    with pytest.raises(FormatError, match="cut off"):
        look_up("97110", "97150", date(2026, 11, 1), kept_pairs(file))


def test_a_folder_with_pairs_alone_adds_them_and_keeps_the_shipped_diagnoses(tmp_path: Path) -> None:
    """Whoever loads a quarter need not load a year."""
    rows = [Pair("97150", "97110", 1, date(2020, 1, 1), None, "", ())]
    (tmp_path / "ncci_pairs_2026-q4.txt").write_text(pairs_text(rows, QUARTER, "made up"), encoding="utf-8")
    at_hand = code_sets(tmp_path)
    assert (at_hand.diagnoses, len(at_hand.pairs), len(at_hand.maxima)) == (shipped().diagnoses, 2, 1)
    assert diagnosis_book(tmp_path) is shipped().diagnoses
    answer = look_up("97110", "97150", date(2026, 11, 1), at_hand.pairs[1])
    assert (answer.verdict, answer.is_sure) == (Verdict.NEEDS_MODIFIER, True)
    with pytest.raises(SettingError):
        code_sets(tmp_path / "nowhere")
