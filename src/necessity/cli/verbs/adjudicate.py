"""`necessity adjudicate`: decide a whole book of tables."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.book_progress import book_progress
from necessity.errors import SettingError
from necessity.formats.notice.contents import NoticeContents

ENGINES = ("duckdb",)


def adjudicate(
    tables: Path,
    *,
    out: Annotated[Path, Parameter(name=["--out", "-o"])],
    engine: str = "duckdb",
    on: str | None = None,
    threads: int | None = None,
    memory: str = "3GB",
    parts: int | None = None,
    requests: bool = False,
    trace: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    trace_where: str | None = None,
    notices: Path | None = None,
    notices_where: str = "",
    papers: bool = False,
    sender: Path | None = None,
    sent_on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
    rules: Path | None = None,
    profiles: Path | None = None,
) -> int:
    """Decide every line of a book: outcome, cents, reasons; what cannot be decided is set aside with its fault.

    Run it again after a stop, however hard: it goes on with the part it was at.

    Parameters
    ----------
    tables
        A folder of tables (Parquet, CSV, NDJSON), or one with cases.ndjson.
    out
        The folder to write to.
    engine
        What decides: duckdb.
    on
        The day to decide for, like 2026-06-30; each case's own if left out.
    threads
        How many at once; one a core if left out.
    memory
        What the database may use, like 3GB; beyond it, it spills to the folder of -o.
    parts
        How many parts to cut the book into; as the memory asks for if left out.
    requests
        Write the questions that pended cases wait for, why and until when, as requests.ndjson: some milliseconds a
        pended case.
    trace
        Cases, or lines as CASE/EXPENSE or CASE/EXPENSE/SOURCE, to write the whole reasoning of into traces/.
    trace_where
        The same for lines picked by a condition over lines.parquet, like "outcome = 'review'".
    notices
        A folder to write notices into, as notices.ndjson and notices.csv: one for each case and funding source with
        lines that are not payable; some twenty milliseconds a case.
    notices_where
        Notices for other lines, by a condition over lines.parquet, like "outcome = 'pended'".
    papers
        Also each notice as PDF and text.
    sender
        A TOML file with what only the sender of notices knows, see docs/how-to/notices-and-reports.md.
    sent_on
        The date of notices and requests, from which days are counted; today if left out.
    as_json
        The summary as one JSON document.
    rules
        An operator's folder with rules/, us/, payers/.
    profiles
        An operator's folder with payers/.
    """
    from necessity.cli.verbs.notice import occasion_of
    from necessity.codesets.icd10cm.book import shipped
    from necessity.workflow.adjudicate import Wishes
    from necessity.workflow.adjudicate import adjudicate as run
    from necessity.workflow.bulk.trace import Asking, write_requests, write_traces
    from necessity.workflow.notices.of_a_run import write_notices

    if engine not in ENGINES:
        raise SettingError(f"--engine is {engine!r}.", f"There is {' and '.join(ENGINES)} so far.", setting="--engine")
    day = wiring.today(on) if on else None
    wishes = Wishes(day, threads or os.cpu_count() or 1, memory, parts)
    book = wiring.rulebook(rules, profiles)
    with book_progress(quiet=as_json) as progress:
        summary = run(book, shipped(), tables, out, wishes, progress)
        if trace or trace_where:
            judge = wiring.judge(rules, profiles)
            summary["traces"] = write_traces(judge, tables, out, wishes, trace, trace_where or "", progress)
        occasion = None
        if requests or notices:
            occasion = occasion_of(wiring.judge(rules, profiles), sender, sent_on, profiles)
        if requests and occasion:
            asking = Asking(occasion.made_on, occasion.sender, occasion.limits)
            summary["requests"] = write_requests(occasion.judge, tables, out, wishes, progress, asking)
        if notices and occasion:
            ran, paper = (tables, out, wishes), _paper() if papers else None
            told = write_notices(occasion, ran, notices, notices_where, progress, paper)
            summary["notices"] = told._asdict()
    if as_json:
        import json

        print(json.dumps(summary, indent=2, ensure_ascii=False))
    else:
        from necessity.cli import show_book

        show_book.summary(book, summary, out)
        if notices:
            show_book.notices(summary["notices"], notices)
    return 0


def _paper() -> Callable[[NoticeContents], bytes]:
    """Load what sets notices in type, only where papers are wanted."""
    from necessity.formats.notice.write import write

    return write
