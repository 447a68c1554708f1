"""A notice as plain values for its template: every word is here, the template only says where it stands."""

from typing import Any

from necessity.formats.notice.contents import NoticeContents, NoticeKind, NoticeReason

Words = dict[str, Any]


def view(contents: NoticeContents) -> Words:
    """Lay a notice out for typst."""
    head = contents.headings
    request = contents.kind is NoticeKind.REQUEST
    return {
        "title": contents.title,
        "author": contents.sender[0] if contents.sender else contents.payer,
        "foot": f"{contents.title}, {contents.case_id}",
        "sender": list(contents.sender),
        "to": list(contents.to),
        "date": f"{contents.made_on.day} {contents.made_on:%B %Y}",
        "rows": [list(row) for row in contents.rows],
        "opening": contents.opening,
        "lines_heading": head["lines"],
        "line_heads": ["Day", "What was given", "Charged", "Reason"],
        "lines": [[one.served_on, one.what, one.charged, ", ".join(map(str, one.numbers))] for one in contents.lines],
        "reasons_heading": head["asked" if request else "reasons"],
        "reasons": [_reason(one) for one in contents.reasons],
        "provision": head["provision"],
        "missing": head["missing"],
        "parts": [{"heading": part.heading, "sentences": list(part.sentences)} for part in contents.parts],
        "sources_heading": head["sources"],
        "sources": [[f"[{number}]", words] for number, words in enumerate(contents.sources, 1)],
        "lacks_heading": head["lacks"],
        "lacks": list(contents.lacks),
    }


def _reason(reason: NoticeReason) -> Words:
    return {
        "number": f"{reason.number}.",
        "title": reason.title,
        "says": [text for text in (reason.says, reason.code) if text],
        "provisions": list(reason.provisions),
        "needed": list(reason.needed),
    }
