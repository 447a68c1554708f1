"""Write the papers of the examples, letters and receipts; --check says if they are in step with their records.

Every paper is made from its record in `examples/*/case.toml` and the CSV files beside it: what the record says
stands on the paper does, what it says is missing is missing. Only the clinician's reasons are written here.
Every person is invented, and each paper says so. A receipt whose file is a .jpg is photographed.
"""

import io
import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import typst
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from necessity.domain.case import Case
from necessity.domain.letter import LetterOfMedicalNecessity, Signature, VisitBasis
from necessity.domain.money import dollars
from necessity.domain.people import Address, Clinician, Trainer
from necessity.domain.receipt import Receipt
from necessity.domain.training import TrainingSession
from necessity.stores.folder import load_case

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent / "examples"
TEMPLATES = HERE / "example_papers"
FOOTER = "Sample made for an example. Not a real {}; every person in it is invented."
_PATIENT_SAYS = (
    "I would not pay for this treatment without the condition named above, and I will not be paid back for it twice."
)
_KINDS = {
    "personal_training": "personal training with a trainer",
    "weight_loss_programme": "a weight-loss programme",
    "food": "meal-replacement shakes",
}
_ASKEW = -2.4  # degrees
_OFTEN = {1: "once", 2: "twice", 3: "three times"}
_REASONS = {
    "back": "The spine and hip muscles that carry {name}'s lower back are weak, and rest has not helped. Graded "
    "loading, supervised so that form and load can be corrected each time, rebuilds them and is the treatment "
    "for this pain.",
    "diabetes": "Muscle at work takes up glucose without insulin. Supervised aerobic and strength training of "
    "this amount lowers {name}'s blood glucose and is part of the treatment, beside diet and medication.",
    "prediabetes": "Physical activity can lower blood glucose.",
    "knee": "Physical therapy ended on 24 April 2026 before the knee was strong enough: {name} cannot climb one "
    "flight of stairs without the rail. Loaded leg training, with a physical therapist on the spot, treats that "
    "weakness.",
    "obesity": "The excess weight harms {name}'s heart and joints. Supervised training together with a "
    "structured weight-loss programme reduces it and keeps muscle while weight is lost; advice alone has failed "
    "twice.",
    "hypertension": "Supervised aerobic and resistance training of this amount lowers resting blood pressure. It "
    "is the first treatment here, before a second medication.",
}
"""Why the training treats the condition, by the condition's id."""

Papers = dict[Path, bytes]


def day(value: date | None) -> str:
    """Write a date as letters do."""
    return f"{value.day} {value:%B %Y}" if value else ""


def _address(address: Address) -> list[str]:
    town = " ".join(filter(None, (address.state, address.zip_code)))
    return [line for line in (address.street, ", ".join(filter(None, (address.city, town)))) if line]


def _letterhead(signer: Clinician) -> list[str]:
    if not signer.address.street:
        return ["Online Letter Service", "Letters from a questionnaire, by e-mail within the hour"]
    phone = f" · Telephone {signer.phone}" if signer.phone else ""
    return [f"{signer.name}, Family Medicine", " · ".join(_address(signer.address)) + phone]


def _about(case: Case, letter: LetterOfMedicalNecessity) -> Iterator[tuple[str, str]]:
    """List what stands on top of a letter."""
    if letter.names_patient:
        yield "Patient", f"{case.patient.name}, born {day(case.patient.born_on)}"
    if letter.names_account_holder:
        yield "Account holder", case.account_holder.name or case.patient.name or ""
    if letter.names_employer and case.account_holder.employer:
        yield "Employer", case.account_holder.employer
    if letter.names_member_id and case.account_holder.member_id:
        yield "Member number", case.account_holder.member_id


def _paragraphs(case: Case, letter: LetterOfMedicalNecessity) -> Iterator[str]:
    """Write what a letter says, a sentence for each thing its record says it says."""
    name = case.patient.name or "The patient"
    condition = next(c for c in case.conditions if c.id == letter.condition)
    order = next(iter(case.orders), None)
    first, *more = [_KINDS[kind] for kind in letter.covers]
    own = letter.signed_by == condition.diagnosed_by
    if letter.names_diagnosis:
        which = f"{condition.name} (ICD-10-CM {condition.code})"
        since = f" I diagnosed it on {day(condition.diagnosed_on)}." if own else ""
        yield f"{name} {'has' if own else 'reports'} {which}.{since}" + _visit(name, letter)
    if letter.names_treatment:
        often = _OFTEN[order.sessions_per_week or 2] if order else _OFTEN[2]
        minutes = (order.minutes_per_session if order else None) or 45
        frequency = f", {often} a week, {minutes} minutes each time," if letter.states_frequency else ""
        treatment = " and ".join([f"{first}{frequency}", *more])
        yield f"{'I prescribe' if own else 'We recommend'} {treatment} to treat this condition."
    if letter.links_training_to_diagnosis:
        yield _REASONS[condition.id].format(name=name) + _goal(case)
    if letter.states_necessity:
        general = " It is not for general health or appearance." if letter.states_not_general_health else ""
        yield f"This is medically necessary treatment of {condition.name}.{general}"
    if letter.states_duration:
        start = f"from {day(letter.effective_from)} to" if letter.effective_from else "until"
        end = day(letter.effective_to)
        yield f"This letter speaks for treatment {start} {end}.{_treatment_start(letter)}"


def _visit(name: str, letter: LetterOfMedicalNecessity) -> str:
    if letter.visit_basis is VisitBasis.QUESTIONNAIRE_ONLY:
        return f" This letter rests on the answers {name} gave in our online questionnaire."
    return f" I examined {name} in person on {day(letter.last_seen_on)}." if letter.last_seen_on else ""


def _goal(case: Case) -> str:
    if not case.plan.goals:
        return ""
    goal = case.plan.goals[0]
    measure = f"{goal.measure} from {goal.baseline} to {goal.target} {goal.unit}"
    return f" The goal is measured: {measure} by {day(goal.reach_by_on)}."


def _treatment_start(letter: LetterOfMedicalNecessity) -> str:
    if not letter.treatment_started_on:
        return ""
    began = day(letter.treatment_started_on)
    signed = day(letter.signed_on)
    return f" The treatment began on {began} on my instruction; I sign this letter on {signed}, its true date."


def letter_paper(case: Case, letter: LetterOfMedicalNecessity) -> bytes:
    """Set one letter in type."""
    signer = next(c for c in case.clinicians if c.id == letter.signed_by)
    statement = next(iter(case.statements), None)
    says = letter.states_not_otherwise_incurred and statement and not statement.would_buy_anyway
    numbers = (
        f"Licence {signer.licence_number} ({signer.licence_state})" if signer.licence_number else "",
        f"NPI {signer.npi}" if signer.npi else "",
    )
    data = {
        "title": "Letter of medical necessity",
        "letterhead": _letterhead(signer),
        "signed_on": day(letter.signed_on),
        "about": list(_about(case, letter)),
        "paragraphs": list(_paragraphs(case, letter)),
        "ink": letter.signature is Signature.WET_INK,
        "electronic": "/ signed electronically /" if letter.signature is Signature.ELECTRONIC else "",
        "signer": f"{signer.name}, {signer.licence}",
        "credential": " · ".join(filter(None, numbers)),
        "patient_says": _PATIENT_SAYS if says else "",
        "patient_signed": f"{case.patient.name}, {day(statement.signed_on)}" if says and statement else "",
        "footer": FOOTER.format("letter"),
    }
    assert letter.signed_on
    return _typeset("letter", data, letter.signed_on)


def _typeset(template: str, data: dict[str, object], on: date, *, picture: bool = False) -> bytes:
    """Set a paper in type: a tagged PDF, or a PNG of it for a photo."""
    compiler = typst.Compiler(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=True),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
    )
    if picture:
        made = compiler.compile(format="png", ppi=170)
    else:
        moment = datetime.combine(on, time(), UTC)
        made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=int(moment.timestamp()))
    assert isinstance(made, bytes)
    return made


def _proved(case: Case, receipt: Receipt) -> list[tuple[TrainingSession, int]]:
    """List the sessions a receipt names, with what each cost."""
    shares = {package.id: (package.price_cents or 0) // (package.sessions or 1) for package in case.packages}
    return [
        (session, session.charge_cents or shares.get(session.package or "", 0))
        for session in case.sessions
        if session.receipt == receipt.id
    ]


def _overseers(case: Case, receipt: Receipt) -> list[str]:
    """Name who oversaw the sessions on a receipt, each once."""
    ids = dict.fromkeys(session.supervisor for session, _ in _proved(case, receipt))
    return [f"{one.name}, {one.licence}" for one in case.clinicians if one.id in ids]


def _payee(trainer: Trainer) -> list[str]:
    """Say where a trainer's own business is reached, and its tax number."""
    tax_number = f"{trainer.tax_id[:2]}-{trainer.tax_id[2:]}" if trainer.tax_id else "none"
    reach = f"Telephone {trainer.phone} · " if trainer.phone else ""
    return [*_address(trainer.address), f"{reach}Tax number {tax_number}"]


def receipt_data(case: Case, receipt: Receipt) -> dict[str, object]:
    """Put together what stands on one receipt."""
    trainer = case.trainers[0]
    what = f"Personal training, {{}} min, {trainer.name}"
    package = next((package for package in case.packages if package.receipt == receipt.id), None)
    lines = [
        (day(session.served_on), what.format(session.minutes), dollars(cost))
        for session, cost in _proved(case, receipt)
    ]
    if package and not receipt.names_service:
        lines = [("", f"Package of {package.sessions}", dollars(receipt.amount_cents or 0))]
    ahead = (receipt.method or "").startswith("package")
    about = [("Receipt", receipt.id), ("Printed" if ahead else "Paid", day(receipt.paid_on))]
    about += [("Patient", case.patient.name or "")] if receipt.names_patient else []
    about += [("Trainer", f"{trainer.name}, {one.name}") for one in trainer.certifications]
    about += [("Overseen by", name) for name in _overseers(case, receipt)]
    return {
        "title": f"Receipt {receipt.id}",
        "paid_to": receipt.paid_to,
        "address": _payee(trainer) if receipt.paid_to in (trainer.name, trainer.business_name) else [],
        "about": about,
        "lines": lines,
        "total_label": "Value of sessions held" if ahead else "Total paid",
        "total": dollars(receipt.amount_cents or 0),
        "thanks": [f"Paid with the {receipt.method}" if ahead else f"Paid by {receipt.method}. Thank you."],
        "footer": FOOTER.format("receipt"),
    }


def receipt_paper(case: Case, receipt: Receipt) -> bytes:
    """Set one receipt in type, and photograph it where its file is a photo."""
    assert receipt.paid_on
    assert receipt.file
    is_photo = receipt.file.endswith(".jpg")
    made = _typeset("receipt", receipt_data(case, receipt), receipt.paid_on, picture=is_photo)
    return photographed(made) if is_photo else made


def photographed(picture: bytes) -> bytes:
    """Lay a printed slip on a table and take a photo of it: askew, unevenly lit, a little soft."""
    slip = Image.open(io.BytesIO(picture)).convert("L")
    slip = ImageOps.colorize(slip, black=(52, 50, 56), white=(246, 243, 234))
    margin = 70
    size = (slip.width + 2 * margin, slip.height + 2 * margin)
    table = Image.new("RGB", size, (141, 112, 84))
    grain = ImageDraw.Draw(table)
    for y in range(0, size[1], 9):  # planks: lines of slightly changing brown
        shade = 6 * ((y * 7919) % 5) - 12
        grain.line([(0, y), (size[0], y + 4)], fill=(141 + shade, 112 + shade, 84 + shade), width=9)
    paper = Image.new("L", size, 0)
    paper.paste(255, (margin, margin, margin + slip.width, margin + slip.height))
    shadow = ImageChops.offset(paper, 9, 12).rotate(_ASKEW, Image.Resampling.BICUBIC)
    shadow = shadow.filter(ImageFilter.GaussianBlur(10))
    table = Image.composite(Image.new("RGB", size, (62, 48, 36)), table, shadow.point(lambda v: v * 3 // 5))
    lying = Image.new("RGB", size)
    lying.paste(slip, (margin, margin))
    turned = lying.rotate(_ASKEW, Image.Resampling.BICUBIC)
    table.paste(turned, (0, 0), paper.rotate(_ASKEW, Image.Resampling.BICUBIC))
    light = Image.linear_gradient("L").rotate(90).resize(size).point(lambda v: 255 - v // 5)
    lit = ImageChops.multiply(table, Image.merge("RGB", (light, light, light)))
    taken = io.BytesIO()
    lit.filter(ImageFilter.GaussianBlur(0.6)).save(taken, "JPEG", quality=52, optimize=True)
    return taken.getvalue()


def papers_of(folder: Path) -> Papers:
    """Make every paper a case folder names: its path in the folder, and its bytes."""
    case = load_case(folder).case
    letters = {one.file: letter_paper(case, one) for one in case.letters if one.file}
    receipts = {one.file: receipt_paper(case, one) for one in case.receipts if one.file}
    return {folder / file: content for file, content in (letters | receipts).items()}


def main(arguments: list[str]) -> int:
    made: Papers = {}
    for folder in sorted(path.parent for path in EXAMPLES.glob("*/case.toml")):
        made |= papers_of(folder)
    stale = [path for path, content in made.items() if not path.exists() or path.read_bytes() != content]
    if "--check" in arguments:
        for path in stale:
            name = path.relative_to(EXAMPLES)
            print(f"{name} is not in step with its record; run: python tools/make_example_papers.py")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(made[path])
    total = sum(map(len, made.values()))
    print(f"{len(made)} papers, {total / 1000:.0f} KB in all, {len(stale)} of them new or changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
