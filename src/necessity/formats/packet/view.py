"""The packet in words: every date, amount and sentence as it will stand on the page."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from necessity.domain.manifest import ManifestEntry
from necessity.domain.money import dollars
from necessity.formats.packet.contents import (
    PacketContents,
    PacketGoal,
    PacketOpenRow,
    PacketPaper,
    PacketRow,
    PacketSession,
    PaperKind,
)
from necessity.formats.packet.papers import ReadPaper

Words = dict[str, object]

STATEMENT = "statement"
LOG = "log"
MANIFEST = "manifest"
SECTIONS = {
    PaperKind.LETTER: "Letter of medical necessity",
    PaperKind.RECEIPT: "Receipts",
    PaperKind.OTHER: "Other papers",
}
UNKNOWN = "not in the record"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_INDEX_NAMES_PAPERS_UP_TO = 12


class Heading(NamedTuple):
    """One heading that the templates will set, and the part it opens."""

    title: str
    """Its words."""
    part: str
    """Id of the part that begins here; empty where none does."""


def day(on: date | None) -> str:
    """Write a day the way papers show it, the same in every locale.

    Examples:
        >>> day(date(2026, 4, 7)), day(None)
        ('Apr 7, 2026', 'not in the record')
    """
    return f"{_MONTHS[on.month - 1]} {on.day}, {on.year}" if on else UNKNOWN


def money(cents: int | None) -> str:
    """Write an amount, or say that it is not known."""
    return "unknown" if cents is None else dollars(cents)


def number(value: Decimal | None) -> str:
    """Write a measured value without needless zeros.

    Examples:
        >>> number(Decimal("410.000")), number(Decimal("7.10")), number(None)
        ('410', '7.1', '–')
    """
    return "–" if value is None else f"{value.normalize():f}"


def period(rows: Sequence[PacketRow]) -> str:
    """Say from when to when the claimed services ran."""
    days = sorted(row.served_on for row in rows if row.served_on)
    if not days:
        return UNKNOWN
    return day(days[0]) if days[0] == days[-1] else f"{day(days[0])} to {day(days[-1])}"


def total_claimed(rows: Sequence[PacketRow]) -> int:
    """Add what is claimed, in cents; rows whose amount is not settled add nothing."""
    return sum(row.claimed_cents or 0 for row in rows)


def part(paper: PacketPaper) -> str:
    """Name a paper's part of the packet; letters and receipts may share an id."""
    return f"{paper.kind}/{paper.id}"


def view(
    contents: PacketContents,
    read: Sequence[ReadPaper],
    missing: Sequence[str],
    entries: Sequence[ManifestEntry],
) -> Words:
    """Put a packet into words for the templates.

    Args:
        contents: What the packet holds.
        read: Its papers, as far as they could be read.
        missing: Everything the packet lacks.
        entries: What the manifest lists; page numbers are filled in by the templates.

    Returns:
        Plain values. Frames are numbered from 1 over all shown pages, in order.
    """
    return {
        "title": f"{contents.title} – {contents.funding_source}",
        "foot": f"Case {contents.case_id} · {contents.title} · made {day(contents.made_on)}",
        "cover": _cover(contents, missing),
        "statement": _statement(contents),
        "log": _log(contents),
        "sections": _sections(read),
        "manifest": [_entry(entry) for entry in entries],
        "made_on": day(contents.made_on),
        "case": contents.case_id,
        "index_depth": 2 if len(read) <= _INDEX_NAMES_PAPERS_UP_TO else 1,
    }


def headings(contents: PacketContents, read: Sequence[ReadPaper]) -> list[Heading]:
    """List the headings that will stand in the outline, in order, each with the part it opens."""
    listed = [Heading("Itemised statement", STATEMENT)]
    if contents.open_rows:
        listed.append(Heading("Not claimed yet", ""))
    if contents.sessions:
        listed.append(Heading("Session log", LOG))
    if contents.sessions and contents.goals:
        listed.append(Heading("Goals and measurements", ""))
    for kind, title in SECTIONS.items():
        papers = [one for one in read if one.paper.kind is kind]
        if papers:
            listed.append(Heading(title, ""))
        listed.extend(Heading(one.paper.title, part(one.paper)) for one in papers)
    return [*listed, Heading("Manifest", MANIFEST)]


def _cover(contents: PacketContents, missing: Sequence[str]) -> Words:
    born = f", born {day(contents.patient_born_on)}" if contents.patient_born_on else ""
    facts = [
        ("For", contents.payer_name),
        ("Account or plan", contents.funding_source),
        ("Plan year", contents.plan_year),
        ("Account holder", contents.account_holder),
        ("Member number", contents.member_id),
        ("Employer", contents.employer),
        ("Patient", contents.patient_name and contents.patient_name + born),
        ("Period of service", period(contents.rows)),
        ("Expenses claimed", str(len(contents.rows))),
    ]
    optional = ("Plan year", "Employer", "Member number")
    return {
        "title": contents.title,
        "author": contents.account_holder or contents.patient_name or contents.case_id,
        "facts": [[label, value or UNKNOWN] for label, value in facts if value or label not in optional],
        "total": dollars(total_claimed(contents.rows)),
        "total_note": "" if all(r.claimed_cents is not None for r in contents.rows) else "some amounts unknown",
        "missing": list(missing),
        "decided_by": contents.decided_by,
        "notice": contents.notice,
    }


def _statement(contents: PacketContents) -> Words:
    rows = contents.rows
    minutes = sum(row.minutes or 0 for row in rows)
    return {
        "patient": contents.patient_name or UNKNOWN,
        "account_holder": contents.account_holder or UNKNOWN,
        "providers": list(contents.providers),
        "rows": [_row(place, row) for place, row in enumerate(rows, start=1)],
        "charge": _sum([row.charge_cents for row in rows]),
        "paid": _sum([row.paid_cents for row in rows]),
        "claimed": _sum([row.claimed_cents for row in rows]),
        "minutes": f"{minutes:,}" if minutes else "",
        "open_rows": [_open_row(row) for row in contents.open_rows],
        "certification": contents.certification or "",
    }


def _sum(amounts: Sequence[int | None]) -> str:
    return "–" if any(amount is None for amount in amounts) else dollars(sum(amount or 0 for amount in amounts))


def _row(place: int, row: PacketRow) -> Words:
    return {
        "place": str(place),
        "served_on": day(row.served_on),
        "service": row.service,
        "note": row.note,
        "minutes": "–" if row.minutes is None else str(row.minutes),
        "provider": row.provider or UNKNOWN,
        "receipt": row.receipt or "–",
        "charge": money(row.charge_cents),
        "paid": "–" if row.paid_cents is None else dollars(row.paid_cents),
        "claimed": money(row.claimed_cents),
    }


def _open_row(row: PacketOpenRow) -> Words:
    return {
        "served_on": day(row.served_on) if row.served_on else "–",
        "service": row.service if row.count == 1 else f"{row.count} × {row.service}",
        "charge": money(row.charge_cents) + (" each" if row.count > 1 and row.charge_cents is not None else ""),
        "why": row.why,
    }


def _log(contents: PacketContents) -> Words:
    minutes = [session.minutes for session in contents.sessions]
    return {
        "rows": [_session(session) for session in contents.sessions],
        "count": f"{len(minutes):,} session{'' if len(minutes) == 1 else 's'}",
        "minutes": f"{sum(m or 0 for m in minutes):,}" if None not in minutes else "",
        "goals": [_goal(goal) for goal in contents.goals],
    }


def _session(session: PacketSession) -> Words:
    return {
        "served_on": day(session.served_on),
        "starts_at": f"{session.starts_at:%H:%M}" if session.starts_at else "",
        "minutes": "–" if session.minutes is None else str(session.minutes),
        "activities": "; ".join(session.activities) or UNKNOWN,
        "trainer": session.trainer or UNKNOWN,
        "note": session.note or "",
    }


def _goal(goal: PacketGoal) -> Words:
    unit = f" ({goal.unit})" if goal.unit else ""
    readings = "; ".join(
        f"{day(r.measured_on) if r.measured_on else 'no date'}: {number(r.value)}" for r in goal.readings
    )
    return {
        "measure": goal.measure + unit,
        "baseline": number(goal.baseline),
        "target": number(goal.target),
        "by": day(goal.reach_by_on) if goal.reach_by_on else "–",
        "readings": readings or "none yet",
    }


def _sections(read: Sequence[ReadPaper]) -> list[Words]:
    sections: list[Words] = []
    frame = 1
    for kind, title in SECTIONS.items():
        papers = []
        for one in (one for one in read if one.paper.kind is kind):
            papers.append(_paper(one, frame))
            frame += len(one.pages)
        if papers:
            sections.append({"title": title, "papers": papers})
    return sections


def _paper(one: ReadPaper, first_frame: int) -> Words:
    count = len(one.pages)
    name = one.paper.file_name or one.paper.id
    return {
        "part": part(one.paper),
        "title": one.paper.title,
        "file_name": name,
        "fault": one.fault.message if one.fault else "",
        "next_step": one.fault.next_step if one.fault else "",
        "doubt": one.doubt,
        "pages": [
            {
                "frame": first_frame + place,
                "width": page.width,
                "height": page.height,
                "lies": page.lies,
                "which": f"page {place + 1} of {count}" if count > 1 else "",
                "alt": f"{one.paper.title}. Page {place + 1} of {count} of the file {name}, as received.",
            }
            for place, page in enumerate(one.pages)
        ],
    }


def _entry(entry: ManifestEntry) -> Words:
    return {
        "part": entry.id,
        "title": entry.title,
        "file_name": entry.file_name,
        "size": f"{entry.size_bytes:,}",
        "sha256": [entry.sha256[:32], entry.sha256[32:]],
        "attached": "attached" if entry.is_attached else "not attached",
    }
