"""`necessity adjudicate`: decide a whole book of tables."""

import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.book_progress import book_progress
from necessity.errors import SettingError

ENGINES = ("duckdb",)


def adjudicate(
    tables: Path,
    *,
    out: Annotated[Path, Parameter(name=["--out", "-o"])],
    engine: str = "duckdb",
    on: str | None = None,
    with_tables: Annotated[Path | None, Parameter(name="--with")] = None,
    threads: int | None = None,
    memory: str = "3GB",
    parts: int | None = None,
    requests: bool = False,
    trace: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    trace_where: str | None = None,
    payments: Path | None = None,
    pay_on: str | None = None,
    payer: Path | None = None,
    allowed: Path | None = None,
    control_number: int = 1,
    is_test: Annotated[bool, Parameter(name="--test", negative=())] = False,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
    rules: Path | None = None,
    profiles: Path | None = None,
) -> int:
    """Decide every line of a book: outcome, cents, reasons; what cannot be decided is set aside with its fault.

    Run it again after a stop, however hard: it goes on with the part it was at.

    Parameters
    ----------
    tables
        A folder of tables (Parquet, CSV, NDJSON), one with cases.ndjson, or one of 837P messages.
    out
        The folder to write to.
    engine
        What decides: duckdb.
    on
        The day to decide for, like 2026-06-30; each case's own if left out. Messages and cases.ndjson need it.
    with_tables
        Beside messages: a folder of tables with what no message holds (letters, plans, balances, providers), by member,
        claim or group number; without it they may lie among the messages.
    threads
        How many at once; one a core if left out.
    memory
        What the database may use, like 3GB; beyond it, it spills to the folder of -o.
    parts
        How many parts to cut the book into; as the memory asks for if left out.
    requests
        Write the questions that pended cases wait for, as requests.ndjson: some milliseconds a pended case.
    trace
        Cases, or lines as CASE/EXPENSE or CASE/EXPENSE/SOURCE, to write the whole reasoning of into traces/.
    trace_where
        The same for lines picked by a condition over lines.parquet, like "outcome = 'review'".
    payments
        Write payment files into a folder of this folder: 835 for providers, CSV for members, denials, what is held.
        What the folder holds already is never paid again.
    pay_on
        The day of payment, like 2026-07-15.
    payer
        Who pays, as a TOML file; needed where a provider is paid.
    allowed
        A table of what a health plan allows for each line, and of it the patient's share.
    control_number
        Number of the first 835; the next ones count on.
    is_test
        Mark the 835 as a test.
    as_json
        The summary as one JSON document.
    rules
        An operator's folder with rules/, us/, payers/.
    profiles
        An operator's folder with payers/.
    """
    from necessity.cli.payment_wish import payment_wish
    from necessity.codesets.icd10cm.book import shipped
    from necessity.workflow.adjudicate import Wishes
    from necessity.workflow.adjudicate import adjudicate as run
    from necessity.workflow.bulk.trace import write_requests, write_traces

    if engine not in ENGINES:
        raise SettingError(f"--engine is {engine!r}.", f"There is {' and '.join(ENGINES)} so far.", setting="--engine")
    day = wiring.today(on) if on else None
    beside = with_tables.resolve() if with_tables else None
    wishes = Wishes(day, threads or os.cpu_count() or 1, memory, parts, beside)
    paid_on = wiring.today(pay_on) if pay_on else None
    wish = payment_wish(payments, paid_on, payer=payer, allowed=allowed, control_number=control_number, is_test=is_test)
    book = wiring.rulebook(rules, profiles)
    with book_progress(quiet=as_json) as progress:
        summary = run(book, shipped(), tables, out, wishes, progress)
        if trace or trace_where:
            judge = wiring.judge(rules, profiles)
            summary["traces"] = write_traces(judge, tables, out, wishes, trace, trace_where or "", progress)
        if requests:
            summary["requests"] = write_requests(wiring.judge(rules, profiles), tables, out, wishes, progress)
        if wish:
            from necessity.workflow.bulk.payments.write import write_payments

            judge = wiring.judge(rules, profiles)
            summary["payments"] = write_payments(judge, tables, out, wishes, wish, progress)
    if as_json:
        import json

        print(json.dumps(summary, indent=2, ensure_ascii=False))
    else:
        from necessity.cli import show_book

        show_book.summary(book, summary, out)
    return 0
