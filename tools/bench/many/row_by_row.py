"""Engines that explain, or work row by row, over the same twelve rules: zen-engine, rule-engine, CEL, plain Python.

None of them knows an unknown that is carried through AND and OR, so each condition says itself what follows from a
missing value. They get what suits them best: rows that lie ready in memory, conditions compiled beforehand, and where
the language has lists, all twelve in one expression, so that a row is handed over once. OpenFisca works on vectors and
is a peer of another kind: it is shown, and not counted among these.
"""

import gc
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from tools.bench.child import Contender, Failed, Run, in_turn, middle
from tools.bench.figure import ROOT, Chart, Figure, Goal, Measured, megabytes, ratio
from tools.bench.many.plain_lines import COLUMNS, THREADS, TWELVE, rows, write_lines
from tools.bench.many.twelve import OURS, plain_book, plain_statement

GOAL = Goal("≥ 50 ×", least=50)
OPENFISCA_PYTHON = ROOT / ".venv-openfisca" / "bin" / "python"
HAND, OPENFISCA = "plain Python, by hand", "OpenFisca (vectors; knows no unknown)"
_LONGEST_TOLD = 120

GUARDED = {
    "long_enough": "minutes == null ? null : minutes >= 30",
    "not_too_long": "minutes == null ? null : minutes <= 120",
    "costs_something": "charge_cents == null ? null : charge_cents > 0",
    "within_the_limit": "charge_cents == null ? null : charge_cents <= 20000",
    "letter_stands": "letter_is_signed == false or letter_is_revoked == true ? false : "
    "(letter_is_signed == null or letter_is_revoked == null ? null : true)",
    "not_before_the_letter": "days_after_letter == null ? null : days_after_letter >= 0",
    "letter_has_not_run_out": "days_after_letter == null ? null : days_after_letter <= 365",
    "kind_is_known": "kind == null ? null : (kind == 'personal_training' or kind == 'exercise_class')",
    "money_has_not_come_back": "has_come_back == null ? null : has_come_back == false",
    "massage_has_a_letter": "letter_is_signed == true ? true : "
    "(kind == null ? null : (kind != 'massage' ? true : letter_is_signed))",
    "receipt_covers_it": "has_receipt == false ? false : (charge_cents == null or due_cents == null ? null : "
    "(charge_cents > due_cents ? false : has_receipt))",
    "in_its_year_or_back": "has_come_back == true ? true : (days_after_letter == null ? null : "
    "(days_after_letter >= 0 and days_after_letter <= 365 ? true : has_come_back))",
}
"""The twelve with three answers spelt out, in words that zen-engine and rule-engine share; CEL writes `&&` and `||`."""


def _and(a: bool | None, b: bool | None) -> bool | None:
    return False if a is False or b is False else None if a is None or b is None else True


def _or(a: bool | None, b: bool | None) -> bool | None:
    return True if a or b else None if a is None or b is None else False


def _not(a: bool | None) -> bool | None:
    return None if a is None else not a


def by_hand(row: dict[str, Any]) -> tuple[bool | None, ...]:
    """Answer the twelve conditions in plain Python, three answers and all."""
    minutes, charge, due = row["minutes"], row["charge_cents"], row["due_cents"]
    days, kind, signed, back = row["days_after_letter"], row["kind"], row["letter_is_signed"], row["has_come_back"]
    within = None if days is None else 0 <= days <= 365
    return (
        None if minutes is None else minutes >= 30,
        None if minutes is None else minutes <= 120,
        None if charge is None else charge > 0,
        None if charge is None else charge <= 20000,
        _and(signed, _not(row["letter_is_revoked"])),
        None if days is None else days >= 0,
        None if days is None else days <= 365,
        None if kind is None else kind in ("personal_training", "exercise_class"),
        _not(back),
        _or(None if kind is None else kind != "massage", signed),
        _and(row["has_receipt"], None if charge is None or due is None else charge <= due),
        _or(within, back),
    )


def _kept(answer: Callable[[dict[str, Any]], Any], count: int) -> Callable[[], Callable[[], str]]:
    """Be ready to answer every row and keep the answers."""
    lines = rows(count)
    gc.freeze()  # a million lasting objects: without this Python would look through them again and again

    def run() -> Callable[[], str]:
        answers = [answer(line) for line in lines]
        return lambda: digest(masks(row) for row in answers)

    return run


def masks(answers: Sequence[bool | None]) -> tuple[int, int]:
    """Put twelve answers into masks."""
    failed = sum(1 << bit for bit, one in enumerate(answers) if one is False)
    return failed, sum(1 << bit for bit, one in enumerate(answers) if one is None)


def digest(found: Iterable[tuple[int, int]]) -> str:
    """Tell the masks of all rows, in order, by a few letters: the same only if every row is the same."""
    told = sha256()
    for failed, unknown in found:
        told.update(b"%d,%d;" % (failed, unknown))
    return told.hexdigest()[:16]


# ── who takes part ──────────────────────────────────────────────────────────


def plain_python(count: int) -> Callable[[], Callable[[], str]]:
    """By hand, in Python itself."""
    return _kept(by_hand, count)


def zen(count: int) -> Callable[[], Callable[[], str]]:
    """One compiled expression of all twelve."""
    import zen

    return _kept(zen.compile_expression(_list_of(GUARDED)).evaluate, count)


def rule_engine(count: int) -> Callable[[], Callable[[], str]]:
    """One rule whose value is the list of all twelve."""
    import rule_engine

    return _kept(rule_engine.Rule(_list_of(GUARDED)).evaluate, count)


def cel(count: int) -> Callable[[], Callable[[], str]]:
    """One compiled program of all twelve."""
    import cel

    written = _list_of(GUARDED).replace(" and ", " && ").replace(" or ", " || ")
    return _kept(cel.compile(written).execute, count)


def _list_of(texts: dict[str, str]) -> str:
    return f"[{', '.join(f'({texts[rule.name]})' for rule in TWELVE)}]"


def ours_in_memory(source: str, counts: list[int]) -> Callable[[], Callable[[], dict[str, str]]]:
    """Our engine from a table in memory to a table in memory; compared are so many of the first lines.

    It is asked what the others are: the answers of the rules. Outcome and cents, which rest on them, are left to the
    twelve from file to file.
    """
    import duckdb

    db = duckdb.connect(":memory:", config={"threads": THREADS, "preserve_insertion_order": False})
    db.execute(f"CREATE TABLE line AS SELECT * FROM read_parquet('{source}')")
    statement = f"SELECT line_id, failed, unknown FROM ({plain_statement(plain_book())})"

    def run() -> Callable[[], dict[str, str]]:
        db.execute(f"CREATE OR REPLACE TABLE answered AS {statement}")
        first = "SELECT failed, unknown FROM answered ORDER BY line_id LIMIT"
        return lambda: {str(count): digest(db.execute(f"{first} {count}").fetchall()) for count in counts}

    return run


class Peer(NamedTuple):
    """Who takes part."""

    call: str
    """The function that prepares it."""
    module: str
    """What must be installed; empty: nothing."""
    every: int = 1
    """It gets only one of so many lines: else it would run for minutes."""


PEERS = {
    HAND: Peer("plain_python", ""),
    "zen-engine": Peer("zen", "zen"),
    "rule-engine": Peer("rule_engine", "rule_engine", every=10),
    "CEL (common-expression-language)": Peer("cel", "cel"),
}


def measure(lines: int, own_lines: int, runs: int) -> Measured:
    """Answer the same lines with each, in turn, and compare the masks row by row.

    Args:
        lines: For the peers.
        own_lines: For our engine: the peers' first, and more, since one run over few lines is mostly preparation.
        runs: How often each.
    """
    there = {name: peer for name, peer in PEERS.items() if not peer.module or find_spec(peer.module)}
    notes = [f"{name} is not installed: `make bench` installs it." for name in PEERS if name not in there]
    counts = {OURS: own_lines} | {name: lines // peer.every for name, peer in there.items()}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "lines.parquet"
        write_lines(source, own_lines)
        ready = {OURS: Contender(f"{__name__}:ours_in_memory", str(source), sorted({counts[name] for name in there}))}
        ready |= {name: Contender(f"{__name__}:{peer.call}", counts[name]) for name, peer in there.items()}
        found = {name: middle(some) for name, some in in_turn(ready, runs).items()}
        peer, said = _openfisca(Path(folder) / "lines.csv", lines, runs)
    wrong = [name for name in there if found[name].answer != found[OURS].answer[str(counts[name])]]
    told = f"**{', '.join(wrong)}: other answers than ours.**" if wrong else "All of them give our masks in every line."
    if peer:
        found[OPENFISCA], counts[OPENFISCA] = peer, lines
    note = (
        f"Median of {runs} runs, taken in turn, each in a process of its own, rows ready in memory; our engine with "
        f"{THREADS} threads, answers as masks, the others in one interpreter, answers as lists. {told}"
    )
    return Measured(*_report({name: Rate(run, counts[name]) for name, run in found.items()}), [note, *notes, said])


class Rate(NamedTuple):
    """One contender's run and how many lines it had."""

    run: Run
    lines: int

    def seconds(self, time: str) -> float:
        """Seconds for a million lines, by the clock (`wall`) or the processor (`cpu`)."""
        spent: float = getattr(self.run, time)
        return spent / self.lines * 1e6


def _report(found: dict[str, Rate]) -> tuple[list[Figure], list[Chart]]:
    figures = [
        Figure(
            f"the twelve in memory, {one.lines:,} lines: {name}",
            f"{1e6 / one.seconds('wall'):,.0f} lines/s",
            cpu=f"{one.seconds('cpu'):,.2f} s a million",
            memory=megabytes(one.run.memory),
        )
        for name, one in found.items()
    ]
    engines = {name: one for name, one in found.items() if name not in (OURS, HAND, OPENFISCA)}
    compared = {
        "the best of the engines that work row by row": (engines, GOAL),
        "plain Python": ({HAND: found[HAND]}, None),
    }
    if OPENFISCA in found:
        compared["OpenFisca"] = {OPENFISCA: found[OPENFISCA]}, None
    for name, (peers, goal) in compared.items():
        if peers:
            times = {time: min(one.seconds(time) for one in peers.values()) for time in ("wall", "cpu")}
            times = {time: spent / found[OURS].seconds(time) for time, spent in times.items()}
            figures.append(ratio(f"our engine as a multiple of {name}", times["wall"], times["cpu"], goal))
    rates = {name.partition(" (")[0]: 1 / one.seconds("wall") for name, one in found.items()}
    chart = Chart("row_by_row", "The same twelve rules, rows in memory", "million lines a second", rates, ours=(OURS,))
    return figures, [chart]


def _openfisca(table: Path, lines: int, runs: int) -> tuple[Run | None, str]:
    """Measure OpenFisca in the environment of its own, if it is there."""
    python = Path(os.environ.get("OPENFISCA_PYTHON", OPENFISCA_PYTHON))
    if not python.exists():
        return None, "OpenFisca was not measured: its own environment is missing (`make openfisca` makes it)."
    import duckdb

    source = table.with_suffix(".few.parquet")
    write_lines(source, lines)
    with duckdb.connect(":memory:") as db:
        db.execute(f"CREATE VIEW all_lines AS SELECT * FROM read_parquet('{source}')")
        db.execute(f"COPY (SELECT * FROM all_lines ORDER BY line_id) TO '{table}' (FORMAT csv)")
        known = " AND ".join(f"{name} IS NOT NULL" for name in COLUMNS)
        db.execute(f"CREATE VIEW line AS SELECT * FROM all_lines WHERE {known}")
        answered = db.execute(f"SELECT failed, unknown FROM ({plain_statement(plain_book())}) ORDER BY line_id")
        expected = digest(answered.fetchall())
    try:
        contender = Contender("tools.bench.many.openfisca_peer:prepare", str(table), python=str(python))
        run = middle(in_turn({"openfisca": contender}, runs)["openfisca"])
    except Failed as failed:
        return None, f"OpenFisca was not measured: {str(failed)[:_LONGEST_TOLD]}"
    agrees = "gives our masks" if run.answer == expected else "**does not give our masks**"
    return run, f"OpenFisca takes a missing value for zero or no; where nothing is missing, it {agrees}."
