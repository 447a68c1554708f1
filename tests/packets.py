"""Papers and decisions for the tests of the packet: small PDFs, photos, answers as from the engine."""

import io
from datetime import date
from decimal import Decimal

import pikepdf
from PIL import Image, ImageDraw

from necessity.domain.case import Case
from necessity.domain.decision import (
    Answer,
    Decision,
    Finding,
    LineDecision,
    Outcome,
    RouteDecision,
    RulebookVersion,
)
from necessity.domain.funding import FundingKind
from necessity.formats.packet.contents import (
    PacketContents,
    PacketGoal,
    PacketPaper,
    PacketReading,
    PacketRow,
    PacketSession,
    PaperKind,
)

MADE_ON = date(2026, 9, 1)
NOTICE = "This is not legal, tax or medical advice."


def pdf(*texts: str, size: tuple[int, int] = (612, 792), rotate: int = 0, password: str = "") -> bytes:
    """A PDF with one page for each text, the same bytes every time."""
    made = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for text in texts:
        page = made.add_blank_page()
        page.MediaBox = pikepdf.Array([0, 0, *size])
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = made.make_stream(f"BT /F1 12 Tf 72 {size[1] - 72} Td ({text}) Tj ET".encode())
        if rotate:
            page.Rotate = rotate
    target = io.BytesIO()
    if password:
        made.save(target, encryption=pikepdf.Encryption(user=password, owner=password))
    else:
        made.save(target, deterministic_id=True)
    return target.getvalue()


def photo(width: int = 600, height: int = 800, *, orientation: int = 1, format: str = "JPEG") -> bytes:
    """A picture as the camera stores it: the left half red, the right half blue."""
    image = Image.new("RGB", (width, height), "blue")
    ImageDraw.Draw(image).rectangle((0, 0, width // 2 - 1, height), fill="red")
    tags = Image.Exif()
    tags[0x0112] = orientation
    target = io.BytesIO()
    image.save(target, format, **({"exif": tags} if orientation != 1 else {}))
    return target.getvalue()


def line(id: str, served_on: date | None, source: str, outcome: Outcome, **more: object) -> LineDecision:
    """One line as the engine answers it; by default 85 dollars, all of it payable, on letter1."""
    known = {
        "kind": "personal_training",
        "charge_cents": 8500,
        "payable_cents": 8500 if outcome is Outcome.PAYABLE else None,
        "letter": "letter1",
        "rules": () if outcome is Outcome.PAYABLE else ("us.test.approved_first",),
    } | more
    return LineDecision.model_validate(
        {"id": id, "served_on": served_on, "funding_source": source, "outcome": outcome} | known
    )


def finding(message: str, *lines: str) -> Finding:
    """What the engine says about lines that wait for something."""
    return Finding(
        rule="us.test.approved_first",
        title="The letter is approved first",
        weight="required",
        answer=Answer.UNKNOWN,
        effect=Outcome.PENDED,
        message=message,
        where="letter letter1",
        because=(),
        citations=(),
        next_step="Ask the administrator.",
        lines=lines,
    )


def decision(case: Case, source: str, kind: FundingKind, lines: list[LineDecision], *findings: Finding) -> Decision:
    """A decision with one route."""
    route = RouteDecision(
        funding_source=source,
        kind=kind,
        outcome=Outcome.PAYABLE,
        decided_by="The plan's administrator decides.",
        payable_cents=None,
        saves_cents=None,
        left_to_pay_cents=None,
        next_steps=(),
        findings=findings,
        asks=(),
        changes=(),
        fixed=(),
        alternatives=(),
    )
    return Decision(
        case=case.id,
        on=MADE_ON,
        rulebook=RulebookVersion(dated=date(2026, 8, 1), sha256="0" * 64),
        routes=(route,),
        lines=tuple(lines),
        alternatives=(),
        others=(),
        deadlines=(),
        next_question=None,
        notice=NOTICE,
    )


def paper(id: str, content: bytes | None, file_name: str = "", kind: PaperKind = PaperKind.RECEIPT) -> PacketPaper:
    """A paper as the use case hands it to the writer."""
    name = file_name or f"{id}.pdf"
    title = f"{kind.capitalize()} {id}"
    return PacketPaper(id=id, title=title, kind=kind, file_name=name, content=content)


def contents(*papers: PacketPaper, sessions: int = 2, **more: object) -> PacketContents:
    """A small packet of Ada's: as many sessions as asked for, at 85 dollars."""
    days = [date.fromordinal(date(2026, 3, 9).toordinal() + 3 * n) for n in range(sessions)]
    rows = [
        PacketRow(
            id=f"s{n}",
            served_on=day,
            service="Personal training session",
            minutes=45,
            provider="Trainer Eli (Eli Training)",
            receipt=f"r{n}",
            charge_cents=8500,
            paid_cents=8500,
            claimed_cents=8500,
        )
        for n, day in enumerate(days, start=1)
    ]
    log = [
        PacketSession(served_on=day, minutes=45, activities=("hip hinge, 25 min",), trainer="Trainer Eli")
        for day in days
    ]
    goal = PacketGoal(
        measure="Six-minute walk distance",
        unit="m",
        baseline=Decimal(410),
        target=Decimal(500),
        readings=(PacketReading(measured_on=date(2026, 4, 1), value=Decimal("412.5")),),
    )
    known: dict[str, object] = {
        "case_id": "ada",
        "made_on": MADE_ON,
        "title": "Request for reimbursement",
        "payer_name": "Example Benefits",
        "funding_source": "Health FSA",
        "patient_name": "Ada",
        "account_holder": "Ada",
        "member_id": "EB-0001",
        "rows": tuple(rows),
        "sessions": tuple(log),
        "goals": (goal,),
        "papers": papers,
        "decided_by": "The plan's administrator decides.",
        "notice": NOTICE,
    }
    return PacketContents.model_validate(known | more)
