"""Replaying claims before two rulebooks, before one of them goes live: who gets another answer, why, how much money."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from necessity.adjudication.bulk import write_parquet
from necessity.adjudication.replay import Flip, Player, Replay, Share, compare
from necessity.codesets.at_hand import CodeSets
from necessity.domain.case import Case
from necessity.domain.money import dollars
from necessity.domain.tables import Tables, tables_of
from necessity.errors import SettingError
from necessity.rulebook.load import Rulebook

FLIP_COLUMNS = {
    **dict.fromkeys(("case_id", "expense_id", "funding_source_id", "funding_source", "payer"), "VARCHAR"),
    **{"outcome_before": "VARCHAR", "outcome_after": "VARCHAR", "cents_before": "BIGINT", "cents_after": "BIGINT"},
    "rules": "VARCHAR",
}
"""The columns of flips.csv and flips.parquet with their SQL types. `rules` holds `rule: before → after`, several
behind `; `."""


class RuleShare(NamedTuple):
    """One rule's part in a replay. Flips with several rules count for each of them."""

    rule: str
    flips: int
    cents: int
    """What is payable more on those lines; below nought, less."""


def replay_cases(
    cases: Iterable[Case], before: tuple[Rulebook, date], after: tuple[Rulebook, date], codes: CodeSets
) -> Replay:
    """Replay cases before two rulebooks, each with its day to decide for.

    Raises:
        SettingError: two cases have the same id.
    """
    many = list(cases)
    ids = [case.id for case in many]
    if twice := next((id for id in ids if ids.count(id) > 1), None):
        raise SettingError(f"Two cases are called {twice}.", "Give each case an id of its own.", setting="CASES")
    said = [Player(book, codes).say(_joined(tables_of(case, on) for case in many)) for book, on in (before, after)]
    return compare(said[0], said[1], before[0].rules, after[0].rules)


def _joined(many: Iterable[Tables]) -> Tables:
    found: Tables = {}
    for tables in many:
        for name, rows in tables.items():
            found.setdefault(name, []).extend(rows)
    return found


def flips_csv(replay: Replay) -> str:
    """Write the flips, a line each."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FLIP_COLUMNS)
    writer.writerows(row.values() for row in _flip_rows(replay))
    return text.getvalue()


def flips_parquet(replay: Replay, file: Path) -> None:
    """Write the flips as Parquet."""
    write_parquet(FLIP_COLUMNS, list(_flip_rows(replay)), file)


def _flip_rows(replay: Replay) -> Iterator[dict[str, Any]]:
    for flip in replay.flips:
        yield dict(zip(FLIP_COLUMNS, (*flip[:-1], "; ".join(reasons(flip))), strict=True))


def money_csv(replay: Replay) -> str:
    """Write the money by kind of funding source and payer."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Share._fields)
    writer.writerows(replay.shares)
    return text.getvalue()


def reasons(flip: Flip) -> list[str]:
    """Name the rules that answer otherwise."""
    return [f"{turn.rule}: {turn.before} → {turn.after}" for turn in flip.by]


def by_rule(replay: Replay) -> list[RuleShare]:
    """Count for each rule that turns the flips it has a part in, and the cents those move; most flips first."""
    found: dict[str, list[int]] = {}
    for flip in replay.flips:
        for turn in flip.by:
            total = found.setdefault(turn.rule, [0, 0])
            total[0] += 1
            total[1] += flip.cents_after - flip.cents_before
    return sorted(
        (RuleShare(rule, *numbers) for rule, numbers in found.items()), key=lambda one: (-one.flips, one.rule)
    )


def in_words(replay: Replay) -> str:
    """Say in one sentence what comes of it."""
    before, after = (
        sum(share.cents_before for share in replay.shares),
        sum(share.cents_after for share in replay.shares),
    )
    change = f"{dollars(abs(after - before))} {'more' if after > before else 'less'} payable"
    money = (
        f"{change} ({dollars(before)} → {dollars(after)})" if after != before else f"{dollars(after)} payable as before"
    )
    lines = "1 line" if replay.lines == 1 else f"{replay.lines:,} lines"
    return f"{len(replay.flips):,} of {lines} get another answer or amount; {money}."
