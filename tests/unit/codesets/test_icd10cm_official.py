"""Reading the official yearly files, on small ones in the same layout, and answering from them."""

from datetime import date
from pathlib import Path

import pytest

from necessity.codesets.icd10cm import official
from necessity.codesets.icd10cm.book import CodeBook, code_book, shipped
from necessity.codesets.icd10cm.load import load
from necessity.codesets.icd10cm.notes import around, exclusions, named_in
from necessity.codesets.icd10cm.table import Table
from necessity.errors import FormatError, SettingError


def order_line(number: int, code: str, is_valid: bool, title: str) -> str:
    return f"{number:05d} {code:<7} {int(is_valid)} {title[:60]:<60} {title}"


ROWS = [
    ("M54", False, "Dorsalgia"),
    ("M545", False, "Low back pain"),
    ("M5450", True, "Low back pain, unspecified"),
    ("M545A", True, "Low back pain of a kind that only this test knows"),
    ("S83", False, "Dislocation and sprain of joints and ligaments of knee"),
    ("S8351", False, "Sprain of anterior cruciate ligament of knee"),
    ("S83511", False, "Sprain of anterior cruciate ligament of right knee"),
    ("S83511A", True, "Sprain of anterior cruciate ligament of right knee, initial encounter"),
    ("S83511D", True, "Sprain of anterior cruciate ligament of right knee, subsequent encounter"),
]
ORDER = "\r\n".join(order_line(number, *row) for number, row in enumerate(ROWS, 1)).encode() + b"\r\n"
LIST = "\n".join(f"{code:<7} {title}" for code, is_valid, title in ROWS if is_valid).encode() + b"\n"
TABULAR = b"""<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>2027</version><introduction/>
<chapter><name>13</name><desc>Diseases of the musculoskeletal system (M00-M99)</desc>
 <section id="M50-M54"><desc>Other dorsopathies (M50-M54)</desc>
  <excludes1><note>injury of the knee (S83.-)</note></excludes1>
  <diag><name>M54</name><desc>Dorsalgia</desc>
   <diag><name>M54.5</name><desc>Low back pain</desc>
    <inclusionTerm><note>Lumbago <i>NOS</i></note></inclusionTerm>
    <diag><name>M54.50</name><desc>Low back pain, unspecified</desc></diag>
    <diag><name>M54.5A</name><desc>Low back pain of a kind that only this test knows</desc></diag>
   </diag></diag></section></chapter>
<chapter><name>19</name><desc>Injury (S00-T88)</desc>
 <section id="S80-S89"><desc>Injuries to the knee (S80-S89)</desc>
  <diag><name>S83</name><desc>Dislocation and sprain</desc>
   <sevenChrNote><note>The appropriate 7th character is to be added</note></sevenChrNote>
   <sevenChrDef><extension char="A">initial encounter</extension><extension char="D">later</extension></sevenChrDef>
   <diag><name>S83.51</name><desc>Sprain of anterior cruciate ligament of knee</desc>
    <diag><name>S83.511</name><desc>Sprain of anterior cruciate ligament of right knee</desc></diag>
   </diag></diag></section></chapter>
</ICD10CM.tabular>"""
NEXT_YEAR = date(2026, 11, 26)


def book_of(*files: tuple[str, bytes]) -> CodeBook:
    loaded = load(files)
    return CodeBook((shipped().places[0].table, Table(loaded.text.encode(), loaded.file_name)))


@pytest.fixture(scope="module")
def book() -> CodeBook:
    return book_of(("icd10cm_order_2027.txt", ORDER), ("icd10cm_tabular_2027.xml", TABULAR))


def test_a_loaded_year_answers_for_its_days_and_no_other(book: CodeBook) -> None:
    """Nobody has that year at first; with the official file it must be as good as a shipped one."""
    assert book.look_up("M54.5A", NEXT_YEAR).status == "valid"
    assert book.look_up("M54.51", NEXT_YEAR).status == "absent"
    assert book.look_up("M54.5", NEXT_YEAR).suggest == ("M54.50", "M54.5A")
    assert book.look_up("M54.5A", date(2026, 9, 30)).status == "absent"
    assert book.look_up("M54.5A", date(2027, 10, 1)).status == "not_loaded"
    assert book.loaded_until == date(2027, 9, 30)


def test_notes_of_a_loaded_year_hold_for_codes_below_and_both_ways(book: CodeBook) -> None:
    """Exclusions stand on blocks too, and it must not matter which of the two codes came first."""
    for codes in (("M54.50", "S83.511D"), ("S83.511D", "M54.50")):
        found = exclusions(book, codes, NEXT_YEAR)
        assert found is not None
        assert [(one.code, one.other, one.at) for one in found] == [("M54.50", "S83.511D", "M50-M54")]
    said = around(book, "S83.511", NEXT_YEAR)
    assert said is not None
    assert said.seventh == {"A": "initial encounter", "D": "later"}
    assert around(book, "M54.50", NEXT_YEAR).notes["includes"] == ("Lumbago NOS [at M54.5]",)  # type: ignore[union-attr]


def test_a_list_of_codes_alone_is_enough_for_validity() -> None:
    """Not everybody takes all the files; what was not read stays unknown."""
    book = book_of(("icd10cm_codes_2027.txt", LIST))
    assert book.status("M54.50", NEXT_YEAR) == "valid"
    assert book.status("S83.511", NEXT_YEAR) == "header"
    assert exclusions(book, ("M54.50", "S83.511D"), NEXT_YEAR) is None


def test_a_release_of_april_holds_from_april() -> None:
    """A code that April brings is not in force in March."""
    book = book_of(("icd10cm-order-April-2027.txt", ORDER))
    assert book.status("M54.50", date(2027, 3, 31)) == "not_loaded"
    assert book.status("M54.50", date(2027, 4, 1)) == "valid"


def test_a_loaded_release_goes_before_the_shipped_one() -> None:
    """Whoever loads the October release wants it for October to March."""
    loaded = load([("order_2026.txt", ORDER)], None, date(2025, 10, 1), date(2026, 3, 31))
    book = CodeBook((shipped().places[0].table, Table(loaded.text.encode(), "t")))
    assert book.status("I10", date(2026, 3, 31)) == "absent"
    assert book.status("I10", date(2026, 4, 1)) == "valid"


def test_the_same_files_make_the_same_table() -> None:
    """A table can be made again and compared, years later."""
    files = [("icd10cm_order_2027.txt", ORDER), ("icd10cm_tabular_2027.xml", TABULAR)]
    assert load(files).text == load(list(reversed(files))).text.replace(
        "icd10cm_tabular_2027.xml, icd10cm_order_2027.txt", "icd10cm_order_2027.txt, icd10cm_tabular_2027.xml"
    )


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("x_2027.txt", b"not a code file at all")], "no official ICD-10-CM file"),
        ([("x_2027.txt", b"")], "no official ICD-10-CM file"),
        ([("order_2027.txt", ORDER + b"00010 M5451\r\n")], "Line 10 of the order file"),
        ([("order_2027.txt", ORDER + ORDER)], "Line 10 of the order file"),
        ([("codes_2027.txt", LIST + b"  \n!!\n")], "Line 6 of the list of codes"),
        ([("t_2027.xml", TABULAR)], "tabular list alone"),
        ([("o_2027.txt", ORDER), ("t.xml", TABULAR.replace(b"<version>2027", b"<version>2026"))], "is of 2026"),
        ([("o_2027.txt", ORDER), ("t.xml", TABULAR.replace(b"M54.5A", b"M54.5B"))], "not of one edition"),
        ([("o_2027.txt", ORDER), ("t.xml", TABULAR[:-5])], "not XML"),
        ([("o_2027.txt", ORDER), ("t.xml", b"<html/>")], "first element is 'html'"),
        ([("o_2027.txt", ORDER), ("t.xml", b"<!DOCTYPE x []>" + TABULAR)], "document type"),
        ([("o_2027.txt", ORDER), ("t.xml", TABULAR.replace(b" (S00-T88)", b""))], "names no range"),
    ],
)
def test_a_file_that_is_not_as_published_is_refused_with_its_place(files: list[tuple[str, bytes]], said: str) -> None:
    """A year half read would call good codes absent."""
    with pytest.raises(FormatError, match=said) as refused:
        load(files)
    assert refused.value.next_step


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("order.txt", ORDER)], "Which fiscal year"),
        ([("order_2027.txt", ORDER), ("order_2026.txt", ORDER)], "say the same thing"),
        ([("order_2027.txt", ORDER), ("codes_2027.txt", LIST)], "say the same thing"),
    ],
)
def test_files_that_do_not_tell_their_year_or_say_a_thing_twice_are_refused(
    files: list[tuple[str, bytes]], said: str
) -> None:
    """Guessing the year would answer for the wrong days."""
    with pytest.raises(SettingError, match=said):
        load(files)


def test_days_out_of_order_are_refused() -> None:
    """An edition that ends before it begins answers for nothing."""
    with pytest.raises(SettingError, match="until"):
        load([("order_2027.txt", ORDER)], None, date(2027, 10, 1), date(2027, 9, 30))


def test_an_x_that_fills_a_gap_makes_no_heading() -> None:
    """W19.XXX is nothing that anybody could look up."""
    codes = ["W19XXXA", "T1490XD", "S060X0A", "S060X1A", "V200XXA"]
    assert {one for one in official.headers_above(codes) if one.endswith("X")} == {"S060X"}


def test_a_block_of_one_category_says_its_notes_once() -> None:
    """Block and category T07 share a name; a note shown twice looks like two."""
    said = around(shipped(), "T07.XXXA", date(2026, 5, 1))
    assert said is not None
    assert len(set(said.notes["excludes1"])) == len(said.notes["excludes1"]) > 1


@pytest.mark.parametrize(
    ("text", "takes", "leaves"),
    [
        ("lumbago with sciatica (M54.4-)", ["M5441"], ["M545", "M5450"]),
        ("diabetes mellitus (E08-E13)", ["E119", "E0800", "E13"], ["E14", "E079"]),
        ("with complications (E11.0-E11.8)", ["E1100", "E118"], ["E119", "E11A"]),
        ("adults (Z68.1-Z68.45) or pediatrics (Z68.5-)", ["Z681", "Z6845", "Z6851"], ["Z69"]),
        ("diabetes (E08-E13 with .42)", ["E1142"], ["E119", "E1140"]),
        ("disc disorder (M51.- with fifth character 6)", ["M5116"], ["M5115"]),
        ("concussion (S06.0X- with seventh character A)", ["S060X0A"], ["S060X0D"]),
        ("speech (I69. with final characters -23)", ["I69323"], ["I69321"]),
        ("two (D29.2.-, G6PD)", ["D2920"], ["G62"]),
        ("syndrome E72.4", ["E724"], ["E72"]),
        ("see injury of spine by body region", [], ["S390"]),
    ],
)
def test_a_note_names_the_codes_it_means(text: str, takes: list[str], leaves: list[str]) -> None:
    """Too wide excludes what may stand together; too narrow lets a denial through."""
    named = named_in(text)
    assert [code for code in takes if not any(one.takes(code) for one in named)] == []
    assert [code for code in leaves if any(one.takes(code) is not False for one in named)] == []


def test_a_condition_no_program_can_read_is_perhaps() -> None:
    """Cannot tell is an answer of its own."""
    assert [one.takes("S52501B") for one in named_in("fracture (S52.- with open fracture 7th character)")] == [None]


def test_a_folder_without_tables_is_a_wrong_setting(tmp_path: Path) -> None:
    """Silence would look as if that year were loaded."""
    with pytest.raises(SettingError, match="holds no table"):
        code_book(tmp_path)
    with pytest.raises(SettingError, match="holds no table"):
        code_book(tmp_path / "missing")
