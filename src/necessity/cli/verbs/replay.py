"""`necessity replay`: the same claims before two rulebooks or two folders of profiles."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Column, Table

from necessity.adjudication.replay import Flip, Replay
from necessity.cli import wiring
from necessity.cli.busy import busy
from necessity.domain.money import dollars
from necessity.errors import SettingError, StoreError
from necessity.rulebook.load import load

_SHOWN = 20


def replay(
    claims: list[Path],
    *,
    out: Annotated[Path | None, Parameter(name=["--out", "-o"])] = None,
    rules_a: Path | None = None,
    rules_b: Path | None = None,
    profiles_a: Path | None = None,
    profiles_b: Path | None = None,
    on_a: str | None = None,
    on_b: str | None = None,
    on: str | None = None,
    codes: Path | None = None,
    threads: int | None = None,
    memory: str = "3GB",
    parts: int | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Replay claims before two rulebooks: which lines get another answer, by which rule, how much money.

    Parameters
    ----------
    claims
        Case folders, or one folder of tables (Parquet, CSV, NDJSON).
    out
        A folder to write flips.csv, flips.parquet, money.csv and chart.svg into.
    rules_a
        The one operator's folder with rules/, us/, payers/; the shipped rulebook alone if left out.
    rules_b
        The other.
    profiles_a
        The one folder with payers/.
    profiles_b
        The other.
    on_a
        The day to decide for the first time; --on if left out.
    on_b
        The day to decide for the second time; --on if left out.
    on
        The day to decide for both times; left out: today for cases, the day they say for tables.
    codes
        A folder with further code sets.
    threads
        How many at once for a folder of tables; one a core if left out.
    memory
        What the database may use for a folder of tables, like 3GB.
    parts
        Into how many parts a folder of tables is cut; as the memory asks for if left out.
    as_json
        One JSON document instead of a table.
    """
    from necessity.workflow import replay as workflow
    from necessity.workflow.adjudicate import Wishes
    from necessity.workflow.replay_tables import replay_tables

    if (rules_a, profiles_a, on_a or on) == (rules_b, profiles_b, on_b or on):
        raise SettingError(
            "Both sides are the same.",
            "Name what differs: --rules-a and --rules-b, --profiles-b, or --on-a and --on-b.",
            setting="--rules-b",
        )
    at_hand = wiring.codes_at_hand(codes)
    aside = 0
    with busy("Deciding everything twice"):
        books = load(*wiring.folders(rules_a, profiles_a)), load(*wiring.folders(rules_b, profiles_b))
        said = on_a or on, on_b or on
        if len(claims) == 1 and _holds_tables(claims[0]):
            one, other = ((book, wiring.today(day) if day else None) for book, day in zip(books, said, strict=True))
            wishes = Wishes(None, threads or os.cpu_count() or 1, memory, parts)
            with _work(out) as work:
                found, aside = replay_tables(claims[0], one, other, at_hand.diagnoses, work, wishes)
        else:
            cases = [wiring.read_case(folder) for folder in claims]
            sides = [(book, wiring.today(day)) for book, day in zip(books, said, strict=True)]
            found = workflow.replay_cases(cases, sides[0], sides[1], at_hand)
    if out:
        _write(out, found)
    if as_json:
        print(json.dumps({**_plain(found), "rows_set_aside": aside}, indent=2, ensure_ascii=False))
    else:
        _show(found, out, aside)
    return 0


def _holds_tables(folder: Path) -> bool:
    return (folder / "cases.ndjson").is_file() or (folder.is_dir() and any(folder.glob("case_file*")))


@contextmanager
def _work(out: Path | None) -> Iterator[Path]:
    """Hand out a folder for both runs, where the results go if they go anywhere: a book can be larger than /tmp."""
    try:
        if out:
            out.mkdir(parents=True, exist_ok=True)
        made = tempfile.TemporaryDirectory(prefix=".replay-", dir=out)
    except OSError as error:
        raise _cannot(out or Path(tempfile.gettempdir()), error) from error
    with made as name:
        yield Path(name)


def _cannot(folder: Path, error: OSError) -> StoreError:
    return StoreError(f"{folder} cannot be written: {error.strerror}.", "Name another folder with -o.")


def _write(out: Path, found: Replay) -> None:
    """Write all four files, whole, over those of an earlier replay."""
    from necessity.workflow import replay as workflow
    from necessity.workflow.replay_chart import chart

    texts = {
        "flips.csv": workflow.flips_csv(found),
        "money.csv": workflow.money_csv(found),
        "chart.svg": chart(found, "Payable before and after"),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            begun = out / f".{name}"
            begun.write_text(text, encoding="utf-8")
            begun.replace(out / name)
        workflow.flips_parquet(found, out / "flips.parquet")
    except OSError as error:
        raise _cannot(out, error) from error


def _plain(found: Replay) -> dict[str, Any]:
    flips = [{**flip._asdict(), "by": [turn._asdict() for turn in flip.by]} for flip in found.flips]
    return {"lines": found.lines, "flips": flips, "shares": [share._asdict() for share in found.shares]}


def _show(found: Replay, out: Path | None, aside: int) -> None:
    from necessity.workflow.replay import by_rule, in_words

    screen = Console(highlight=False)
    screen.print(in_words(found))
    if aside:
        screen.print(f"{aside:,} rows were set aside; `necessity adjudicate` says which and why.")
    if rules := by_rule(found):
        _table(screen, "rule that turns", [(one.rule, f"{one.flips:,}", _more(one.cents)) for one in rules])
    shares = [share for share in found.shares if share.flips]
    if shares:
        where = [f"{share.kind.replace('_', ' ')}, {share.payer}" for share in shares]
        counts = [
            (f"{share.flips:,} of {share.lines:,}", _more(share.cents_after - share.cents_before)) for share in shares
        ]
        _table(screen, "payer", [(name, *count) for name, count in zip(where, counts, strict=True)])
    if found.flips:
        _lines(screen, found.flips[:_SHOWN])
    if len(found.flips) > _SHOWN:
        screen.print(f"… and {len(found.flips) - _SHOWN:,} more" + ("" if out else "; -o FOLDER writes them all"))
    if out:
        screen.print(f"→ {out}: flips.csv, flips.parquet, money.csv, chart.svg")


def _table(screen: Console, head: str, rows: list[tuple[str, str, str]]) -> None:
    table = Table(Column(head, overflow="fold"), Column("lines", justify="right"), box=None, pad_edge=False)
    table.add_column("payable", justify="right")
    for row in rows:
        table.add_row(*row)
    screen.print()
    screen.print(table)


def _more(cents: int) -> str:
    return f"{'+' if cents > 0 else ''}{dollars(cents).replace('-', '−')}" if cents else "as before"


def _lines(screen: Console, flips: tuple[Flip, ...]) -> None:
    table = Table(Column("line", overflow="fold"), "before", "after", box=None, pad_edge=False)
    for flip in flips:
        sides = [(flip.before, flip.cents_before), (flip.after, flip.cents_after)]
        said = [f"{outcome.replace('_', ' ')}{f', {dollars(cents)}' if cents else ''}" for outcome, cents in sides]
        table.add_row(f"{flip.case} {flip.expense} [dim]at {flip.funding_source}[/dim]", *said)
    screen.print()
    screen.print(table)
