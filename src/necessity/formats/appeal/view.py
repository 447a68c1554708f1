"""The appeal as plain values for its template: every word is here, the template only says where it stands."""

from collections.abc import Sequence
from typing import Any

from necessity.formats.appeal.contents import AppealContents, AppealPart, Exhibit, ShownPaper

Words = dict[str, Any]


def view(contents: AppealContents, shown: Sequence[tuple[Exhibit, ShownPaper]]) -> Words:
    """Lay an appeal out for typst.

    Args:
        contents: The letter.
        shown: Exhibits whose pages follow the letter.
    """
    own = contents.sender[0] if contents.sender else contents.case_id
    return {
        "title": contents.title,
        "author": contents.signature or contents.case_id,
        "foot": f"{contents.title}, claim {contents.claim}",
        "sender": list(contents.sender),
        "to": list(contents.to),
        "rows": [list(row) for row in contents.rows],
        "parts": [_part(part) for part in contents.parts],
        "lines": [[one.served_on, one.what, one.charged, one.paid] for one in contents.lines],
        "line_heads": ["Day", "What was given", "Charged", "Paid"],
        "exhibits_heading": contents.headings["exhibits"],
        "exhibits": [[f"{one.number}", one.title] for one in contents.exhibits],
        "sources": {
            "heading": contents.headings["sources"],
            "listed": [[f"[{number}]", words] for number, words in contents.sources],
        },
        "labels": ["Signature", "Date"],
        "signature": contents.signature or "",
        "shown": _shown(shown),
        "missing_heading": contents.headings["missing"],
        "missing_lead": f"This page is for {own}; leave it out. Nothing below is said in the letter.",
        "missing": list(contents.missing),
        "notice": contents.notice,
    }


def _part(part: AppealPart) -> Words:
    return {
        "heading": part.heading,
        "paragraphs": [" ".join(one.text for one in paragraph) for paragraph in part.paragraphs],
        "listed": [one.text for one in part.listed],
    }


def notes_view(contents: AppealContents, exhibit: Exhibit) -> Words:
    """Lay the notes of the refused sessions out for typst."""
    patient = next((value for label, value in contents.rows if label == "Patient"), "")
    return {
        "title": "Session notes",
        "author": contents.signature or contents.case_id,
        "foot": f"Session notes, claim {contents.claim}",
        "rows": [[label, value] for label, value in (("Patient", patient), ("Claim", contents.claim)) if value],
        "lead": "As they stand in the record. Only the days that were refused are listed.",
        "heads": ["Day", "What was done, noted and measured", "Trained by"],
        "sessions": [
            [one.served_on, one.when, [line for line in (one.done, one.note, one.measured) if line], one.by]
            for one in exhibit.notes
        ],
    }


def _origin(exhibit: Exhibit) -> str:
    return "from the record" if exhibit.notes else "as it was received"


def _shown(shown: Sequence[tuple[Exhibit, ShownPaper]]) -> list[Words]:
    pages, number = [], 0
    for exhibit, paper in shown:
        count = len(paper.pages)
        for place, page in enumerate(paper.pages, 1):
            number += 1
            which = f", page {place} of {count}" if count > 1 else ""
            pages.append(
                {
                    "frame": number,
                    "width": page.width,
                    "height": page.height,
                    "lies": page.lies,
                    "title": f"Exhibit {exhibit.number}: {exhibit.title}" if place == 1 else "",
                    "caption": f"Exhibit {exhibit.number}{which}, file {exhibit.file_name}, {_origin(exhibit)}",
                    "alt": f"Exhibit {exhibit.number}: {exhibit.title}{which}.",
                }
            )
    return pages
