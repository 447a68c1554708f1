"""Charts as SVG, written by hand: bars and lines, with every value in words, in colours that all eyes tell apart.

Ours is blue, others orange and grey (the palette of Okabe and Ito); nothing hangs on colour alone, each bar and line
bears its name. The background is white, so that a chart reads on a dark page, too.
"""

from collections.abc import Iterator
from html import escape
from math import ceil, floor, log10

from tools.bench.figure import Chart

WIDTH, MARGIN, NAMES, VALUES = 760, 20, 250, 110
BAR, GAP, TOP = 22, 12, 70
OURS, OTHERS = "#0072B2", ("#E69F00", "#009E73", "#CC79A7", "#56B4E9")
INK, PALE = "#222222", "#d9d9d9"
MARKS = ("circle", "square", "triangle")
MOST_TOLD = 8
"""A line of more points bears marks and numbers at its ends only."""
A_LITTLE = 0.01
"""A hundred lines above a power of ten do not open the next."""


def svg(chart: Chart) -> str:
    """Draw one chart."""
    parts, height = _bars(chart) if chart.marks == "bars" else _lines(chart)
    told = "; ".join(f"{name} {_told(value)}" for name, value in chart.values.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="title desc" font-family="Helvetica, Arial, sans-serif" font-size="14">\n'
        f'<title id="title">{escape(chart.title)}</title>\n<desc id="desc">{escape(f"{chart.unit}: {told}")}</desc>\n'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
        + "\n".join([*_heading(chart), *parts])
        + "\n</svg>\n"
    )


def _told(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(f"{number(y)} at {x:,.0f}" for x, y in value)
    return number(value)  # type: ignore[arg-type]


def number(value: float) -> str:
    """Write a number with three digits that count."""
    if value == 0:
        return "0"
    digits = max(0, 2 - floor(log10(abs(value))))
    return f"{value:,.{min(digits, 4)}f}"


def _heading(chart: Chart) -> Iterator[str]:
    yield _text(MARGIN, 28, chart.title, size=17, weight="bold")
    note = f"{chart.unit}. {chart.note}" if chart.note else chart.unit
    yield _text(MARGIN, 48, note, size=13, fill="#555555")


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 14, fill: str = INK,
          weight: str = "normal") -> str:  # fmt: skip
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" '
        f'fill="{fill}">{escape(text)}</text>'
    )


def _bars(chart: Chart) -> tuple[list[str], int]:
    """Draw bars from zero, longest first, each with its name before and its value after it."""
    values = sorted(chart.values.items(), key=lambda pair: -pair[1])
    most = max(value for _, value in values) or 1
    room, parts = WIDTH - 2 * MARGIN - NAMES - VALUES, []
    for place, (name, value) in enumerate(values):
        y = TOP + place * (BAR + GAP)
        is_ours = name in chart.ours
        length = max(value / most * room, 1)
        parts += [
            _text(MARGIN + NAMES - 10, y + 16, name, anchor="end", weight="bold" if is_ours else "normal"),
            f'<rect x="{MARGIN + NAMES}" y="{y}" width="{length:.1f}" height="{BAR}" '
            f'fill="{OURS if is_ours else OTHERS[0]}"/>',
            _text(MARGIN + NAMES + length + 8, y + 16, number(value), weight="bold" if is_ours else "normal"),
        ]
    height = TOP + len(values) * (BAR + GAP) + MARGIN - GAP
    axis = f'<path d="M{MARGIN + NAMES} {TOP - 6}V{height - MARGIN + 6}" stroke="{INK}" stroke-width="1"/>'
    return [*parts, axis], height


def _lines(chart: Chart) -> tuple[list[str], int]:
    """Draw lines over a logarithmic scale of lines of claims, from zero upwards, each named at its end."""
    height, left, right, bottom = 380, 80, WIDTH - 190, 320
    points = [point for line in chart.values.values() for point in line]
    low, high = floor(log10(min(x for x, _ in points))), ceil(log10(max(x for x, _ in points)) - A_LITTLE)
    high = max(high, low + 1)
    step = _step(max(y for _, y in points))
    top = ceil(max(y for _, y in points) / step) * step

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (log10(x) - low) / (high - low) * (right - left), bottom - y / top * (bottom - TOP)

    parts = []
    for power in range(low, high + 1):
        x, _ = place(10**power, 0)
        parts += [f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="{PALE}"/>', _text(x, bottom + 20, f"{10**power:,}",
                                                                                anchor="middle", size=12)]  # fmt: skip
    for count in range(round(top / step) + 1):
        _, y = place(10**low, count * step)
        parts += [f'<path d="M{left} {y:.1f}H{right}" stroke="{PALE}"/>', _text(left - 8, y + 4, number(count * step),
                                                                                anchor="end", size=12)]  # fmt: skip
    parts.append(_text((left + right) / 2, bottom + 44, "lines", anchor="middle", size=13))
    ends: list[float] = []
    for order, (name, line) in enumerate(chart.values.items()):
        colour = OURS if name in chart.ours or (not chart.ours and order == 0) else OTHERS[order % len(OTHERS)]
        spots = [place(x, y) for x, y in line]
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        told = list(zip(spots, line, strict=True))
        told = told if len(told) <= MOST_TOLD else [told[0], told[-1]]
        parts += [_mark(MARKS[order % len(MARKS)], x, y, colour) for (x, y), _ in told]
        parts += [_text(x, y - 10, number(value), anchor="middle", size=12) for (x, y), (_, value) in told]
        end = spots[-1][1] + 5
        while any(abs(end - other) < 18 for other in ends):
            end += 18
        ends.append(end)
        parts.append(_text(spots[-1][0] + 14, end, name, weight="bold", fill=colour))
    return parts, height


def _step(most: float) -> float:
    """Choose a round step so that four or five of them reach the top."""
    rough = most / 4
    power = 10 ** floor(log10(rough))
    return next(unit * power for unit in (1, 2, 2.5, 5, 10) if unit * power >= rough)


def _mark(shape: str, x: float, y: float, colour: str) -> str:
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>'
    if shape == "square":
        return f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" fill="{colour}"/>'
    return f'<path d="M{x:.1f} {y - 6:.1f}l6 11h-12z" fill="{colour}"/>'
