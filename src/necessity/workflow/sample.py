"""Sampling for quality review: a seeded draw of decided lines by stratum, a form for the reviewer, the form read back.

A line's place in the draw is the MD5 of seed and line, so the same run, seed and size give the same lines on every
machine. Reading back counts how often the reviewer agreed, with Wilson's interval for each stratum.
"""

import csv
import io
import shlex
from collections.abc import Iterable
from math import sqrt
from typing import Any, NamedTuple

from necessity.errors import FormatError, SettingError
from necessity.workflow.bulk.survey import quoted
from necessity.workflow.use_report import Run

BY = ("outcome", "payer", "funding_source", "condition", "month", "reason")
"""By what a draw can be cut into strata."""
VERDICTS = {"agree": True, "disagree": False, "unsure": None}
"""What a reviewer can write; unsure counts as not yet reviewed."""
FORM = (
    *("number", "stratum", "stratum_lines", "case_id", "expense_id", "funding_source_id", "served_on", "outcome"),
    *("payable_cents", "reason", "trace", "verdict", "right_outcome", "reviewer", "note"),
)
"""Columns of the form; the last four are the reviewer's."""
_Z = 1.959963984540054
"""Standard normal quantile of a two-sided interval of 95 per cent."""
_KEYS = ("case_id", "expense_id", "funding_source_id")


class Drawn(NamedTuple):
    """One line of the sample."""

    stratum: str
    stratum_lines: int
    """Lines in its stratum."""
    case_id: str
    expense_id: str
    funding_source_id: str
    served_on: str
    outcome: str
    payable_cents: int | None
    reason: str
    """The rule that made the outcome, in words; empty where it is payable."""

    @property
    def line(self) -> str:
        """Name the line as `--trace` takes it."""
        return f"{self.case_id}/{self.expense_id}/{self.funding_source_id}"


class Sample(NamedTuple):
    """What was drawn, and of what."""

    drawn: tuple[Drawn, ...]
    left_out: dict[str, int]
    """Strata of which no line was drawn, with their lines."""


class Agreement(NamedTuple):
    """How often the reviewer agreed."""

    stratum: str
    """Empty: all of them."""
    lines: int
    """Lines in the stratum."""
    drawn: int
    reviewed: int
    agreed: int
    low: float | None
    """Lower end of Wilson's interval of 95 per cent; None where nothing was reviewed."""
    high: float | None

    @property
    def rate(self) -> float | None:
        """Which share of the reviewed ones the reviewer agreed with."""
        return self.agreed / self.reviewed if self.reviewed else None


class ReadBack(NamedTuple):
    """A filled-in form, counted."""

    strata: tuple[Agreement, ...]
    total: Agreement
    """Over the drawn lines as they are, not weighted."""
    weighted: float | None
    """The rate weighted by the lines of each drawn stratum; None where one of them was not reviewed."""
    disagreed: tuple[dict[str, str], ...]
    """Rows with which the reviewer disagreed."""


def wilson(agreed: int, reviewed: int) -> tuple[float, float]:
    """Give Wilson's interval of 95 per cent for a share.

    Args:
        agreed: How many agreed.
        reviewed: Of how many, 1 or more.

    Returns:
        Both ends, from 0 to 1.

    Source:
        E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209 to 212.

    Examples:
        >>> [round(end, 4) for end in wilson(9, 10)]
        [0.5958, 0.9821]
    """
    rate, z2 = agreed / reviewed, _Z * _Z
    middle = (rate + z2 / (2 * reviewed)) / (1 + z2 / reviewed)
    half = _Z * sqrt(rate * (1 - rate) / reviewed + z2 / (4 * reviewed * reviewed)) / (1 + z2 / reviewed)
    return max(0.0, middle - half), min(1.0, middle + half)


def share_out(sizes: dict[str, int], n: int) -> dict[str, int]:
    """Share a sample out among strata by their size: at least one each where there is room, never more than there are.

    Examples:
        >>> share_out({"a": 900, "b": 99, "c": 1}, 10)
        {'a': 8, 'b': 1, 'c': 1}
    """
    total = sum(sizes.values())
    if n >= total:
        return dict(sizes)
    least = 1 if n >= len(sizes) else 0
    exact = {name: n * size / total for name, size in sizes.items()}
    taken = {name: min(sizes[name], max(least, int(share))) for name, share in exact.items()}
    rest = sorted(sizes, key=lambda name: (-(exact[name] - int(exact[name])), -sizes[name], name))
    while sum(taken.values()) < n:
        for name in rest:
            if sum(taken.values()) < n and taken[name] < sizes[name]:
                taken[name] += 1
    while sum(taken.values()) > n:  # the small ones took their one from the largest
        largest = max(taken, key=lambda name: (taken[name], name))
        taken[largest] -= 1
    return taken


def draw(run: Run, n: int, seed: int, by: tuple[str, ...]) -> Sample:
    """Draw a sample of decided lines.

    Args:
        run: The run.
        n: How many, 1 or more.
        seed: Any whole number.
        by: What the strata are, of `BY`; none: all lines are one.

    Returns:
        The lines by stratum and place in the draw.

    Raises:
        SettingError: `n` is below 1, or a name in `by` is not known.
    """
    if n < 1:
        raise SettingError(f"--n is {n}.", "Name 1 or more.", setting="--n")
    if wrong := [name for name in by if name not in BY]:
        raise SettingError(f"--by does not know {wrong[0]!r}.", f"There are: {', '.join(BY)}.", setting="--by")
    lines = _lines(run, seed, by)
    sizes = {
        str(s): int(str(c))
        for s, c in run.db.execute(f"SELECT stratum, count(*) FROM {lines} GROUP BY 1 ORDER BY 1").fetchall()
    }
    if not sizes:
        return Sample((), {})
    shares = share_out(sizes, n)
    most = max(shares.values())
    values = "{'place': place, 'case_id': case_id, 'expense_id': expense_id, 'source': funding_source_id}"
    query = f"SELECT stratum, arg_min({values}, place, {most}) FROM {lines} GROUP BY stratum ORDER BY stratum"
    chosen = [
        (str(stratum), one["case_id"], one["expense_id"], one["source"])
        for stratum, found in run.db.execute(query).fetchall()
        for one in list(found)[: shares[str(stratum)]]  # type: ignore[call-overload]
    ]
    left_out = {name: sizes[name] for name, share in shares.items() if not share}
    return Sample(tuple(_told(run, chosen, sizes)), left_out)


def _lines(run: Run, seed: int, by: tuple[str, ...]) -> str:
    """Write what to draw from: every line with its stratum and its place."""
    use, lines = run.table("use"), run.table("lines")
    of_claim = "(SELECT case_id, funding_source_id, any_value(payer) AS payer, "
    of_claim += f"any_value(condition) AS condition FROM {use} GROUP BY ALL)"
    columns = {
        "month": "strftime(line.served_on, '%Y-%m')",
        "payer": "claim.payer",
        "condition": "claim.condition",
        **{name: f"line.{name}" for name in ("outcome", "funding_source", "reason")},
    }
    stratum = " || ' | ' || ".join(f"coalesce({columns[name]}, '–')" for name in by) or "'all'"
    key = " || '/' || ".join(f"line.{key}" for key in _KEYS)
    return (
        f"(SELECT {stratum} AS stratum, md5({quoted(seed)} || '/' || {key}) AS place, line.case_id, line.expense_id, "
        f"line.funding_source_id FROM {lines} AS line LEFT JOIN {of_claim} AS claim "
        "ON claim.case_id = line.case_id AND claim.funding_source_id = line.funding_source_id)"
    )


def _told(run: Run, chosen: list[tuple[str, str, str, str]], sizes: dict[str, int]) -> list[Drawn]:
    """Look the chosen lines up once more, with the reason in words."""
    run.db.execute(
        "CREATE OR REPLACE TEMP TABLE chosen (number BIGINT, stratum VARCHAR, a VARCHAR, b VARCHAR, c VARCHAR)"
    )
    for number, keys in enumerate(chosen):
        run.db.execute("INSERT INTO chosen VALUES (?, ?, ?, ?, ?)", [number, *keys])
    rules = f"read_parquet({quoted(run.folder / 'rules.parquet')})"
    rows = run.db.execute(
        f"SELECT chosen.stratum, {', '.join(f'line.{key}' for key in _KEYS)}, "
        "coalesce(CAST(line.served_on AS VARCHAR), ''), line.outcome, line.payable_cents, "
        f"coalesce(rules.title, '') FROM {run.table('lines')} AS line JOIN chosen ON chosen.a = line.case_id "
        "AND chosen.b = line.expense_id AND chosen.c = line.funding_source_id "
        f"LEFT JOIN {rules} AS rules ON rules.rule = line.reason ORDER BY chosen.number"
    ).fetchall()
    found: list[Any] = [(str(row[0]), sizes[str(row[0])], *row[1:]) for row in rows]
    return [Drawn(*row) for row in found]


def form(drawn: Iterable[Drawn], tables: str, run: str) -> str:
    """Write the form: a row a line, with the command that shows its reasoning, and empty cells for the reviewer.

    Args:
        drawn: The sample.
        tables: The folder of tables as it is typed.
        run: The folder of the run as it is typed.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FORM)
    for number, one in enumerate(drawn, 1):
        trace = shlex.join(["necessity", "adjudicate", tables, "-o", run, "--trace", one.line])
        cents = "" if one.payable_cents is None else one.payable_cents
        where = (*one[2:5], one.served_on, one.outcome, cents, one.reason)
        writer.writerow((number, one.stratum, one.stratum_lines, *where, trace, "", "", "", ""))
    return text.getvalue()


def read_back(run: Run, text: str, name: str) -> ReadBack:
    """Count a filled-in form.

    Args:
        run: The run the sample was drawn from.
        text: The form as CSV.
        name: Its name, for messages.

    Raises:
        FormatError: rows of another form, a verdict that is none, a line twice, or one that the run decides otherwise;
            every fault at once.
    """
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    faults = list(_faults(run, rows))
    if faults:
        step = f"Mend these rows; a verdict is {', '.join(VERDICTS)}, or empty."
        raise FormatError(f"{name} cannot be read as a form:", step, format="csv", faults=tuple(faults[:20]))
    strata: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        strata.setdefault(row["stratum"], []).append(row)
    counted = tuple(_agreement(stratum, own, int(own[0]["stratum_lines"])) for stratum, own in sorted(strata.items()))
    total = sum(one.lines for one in counted)
    rates = [one.rate for one in counted]
    known = [rate * one.lines for rate, one in zip(rates, counted, strict=True) if rate is not None]
    weighted = sum(known) / total if total and len(known) == len(counted) else None
    against = tuple(row for row in rows if VERDICTS.get(_verdict(row)) is False)
    return ReadBack(counted, _agreement("", rows, total), weighted, against)


def _verdict(row: dict[str, str]) -> str:
    return (row.get("verdict") or "").strip().lower()


def _agreement(stratum: str, rows: list[dict[str, str]], lines: int) -> Agreement:
    said = [VERDICTS[_verdict(row)] for row in rows if _verdict(row)]
    reviewed, agreed = sum(one is not None for one in said), sum(one is True for one in said)
    low, high = wilson(agreed, reviewed) if reviewed else (None, None)
    return Agreement(stratum, lines, len(rows), reviewed, agreed, low, high)


def _faults(run: Run, rows: list[dict[str, str]]) -> Iterable[str]:
    """Name what is wrong with the rows of a form."""
    if not rows:
        yield "it has no rows"
        return
    if missing := [name for name in FORM[:-3] if name not in rows[0]]:
        yield f"it has no column {', '.join(missing)}"
        return
    seen: set[str] = set()
    decided = _outcomes(run, rows)
    for number, row in enumerate(rows, 2):
        line = "/".join(row[key] or "" for key in _KEYS)
        if _verdict(row) and _verdict(row) not in VERDICTS:
            yield f"row {number}: {row['verdict'][:40]!r} is no verdict"
        if line in seen:
            yield f"row {number}: {line} stands there twice"
        seen.add(line)
        if not (row["stratum_lines"] or "").isdecimal():
            yield f"row {number}: stratum_lines is no number"
        if decided.get(line) != row["outcome"]:
            yield f"row {number}: the run does not say {row['outcome']} of {line}; this form is of another run"


def _outcomes(run: Run, rows: list[dict[str, str]]) -> dict[str, str]:
    """Look up what the run says of the lines of a form."""
    run.db.execute("CREATE OR REPLACE TEMP TABLE form (a VARCHAR, b VARCHAR, c VARCHAR)")
    for row in rows:
        run.db.execute("INSERT INTO form VALUES (?, ?, ?)", [row[key] for key in _KEYS])
    found = run.db.execute(
        f"SELECT a || '/' || b || '/' || c, line.outcome FROM {run.table('lines')} AS line JOIN form "
        "ON a = line.case_id AND b = line.expense_id AND c = line.funding_source_id"
    ).fetchall()
    return {str(line): str(outcome) for line, outcome in found}
