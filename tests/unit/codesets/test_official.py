"""Official files in their own layout, and a reader's own descriptors."""

from datetime import date

import pytest

from necessity.codesets.procedures.checks import BilledLine, check_maxima
from necessity.codesets.procedures.official import edition_of, read_descriptors, read_mue, read_ptp
from necessity.codesets.procedures.pairs import PairTable, Verdict, look_up
from necessity.codesets.procedures.tables import MaximaTable
from necessity.errors import FormatError

PTP = (
    "CPT only copyright 2025 American Medical Association.  All rights reserved.\n"
    "Column1/Column2 Edits\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\n"
    "\t\t\t\t*=no data\t1=allowed\t\n"
    "\t\t\t\t\t9=not applicable\t\n"
    "97150\t97110\t\t20200101\t*\t1\tStandards of medical practice\n"
    "97530\t97116\t*\t19960101\t20191231\t1\tMore extensive\n"
    "97530\t97116\t\t20201001\t20201001\t9\tMore extensive\n"
    "97140\t97124\t\t20100401\t*\t0\tMutually exclusive\n"
)
MUE = (
    '"CPT codes and descriptions only are copyright 2025 American Medical Association."\n'
    '"HCPCS/\nCPT Code",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n'
    "97110,6,3 Date of Service Edit: Clinical,Clinical: Data\n"
    "97161,1,2 Date of Service Edit: Policy,Code Descriptor\n"
    "A9300,0,1 Line Edit,CMS Policy\n"
)


def test_the_official_file_of_pairs_is_read_with_its_dates() -> None:
    """Every quarter brings a new one; it must answer at once, by the date of service."""
    rows = read_ptp(PTP)
    assert [(r.column1, r.column2, r.indicator, r.effective, r.deleted) for r in rows[:2]] == [
        ("97150", "97110", 1, date(2020, 1, 1), None),
        ("97530", "97116", 1, date(1996, 1, 1), date(2019, 12, 31)),
    ]
    table = PairTable.of(rows, edition_of("pairs", "2026-Q4", date(1996, 1, 1), date(2026, 12, 31)))
    live = look_up("97110", "97150", date(2026, 11, 26), table)
    assert (live.verdict, live.is_sure) == (Verdict.NEEDS_MODIFIER, True)
    assert look_up("97110", "97150", date(2019, 12, 31), table).verdict is Verdict.FREE
    assert look_up("97530", "97116", date(2019, 12, 31), table).verdict is Verdict.NEEDS_MODIFIER
    assert look_up("97530", "97116", date(2020, 10, 1), table).verdict is Verdict.FREE
    assert look_up("97140", "97124", date(2026, 11, 26), table).verdict is Verdict.NEVER
    assert not look_up("97140", "97124", date(2027, 1, 1), table).is_sure


def test_the_same_file_saved_as_csv_is_read_alike() -> None:
    """Spreadsheets save what they open as CSV."""
    assert read_ptp("\ufeff" + PTP.replace("\t", ",")) == read_ptp(PTP)


def test_the_official_file_of_unit_maxima_is_read() -> None:
    """The header breaks over two lines inside its quotes."""
    rows = read_mue(MUE.replace("97110,6", "97110,5"))
    assert rows == (("97110", 5, 3), ("97161", 1, 2), ("A9300", 0, 1))
    table = MaximaTable.of(rows, edition_of("maxima", "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)))
    found = list(check_maxima([BilledLine("97110", 6)], date(2026, 11, 26), table))
    assert ["maximum of 5" in one.message for one in found] == [True]
    assert "nothing newer" not in found[0].message
    assert list(check_maxima([BilledLine("97110", 6)], date(2026, 11, 26))) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", ""),
        ("<html>Please accept the license</html>", ""),
        (PTP + "97110\t97112\t\t2020010\t*\t1\tx\n", "line 11"),
        (PTP + "97110\t97112\t\t20200101\t*\t7\tx\n", "line 11"),
        (PTP + "97110\t97112\n", "line 11"),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_line(text: str, fault: str) -> None:
    """Half a table would pass for a whole one."""
    with pytest.raises(FormatError) as told:
        read_ptp(text)
    assert fault in " ".join(told.value.faults)


def test_maxima_without_numbers_are_refused() -> None:
    """A code without a figure is not a code without a limit."""
    with pytest.raises(FormatError, match="NCCI MUE"):
        read_mue(MUE + "97112,,3,x\n")


@pytest.mark.parametrize("separator", ["\t", ",", "|"])
def test_a_readers_own_descriptors_are_read(separator: str) -> None:
    """The AMA's words belong to whoever has its licence; none are shipped."""
    text = f"code{separator}words\n97110{separator}invented words\nS9451{separator}others\n"
    assert read_descriptors(text) == {"97110": "invented words", "S9451": "others"}
    with pytest.raises(FormatError, match="CPT descriptors"):
        read_descriptors("no code here")
