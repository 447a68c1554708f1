"""One pattern a segment: it fits exactly where nothing is wrong with the segment."""

from random import Random

import pytest

from necessity.formats.x12 import Layout, Separators
from necessity.formats.x12.patterns import faults, matchers
from necessity.formats.x12_277ca import layout as layout_277ca
from necessity.formats.x12_835 import layout as layout_835
from necessity.formats.x12_837p import layout as layout_837p
from necessity.formats.x12_999 import layout as layout_999

_TEXTS = ("", "", "", "A", "12", "1", "20260930", "1405", "85.5", "-1", "XX", "HC:97110:GP", "20260901-20260930", "a b")


@pytest.mark.parametrize(
    "layout", [layout_837p(), layout_835(), layout_999(), layout_277ca()], ids=lambda one: one.kind
)
def test_a_segment_fits_its_pattern_where_it_has_no_fault(layout: Layout) -> None:
    """The quick look and the slow one must never disagree: whole numbers of elements that stand together included."""
    draw, signs, fitted = Random(837), Separators(), 0
    matches = matchers(layout, signs)
    for row in (row for loop in layout.loops for row in loop.rows):
        for _ in range(150):
            count = draw.randint(0, len(row.elements) + 1)
            usual = [_usual(one.kind, one.values, draw) for one in row.elements]
            given = [*usual, "A"][:count]
            for place in range(len(given)):
                if draw.random() < 0.25:
                    given[place] = draw.choice(_TEXTS)
            segment = "*".join((row.id, *given))
            is_right = not list(faults(row, segment, signs))
            fitted += is_right
            assert bool(matches[row.number](segment)) == is_right, segment
    assert fitted > 100


def _usual(kind: str, values: tuple[str, ...], draw: Random) -> str:
    """Give what usually stands in an element."""
    if kind == "code":
        return draw.choice(values)
    usual = {"n": "1", "d8": "20260930", "rd8": "20260901-20260930", "dt": "20260930", "t": "1405", "money": "85.5"}
    return usual.get(kind, "HC:97110" if kind == "composite" else "123456789"[: draw.choice((2, 3, 9))])
