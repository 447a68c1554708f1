"""The page about the synthetic book: its files, its faults with their verdicts, patterns."""

from necessity.adjudication.patterns.catalogue import PATTERNS
from necessity.adjudication.synthetic.cast import ADMINISTRATORS, CONDITIONS
from necessity.adjudication.synthetic.faults import CASE_FAULTS, LINE_FAULTS, PLANTED_PATTERNS, Fault
from necessity.adjudication.synthetic.rows import EXPECTED, EXPECTED_MEANS
from necessity.domain.marks import MARKS, MEANINGS
from necessity.rulebook.load import Rulebook
from tools.reference.markdown import Lines, heading, table, text

_SCOPES = {
    "all": "all lines",
    "before": "lines before the day things turn",
    "from": "lines from that day on",
    "after": "lines after that day",
    "dry": "lines after the money ends",
}
_NEEDS = {"": "", "two": "two accounts", "one": "one account", "hra": "HRA, QSEHRA, ICHRA", "last": "the last line"}


def _faults(faults: tuple[Fault, ...]) -> Lines:
    yield from table(
        ("fault", "what is planted", "FSA, HRA", "HSA", "group plan", "touches", "only where", "per thousand", "rule"),
        (
            (
                f"`{one.id}`",
                one.plants,
                *(verdict or "–" for verdict in (one.account, one.hsa, one.group_plan)),
                _SCOPES[one.scope] if one.level == "case" else "the line",
                _NEEDS[one.needs],
                str(one.per_thousand),
                f"`{one.rule}`" if one.rule else "",
            )
            for one in faults
        ),
    )


def synthetic_book_page(book: Rulebook) -> Lines:
    yield from heading(1, "The synthetic book")
    yield from text(
        "What `necessity synth` writes: `tables/` in the [published form](tables.md), `marks/` with fingerprints, "
        "`expected/` with the verdict of every line, `book.json` with what was asked for. Everybody in it is a number; "
        "states begin with X; administrators are real, since their published demands are what is tested."
    )
    yield from heading(2, "expected")
    yield from table(("column", "type", "meaning"), ((f"`{c}`", t, EXPECTED_MEANS[c]) for c, t in EXPECTED.items()))
    yield from heading(2, "Faults of a case")
    yield from text(
        "A case has at most one. A dash: not planted where the first funding source is of that sort. Rates are those "
        "of `--faults usual`. Three verdicts hang on the administrator: a letter that reaches back goes to a person "
        "only where it is doubted, a chiropractor's letter is taken by some, and where a letter serves once accepted "
        "the turn comes the day after that."
    )
    yield from _faults(CASE_FAULTS)
    yield from heading(2, "Faults of a line")
    yield from text("A line has at most one, and only in a case without a fault of its own.")
    yield from _faults(LINE_FAULTS)
    yield from heading(2, "Planted for a search over the whole book")
    yield from text("The verdict of such a line is what it alone deserves: no rule sees the other one.")
    yield from table(("pattern", "what is planted"), ((f"`{one.id}`", one.plants) for one in PLANTED_PATTERNS))
    yield from heading(2, "marks")
    yield from text("Optional tables that no rule reads. They hold no text and no picture.")
    for name, columns in MARKS.items():
        rows = ((f"`{c}`", t, MEANINGS.get(f"{name}.{c}", "Key.")) for c, t in columns.items())
        yield from heading(3, name)
        yield from table(("column", "type", "meaning"), rows)
    yield from heading(2, "Patterns that are searched for")
    yield from text("By `necessity patterns`. Every threshold is ours; `--limits` sets others.")
    yield from table(
        ("pattern", "what was found", "why only a hint", "thresholds"),
        (
            (f"`{one.id}`", one.title, one.hint_only, ", ".join(f"`{one.id}.{n}` {v}" for n, v in one.limits.items()))
            for one in PATTERNS
        ),
    )
    yield from heading(2, "Who comes how often")
    yield from text("Shares of a hundred, ours: chosen to look like a book of small claims, not measured.")
    yield from table(
        ("administrator", "kind", "share"), ((o.payer or "not named", o.kind, str(o.share)) for o in ADMINISTRATORS)
    )
    yield from table(
        ("code", "condition", "share"), ((f"`{one.code}`", one.name, str(one.share)) for one in CONDITIONS)
    )
