"""Letters and papers in the words of the templates: every label, date and sentence as it will stand on the page."""

import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path

from necessity.domain.letter_draft import DraftClinician, DraftQuestion, DraftSource, LetterDraft, Speaker
from necessity.domain.letter_papers import LetterPaper, PaperPart, PaperSignature
from necessity.domain.people import Address
from necessity.domain.signature import SignatureRecord

Words = dict[str, object]
Said = dict[str, dict[str, str]]

_OURS = ("patient", "account_holder", "employer", "member_id")


@cache
def said() -> Said:
    """Read the words that come with the format."""
    content: Said = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return content


def day(on: date) -> str:
    """Write a day the way letters do.

    Examples:
        >>> day(date(2026, 3, 2))
        '2 March 2026'
    """
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def moment(at: datetime) -> str:
    """Write a moment to the second; it is UTC."""
    return f"{day(at.date())}, {at:%H:%M:%S}"


def title_of(draft: LetterDraft) -> str:
    """Name the letter: new, a renewal or a correction."""
    title = said()["title"]
    return title["renewal" if draft.is_renewal else "correction" if draft.replaces else "letter"]


def clinician_lines(clinician: DraftClinician | None) -> list[str]:
    """Write the clinician's block, one line each: name, numbers, address, telephone."""
    if clinician is None:
        return []
    label = said()["label"]
    numbers = [
        label["licence_number"].format(number=clinician.licence_number) if clinician.licence_number else "",
        label["licence_state"].format(state=clinician.licence_state) if clinician.licence_state else "",
    ]
    licence = " ".join(number for number in numbers if number)
    npi = label["npi"].format(npi=clinician.npi) if clinician.npi else ""
    registered = [label["licence"].format(licence=licence) if licence else "", npi]
    lines = [
        signer_name(clinician),
        ", ".join(one for one in registered if one),
        address_line(clinician.address),
        label["phone"].format(phone=clinician.phone) if clinician.phone else "",
    ]
    lines[1] = lines[1][:1].upper() + lines[1][1:]
    return [line for line in lines if line]


def signer_name(clinician: DraftClinician) -> str:
    """Write a name with the licence behind it."""
    licensed = clinician.licence is not None and clinician.licence != "none"
    return ", ".join(str(part) for part in (clinician.name, clinician.licence if licensed else None) if part)


def address_line(address: Address) -> str:
    """Write an address on one line; empty where nothing is known."""
    place = " ".join(part for part in (address.state, address.zip_code) if part)
    return ", ".join(part for part in (address.street, address.city, place) if part)


def identity(draft: LetterDraft) -> list[list[str]]:
    """List who it is about, in the order in which the payer's form asks."""
    label = said()["label"]
    values = {
        "patient": draft.patient_name,
        "account_holder": draft.account_holder_name,
        "employer": draft.employer,
        "member_id": draft.member_id,
    }
    order = [*(name for name in draft.layout if name in _OURS), *_OURS]
    rows = [[label[name], values[name] or ""] for name in dict.fromkeys(order)]
    if draft.patient_born_on:
        at = next(number for number, row in enumerate(rows) if row[0] == label["patient"])
        rows.insert(at + 1, [label["born_on"], day(draft.patient_born_on)])
    if draft.payer_name:
        rows.insert(0, [label["to"], draft.payer_name])
    if draft.replaces:
        rows.append([label["renews" if draft.is_renewal else "replaces"], draft.replaces])
    return [row for row in rows if row[1]]


def statements(draft: LetterDraft, *, signed: bool) -> list[str]:
    """List what the clinician attests; under a signature only what was agreed to."""
    own = [one for one in draft.statements if one.by is Speaker.CLINICIAN]
    return [one.words for one in own if one.agreed or not signed]


def letter_view(draft: LetterDraft, signature: SignatureRecord | None, return_code: str | None) -> Words:
    """Put a letter into words for the templates.

    Args:
        draft: The letter.
        signature: Who signed it; None: nobody yet.
        return_code: What the QR mark for the way back on paper says; None: no mark.
    """
    words, mark = said(), said()["mark"]
    signed = signature is not None
    named = (
        f"{mark['case'].format(case=draft.case)} · {mark['version'].format(letter=draft.letter, version=draft.version)}"
    )
    return {
        "title": title_of(draft),
        "author": signature.name if signature else draft.case,
        "foot": named if signed else f"{named} · {mark['made_on'].format(day=day(draft.drafted_on))}",
        "draft": "" if signed else mark["draft"],
        "sender": clinician_lines(draft.clinician),
        "date": "" if signed else f"{words['label']['drafted_on']} {day(draft.drafted_on)}",
        "rows": identity(draft),
        "parts": [
            {"heading": one.heading, "paragraphs": list(one.paragraphs), "listed": list(one.listed)}
            for one in draft.sections
        ],
        "statements": {
            "heading": words["heading"]["statements"],
            "words": statements(draft, signed=signed),
            "ticks": not signed,
            "lead": "" if signed else mark["tick"],
            "beside": mark["beside"] if any(one.by is Speaker.PATIENT for one in draft.statements) else "",
        },
        "signature": _signature(draft, signature),
        "sources": sources_view(draft.sources),
        "questions": None if signed else _questions(draft.questions),
        "evidence": _evidence(signature) if signature else None,
        "return": return_view(return_code),
    }


def return_view(code: str | None) -> Words | None:
    """Draw the mark that leads a photographed page back to its letter; None where none is wanted."""
    if code is None:
        return None
    import segno  # only letters that travel on paper pay for it

    rows = [list(row) for row in segno.make(code, error="m", micro=False).matrix_iter(border=4)]
    mark = said()["mark"]
    return {
        "size": len(rows),
        "dots": [0 if dark else 255 for row in rows for dark in row],
        "words": mark["return"].format(code=code),
        "alt": mark["return_alt"].format(code=code),
    }


def _signature(draft: LetterDraft, signature: SignatureRecord | None) -> Words:
    mark, lines = said()["mark"], clinician_lines(draft.clinician)
    told = ""
    if signature:
        method = said()["method"][signature.method]
        told = mark["signed"].format(method=method, name=signature.name, moment=moment(signature.signed_at))
    return {
        "heading": said()["heading"]["signature"],
        "told": told,
        "lines": lines,
        "labels": [mark["signature"], mark["date"]],
    }


def sources_view(sources: tuple[DraftSource, ...]) -> Words:
    """List the sources with their numbers."""
    return {"heading": said()["heading"]["sources"], "listed": [[f"[{one.number}]", one.text] for one in sources]}


def _questions(questions: tuple[DraftQuestion, ...]) -> Words | None:
    heading, mark = said()["heading"], said()["mark"]
    if not questions:
        return None
    groups = [
        {"heading": heading["required"], "asked": [_question(q) for q in questions if q.is_required]},
        {"heading": heading["others"], "asked": [_question(q) for q in questions if not q.is_required]},
    ]
    groups = [group for group in groups if group["asked"]]
    return {"heading": heading["questions"], "lead": mark["open"], "answer": mark["answer"], "groups": groups}


def _question(question: DraftQuestion) -> Words:
    who = said()["mark"]["who_clinician" if question.of is Speaker.CLINICIAN else "who_patient"]
    return {"asks": question.asks, "who": who, "choices": [choice.words for choice in question.choices]}


def _evidence(signature: SignatureRecord) -> Words:
    words, label = said(), said()["evidence"]
    numbers = (signature.licence, signature.licence_number, signature.licence_state)
    rows = [
        [label["name"], signature.name],
        [label["licence"], " ".join(str(one) for one in numbers if one) or words["mark"]["none"]],
        [label["npi"], signature.npi or words["mark"]["none"]],
        [label["method"], words["method"][signature.method]],
        [label["level"], words["level"][str(int(signature.level))]],
        [label["signed_at"], moment(signature.signed_at)],
        [label["reauth"], moment(signature.reauthenticated_at) if signature.reauthenticated_at else ""],
        [label["intent"], signature.intent],
        [label["letter"], words["mark"]["version"].format(letter=signature.letter, version=signature.version)],
    ]
    checks = [
        label["check"].format(what=_begun(one.what), result=_ended(one.result), by=one.by, at=moment(one.at))
        for one in signature.checks
    ]
    return {
        "heading": words["heading"]["evidence"],
        "rows": [row for row in rows if row[1]],
        "sha256_label": label["sha256"],
        "sha256": [signature.draft_sha256[:32], signature.draft_sha256[32:]],
        "checks_heading": words["heading"]["checks"],
        "checks": checks or [label["no_checks"]],
        "proves": label["proves"],
        "attached": label["attached"],
    }


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


# ── papers ────────────────────────────────────────────────────────────


def paper_view(paper: LetterPaper) -> Words:
    """Put a paper into words for the templates."""
    mark = said()["mark"]
    case, made_on = mark["case"].format(case=paper.case), mark["made_on"].format(day=day(paper.made_on))
    return {
        "title": paper.title,
        "author": paper.case,
        "foot": f"{case} · {paper.title} · {made_on}",
        "parts": [_part(part) for part in paper.parts],
        "signatures": [_signer(one) for one in paper.signatures],
        "labels": [mark["signature"], mark["date"]],
        "sources": sources_view(paper.sources),
    }


def _part(part: PaperPart) -> Words:
    table = part.table
    return {
        "heading": part.heading,
        "rows": [[row.label, row.value or ""] for row in part.rows],
        "paragraphs": list(part.paragraphs),
        "listed": list(part.listed),
        "ticks": list(part.ticks),
        "table": table
        and {
            "columns": list(table.columns),
            "rows": [list(row) for row in table.rows],
            "widths": list(table.widths),
        },
    }


def _signer(one: PaperSignature) -> Words:
    return {"role": one.role, "name": one.name or "", "says": one.says, "details": list(one.details)}
