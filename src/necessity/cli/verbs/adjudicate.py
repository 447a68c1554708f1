"""`necessity adjudicate`: decide a whole book of tables."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from necessity.cli import spark_home, wiring
from necessity.cli.book_progress import book_progress
from necessity.errors import SettingError

if TYPE_CHECKING:
    from necessity.rulebook.load import Rulebook

ENGINES = ("duckdb", "spark")


def adjudicate(
    tables: str,
    *,
    out: Annotated[str, Parameter(name=["--out", "-o"])],
    engine: str = "duckdb",
    master: str | None = None,
    setting: Annotated[tuple[str, ...], Parameter(name="--setting", negative="")] = (),
    on: str | None = None,
    threads: int | None = None,
    memory: str | None = None,
    parts: int | None = None,
    requests: bool = False,
    trace: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    trace_where: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
    rules: Path | None = None,
    profiles: Path | None = None,
) -> int:
    """Decide every line of a book: outcome, cents, reasons; what cannot be decided is set aside with its fault.

    Run it again after a stop, however hard: it goes on with the part it was at. On Spark it begins anew.

    Parameters
    ----------
    tables
        A folder of tables (Parquet, CSV, NDJSON), or one with cases.ndjson. For Spark: Parquet, at any address.
    out
        The folder to write to.
    engine
        What decides: duckdb, on this machine; or spark, on a cluster.
    master
        Where Spark runs, like local[2] or spark://host:7077; left out: as spark-submit says.
    setting
        One of Spark's own settings, as name=value. Can be given several times.
    on
        The day to decide for, like 2026-06-30; each case's own if left out.
    threads
        How many at once; one a core if left out.
    memory
        What the database may use, like 3GB, which it is if left out; beyond it, it spills to the folder of -o.
    parts
        How many parts to cut the book into; as the memory asks for if left out, on Spark three a core.
    requests
        Write the questions that pended cases wait for, as requests.ndjson: some milliseconds a pended case.
    trace
        Cases, or lines as CASE/EXPENSE or CASE/EXPENSE/SOURCE, to write the whole reasoning of into traces/.
    trace_where
        The same for lines picked by a condition over lines.parquet, like "outcome = 'review'".
    as_json
        The summary as one JSON document.
    rules
        An operator's folder with rules/, us/, payers/.
    profiles
        An operator's folder with payers/.
    """
    from necessity.codesets.icd10cm.book import shipped
    from necessity.workflow.adjudicate import Wishes
    from necessity.workflow.adjudicate import adjudicate as run
    from necessity.workflow.adjudicate_on_spark import adjudicate_on_spark
    from necessity.workflow.bulk.trace import write_requests, write_traces

    if engine not in ENGINES:
        raise SettingError(f"--engine is {engine!r}.", f"There is {' and '.join(ENGINES)}.", setting="--engine")
    asked = {"--trace": bool(trace), "--trace-where": bool(trace_where), "--requests": requests}
    asked |= {"--threads": threads is not None, "--memory": memory is not None}
    spark_home.refuse(engine, asked | {"--master": master is not None, "--setting": bool(setting)})
    day = wiring.today(on) if on else None
    book = wiring.rulebook(rules, profiles)
    with book_progress(quiet=as_json) as progress:
        if engine == "spark":
            with spark_home.cluster(master, setting, parts) as cluster:
                summary = adjudicate_on_spark(book, shipped(), tables, out, cluster, day, progress)
        else:
            wishes = Wishes(day, threads or os.cpu_count() or 1, memory or "3GB", parts)
            read, written = Path(tables), Path(out)
            summary = run(book, shipped(), read, written, wishes, progress)
            if trace or trace_where:
                judge = wiring.judge(rules, profiles)
                summary["traces"] = write_traces(judge, read, written, wishes, trace, trace_where or "", progress)
            if requests:
                judge = wiring.judge(rules, profiles)
                summary["requests"] = write_requests(judge, read, written, wishes, progress)
    _show(book, summary, out, as_json=as_json)
    return 0


def _show(book: "Rulebook", summary: dict[str, Any], out: str, *, as_json: bool) -> None:
    if as_json:
        import json

        print(json.dumps(summary, indent=2, ensure_ascii=False))
    else:
        from necessity.cli import show_book

        show_book.summary(book, summary, out)
