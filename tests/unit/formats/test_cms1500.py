"""The CMS-1500: every value at its place, six lines a sheet, the total once; what does not fit is told, never squeezed."""

import re
import subprocess
from datetime import date
from itertools import combinations

import pytest

from necessity.adjudication.decide import Judge
from necessity.domain.claim import Frequency
from necessity.domain.claim_paper import ClaimPaper
from necessity.domain.decision import Outcome
from necessity.domain.full_claim import Assignment, FullClaim
from necessity.domain.funding import FundingKind
from necessity.errors import FormatError, SettingError
from necessity.formats.cms1500.check import check
from necessity.formats.cms1500.fields import sheets
from necessity.formats.cms1500.layout import layout
from necessity.formats.cms1500.read import read, read_copy
from necessity.formats.cms1500.write import Alignment, write, write_copy
from tests.claim_papers import chens_paper

_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>')


@pytest.fixture(scope="module")
def paper(judge: Judge) -> ClaimPaper:
    return chens_paper(judge)


def changed(paper: ClaimPaper, **update: object) -> ClaimPaper:
    return paper.model_copy(update={"claim": paper.claim.model_copy(update=update)})


def poppler(pdf: bytes) -> list[list[tuple[float, float, str]]]:
    """Ask another program where the words stand: left edge and middle, in points, page by page."""
    found = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    pages = found.stdout.decode().split("<page ")[1:]
    return [
        [(float(x), (float(top) + float(bottom)) / 2, text) for x, top, _, bottom, text in _WORD.findall(page)]
        for page in pages
    ]


def shown(pdf: bytes) -> str:
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return found.stdout.decode()


def test_another_program_finds_each_value_in_its_column_and_line(paper: ClaimPaper) -> None:
    """The red form forgives nothing: half a box beside it is another value."""
    words = {text: (x, y) for x, y, text in reversed(poppler(write(paper))[0])}
    for text, name in (
        ("EG-4004", "member_id"),
        ("97110", "1.code"),
        ("987654321", "tax_id"),
        ("C-1", "control_number"),
    ):
        box = layout().boxes[name]
        x, y = words[text]
        assert x == pytest.approx(0.30 * 72 + (box.column - 1) * 7.2, abs=0.6), name
        assert 0.28 * 72 + (box.line - 1) * 12 < y < 0.28 * 72 + box.line * 12, name


def test_ten_characters_make_an_inch(paper: ClaimPaper) -> None:
    """A type a hair too wide runs out of the long boxes."""
    found = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=write(paper), capture_output=True, check=True)
    widths = [(float(x1) - float(x0)) / len(text) for x0, _, x1, _, text in _WORD.findall(found.stdout.decode())]
    assert {round(width, 2) for width in widths} == {7.2}


def test_eight_lines_take_two_sheets_with_one_total(paper: ClaimPaper) -> None:
    """A total on the first sheet is paid as if it were the whole claim."""
    first, second = sheets(paper.claim)
    assert [name for name in first if name.endswith(".code")] == [f"{place}.code" for place in range(1, 7)]
    assert [name for name in second if name.endswith(".code")] == ["1.code", "2.code"]
    assert "total_dollars" not in first
    assert (second["total_dollars"], second["total_cents"], second["paid_dollars"]) == ("480", "00", "480")
    head = {name: value for name, value in first.items() if "." not in name}
    assert head.items() <= second.items()


def test_boxes_hold_what_the_form_asks(paper: ClaimPaper) -> None:
    """Letters point at diagnoses, codes lose their dot, signatures are on file, numbers of earlier claims stand in 22."""
    claim = paper.claim.model_copy(update={"frequency": Frequency.REPLACEMENT, "payer_claim_number": "PCN-9"})
    sheet = sheets(claim)[0]
    assert sheet["diagnosis_a"] == "M5450"
    assert sheet["icd_indicator"] == "0"
    assert sheet["1.pointers"] == "A"
    assert sheet["release"] == sheet["signature"] == "SIGNATURE ON FILE"
    assert (sheet["frequency"], sheet["payer_claim_number"]) == ("7", "PCN-9")
    assert sheet["prior_authorization"] == "PA-55"
    assert (sheet["referring_qualifier"], sheet["referring_name"]) == ("DK", "GHALI")
    assert (sheet["1.from"], sheet["1.dollars"], sheet["1.cents"], sheet["1.units"]) == ("05 04 26", "61", "28", "2")
    assert sheet["billing_other"] == "ZZ261QP2000X"


def test_no_two_boxes_share_a_place_and_none_leaves_the_form() -> None:
    """The layout is data; a slip in it would print one value over another."""
    boxes = list(layout().boxes.values())
    assert [box.id for box in boxes if box.column + box.width - 1 > 79 or not 1 <= box.line <= 63] == []
    for one, other in combinations(boxes, 2):
        apart = one.column + one.width <= other.column or other.column + other.width <= one.column
        assert one.line != other.line or apart, (one.id, other.id)


def test_the_print_moves_as_told_and_is_still_read(paper: ClaimPaper) -> None:
    """Printers pull paper in a little off; a setting mends that."""
    moved = write(paper, alignment=Alignment(right_inches=0.05, down_inches=-0.08))
    (x, y, text), *_ = poppler(write(paper))[0]
    (x2, y2, same), *_ = poppler(moved)[0]
    assert (text, x2 - x, y2 - y) == (same, pytest.approx(3.6, abs=0.01), pytest.approx(-5.76, abs=0.01))
    assert read(moved) == read(write(paper))
    with pytest.raises(SettingError, match="half an inch"):
        write(paper, alignment=Alignment(right_inches=0.6))


def test_the_same_claim_gives_the_same_bytes(paper: ClaimPaper) -> None:
    """Papers are compared years later."""
    assert write(paper) == write(paper)
    assert write_copy(paper) == write_copy(paper)


def test_what_does_not_fit_is_refused_whole(paper: ClaimPaper) -> None:
    """A number cut short is another number."""
    lines = (paper.claim.lines[0].model_copy(update={"charge_cents": 10_000_000}), *paper.claim.lines[1:])
    long = changed(paper, control_number="A" * 15, member_id="M" * 30, lines=lines)
    with pytest.raises(FormatError) as refused:
        write(long)
    assert len(refused.value.faults) == 3
    assert "Box 24F, line 1 of its sheet: '100000' has 6 characters, 5 fit." in refused.value.faults


def test_a_draft_says_so_on_every_sheet(paper: ClaimPaper) -> None:
    """Nobody files by mistake what was written to be looked at."""
    draft = paper.model_copy(update={"is_draft": True})
    assert shown(write(draft)).count("DRAFT, NOT TO BE FILED") == 2
    assert shown(write_copy(draft)).count("Draft. Not to be filed.") == 2


def test_the_copy_shows_every_box_and_says_that_it_is_one(paper: ClaimPaper) -> None:
    """A page that looks like the form is sent as the form."""
    text = shown(write_copy(paper))
    assert text.count("not a scannable original") >= 2
    items = {box.item for box in layout().boxes.values() if box.item not in ("", "24")} | {
        "8",
        "9",
        "9a",
        "10a",
        "16",
        "18",
        "20",
        "24C",
        "30",
    }
    assert [item for item in items if not re.search(rf"(?<![0-9]){item}(?![0-9a-zA-Z])", text)] == []
    assert "CPT copyright American Medical Association" in text
    assert read_copy(write_copy(paper)) == paper


def test_words_beside_the_boxes_are_told(paper: ClaimPaper) -> None:
    """A print from elsewhere must not be read as if it were ours."""
    with pytest.raises(FormatError) as refused:
        read(write_copy(paper))
    assert refused.value.faults
    with pytest.raises(FormatError, match=r"holds no claim\.json"):
        read_copy(write(paper))


@pytest.mark.parametrize("kind", [FundingKind.HSA, FundingKind.WELLNESS_STIPEND])
def test_an_account_reads_no_claim_form(paper: ClaimPaper, kind: FundingKind) -> None:
    """Codes and diagnoses are nobody's business there."""
    for writer in (write, write_copy):
        with pytest.raises(FormatError, match="health plan"):
            writer(changed(paper, funding_kind=kind))


@pytest.mark.parametrize(
    ("update", "rule", "effect"),
    [
        ({"member_id": None}, "empty_box", Outcome.PENDED),
        ({"control_number": "C" * 15}, "does_not_fit", Outcome.NOT_PAYABLE),
        ({"plan_name": "P" * 40}, "cut", None),
        ({"plan_name": "陈"}, "letters", Outcome.PENDED),
        ({"assignment": Assignment.CLINICAL_LABORATORY_ONLY}, "assignment", None),
        ({"funding_kind": FundingKind.MEDICARE, "group_number": None}, "medicare_first", None),
        ({"release_signed": False}, "signature", None),
        ({"lines": ()}, "empty", Outcome.NOT_PAYABLE),
    ],
)
def test_each_thing_the_form_lacks_is_found(
    paper: ClaimPaper, update: dict[str, object], rule: str, effect: Outcome | None
) -> None:
    """The check must not pass because it cannot fail."""

    def found(claim: FullClaim) -> list[tuple[str, Outcome | None]]:
        return [(one.rule, one.effect) for one in check(claim)]

    assert (f"cms1500.{rule}", effect) in found(changed(paper, **update).claim)
    assert f"cms1500.{rule}" not in [one for one, _ in found(paper.claim)]


def test_a_year_outside_the_century_is_told(paper: ClaimPaper) -> None:
    """Box 24A has two digits for the year."""
    lines = (paper.claim.lines[0].model_copy(update={"served_on": date(1999, 5, 4)}),)
    assert any("two digits" in one.message for one in check(changed(paper, lines=lines).claim))
