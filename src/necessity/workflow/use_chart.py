"""The chart of how money was used: lines by month and outcome, as one plain SVG.

It draws itself dark where the reader's screen is dark, needs no script and no font of ours, and says in words what it
shows.
"""

from xml.sax.saxutils import escape

from necessity.workflow.use_report import UseReport, in_words

_STYLE = """
svg { --ground: #ffffff; --ink: #1b1f24; --quiet: #59636e; --rule: #d1d9e0;
  --payable: #0969da; --review: #8250df; --pended: #bf8700; --refused: #8c959f; }
@media (prefers-color-scheme: dark) {
  svg { --ground: #0d1117; --ink: #f0f6fc; --quiet: #9198a1; --rule: #3d444d;
    --payable: #58a6ff; --review: #bc8cff; --pended: #d29922; --refused: #6e7681; }
}
text { font-family: system-ui, sans-serif; fill: var(--ink); font-size: 13px; }
.head { font-size: 17px; font-weight: 600; } .quiet { fill: var(--quiet); font-size: 12px; } .end { text-anchor: end; }
.mid { text-anchor: middle; } .rule { stroke: var(--rule); }
.payable { fill: var(--payable); } .review { fill: var(--review); } .pended { fill: var(--pended); }
.not_payable { fill: var(--refused); }
"""
_WIDTH, _LEFT, _RIGHT, _TOP, _TALL, _FOOT = 760, 70, 20, 110, 220, 46
_OUTCOMES = ("payable", "review", "pended", "not_payable")
_MOST_MONTHS = 36


def chart(report: UseReport, title: str) -> str:
    """Draw the lines of each month by outcome; of more than 36 months the last ones.

    Args:
        report: The report.
        title: What it is of, in a few words.

    Returns:
        The SVG.
    """
    counts: dict[str, dict[str, int]] = {}
    for month, outcome, lines in report.by_month:
        counts.setdefault(month, {})[outcome] = lines
    months = dict(list(counts.items())[-_MOST_MONTHS:])
    most = max([1, *(sum(own.values()) for own in months.values())])
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(months))
    columns = "".join(_column(own, place, step, most) for place, own in enumerate(months.values()))
    names = "".join(_name(month, place, step, len(months)) for place, month in enumerate(months))
    words, height = escape(in_words(report)), _TOP + _TALL + _FOOT
    told = escape("; ".join(_told(month, own) for month, own in months.items()) or "No line was decided")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-labelledby="title description">\n<title id="title">{escape(title)}</title>\n'
        f'<desc id="description">{words} Lines by month: {told}.</desc>\n<style>{_STYLE}</style>\n'
        f'<rect width="{_WIDTH}" height="{height}" style="fill: var(--ground)"/>\n'
        f'<text class="head" x="20" y="32">{escape(title)}</text>\n<text class="quiet" x="20" y="54">{words}</text>\n'
        f"{_keys()}{_scale(most)}{columns}{names}</svg>\n"
    )


def _keys() -> str:
    found, left = "", 20
    for outcome in _OUTCOMES:
        word = outcome.replace("_", " ")
        box = f'<rect class="{outcome}" x="{left}" y="70" width="10" height="10" rx="2"/>'
        found += f'{box}<text class="quiet" x="{left + 15}" y="79">{word}</text>\n'
        left += 40 + 7 * len(word)
    return found


def _scale(most: int) -> str:
    """Draw three lines to read heights by: none, half, all."""
    found = ""
    for part in (0, 0.5, 1):
        y = round(_TOP + _TALL * (1 - part))
        label = f"{round(most * part):,}"
        found += f'<line class="rule" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        found += f'<text class="quiet end" x="{_LEFT - 8}" y="{y + 4}">{label}</text>\n'
    return found


def _column(own: dict[str, int], place: int, step: float, most: int) -> str:
    found, foot = "", float(_TOP + _TALL)
    left, width = _LEFT + place * step + step * 0.15, step * 0.7
    for outcome in _OUTCOMES:
        tall = _TALL * own.get(outcome, 0) / most
        foot -= tall
        if tall:
            size = f'x="{left:.1f}" y="{foot:.1f}" width="{width:.1f}" height="{tall:.1f}"'
            found += f'<rect class="{outcome}" {size}/>\n'
    return found


def _name(month: str, place: int, step: float, months: int) -> str:
    """Name a month under its column; where there are many, every third or sixth."""
    every = 1 if months <= 14 else 3 if months <= 24 else 6
    if place % every:
        return ""
    middle = _LEFT + (place + 0.5) * step
    return f'<text class="quiet mid" x="{middle:.1f}" y="{_TOP + _TALL + 20}">{month[:7] or "no day"}</text>\n'


def _told(month: str, own: dict[str, int]) -> str:
    counts = ", ".join(f"{own[outcome]:,} {outcome.replace('_', ' ')}" for outcome in _OUTCOMES if outcome in own)
    return f"{month[:7] or 'no day'}: {counts}"
