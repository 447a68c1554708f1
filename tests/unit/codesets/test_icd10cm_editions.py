"""The shipped editions of ICD-10-CM, and the single changes beside them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from necessity.codesets.icd10cm.book import CodeBook, shipped
from necessity.codesets.icd10cm.edition import HEADER, NOT_LOADED, VALID, bare, dotted
from necessity.codesets.icd10cm.known import known_changes
from necessity.codesets.icd10cm.official import headers_above
from necessity.codesets.icd10cm.rows import diagnosis_code_rows
from necessity.codesets.icd10cm.search import search
from necessity.codesets.icd10cm.table import Row, Table
from necessity.errors import FormatError, RecordError

FROM, UNTIL = date(2020, 1, 1), date(2027, 12, 31)
DAYS = st.dates(FROM, UNTIL)


@pytest.fixture(scope="module")
def book() -> CodeBook:
    return shipped()


@pytest.fixture(scope="module")
def table(book: CodeBook) -> Table:
    return book.places[0].table


@pytest.fixture(scope="module")
def rows(table: Table) -> list[Row]:
    return list(table.lines())


def valid(rows: list[Row], place: int) -> set[str]:
    return {row.code for row in rows if row.status(place) == VALID}


def test_each_edition_holds_as_many_codes_as_were_announced(table: Table, rows: list[Row]) -> None:
    """A code lost on the way would be called absent, and a good claim refused."""
    counted = {edition.id: len(valid(rows, place)) for place, edition in enumerate(table.editions)}
    assert counted == {"FY2021": 72_621, "FY2024": 74_044, "FY2025": 74_260, "FY2026": 74_719}


@pytest.mark.parametrize(("earlier", "later", "new", "gone"), [(1, 2, 252, 36), (2, 3, 487, 28)])
def test_an_april_release_changes_no_more_codes_than_october_announced(
    rows: list[Row], earlier: int, later: int, new: int, gone: int
) -> None:
    """This is why the codes of an April release may answer for the months from October on."""
    before, after = valid(rows, earlier), valid(rows, later)
    assert (len(after - before), len(before - after)) == (new, gone)


def test_every_valid_code_has_a_title_and_every_header_a_code_below(table: Table, rows: list[Row]) -> None:
    """A code without a meaning helps nobody; a heading without codes below would send people nowhere."""
    for place in range(len(table.editions)):
        codes = valid(rows, place)
        headers = {row.code for row in rows if row.status(place) == HEADER}
        assert headers == headers_above(codes) & headers
        assert all(table.title(row, place) for row in rows if row.code in codes)


def test_the_lines_are_sorted_and_each_code_stands_once(rows: list[Row]) -> None:
    """The look-up halves a sorted list; one line out of order would hide a code."""
    codes = [row.code for row in rows]
    assert codes == sorted(set(codes))


def test_every_edition_says_where_it_comes_from(book: CodeBook) -> None:
    """Origin, edition and licence belong to a table like its numbers."""
    assert all("public domain" in edition.origin and edition.released for edition in book.editions)


def test_single_changes_agree_with_every_loaded_edition(book: CodeBook) -> None:
    """Two sources in one program must not contradict each other."""
    for code, known in known_changes().items():
        assert known.citations, code
        for span in known.spans:
            for day in (span.from_on, span.until_on):
                place = book.place_on(day)
                if place and day >= place.edition.exact_from:
                    assert place.status(bare(code)) == span.status, (code, day)
        ordered = [day for span in known.spans for day in (span.from_on, span.until_on)]
        assert ordered == sorted(set(ordered)), code


def test_what_is_suggested_can_be_reported_that_day(book: CodeBook, rows: list[Row]) -> None:
    """To send somebody from one refused code to another helps nobody; only a heading of many may name headings."""
    day = date(2026, 5, 1)
    for row in rows[::97]:
        answer = book.look_up(row.code, day)
        few = [book.status(code, day) for code in answer.suggest]
        assert set(few) <= {VALID, HEADER}
        assert (
            HEADER not in few or len(list(book.places[-1].table.below(row.code, 3))) > 12 or answer.status == "absent"
        )


def test_a_title_is_the_one_of_the_day(book: CodeBook) -> None:
    """Titles are revised; a paper of 2021 carries that of 2021."""
    code = "S62.90XA"
    assert "wrist and hand" in (book.look_up(code, date(2025, 1, 1)).title or "")
    assert "wrist" not in (book.look_up(code, date(2026, 1, 1)).title or "")


def test_days_before_a_mid_year_release_say_so(book: CodeBook) -> None:
    """The codes of January 2021 are not those of October 2020; where no cited change helps, the answer warns."""
    assert "not loaded" in book.look_up("M35.8", date(2020, 11, 1)).note
    assert book.look_up("M35.81", date(2021, 1, 1)).note == ""


def test_a_day_without_an_edition_tells_the_nearest_ones(book: CodeBook) -> None:
    """Unknown is an answer; what is known around it may help a person, and never becomes the answer."""
    answer = book.look_up("I10", date(2022, 6, 1))
    assert (answer.status, answer.last_known, answer.next_known) == (
        NOT_LOADED,
        ("valid", "FY2021"),
        ("valid", "FY2024"),
    )
    later = book.look_up("I10", book.loaded_until + timedelta(days=1))
    assert (later.status, later.last_known, later.next_known) == (NOT_LOADED, ("valid", "FY2026"), None)


@pytest.mark.parametrize(
    "written", ["", "pain", "97110", "97110-59", "E66.81-", "M54.5.0", "M54.50AAA", "ſ54", "M5４.5"]
)
def test_what_has_not_the_shape_of_a_code_is_refused_with_a_way_on(book: CodeBook, written: str) -> None:
    """A refusal ends with something to do."""
    with pytest.raises(RecordError) as refused:
        book.look_up(written, date(2026, 5, 1))
    assert "necessity codes search" in refused.value.next_step


@given(st.from_regex(r"\A[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?\Z"), DAYS)
def test_any_code_of_the_right_shape_gets_an_answer(code: str, on: date) -> None:
    """Nonsense is absent or not loaded, never a crash, and never valid without a title."""
    answer = shipped().look_up(code, on)
    assert answer.code == code
    assert answer.status == shipped().status(code.replace(".", "").lower(), on)
    assert answer.status != VALID or answer.title


@given(st.sampled_from(["M54.5", "M54.50", "E66.813", "I10", "G35", "Z20.822", "E11.A"]), DAYS, DAYS)
def test_rows_lay_out_the_days_without_gap_or_overlap(code: str, one: date, other: date) -> None:
    """Two rows for one day would count a claim twice; a gap would lose it."""
    book, (first, last) = shipped(), sorted((one, other))
    spans = list(diagnosis_code_rows(book, [code, code.lower()], first, last))
    assert (spans[0].from_on, spans[-1].until_on) == (first, last)
    for before, after in pairwise(spans):
        assert after.from_on - before.until_on == timedelta(days=1)
        assert after.status != before.status
    for span in spans:
        for day in (span.from_on, span.until_on):
            assert span.status == book.status(code, day)
        assert span.is_valid is (None if span.status == NOT_LOADED else span.status == VALID)


def test_rows_know_the_chapter() -> None:
    """Chapter 18 holds symptoms, 21 no diseases; a rule may want to know."""
    spans = diagnosis_code_rows(shipped(), ["R73.03", "Z72.3", "M54.50"], date(2026, 1, 1), date(2026, 12, 31))
    assert {span.code: span.chapter for span in spans} == {"M54.50": 13, "R73.03": 18, "Z72.3": 21}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("low back pain", "M54.50"),
        ("high blood pressure", "I10"),
        ("artificial KNEE right", "Z96.651"),
        ("diab type 2 remission", "E11.A"),
        ("obesity class 3", "E66.813"),
        ("Sjögren", "M35.0"),
    ],
)
def test_a_code_is_found_by_words(book: CodeBook, words: str, code: str) -> None:
    """People know conditions, not codes."""
    assert code in {hit.code for hit in search(book, words, date(2026, 5, 1))}


def test_a_search_shows_what_can_be_reported_first_and_nothing_of_another_year(book: CodeBook) -> None:
    """The first line is what people take."""
    hits = search(book, "low back pain", date(2021, 5, 1))
    assert hits[0].code == "M54.5"
    assert {hit.code for hit in hits} & {"M54.50", "M54.51"} == set()
    assert [hit.status for hit in hits] == sorted((hit.status for hit in hits), reverse=True)
    assert search(book, "  ,; ", date(2021, 5, 1)) == ()


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01", b"hello\n", b"\n%suffixes\n%areas\n%codes\n%notes\n%end\n", b"%edition\tx\n" * 3]
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    """A half-written file must not answer for a whole year."""
    with pytest.raises(FormatError, match="no table"):
        Table(content, "broken.txt")


def test_a_dot_is_only_for_the_eye() -> None:
    """Both spellings are one code."""
    assert [dotted(bare(code)) for code in ("I10", "M54.50", "S83.511D")] == ["I10", "M54.50", "S83.511D"]
