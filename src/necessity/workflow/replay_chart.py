"""The chart of a replay: what was payable and what is, by kind of funding source and payer, as one plain SVG.

It draws itself dark where the reader's screen is dark, needs no script and no font of ours, and says in words what it
shows.
"""

from xml.sax.saxutils import escape

from necessity.adjudication.replay import Replay, Share
from necessity.domain.money import dollars
from necessity.workflow.replay import in_words

_STYLE = """
svg { --ground: #ffffff; --ink: #1b1f24; --quiet: #59636e; --rule: #d1d9e0; --before: #8c959f; --after: #0969da; }
@media (prefers-color-scheme: dark) {
  svg { --ground: #0d1117; --ink: #f0f6fc; --quiet: #9198a1; --rule: #3d444d; --before: #6e7681; --after: #58a6ff; }
}
text { font-family: system-ui, sans-serif; fill: var(--ink); font-size: 13px; }
.head { font-size: 17px; font-weight: 600; } .quiet { fill: var(--quiet); font-size: 12px; } .end { text-anchor: end; }
.before { fill: var(--before); } .after { fill: var(--after); } .rule { stroke: var(--rule); }
"""
_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 760, 230, 170, 92, 50


def chart(replay: Replay, title: str) -> str:
    """Draw what a replay comes to.

    Args:
        replay: The replay.
        title: What was compared, in a few words.

    Returns:
        The SVG.
    """
    shares = sorted(replay.shares, key=lambda s: (-abs(s.cents_after - s.cents_before), s.kind, s.payer))
    height = _TOP + _ROW * max(1, len(shares)) + 14
    most = max([1, *(max(s.cents_before, s.cents_after) for s in shares)])
    rows = "".join(_row(share, number, most) for number, share in enumerate(shares))
    words = escape(in_words(replay))
    told = escape("; ".join(_told(share) for share in shares) or "No line was decided")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-labelledby="title description">\n<title id="title">{escape(title)}</title>\n'
        f'<desc id="description">{words} {told}.</desc>\n<style>{_STYLE}</style>\n'
        f'<rect width="{_WIDTH}" height="{height}" style="fill: var(--ground)"/>\n'
        f'<text class="head" x="20" y="32">{escape(title)}</text>\n<text class="quiet" x="20" y="54">{words}</text>\n'
        f"{_key('before', 20)}{_key('after', 90)}{rows}</svg>\n"
    )


def _key(name: str, left: int) -> str:
    box = f'<rect class="{name}" x="{left}" y="68" width="10" height="10" rx="2"/>'
    return f'{box}<text class="quiet" x="{left + 15}" y="77">{name}</text>\n'


def _row(share: Share, number: int, most: int) -> str:
    top = _TOP + number * _ROW
    room = _WIDTH - _LEFT - _RIGHT
    bars = ""
    for cents, kind, down in ((share.cents_before, "before", 10), (share.cents_after, "after", 25)):
        width = round(room * cents / most)
        bars += f'<rect class="{kind}" x="{_LEFT}" y="{top + down}" width="{width}" height="12" rx="2"/>'
        bars += f'<text class="quiet" x="{_LEFT + width + 6}" y="{top + down + 10}">{dollars(cents)}</text>\n'
    return (
        f'<line class="rule" x1="20" x2="{_WIDTH - 20}" y1="{top}" y2="{top}"/>\n'
        f'<text x="20" y="{top + 21}">{escape(share.kind.replace("_", " "))}</text>'
        f'<text class="quiet" x="20" y="{top + 38}">{escape(_quiet(share))}</text>\n{bars}'
        f'<text class="end" x="{_WIDTH - 20}" y="{top + 28}">{_change(share)}</text>\n'
    )


def _quiet(share: Share) -> str:
    return f"{share.payer} · {share.flips:,} of {share.lines:,} lines"


def _change(share: Share) -> str:
    change = share.cents_after - share.cents_before
    return f"{'+' if change > 0 else ''}{dollars(change).replace('-', '−')}" if change else "no change"


def _told(share: Share) -> str:
    money = f"{dollars(share.cents_before)} before, {dollars(share.cents_after)} after"
    return f"{share.kind.replace('_', ' ')}, {_quiet(share)}: {money}"
