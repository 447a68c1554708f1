"""The whole rulebook over a book of claims, joins and windows included, beside a statement written by hand."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from tools.bench.child import Contender, Run, in_turn, middle
from tools.bench.figure import Chart, Figure, Goal, Measured, megabytes, ratio
from tools.bench.many.book import FUNDING_SOURCE, SERVICE, write_book
from tools.bench.many.plain_lines import THREADS, difference

RATE = Goal("≥ 1 million lines/s up to 150 rules a line", least=1e6)
TIME = Goal("≤ 1.25 ×", most=1.25)
MEMORY = Goal("< 4 GB however many lines", most=4e9)
LIMIT = "3GB"
MOST_RULES = 150
OURS, BY_HAND = "our engine", "hand-written DuckDB SQL"
KEYS = ("case_id", "expense_id", "funding_source_id")


def ours(folder: str, target: str) -> Callable[[], None]:
    """Compile the rulebook for this kind of book, then be ready to read it, decide it and write the answers."""
    from necessity.adjudication.bulk import BulkEngine, BulkLimits, input_tables
    from necessity.rulebook.load import load

    spill = Path(folder) / "spill"
    spill.mkdir(exist_ok=True)
    engine = BulkEngine(load(), BulkLimits(THREADS, LIMIT, spill), [Path(folder), Path(target).parent])
    engine.chain(FUNDING_SOURCE, SERVICE)
    names = [name for name in input_tables() if (Path(folder) / f"{name}.parquet").exists()]

    def run() -> None:
        engine.take({name: f"read_parquet('{folder}/{name}.parquet')" for name in names})
        engine.decide()
        engine.db.execute(f"COPY ({_ANSWERS}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")

    return run


def by_hand(folder: str, target: str) -> Callable[[], None]:
    """Be ready to run the one statement that somebody wrote for this kind alone: no masks, no reasons."""
    import duckdb

    from necessity.adjudication.bulk import input_tables
    from necessity.adjudication.engine import load_rows
    from necessity.parameters.load import SQL_TYPES, load

    parameters = load()
    columns = {"payer": "VARCHAR", "kind": "VARCHAR", "from_on": "DATE", "until_on": "DATE", "only_version": "BOOLEAN"}
    columns |= {name: SQL_TYPES[column.type] for name, column in parameters.columns.items()}
    config = {"threads": THREADS, "memory_limit": LIMIT, "preserve_insertion_order": False, "temp_directory": folder}
    db = duckdb.connect(":memory:", config=config)
    load_rows(db, "profile", columns, parameters.profile_rows())
    for name in input_tables():
        db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{folder}/{name}.parquet')")
    statement = Path(__file__).with_name("whole_by_hand.sql").read_text(encoding="utf-8")
    return lambda: db.execute(f"COPY ({statement}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)") and None


_ANSWERS = (
    "SELECT decided.* REPLACE (case_number.name AS case_id) FROM decided "
    "JOIN case_number ON case_number.number = decided.case_id"
)
"""All that is kept of the decided lines, cases under their names."""


def rules_a_line() -> int:
    """Count the rules that can have a say about a line of this kind."""
    from necessity.adjudication.bulk_program import CHAIN
    from necessity.rulebook.load import load

    book, given = load(), {"funding_source": FUNDING_SOURCE, "service_kind": SERVICE}
    from necessity.adjudication.narrow import Narrower

    return len(Narrower(book, CHAIN).narrow(given).texts)


def measure(lines: int, runs: int) -> Measured:
    """Decide one book with our engine and with a statement by hand, in turn, and compare line by line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "book"
        folder.mkdir()
        count = write_book(folder, lines)
        read = sum(file.stat().st_size for file in folder.glob("*.parquet"))
        targets = {OURS: Path(name) / "ours.parquet", BY_HAND: Path(name) / "by_hand.parquet"}
        ready = {
            OURS: Contender(f"{__name__}:ours", str(folder), str(targets[OURS])),
            BY_HAND: Contender(f"{__name__}:by_hand", str(folder), str(targets[BY_HAND])),
        }
        found = {one: middle(some) for one, some in in_turn(ready, runs).items()}
        wrong = difference(targets[OURS], targets[BY_HAND], KEYS, ("outcome", "least_payable_cents"))
        sizes = {one: target.stat().st_size for one, target in targets.items()}
    return _report(count, found, sizes, wrong, _told(runs, read))


def _told(runs: int, read: int) -> str:
    return (
        f"Median of {runs} runs, taken in turn, each in a process of its own; {megabytes(read)} of Parquet in, one "
        "file a table: copies of the written cases, cut down to this kind. Reading and writing included, "
        f"{THREADS} threads, at most {LIMIT} for the database. Our engine writes masks and all that a line shows; the "
        "statement by hand asks only what decides and writes only outcome and cents."
    )


def _report(count: int, found: dict[str, Run], sizes: dict[str, int], wrong: int, told: str) -> Measured:
    rules, mine = rules_a_line(), found[OURS]
    what = f"whole rulebook, {count:,} lines of {FUNDING_SOURCE} × {SERVICE}"
    figures = []
    for name, run in found.items():
        goal = RATE if name == OURS and rules <= MOST_RULES else None
        figures.append(
            Figure(
                f"{what}: {name}{f', {rules} rules a line' if name == OURS else ''}",
                f"{run.wall:,.2f} s; {count / run.wall:,.0f} lines/s",
                cpu=f"{run.cpu:,.2f} s",
                memory=megabytes(run.memory),
                size=megabytes(sizes[name]),
                goal=goal.text if goal else "",
                verdict=goal.verdict(count / run.wall) if goal else "",
            )
        )
    named = "our engine's time as a multiple of the statement by hand"
    figures.append(ratio(named, mine.wall / found[BY_HAND].wall, mine.cpu / found[BY_HAND].cpu, TIME))
    memory, reached = megabytes(mine.memory), MEMORY.verdict(mine.memory)
    figures.append(Figure("our engine: most memory", memory, memory=memory, goal=MEMORY.text, verdict=reached))
    agree = (
        f"**They differ in {wrong:,} of {count:,} lines: the rules have changed since the statement was written, and "
        "the ratio means nothing until it is mended.**"
        if wrong
        else "They agree in every line: outcome and cents."
    )
    rates = {name: count / run.wall / 1e6 for name, run in found.items()}
    chart = Chart("whole", f"The whole rulebook over {count:,} lines", "million lines a second", rates, ours=(OURS,))
    return Measured(figures, [chart], [told, agree])
