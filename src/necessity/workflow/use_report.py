"""How a plan's money was used: lines, members, sessions and cents by payer, funding source, condition, month, outcome.

Everything is read from what a run left, by SQL that does not hold lines in memory.
"""

from pathlib import Path
from typing import Any, NamedTuple, cast

from necessity.adjudication.bulk import BulkLimits, reading
from necessity.domain.money import dollars
from necessity.errors import SettingError
from necessity.workflow.bulk import disk
from necessity.workflow.bulk.registers import LETTERS, RECOVERIES
from necessity.workflow.bulk.survey import Database, quoted

DIMENSIONS = ("outcome", "funding_source", "payer", "condition", "month")
"""By what the use of money is told."""
_MEMBER = "(payer, coalesce(member_id, case_id))"
_SUMS = (
    f"CAST(sum(lines) AS BIGINT) AS lines, count(DISTINCT {_MEMBER}) AS members, "
    "CAST(sum(sessions) AS BIGINT) AS sessions, CAST(sum(charge_cents) AS BIGINT) AS charge_cents, "
    "CAST(sum(payable_cents) AS BIGINT) AS payable_cents"
)


class UseShare(NamedTuple):
    """One value of one dimension."""

    value: str
    """Such as an outcome, a payer, a month; empty where not known."""
    lines: int
    members: int
    """People by payer and member number; where none is given, cases."""
    sessions: int
    """Training sessions that were held."""
    charge_cents: int
    payable_cents: int


class UseReport(NamedTuple):
    """What the use of money comes to."""

    total: UseShare
    shares: dict[str, tuple[UseShare, ...]]
    """By dimension, each value once; months in order, others with most money first."""
    by_month: tuple[tuple[str, str, int], ...]
    """Month, outcome, lines."""
    most_sessions: int
    """Sessions of the member with most."""


class Run:
    """A finished run, open for reading."""

    def __init__(self, folder: Path, memory: str = "3GB", threads: int = 2, out: Path | None = None) -> None:
        """Open the results in a folder.

        Args:
            folder: Where `adjudicate` wrote to.
            memory: What the database may use, in its words.
            threads: How many at once.
            out: A folder that will be written to; beyond the memory it spills there, else into the run's.

        Raises:
            SettingError: there is no finished run, or it is one without these tables.
        """
        self.folder = folder.resolve()
        if not (self.folder / "summary.json").is_file():
            raise SettingError(
                f"{folder} holds no finished run.", "Name the folder that adjudicate wrote to with -o.", setting="RUN"
            )
        own = [self.folder, *([out.resolve()] if out else [])]
        self.db = cast(Database, reading(BulkLimits(threads, memory, own[-1] / ".spill"), own))

    def table(self, name: str) -> str:
        """Write what to read one table of all parts from, in SQL.

        Raises:
            SettingError: no part has it.
        """
        files = sorted((self.folder / "parts").glob(f"*/{name}.parquet"))
        if not files:
            raise SettingError(
                f"{self.folder} has no table {name}: nothing was decided, or an earlier version ran.",
                "Run it again into another folder.",
                setting="RUN",
            )
        return f"read_parquet([{', '.join(quoted(file) for file in files)}])"


def use_of(run: Run) -> UseReport:
    """Sum the use of money up."""
    use = run.table("use")
    (total,) = run.db.execute(f"SELECT '', {_SUMS} FROM {use}").fetchall()
    shares = {name: _shares(run, use, name) for name in DIMENSIONS}
    query = f"SELECT coalesce(CAST(month AS VARCHAR), ''), outcome, CAST(sum(lines) AS BIGINT) FROM {use} GROUP BY ALL"
    months = cast(list[tuple[str, str, int]], run.db.execute(f"{query} ORDER BY 1, 2").fetchall())
    most = f"SELECT CAST(coalesce(max(n), 0) AS BIGINT) FROM (SELECT sum(sessions) AS n FROM {use} GROUP BY {_MEMBER})"
    row = run.db.execute(most).fetchone()
    return UseReport(_share(total), shares, tuple(months), int(str(row[0])) if row else 0)


def _shares(run: Run, use: str, name: str) -> tuple[UseShare, ...]:
    order = "1" if name == "month" else "payable_cents DESC, lines DESC, 1"
    query = f"SELECT coalesce(CAST({name} AS VARCHAR), ''), {_SUMS} FROM {use} GROUP BY 1 ORDER BY {order}"
    return tuple(_share(row) for row in run.db.execute(query).fetchall())


def _share(row: tuple[object, ...]) -> UseShare:
    return UseShare(str(row[0]), *(int(str(number or 0)) for number in row[1:]))


def write_report(run: Run, target: Path, chart: str) -> list[str]:
    """Write the report: the figures, all of them crossed, members, letters and recoveries as CSV, and the chart.

    Args:
        run: The run, opened with this folder as `out`.
        target: The folder to write to; files of an earlier report are written over.
        chart: The chart.

    Returns:
        Names of the files.
    """
    target = target.resolve()
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    use = run.table("use")
    each = " UNION ALL ".join(
        f"SELECT '{name}' AS dimension, CAST({name} AS VARCHAR) AS value, {_SUMS} FROM {use} GROUP BY ALL"
        for name in DIMENSIONS
    )
    crossed = ", ".join(DIMENSIONS)
    members = (
        "SELECT payer, member_id, CASE WHEN member_id IS NULL THEN case_id END AS case_id, "
        "count(DISTINCT case_id) AS cases, CAST(sum(lines) AS BIGINT) AS lines, "
        "CAST(sum(sessions) AS BIGINT) AS sessions, "
        "CAST(sum(CASE WHEN outcome = 'payable' THEN sessions ELSE 0 END) AS BIGINT) AS sessions_paid, "
        "CAST(sum(charge_cents) AS BIGINT) AS charge_cents, CAST(sum(payable_cents) AS BIGINT) AS payable_cents, "
        f"min(month) AS first_month, max(month) AS last_month FROM {use} GROUP BY 1, 2, 3"
    )
    queries = {
        "use.csv": f"SELECT * FROM ({each}) ORDER BY ALL",
        "use_crossed.csv": f"SELECT {crossed}, {_SUMS} FROM {use} GROUP BY {crossed} ORDER BY {crossed}",
        "members.csv": f"SELECT * FROM ({members}) ORDER BY ALL",
        "letters.csv": f"SELECT {', '.join(LETTERS)} FROM {run.table('letters')} ORDER BY 1, 2, letter",
        "recoveries.csv": f"SELECT {', '.join(RECOVERIES)} FROM {run.table('recoveries')} ORDER BY ALL",
    }
    for name, query in queries.items():
        aside = target / f".{name}.half"
        run.db.execute(f"COPY ({query}) TO {quoted(aside)} (FORMAT csv, HEADER)")
        aside.replace(target / name)
    disk.write_whole(target / "chart.svg", chart)
    return [*queries, "chart.svg"]


def in_words(report: UseReport) -> str:
    """Say in one sentence what comes of it."""
    one = report.total
    lines = "1 line" if one.lines == 1 else f"{one.lines:,} lines"
    members = "1 member" if one.members == 1 else f"{one.members:,} members"
    return (
        f"{lines} of {members}: {dollars(one.payable_cents)} of {dollars(one.charge_cents)} to pay; "
        f"{one.sessions:,} training sessions, at most {report.most_sessions:,} a member."
    )


def plain(report: UseReport) -> dict[str, Any]:
    """Lay a report out for JSON."""
    return {
        "total": _plain(report.total),
        "by": {name: [_plain(share) | {"value": share.value} for share in own] for name, own in report.shares.items()},
        "most_sessions_of_a_member": report.most_sessions,
    }


def _plain(share: UseShare) -> dict[str, Any]:
    return {name: value for name, value in share._asdict().items() if name != "value"}
