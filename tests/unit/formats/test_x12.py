"""Envelopes and separators: what comes in from outside is seldom as the book has it."""

import io
import tracemalloc
from collections.abc import Callable

import pytest

from necessity.errors import FormatError
from necessity.formats.x12 import Separators, Walker, X12Finding, as_table
from necessity.formats.x12_835 import layout as layout_835
from necessity.formats.x12_837p import layout as layout_837p
from necessity.formats.x12_837p.read import read
from necessity.formats.x12_837p.write import write
from tests.messages import claim, dependent, message_835, message_837p
from tests.strategies_claims import envelope

GOOD = message_837p()


def found(message: str | bytes) -> list[X12Finding]:
    """Read a message and give what is odd about it."""
    return list(read(message).findings)


def checks(message: str | bytes) -> set[str]:
    return {one.check for one in found(message)}


def test_a_message_of_ours_has_no_findings() -> None:
    """What we write is what we call right."""
    assert found(GOOD) == []
    assert len(read(GOOD).claims) == 2


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda text: text.replace("~", "~\r\n"), None),
        (lambda text: text.replace("~", "~\n"), None),
        (lambda text: "\n  \n" + text + "\n\n", None),
        (lambda text: text.replace("~", "\n"), None),
        (lambda text: text.replace("~", "\r\n"), None),
        (lambda text: "\ufeff" + text, "byte_order_mark"),
        (lambda text: "From: somebody\n\n" + text, "text_before_header"),
        (lambda text: text + "goodbye", "trailing_text"),
        (lambda text: text[:-1], "cut_off"),
        (lambda text: text[:900], "trailer_missing"),
        (lambda text: text.replace("ZZ*FAYSTUDIO      ", "ZZ*FAYSTUDIO"), "header_length"),
        (lambda text: "\n".join(text[at : at + 80] for at in range(0, len(text), 80)), "wrapped_lines"),
        (lambda text: text.replace("FAY STUDIO", "FAY STÜDIO"), "not_ascii"),
        (lambda text: text.replace("~HL*2", "~~HL*2"), "empty_segment"),
        (lambda text: text.replace("005010X222A1", "005010X222A2"), "other_edition"),
        (lambda text: text.replace("005010X222A1", "005010X223A3"), "set_not_read"),
        (lambda text: text.replace("IEA*1*000000001~", ""), "trailer_missing"),
        (lambda text: text.replace("IEA*1*000000001", "IEA*1*000000002"), "control_number_differs"),
        (lambda text: text.replace("GE*1*1", "GE*3*1"), "count_differs"),
        (lambda text: text.replace("SE*", "SE*9"), "count_differs"),
        (lambda text: text.replace("~BHT", "~XYZ*1~BHT"), "unknown_segment"),
        (lambda text: text.replace("N3*1 MAIN ST", "N3*1 MAIN ST*"), "trailing_separator"),
    ],
)
def test_each_oddity_is_told_and_the_rest_is_read(change: Callable[[str], str], check: str | None) -> None:
    """A clearinghouse's editor, a mail gateway or a cut line must not cost the claims that can be read."""
    changed = change(GOOD)
    assert (checks(changed) == set()) if check is None else (check in checks(changed))
    if check not in ("set_not_read", "trailer_missing"):
        assert [one.control_number for one in read(changed).claims] == ["CHEN-1", "CHEN-2"]


@pytest.mark.parametrize("signs", ["|>^~", "\x1d\x1f\x1e\x1c", "+:^'", "*<!\n"])
def test_other_separators_are_taken_from_the_header(signs: str) -> None:
    """The header says how a message is cut; no sign is fixed."""
    element, component, repetition, terminator = signs
    used = Separators(element, repetition, component, terminator)
    if terminator == "\n":
        with pytest.raises(FormatError, match="cannot be written"):
            write([claim()], envelope(separators=used))
        return
    text = write([claim()], envelope(separators=used))
    assert found(text) == []
    assert read(text).claims[0].total_cents == 17000


def test_several_interchanges_with_separators_of_their_own_are_one_file() -> None:
    """Pick-up folders hand over whatever came, glued together."""
    other = write([dependent("CHEN-9")], envelope(2, separators=Separators("|", "^", ">", "'")))
    both = read(GOOD + "\r\n" + other + GOOD)
    assert [one.control_number for one in both.claims] == ["CHEN-1", "CHEN-2", "CHEN-9", "CHEN-1", "CHEN-2"]
    assert both.findings == ()


@pytest.mark.parametrize(
    "text", ["", "   \n", "hello", "ISA", "ISA*00*", "PK\x03\x04", "\xff\xfeI\0S\0A\0", "ISA" * 90]
)
def test_what_is_no_message_is_refused_in_words(text: str) -> None:
    """A spreadsheet or a photo is no claim; the reader says what to send instead."""
    with pytest.raises(FormatError) as refused:
        read(text.encode("latin-1"))
    assert refused.value.next_step


def test_a_finding_names_segment_position_loop_and_element() -> None:
    """The place is what a clearinghouse's support asks for first."""
    (one,) = [f for f in found(GOOD.replace("NM1*PR*2*PLAN ONE", "NM1*PR*3*PLAN ONE", 1)) if f.check == "code_not_used"]
    segments = GOOD.split("~")
    assert segments[one.segment - 1].startswith("NM1*PR")
    assert (one.position, one.id, one.loop, one.element, one.value) == (one.segment - 2, "NM1", "2010BB", 2, "3")
    assert one.where == f"segment {one.segment} (NM1, loop 2010BB), element 2"


def test_a_missing_segment_is_told_where_the_next_one_stands() -> None:
    """Nobody finds what is not there without a place to look."""
    cut = GOOD.replace("REF*EI*987654321~", "").replace("SE*", "SE*")
    missing = [one for one in found(cut) if one.check == "segment_missing"]
    assert "tax number" in missing[0].message
    assert missing[0].loop != ""


def test_a_segment_out_of_order_is_read_all_the_same() -> None:
    """Senders shuffle; what they said is still there."""
    moved = GOOD.replace("PRV*BI*PXC*225100000X~", "", 1)
    moved = moved.replace("REF*EI*987654321~", "REF*EI*987654321~PRV*BI*PXC*225100000X~", 1)
    assert "out_of_order" in checks(moved)
    assert read(moved).claims[0].billing_provider.taxonomy == "225100000X"


def test_a_segment_too_often_and_a_loop_too_often_are_told() -> None:
    """Fifty lines and one place of service are limits that payers' programs rely on."""
    doubled = GOOD.replace("REF*EI*987654321~", "REF*EI*987654321~REF*EI*987654321~", 1)
    assert "segment_too_often" in checks(doubled)
    line = GOOD[GOOD.index("LX*1~") : GOOD.index("LX*2~")]
    many = GOOD.replace("LX*1~", line * 60 + "LX*1~", 1)
    assert "loop_too_often" in checks(many)


def test_a_layout_prints_itself_as_a_table() -> None:
    """A layout that cannot be read by people cannot be reviewed by them."""
    table = as_table(layout_837p())
    assert "2010BB  R1   Payer" in table
    assert "REF R1   Billing provider's tax number  [EI SY]" in table


def test_memory_stays_flat_in_the_size_of_the_file() -> None:
    """Two hundred megabytes must not need two hundred megabytes."""
    message = message_835().encode()

    def peak(times: int) -> int:
        stream = io.BytesIO(message * times)
        tracemalloc.start()
        for _ in Walker(stream, (layout_835(),)):
            pass
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(1)
    assert peak(1000) < 2 * peak(300)  # by then the buffers are full
