"""The dossier as plain values for its template: every word is here."""

from collections.abc import Iterable
from typing import Any

from necessity.domain.decision import Citation
from necessity.domain.dossier import AccountYear, Deduction, Dossier, DossierExpense, DossierPaper, Keep
from necessity.domain.money import dollars

Words = dict[str, Any]
_COUNTS = {"yes": "yes", "no": "no", "open": "open"}


def view(dossier: Dossier) -> Words:
    """Lay a dossier out for typst."""
    return {
        "title": f"Medical money of {dossier.year}",
        "author": dossier.holder,
        "foot": f"{dossier.person}, {dossier.year}, made {_day(dossier.made_on)}",
        "facts": [["Patient", dossier.person], ["Account holder", dossier.holder], ["Year", str(dossier.year)]],
        "accounts": {"heading": "Paid from where", "items": [_account(one) for one in dossier.accounts]},
        "nothing": "No account, plan or stipend paid anything in this year, as far as the record says.",
        "hsa": {
            "text": f"{dossier.hsa} It shows that the money went to care, came from nowhere else and was not deducted.",
            "source": _sources(dossier.hsa_citations),
        }
        if dossier.hsa
        else None,
        "deduction": _deduction(dossier.deduction),
        "expenses": {
            "heading": "Expenses of the year",
            "heads": ["Day", "What", "Paid", "Cost", "Came back", "Asked", "Left", "Care?"],
            "rows": [_row(one) for one in dossier.expenses],
            "notes": _why(dossier.expenses),
        },
        "findings": {"heading": "One expense, one payer", "listed": [one.message for one in dossier.findings]},
        "papers": {
            "heading": "Papers",
            "heads": ["Paper", "File", "SHA-256", "Keep until"],
            "rows": [_paper(one) for one in dossier.papers],
        },
        "keeps": {
            "heading": "How long to keep them",
            "rows": [_keep(one, dossier.made_on.year) for one in dossier.keeps],
            "note": dossier.keep_note,
        },
        "missing": {"heading": "What the record lacks", "listed": list(dossier.missing)},
        "notice": dossier.notice,
    }


def _day(day: Any) -> str:
    return f"{day:%b} {day.day}, {day.year}" if day else "–"


def _money(cents: int | None) -> str:
    return "–" if cents is None else dollars(cents)


def _left(years: int) -> str:
    return "this year" if years == 0 else f"in {years} year{'' if years == 1 else 's'}" if years > 0 else "past"


def _keep(one: Keep, this_year: int) -> list[str]:
    return [one.what, _day(one.until), _left(one.until.year - this_year), _sources(one.citations)]


def _sources(citations: Iterable[Citation]) -> str:
    return "; ".join(dict.fromkeys(one.where for one in citations))


def _account(one: AccountYear) -> Words:
    undated = f"{dollars(one.undated_cents)} more on days that are not in the record" if one.undated_cents else ""
    return {
        "name": f"{one.name}{f' ({one.funding_source})' if one.funding_source else ''}, {one.owner}",
        "total": dollars(one.paid_cents),
        "undated": undated,
        "rows": [
            [_day(move.paid_on), move.expense, dollars(move.amount_cents), move.told_by] for move in one.movements
        ],
        "heads": ["Day", "Expense", "Amount", "Told by"],
    }


def _deduction(one: Deduction) -> Words:
    above = "not known" if one.above_floor_cents is None else dollars(one.above_floor_cents)
    return {
        "heading": "What may be deducted",
        "rows": [
            ["Meets the requirements we know, not paid back or asked for", dollars(one.candidates_cents)],
            ["A question about it is open", dollars(one.open_cents)],
            ["Other medical expenses of the year", _money(one.other_cents)],
            ["Adjusted gross income", _money(one.income_cents)],
            ["The floor: only what rises above it counts", _money(one.floor_cents)],
            ["Of the first line, above the floor", above],
        ],
        "notes": list(one.notes),
        "source": _sources(one.citations),
    }


def _row(one: DossierExpense) -> list[str]:
    return [
        _day(one.served_on), one.what, _day(one.paid_on), _money(one.cost_cents), dollars(one.came_back_cents),
        dollars(one.asked_cents), _money(one.left_cents), _COUNTS[one.counts],
    ]  # fmt: skip


def _why(expenses: Iterable[DossierExpense]) -> list[str]:
    """Say why something does not count as care, or what is open, each reason once with its expenses."""
    reasons: dict[str, list[str]] = {}
    for one in expenses:
        if one.why:
            reasons.setdefault(one.why, []).append(one.id)
    return [f"{', '.join(ids[:8])}{' …' if len(ids) > 8 else ''}: {why}" for why, ids in reasons.items()]


def _paper(one: DossierPaper) -> list[str]:
    missing = "no file in the record" if one.file is None else "file not at hand"
    parts = [one.sha256[:32], one.sha256[32:]] if one.sha256 else [missing]
    return [one.title, one.file or "–", "\n".join(parts), _day(one.keep_until)]
