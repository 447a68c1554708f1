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
    PacketPart,
    PacketProgramme,
    PacketRow,
    PacketSession,
    PacketVisit,
    PaperKind,
)
from necessity.formats.packet.papers import ReadPaper

Words = dict[str, object]

STATEMENT = "statement"
LOG = "log"
VISITS = "visits"
MANIFEST = "manifest"
SECTIONS = {
    PaperKind.LETTER: "Letter of medical necessity",
    PaperKind.RECEIPT: "Receipts",
    PaperKind.ANSWER: "Answers of other payers",
    PaperKind.OTHER: "Other papers",
}
_SECTION_OF = {
    PacketPart.LETTERS: PaperKind.LETTER,
    PacketPart.RECEIPTS: PaperKind.RECEIPT,
    PacketPart.ANSWERS: PaperKind.ANSWER,
    PacketPart.OTHERS: PaperKind.OTHER,
}
UNKNOWN = "not in the record"
_SEALED = "a copy to read; the sealed file itself is attached whole"
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


def sections(order: Sequence[PacketPart]) -> list[PaperKind]:
    """List the sections of papers in the order a payer wants; those it does not name come last."""
    named = [_SECTION_OF[one] for one in order if one in _SECTION_OF]
    return [*named, *(kind for kind in PaperKind if kind not in named)]


def parts_in_order(contents: PacketContents) -> list[PacketPart]:
    """List all parts of a packet in the order in which they stand."""
    return [*contents.order, *(one for one in PacketPart if one not in contents.order)]


def has_part(contents: PacketContents, key: str) -> bool:
    """Say whether statement, attendance log or session log stand in this file; all of them only in a first part."""
    if contents.part not in (None, 1):
        return False
    if key == VISITS:
        return bool(contents.programme and (contents.programme.visits or contents.programme.tax))
    return bool(contents.rows) or contents.programme is None if key == STATEMENT else bool(contents.sessions)


def _of_parts(contents: PacketContents) -> str:
    return f", part {contents.part} of {contents.parts}" if contents.part else ""


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
    named = f"{contents.title}{_of_parts(contents)}"
    papers = {str(one["kind"]): one for one in _sections(contents, read)}
    return {
        "title": f"{named} – {contents.funding_source}",
        "foot": f"Case {contents.case_id} · {named} · made {day(contents.made_on)}",
        "cover": _cover(contents, missing),
        "parts": [_SECTION_OF.get(one, one) for one in parts_in_order(contents)],
        "statement": _statement(contents) if has_part(contents, STATEMENT) else None,
        "visits": _visits(contents) if has_part(contents, VISITS) else None,
        "log": _log(contents) if has_part(contents, LOG) else None,
        "sections": papers,
        "manifest": [_entry(entry) for entry in entries],
        "made_on": day(contents.made_on),
        "case": contents.case_id,
        "index_depth": 2 if len(read) <= _INDEX_NAMES_PAPERS_UP_TO else 1,
    }


def headings(contents: PacketContents, read: Sequence[ReadPaper]) -> list[Heading]:
    """List the headings that will stand in the outline, in order, each with the part it opens."""
    listed: list[Heading] = []
    for one in parts_in_order(contents):
        listed.extend(_headings_of(one, contents, read))
    return [*listed, Heading("Manifest", MANIFEST)]


def _headings_of(one: PacketPart, contents: PacketContents, read: Sequence[ReadPaper]) -> list[Heading]:
    if one is PacketPart.STATEMENT and has_part(contents, STATEMENT):
        more = [Heading("Not claimed yet", "")] if contents.open_rows else []
        return [Heading("Itemised statement", STATEMENT), *more]
    if one is PacketPart.VISITS and has_part(contents, VISITS):
        shown = _visits(contents)
        tax = [Heading("About the money", "")] if shown["rows"] and shown["tax"] else []
        return [Heading(str(shown["title"]), VISITS), *tax]
    if one is PacketPart.LOG and has_part(contents, LOG):
        more = [Heading("Goals and measurements", "")] if contents.goals else []
        return [Heading("Session log", LOG), *more]
    kind = _SECTION_OF.get(one)
    papers = [each for each in read if each.paper.kind is kind]
    opening = [Heading(_section_title(contents, kind), "")] if papers and kind else []
    return [*opening, *(Heading(each.paper.title, part(each.paper)) for each in papers)]


def _section_title(contents: PacketContents, kind: PaperKind) -> str:
    return contents.words.letter or SECTIONS[kind] if kind is PaperKind.LETTER else SECTIONS[kind]


def _cover(contents: PacketContents, missing: Sequence[str]) -> Words:
    born = f", born {day(contents.patient_born_on)}" if contents.patient_born_on else ""
    holder, number = contents.words.account_holder or "Account holder", contents.words.member_number or "Member number"
    facts = [
        ("For", contents.payer_name),
        ("Account or plan", contents.funding_source),
        ("Plan year", contents.plan_year),
        (holder, contents.account_holder),
        (number, contents.member_id),
        ("Employer", contents.employer),
        (_person(contents), contents.patient_name and contents.patient_name + born),
        ("Period of service", period(contents.rows) if contents.rows else None),
        ("Expenses claimed", str(len(contents.rows)) if contents.rows else None),
    ]
    facts += contents.programme.facts if contents.programme else ()
    optional = ("Plan year", "Employer", number, "Period of service", "Expenses claimed")
    return {
        "title": contents.title + _of_parts(contents),
        "author": contents.account_holder or contents.patient_name or contents.case_id,
        "facts": [[label, value or UNKNOWN] for label, value in facts if value or label not in optional],
        "total_label": "Total claimed" if not contents.part else "Total claimed in all parts",
        "total": dollars(total_claimed(contents.rows)) if contents.rows else "–",
        "total_note": "" if all(r.claimed_cents is not None for r in contents.rows) else "some amounts unknown",
        "missing": list(missing),
        "elsewhere": _elsewhere(contents),
        "decided_by": contents.decided_by,
        "notice": contents.notice,
    }


def _person(contents: PacketContents) -> str:
    """Call the person what the reader may know: to an employer nobody is a patient."""
    return "Participant" if contents.programme else "Patient"


def _elsewhere(contents: PacketContents) -> str:
    """Say what the other parts hold, so that nobody takes a part for a request of its own."""
    if not contents.part:
        return ""
    first = "This part" if contents.part == 1 else "Part 1"
    return (
        f"This is part {contents.part} of {contents.parts} of one request, too large for one file. {first} holds the "
        "itemised statement; the other papers follow in the order of the parts. Nothing is asked for twice."
    )


def _visits(contents: PacketContents) -> Words:
    programme = contents.programme or PacketProgramme()
    days = {visit.visited_on for visit in programme.visits if visit.visited_on}
    return {
        "title": "Attendance log" if programme.visits else "About the money",
        "rows": [_visit(place, visit) for place, visit in enumerate(programme.visits, start=1)],
        "count": f"{len(days)} day{'' if len(days) == 1 else 's'} with a visit, several visits on one day once",
        "confirmed": programme.confirmed,
        "tax": list(programme.tax),
    }


def _visit(place: int, visit: PacketVisit) -> Words:
    said = {True: "yes", False: "no", None: "not said"}
    return {
        "place": str(place),
        "visited_on": day(visit.visited_on),
        "facility": visit.facility or UNKNOWN,
        "activity": visit.activity or "",
        "confirmed": said[visit.is_confirmed],
    }


def _statement(contents: PacketContents) -> Words:
    rows = contents.rows
    minutes = sum(row.minutes or 0 for row in rows)
    return {
        "person_label": _person(contents),
        "patient": contents.patient_name or UNKNOWN,
        "account_holder": contents.account_holder or UNKNOWN,
        "holder_label": contents.words.account_holder or "Account holder",
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


def _sections(contents: PacketContents, read: Sequence[ReadPaper]) -> list[Words]:
    found: list[Words] = []
    frame = 1
    for kind in sections(contents.order):
        papers = []
        for one in (one for one in read if one.paper.kind is kind):
            papers.append(_paper(one, frame))
            frame += len(one.pages)
        if papers:
            found.append({"kind": kind, "title": _section_title(contents, kind), "papers": papers})
    return found


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
        "as": _SEALED if one.paper.is_sealed else "as it was received",
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
        "attached": _attached(entry),
    }


def _attached(entry: ManifestEntry) -> str:
    if entry.attached_sha256:
        return "attached without the camera's notes"
    return "attached" if entry.is_attached else "not attached"
