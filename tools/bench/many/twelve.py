"""The twelve plain rules, Parquet to Parquet: our engine, hand-written DuckDB SQL, hand-written Polars."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tools.bench.child import Contender, Run, in_turn, middle
from tools.bench.figure import Chart, Figure, Goal, Measured, megabytes, ratio
from tools.bench.many.plain_lines import (
    COLUMNS,
    COMPRESSION,
    OUTPUT,
    ROW_GROUP,
    THREADS,
    TWELVE,
    difference,
    parquet_options,
    write_lines,
)

if TYPE_CHECKING:
    from necessity.rulebook.load import Rulebook

GOAL = Goal("≥ 1.0 ×; under 0.85 fails", least=1.0, failure=0.85)
OURS, BY_HAND, POLARS = "our engine", "hand-written DuckDB SQL", "hand-written Polars"
_WRITES = f"{parquet_options()}, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 2000"
"""For both who write with DuckDB: an eighth quicker and a third of the size of its usual way; Polars has its own."""
_TYPES = {"BIGINT": "number", "BOOLEAN": "boolean", "VARCHAR": "choice"}


# ── our engine ──────────────────────────────────────────────────────────────


def plain_book() -> "Rulebook":
    """Make a rulebook of the twelve: one subject, its columns as given facts, the rules in the rulebook's language."""
    from necessity.domain.decision import Outcome
    from necessity.facts.fact import Fact, Subject
    from necessity.facts.load import Facts
    from necessity.parameters.load import Parameters
    from necessity.rulebook.load import Rulebook
    from necessity.rulebook.rule import Rule, RuleVersion

    def fact(name: str, type: str, sql: str, field: str) -> Fact:
        return Fact(name, "line", type, name, sql, field, "", "", (), None, (), "", ())

    facts = {n: fact(n, "cents" if n.endswith("_cents") else _TYPES[t], f"line.{n}", f"line.{n}")
             for n, t in COLUMNS.items() if n not in ("line_id", "case_number")}  # fmt: skip
    least = "CASE WHEN due_cents < charge_cents THEN due_cents WHEN charge_cents <= due_cents THEN charge_cents END"
    facts["least_payable_cents"] = fact("least_payable_cents", "cents", least, "")
    rules = {
        one.name: Rule(
            *(one.name, one.name, "", "line", "", True, Outcome(one.if_not_met), None, "in_force", "", {}),
            (RuleVersion(None, None, one.condition, ()),),
            "",
        )
        for one in TWELVE
    }
    subject = Subject("line", {"line_id": "line.line_id"}, {}, {}, {}, "", "FROM line")
    return Rulebook(rules, Facts({"line": subject}, facts), Parameters({}, {}, (), {}), date.min, "", {}, ())


def plain_statement(book: "Rulebook") -> str:
    """Let the compiler write the one statement: its floors of facts and rules, then masks, outcome and cents."""
    from necessity.adjudication.compile import Tower
    from necessity.adjudication.masks import mask_sql, outcome_sql

    class PlainTower(Tower):
        """The tower of a subject that stands alone."""

        def _type_of(self, name: str) -> str:
            return COLUMNS.get(name) or super()._type_of(name)

        def statement(self) -> str:
            self.wanted(set())
            self._ground()
            ruled = self._rules_floor(self._facts_floors())
            answers = {bit: column for bit, (column, _, _) in enumerate(self.conditions)}
            masks = mask_sql("rules", answers)
            effects = [(bit, rule.if_not_met) for bit, rule in enumerate(self.rules) if rule.decides]
            always = any(rule.decides and not compiled.applies for rule, compiled in zip(self.rules, self.compiled,
                                                                                         strict=True))  # fmt: skip
            packs = ", ".join(f"{sql} AS {name}" for name, sql in masks.packs.items())
            outcome = outcome_sql("rules", effects, "TRUE" if always else "FALSE")
            self.ctes += [
                f"rows_packed AS (SELECT line_id, least_payable_cents, {packs} FROM {ruled})",
                f"rows_answered AS (SELECT *, CAST({outcome} AS BIGINT) AS outcome FROM rows_packed)",
            ]
            cents = "CASE WHEN outcome = 3 THEN least_payable_cents END AS payable_cents"
            selected = f"line_id, {masks.failed} AS failed, {masks.unknown} AS unknown, outcome, {cents}"
            return f"WITH {', '.join(self.ctes)} SELECT {selected} FROM rows_answered"

    return PlainTower(book, book.facts.subjects["line"]).statement()


def ours(source: str, target: str) -> Callable[[], None]:
    """Compile, then be ready to decide a file."""
    statement = plain_statement(plain_book())
    return _duckdb(f"CREATE VIEW line AS SELECT * FROM read_parquet('{source}')", statement, target)


def _duckdb(view: str, statement: str, target: str) -> Callable[[], None]:
    import duckdb

    db = duckdb.connect(":memory:", config={"threads": THREADS, "preserve_insertion_order": False})
    db.execute(view)
    return lambda: db.execute(f"COPY ({statement}) TO '{target}' ({_WRITES})") and None


# ── by hand ─────────────────────────────────────────────────────────────────

_BY_HAND = """
WITH answered AS (
    SELECT
        line_id,
        charge_cents,
        due_cents,
        minutes >= 30 AS r0,
        minutes <= 120 AS r1,
        charge_cents > 0 AS r2,
        charge_cents <= 20000 AS r3,
        letter_is_signed AND NOT letter_is_revoked AS r4,
        days_after_letter >= 0 AS r5,
        days_after_letter <= 365 AS r6,
        kind = 'personal_training' OR kind = 'exercise_class' AS r7,
        NOT has_come_back AS r8,
        kind <> 'massage' OR letter_is_signed AS r9,
        has_receipt AND charge_cents <= due_cents AS r10,
        days_after_letter BETWEEN 0 AND 365 OR has_come_back AS r11
    FROM line
),
masked AS (
    SELECT
        line_id,
        charge_cents,
        due_cents,
        CAST({failed} AS BIGINT) AS failed,
        CAST({unknown} AS BIGINT) AS unknown
    FROM answered
),
settled AS (
    SELECT
        *,
        CAST(CASE
            WHEN failed & 485 <> 0 THEN 0
            WHEN unknown & 2037 <> 0 OR failed & 1552 <> 0 THEN 1
            WHEN failed & 2058 <> 0 THEN 2
            WHEN unknown & 2058 <> 0 THEN 1
            ELSE 3
        END AS BIGINT) AS outcome
    FROM masked
)
SELECT
    line_id,
    failed,
    unknown,
    outcome,
    CASE WHEN outcome = 3 THEN least(charge_cents, due_cents) END AS payable_cents
FROM settled
"""
"""485 are the rules that refuse, 1552 those that pend, 2058 those that ask for review, 2037 the first two together."""


def by_hand(source: str, target: str) -> Callable[[], None]:
    """Be ready to run the SQL that a good engineer writes: one pass, masks as sums, the outcome from the masks."""
    bits = range(len(TWELVE))
    failed = " + ".join(f"CASE WHEN NOT r{bit} THEN {1 << bit} ELSE 0 END" for bit in bits)
    unknown = " + ".join(f"CASE WHEN r{bit} IS NULL THEN {1 << bit} ELSE 0 END" for bit in bits)
    statement = _BY_HAND.format(failed=failed, unknown=unknown)
    return _duckdb(f"CREATE VIEW line AS SELECT * FROM read_parquet('{source}')", statement, target)


def polars(source: str, target: str) -> Callable[[], None]:
    """Be ready to run the same in Polars: lazy, streaming into the file."""
    from functools import reduce
    from operator import add

    import polars as pl
    from polars import col

    minutes, charge, due, days = (col(n) for n in ("minutes", "charge_cents", "due_cents", "days_after_letter"))
    kind, signed, back = col("kind"), col("letter_is_signed"), col("has_come_back")
    answers = (
        minutes >= 30,
        minutes <= 120,
        charge > 0,
        charge <= 20000,
        signed & ~col("letter_is_revoked"),
        days >= 0,
        days <= 365,
        (kind == "personal_training") | (kind == "exercise_class"),
        ~back,
        (kind != "massage") | signed,
        col("has_receipt") & (charge <= due),
        days.is_between(0, 365) | back,
    )
    named = [answer.alias(f"r{bit}") for bit, answer in enumerate(answers)]
    bits = [(col(f"r{bit}"), 1 << bit) for bit in range(len(answers))]
    failed = reduce(add, ((~answer).fill_null(False).cast(pl.Int64) * bit for answer, bit in bits))
    unknown = reduce(add, (answer.is_null().cast(pl.Int64) * bit for answer, bit in bits))
    outcome = (
        pl.when(col("failed") & 485 != 0)
        .then(0)
        .when((col("unknown") & 2037 != 0) | (col("failed") & 1552 != 0))
        .then(1)
        .when(col("failed") & 2058 != 0)
        .then(2)
        .when(col("unknown") & 2058 != 0)
        .then(1)
        .otherwise(3)
        .cast(pl.Int64)
    )
    payable = pl.when(col("outcome") == 3).then(pl.min_horizontal("charge_cents", "due_cents"))

    def run() -> None:
        (
            pl.scan_parquet(source)
            .select("line_id", "charge_cents", "due_cents", *named)
            .select("line_id", "charge_cents", "due_cents", failed=failed, unknown=unknown)
            .with_columns(outcome=outcome)
            .select("line_id", "failed", "unknown", "outcome", payable_cents=payable)
            .sink_parquet(target, compression=COMPRESSION, row_group_size=ROW_GROUP, maintain_order=False)
        )

    return run


# ── side by side ────────────────────────────────────────────────────────────

CONTENDERS = {OURS: "ours", BY_HAND: "by_hand", POLARS: "polars"}


def measure(lines: int, runs: int) -> Measured:
    """Decide the same lines with each, in turn, and compare what they wrote row by row."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "lines.parquet"
        write_lines(source, lines)
        targets = {name: Path(folder) / f"{function}.parquet" for name, function in CONTENDERS.items()}
        ready = {
            name: Contender(
                f"{__name__}:{function}",
                str(source),
                str(targets[name]),
                environment={"POLARS_MAX_THREADS": str(THREADS)},
            )
            for name, function in CONTENDERS.items()
        }
        found = {name: middle(some) for name, some in in_turn(ready, runs).items()}
        wrong = {name: difference(targets[OURS], target, ("line_id",), OUTPUT) for name, target in targets.items()}
        sizes = {name: target.stat().st_size for name, target in targets.items()}
        read = source.stat().st_size
    return _report(lines, runs, found, wrong, sizes, read)


def _report(
    lines: int, runs: int, found: dict[str, Run], wrong: dict[str, int], sizes: dict[str, int], read: int
) -> Measured:
    what = f"twelve plain rules, {lines:,} lines, {THREADS} threads"
    figures = [
        Figure(
            f"{what}: {name}",
            f"{run.wall:,.2f} s; {lines / run.wall / 1e6:,.2f} M lines/s",
            cpu=f"{run.cpu:,.2f} s",
            memory=megabytes(run.memory),
            size=megabytes(sizes[name]),
        )
        for name, run in found.items()
    ]
    wall, cpu = (min(getattr(found[peer], time) for peer in (BY_HAND, POLARS)) for time in ("wall", "cpu"))
    named = "our engine as a multiple of the faster of the two"
    figures.append(ratio(named, wall / found[OURS].wall, cpu / found[OURS].cpu, GOAL))
    notes = [
        f"Median of {runs} runs, taken in turn, each contender in a process of its own; {megabytes(read)} of Parquet "
        f"in, {COMPRESSION}, row groups of {ROW_GROUP:,}, caches warm. The CPU column of a ratio is the ratio of "
        "processor time.",
        *(
            f"**{name} does not agree with our engine in {count:,} of {lines:,} lines.**"
            if count
            else f"{name} agrees with our engine in every line: masks, outcome, cents."
            for name, count in wrong.items()
            if name != OURS
        ),
    ]
    rates = {name: lines / run.wall / 1e6 for name, run in found.items()}
    chart = Chart("twelve", f"Twelve plain rules over {lines:,} lines", "million lines a second", rates, ours=(OURS,))
    return Measured(figures, [chart], notes)
