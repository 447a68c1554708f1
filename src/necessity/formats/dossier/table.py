"""The money of a dossier as a CSV table: one payment a row, and a row for an expense that nobody paid back."""

import csv
import io

from necessity.domain.dossier import Dossier, DossierExpense, Movement

_HEADS = (
    "year", "person", "expense", "served_on", "what", "paid_on", "paid_to", "cost", "account", "owner", "came_back_on",
    "came_back", "left", "could_be_deducted", "receipt",
)  # fmt: skip
_RISKY = ("=", "+", "-", "@")


def as_csv(dossier: Dossier) -> str:
    """Write the table; the same dossier gives the same text. Amounts are dollars, unknown ones are empty."""
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\n")
    rows.writerow(_HEADS)
    names = {one.funding_source: (one.name, one.owner) for one in dossier.accounts}
    for expense in dossier.expenses:
        own = [move for one in dossier.accounts for move in one.movements if move.expense == expense.id]
        moves: list[Movement | None] = [*own] or [None]
        for move in moves:
            rows.writerow([_safe(cell) for cell in _row(dossier, expense, move, names)])
    return made.getvalue()


def _row(
    dossier: Dossier, expense: DossierExpense, move: Movement | None, names: dict[str, tuple[str, str]]
) -> tuple[object, ...]:
    account, owner = names[move.funding_source] if move else ("", "")
    back = (move.paid_on, _dollars(move.amount_cents)) if move else (None, "")
    cost, left = _dollars(expense.cost_cents), _dollars(expense.left_cents)
    return (
        dossier.year, dossier.person, expense.id, expense.served_on, expense.what, expense.paid_on, expense.paid_to,
        cost, account, owner, *back, left, expense.counts, expense.receipt,
    )  # fmt: skip


def _dollars(cents: int | None) -> str:
    if cents is None:
        return ""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def _safe(cell: object) -> str:
    """Write a cell so that a spreadsheet takes no text for a formula; amounts below zero stay numbers."""
    text = "" if cell is None else str(cell)
    is_number = text[1:].replace(".", "", 1).isdecimal()
    return f"'{text}" if text.startswith(_RISKY) and not is_number else text
