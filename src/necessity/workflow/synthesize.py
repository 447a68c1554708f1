"""Make a synthetic book: a folder of published tables, the expected verdict of every line, and what was asked for.

The same plan gives the same rows, whatever the machine, the number of threads and the day. A book is written beside its
place and moved there whole, so that a folder that is there is finished.
"""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from necessity.adjudication.synthetic.cast import DAY as DAY
from necessity.adjudication.synthetic.draws import BookPlan
from necessity.adjudication.synthetic.faults import CASE_FAULTS, FAULTS, LINE_FAULTS, PLANTED_PATTERNS
from necessity.adjudication.synthetic.make import ENDINGS, PART_LINES, Press, parts
from necessity.domain.marks import MARKS
from necessity.errors import SettingError, StoreError

MOST_LINES = 2_000_000_000
"""Draws are made on row numbers below this."""
EDITION = 1
"""Raised when the same plan gives other rows than before."""
USUAL = {fault.id: fault.per_thousand for fault in FAULTS.values()}
"""How often each fault is planted unless told otherwise, per thousand cases or lines that can have it."""


class SyntheticBook(NamedTuple):
    """What was made."""

    folder: Path
    rows: dict[str, int]
    """Table to rows; `expected` are the lines."""
    files: int


def read_rates(text: str) -> dict[str, int]:
    """Read which faults to plant: `usual`, `none`, or `letter_expired=20,receipt_missing=5` per thousand.

    Args:
        text: As typed. A list plants what it names and nothing else.

    Returns:
        Rates by fault.

    Raises:
        SettingError: a fault is not known, a number is none, or the rates of a level add up to more than a thousand.

    Examples:
        >>> read_rates("letter_expired=20, receipt_missing=5")
        {'letter_expired': 20, 'receipt_missing': 5}
    """
    if text.strip() in ("usual", "none"):
        return dict(USUAL) if text.strip() == "usual" else {}
    rates = {}
    for item in filter(None, (item.strip() for item in text.split(","))):
        name, _, number = item.partition("=")
        if name not in FAULTS or not number.isdecimal() or not number.isascii():
            known = ", ".join(FAULTS)
            raise SettingError(
                f"--faults does not understand {item!r}.",
                f"Write a fault and a number per thousand, such as letter_expired=20. Faults: {known}.",
                setting="--faults",
            )
        rates[name] = int(number)
    for level, faults in (("case", CASE_FAULTS), ("line", LINE_FAULTS)):
        total = sum(rates.get(fault.id, 0) for fault in faults)
        if total > 1000:
            raise SettingError(
                f"The rates of faults of a {level} add up to {total} of 1000.",
                "A case or line has one fault at most: lower some rates.",
                setting="--faults",
            )
    return rates


def plan_book(lines: int, seed: int, on: date, rates: dict[str, int], *, patterns: bool = True) -> BookPlan:
    """Say what book to make.

    Args:
        lines: How many lines to decide, 1 to two billion.
        seed: Any whole number.
        on: The day the book is decided on.
        rates: Fault to how many per thousand, see `read_rates`.
        patterns: Whether to plant what only a search over the whole book finds.

    Returns:
        The plan.

    Raises:
        SettingError: the number of lines is out of range.
    """
    if not 1 <= lines <= MOST_LINES:
        step = f"Name a number from 1 to {MOST_LINES:,}."
        raise SettingError(f"--lines {lines} cannot be made.", step, setting="--lines")
    return BookPlan(lines, seed, on.isoformat(), rates, patterns)


def synthesize(
    plan: BookPlan,
    folder: Path,
    *,
    ending: str = "parquet",
    threads: int = 2,
    part_lines: int = PART_LINES,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> SyntheticBook:
    """Write a book into a new folder.

    Args:
        plan: What to make.
        folder: Where; it must not exist yet.
        ending: parquet, csv or ndjson.
        threads: How many threads may draw; the rows do not depend on it.
        part_lines: Lines of one part; each table has a file a part.
        tell: Called after each part with the number of parts done and of all.

    Returns:
        What was made.

    Raises:
        SettingError: the folder is there already, or the ending is not known.
        StoreError: the folder cannot be written.
    """
    if ending not in ENDINGS:
        step = f"Name one of: {', '.join(ENDINGS)}."
        raise SettingError(f"--format {ending!r} is not known.", step, setting="--format")
    if folder.exists():
        raise SettingError(f"{folder} is there already.", "Name a new folder with -o.", setting="--output")
    beside = folder.with_name(f".{folder.name}.unfinished")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        (beside / "tables").mkdir(parents=True)
        made = _write(plan, beside, ending, threads, part_lines, tell)
        text = json.dumps(_label(plan, ending, made), indent=2) + "\n"
        (beside / "book.json").write_text(text, encoding="utf-8")
        beside.rename(folder)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        step = "Check the disk and the path, or name another folder with -o."
        raise StoreError(f"{folder} cannot be written: {error.strerror}.", step) from error
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return SyntheticBook(folder, made[0], made[1])


def _write(
    plan: BookPlan, folder: Path, ending: str, threads: int, part_lines: int, tell: Callable[[int, int], None]
) -> tuple[dict[str, int], int]:
    press = Press(plan, threads=threads, spill=folder / "spill")
    rows: dict[str, int] = {}
    files = 0
    cut = parts(plan, part_lines)
    for number, (first, end) in enumerate(cut):
        press.draw(first, end)
        for file in press.write(folder / "tables", ending, number):
            rows[file.table] = rows.get(file.table, 0) + file.rows
            files += 1
        tell(number + 1, len(cut))
    shutil.rmtree(folder / "spill", ignore_errors=True)
    (folder / "tables" / "expected").rename(folder / "expected")  # no input: it is what the input must lead to
    if plan.patterns:
        (folder / "marks").mkdir()
    for name in MARKS if plan.patterns else ():  # no rule reads them, and a bulk run takes published tables only
        (folder / "tables" / name).rename(folder / "marks" / name)
    return rows, files


def _label(plan: BookPlan, ending: str, made: tuple[dict[str, int], int]) -> dict[str, object]:
    return {
        "edition": EDITION,
        "lines": plan.lines,
        "seed": plan.seed,
        "decided_on": plan.on,
        "format": ending,
        "faults_per_thousand": plan.rates,
        "patterns": [one.id for one in PLANTED_PATTERNS] if plan.patterns else [],
        "rows": made[0],
        "notice": "Invented throughout: no person, state, studio or plan in it exists; administrators are named "
        "because their published demands are what is tested.",
    }
