"""`necessity adjudicate`: decide a whole book of tables."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from cyclopts import Parameter

from necessity.cli import spark_home, wiring
from necessity.cli.book_progress import book_progress
from necessity.errors import SettingError

if TYPE_CHECKING:
    from necessity.formats.notice.contents import NoticeContents
    from necessity.rulebook.load import Rulebook
    from necessity.workflow.adjudicate import Progress, Wishes
    from necessity.workflow.bulk.payments.settings import PaymentWish
    from necessity.workflow.notices.compose import Occasion

ENGINES = ("duckdb", "spark")


def adjudicate(
    tables: str,
    *,
    out: Annotated[str, Parameter(name=["--out", "-o"])],
    engine: str = "duckdb",
    master: str | None = None,
    setting: Annotated[tuple[str, ...], Parameter(name="--setting", negative="")] = (),
    on: str | None = None,
    with_tables: Annotated[Path | None, Parameter(name="--with")] = None,
    threads: int | None = None,
    memory: str | None = None,
    parts: int | None = None,
    requests: bool = False,
    trace: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    trace_where: str | None = None,
    notices: Path | None = None,
    notices_where: str = "",
    papers: bool = False,
    sender: Path | None = None,
    sent_on: str | None = None,
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

    Run it again after a stop, however hard: it goes on with the part it was at. On Spark it begins anew.

    Parameters
    ----------
    tables
        A folder of tables (Parquet, CSV, NDJSON), one with cases.ndjson, or one of 837P messages. For Spark: Parquet,
        at any address.
    out
        The folder to write to.
    engine
        What decides: duckdb, on this machine; or spark, on a cluster.
    master
        Where Spark runs, like local[2] or spark://host:7077; left out: as spark-submit says.
    setting
        One of Spark's own settings, as name=value. Can be given several times.
    on
        The day to decide for, like 2026-06-30; each case's own if left out. Messages and cases.ndjson need it.
    with_tables
        Beside messages: a folder of tables with what no message holds (letters, plans, balances, providers), by member,
        claim or group number; without it they may lie among the messages.
    threads
        How many at once; one a core if left out.
    memory
        What the database may use, like 3GB, which it is if left out; beyond it, it spills to the folder of -o.
    parts
        How many parts to cut the book into; as the memory asks for if left out, on Spark three a core.
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
    from necessity.cli.verbs.notice import occasion_of
    from necessity.codesets.icd10cm.book import shipped
    from necessity.workflow.adjudicate import Wishes
    from necessity.workflow.adjudicate import adjudicate as run
    from necessity.workflow.adjudicate_on_spark import adjudicate_on_spark

    if engine not in ENGINES:
        raise SettingError(f"--engine is {engine!r}.", f"There is {' and '.join(ENGINES)}.", setting="--engine")
    asked = {"--trace": bool(trace), "--trace-where": bool(trace_where), "--requests": requests}
    asked |= {"--notices": notices is not None, "--payments": payments is not None, "--with": with_tables is not None}
    asked |= {"--threads": threads is not None, "--memory": memory is not None}
    spark_home.refuse(engine, asked | {"--master": master is not None, "--setting": bool(setting)})
    day, paid_on = (wiring.today(given) if given else None for given in (on, pay_on))
    wish = payment_wish(payments, paid_on, payer=payer, allowed=allowed, control_number=control_number, is_test=is_test)
    book = wiring.rulebook(rules, profiles)
    with book_progress(quiet=as_json) as progress:
        if engine == "spark":
            with spark_home.cluster(master, setting, parts) as cluster:
                summary = adjudicate_on_spark(book, shipped(), tables, out, cluster, day, progress)
        else:
            beside = with_tables.resolve() if with_tables else None
            wishes = Wishes(day, threads or os.cpu_count() or 1, memory or "3GB", parts, beside)
            ran = (Path(tables), Path(out), wishes)
            summary = run(book, shipped(), *ran, progress)
            if trace or trace_where or requests or notices or wish:
                judge = wiring.judge(rules, profiles)
                occasion = occasion_of(judge, sender, sent_on, profiles)
                asked_for = _Asked((trace, trace_where or ""), requests, notices, notices_where, papers, wish)
                summary |= _written(occasion, ran, asked_for, progress)
    _show(book, summary, out, notices, as_json=as_json)
    return 0


class _Asked(NamedTuple):
    """What is to be written beside the decided lines."""

    traces: tuple[tuple[str, ...], str]
    """Names and a condition."""
    requests: bool
    notices: Path | None
    notices_where: str
    papers: bool
    payments: "PaymentWish | None"


def _written(
    occasion: "Occasion", ran: tuple[Path, Path, "Wishes"], asked: _Asked, progress: "Progress"
) -> dict[str, Any]:
    """Write what is asked for, and say what was."""
    from necessity.workflow.bulk.notices import write_notices
    from necessity.workflow.bulk.payments.write import write_payments
    from necessity.workflow.bulk.trace import Asking, write_requests, write_traces

    done: dict[str, Any] = {}
    if any(asked.traces):
        done["traces"] = write_traces(occasion.judge, *ran, *asked.traces, progress)
    if asked.requests:
        asking = Asking(occasion.made_on, occasion.sender, occasion.limits)
        done["requests"] = write_requests(occasion.judge, *ran, progress, asking)
    if asked.notices:
        paper = _paper() if asked.papers else None
        done["notices"] = write_notices(occasion, ran, asked.notices, asked.notices_where, progress, paper)._asdict()
    if asked.payments:
        done["payments"] = write_payments(occasion.judge, *ran, asked.payments, progress)
    return done


def _show(book: "Rulebook", summary: dict[str, Any], out: str, notices: Path | None, *, as_json: bool) -> None:
    if as_json:
        import json

        print(json.dumps(summary, indent=2, ensure_ascii=False))
    else:
        from necessity.cli import show_book

        show_book.summary(book, summary, out)
        if notices:
            show_book.notices(summary["notices"], notices)


def _paper() -> "Callable[[NoticeContents], bytes]":
    """Load what sets notices in type, only where papers are wanted."""
    from necessity.formats.notice.write import write

    return write
