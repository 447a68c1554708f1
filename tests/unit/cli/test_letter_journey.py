"""One letter from the safety questions to its renewal, typed as a person types it; in ink; and never in force at level 0."""

import json
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest

from necessity.cli import clock
from necessity.domain.case import Case
from necessity.domain.letter import LetterOfMedicalNecessity, TrainingOrder
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.return_code import return_code
from necessity.domain.training import Measurement, ServiceKind, TrainingPlan
from necessity.formats.fhir.check import check
from necessity.stores.folder import load_case, save_case
from tests import cast, letters
from tests.console import Ran, Shell

AGREE = ("--agree", "intent", "necessary", "not_general_health", "not_otherwise_incurred")
REASON = "Her trunk gives way under load; loading in small steps is what rebuilds it."
SEEN = ("last_seen=2026-02-27", "visit_basis=in_person", "precautions=no loaded bending in the first weeks")
NEVER = ("covered", "approved", "qualifies", "guaranteed", "payable")


def without_a_letter() -> Case:
    """Ada with an order that has no reason and no precautions, an HSA, no letter, and the safety questions unasked."""
    order = TrainingOrder(
        id="order1",
        ordered_by="ghali",
        ordered_on=date(2026, 3, 2),
        kind=ServiceKind.PERSONAL_TRAINING,
        condition="back",
        sessions_per_week=1,
        minutes_per_session=45,
        weeks=26,
    )
    goal = letters.goal("back", "Oswestry disability score", "%", "42", "20", "lifting her child")
    blank = {"red_flags_screened_on": None, "red_flag_found": None}
    case = cast.ada()
    changes = {
        "id": "ada",
        "letters": (),
        "orders": (order,),
        "clinicians": (letters.doctor(),),
        "patient": case.patient.model_copy(update=blank),
        "plan": TrainingPlan(summary="Graded strength work for trunk and hips.", follows_therapy=False, goals=(goal,)),
        "measurements": (),
    }
    return case.model_copy(update=changes)


class Desk:
    """A folder without a letter, a shell, keys of their own, and a clock that the test sets."""

    def __init__(self, shell: Shell, patch: pytest.MonkeyPatch) -> None:
        self.shell, self.folder = shell, shell.folder / "ada"
        self.at = datetime(2026, 3, 2, 15, tzinfo=UTC)
        patch.setattr(clock, "moment", lambda: (self.at, self.at.date()))
        patch.setenv("NECESSITY_HOME", str(shell.folder / "home"))
        save_case(self.folder, without_a_letter(), None)

    @property
    def today(self) -> str:
        return str(self.at.date())

    def run(self, *words: str, hours: float = 1) -> Ran:
        """Type a command some time after the last one; nothing shown to people promises anything."""
        self.at += timedelta(hours=hours)
        ran = self.shell(*words)
        assert "Traceback" not in ran.err
        if words[0] == "letter":
            assert not [word for word in NEVER if word in ran.out]
        return ran

    def screen(self) -> Ran:
        """Answer every safety question with no."""
        state = json.loads(self.shell("screen", "ada", "--on", self.today, "--json").out)
        said = [f"{one['fact']}=no" for one in state["questions"]]
        for answer in (*said, f"red_flags_screened_on={self.today}"):
            assert self.run("answer", "ada", answer).code == 0
        return self.run("screen", "ada", "--on", self.today)

    def outcome(self) -> str:
        """What the HSA says of the sessions held until summer."""
        decided = json.loads(self.shell("decide", "ada", "--on", "2026-06-30", "--json").out)
        return str(next(route["outcome"] for route in decided["routes"] if route["kind"] == "hsa"))

    def status(self) -> dict[str, object]:
        """The letter that was added last."""
        return json.loads(self.shell("letter", "status", "ada", "--on", self.today, "--json").out)["letters"][-1]

    def record(self) -> LetterOfMedicalNecessity:
        """The letter as decisions read it."""
        return load_case(self.folder).case.letters[-1]


@pytest.fixture
def desk(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(shell, monkeypatch)


def answering(*answers: str) -> tuple[str, ...]:
    """The options that give answers."""
    return tuple(word for one in answers for word in ("--answer", one))


def to_level_1(desk: Desk) -> None:
    """Somebody looks the signer up."""
    for evidence in ("npi_matched", "licence_matched"):
        words = ("--evidence", evidence, "--where", "the public register", "--by", "Trainer Eli")
        desk.run("letter", "check-signer", "ada", "letter1", *words)


def test_a_letter_from_the_safety_questions_to_its_renewal(desk: Desk) -> None:
    """Every step as it is typed: each knows what the one before left behind."""
    assert "No letter is drafted" in desk.run("letter", "send", "ada", "--address", "x@example.org", "--by", "Ada").out
    assert desk.screen().code == 0
    drafted = desk.run("letter", "draft", "ada", "--to", "hsa", "--keep", "--by", "Ada", "-o", "draft.json")
    assert (drafted.code, "nobody else can give it" in " ".join(drafted.out.split())) == (1, True)
    assert desk.status()["state"] == "draft"
    linted = desk.run("letter", "lint", "draft.json", "--case", "ada", "--on", desk.today)
    assert (linted.code, "not signed" in linted.out) == (1, True)
    sent = desk.run("letter", "send", "ada", "--address", "ghali@example.org", "--by", "Ada")
    assert (sent.code, "still asked" in sent.out) == (0, True)
    page = desk.run("letter", "review", "ada", "letter1", "--on", desk.today, "--opened-by", "Dr. Ghali")
    assert "rationale: Why does" in page.out
    assert "own_words: Another reason" in page.out
    early = desk.run("letter", "sign", "ada", "letter1", "--name", "Dr. Ghali", *AGREE)
    assert (early.code, '--answer rationale="…"' in early.err) == (2, True)
    answers = (f"rationale={REASON}", "recommendation=as_drafted", *SEEN)
    signed = desk.run("letter", "sign", "ada", "letter1", "--name", "Dr. Ghali", *AGREE, *answering(*answers))
    assert (signed.code, f"answered rationale: {REASON}" in " ".join(signed.out.split())) == (1, True)
    level_0 = desk.run("letter", "seal", "ada", "letter1")
    assert (level_0.code, "does not put the letter in force" in " ".join(level_0.out.split())) == (0, True)
    assert desk.outcome() != "payable"
    to_level_1(desk)
    status = desk.status()
    assert (status["state"], status["level"]) == ("in_force", 1)
    assert "at level 0; it is level 1 by now" in str(status["seal_words"])
    assert "Seal it again" in str(status["next_step"])
    assert desk.run("letter", "seal", "ada", "letter1", "-o", "letter.pdf").code == 0
    assert "again" not in str(desk.status()["next_step"])
    assert desk.run("letter", "verify", "letter.pdf").code == 0
    assert desk.outcome() == "payable"
    _packet_carries_the_sealed_letter(desk)
    _lint_finds_nothing_required(desk)
    _renewed(desk)


def _packet_carries_the_sealed_letter(desk: Desk) -> None:
    """Byte for byte, so that it can still be verified; its pages are shown, not drawn anew."""
    file = desk.record().file
    assert file is not None
    sealed = (desk.folder / file).read_bytes()
    assert sealed == (desk.shell.folder / "letter.pdf").read_bytes()
    ran = desk.run("packet", "ada", "--to", "hsa", "--on", "2026-06-30", "-o", "packet.pdf")
    assert ran.code <= 1, ran
    with pikepdf.open(desk.shell.folder / "packet.pdf") as packet:
        carried = {name: one.get_file().read_bytes() for name, one in packet.attachments.items()}
    assert sealed in carried.values()
    (desk.shell.folder / "carried.pdf").write_bytes(next(c for c in carried.values() if c == sealed))
    assert desk.run("letter", "verify", "carried.pdf").code == 0
    text = subprocess.run(["pdftotext", desk.shell.folder / "packet.pdf", "-"], capture_output=True, check=True).stdout
    assert REASON.split(";")[0] in " ".join(text.decode().split())


def _lint_finds_nothing_required(desk: Desk) -> None:
    """The same rulebook reads our own signed letter: as the PDF that was sealed, and as its data."""
    ran = desk.run("letter", "lint", "letter.pdf", "--case", "ada", "--on", desk.today, "--json")
    found = [one["id"] for one in json.loads(ran.out)["findings"] if one["severity"] == "required"]
    assert found == []
    with pikepdf.open(desk.shell.folder / "letter.pdf") as letter:
        bundle = letter.attachments["letter.fhir.json"].get_file().read_bytes()
        data = letter.attachments["letter.json"].get_file().read_bytes()
    assert (
        LetterDraft.model_validate_json(data).sha256
        == json.loads((desk.folder / "papers/letters/letter1-v1.signature.json").read_text())["draft_sha256"]
    )
    assert check(bundle) == ()
    kinds = {one["resource"]["resourceType"] for one in json.loads(bundle)["entry"]}
    assert {"ServiceRequest", "Condition", "Goal"} <= kinds


def _renewed(desk: Desk) -> None:
    """Months later, with a value measured since: drafted anew, from the day after, and signed with its own answers."""
    desk.at = datetime(2026, 8, 10, 15, tzinfo=UTC)
    record = load_case(desk.folder)
    again = Measurement(id="m9", kind="Oswestry disability score", value=30, measured_on=date(2026, 8, 5), goal="g1")
    save_case(
        desk.folder,
        record.case.model_copy(update={"measurements": (*record.case.measurements, again)}),
        record.version,
    )
    desk.screen()
    words = ("--last-seen", "2026-08-05", "--visit-basis", "in_person", "-o", "renewal.pdf")
    ran = desk.run("letter", "renew", "ada", "letter1", "--by", "Ada", *words)
    assert (ran.code, "55 percent of the way" in " ".join(ran.out.split())) == (0, True), ran
    desk.run("letter", "send", "ada", "--address", "ghali@example.org", "--by", "Ada")
    answers = (
        "rationale=It has come halfway and needs the same again.",
        "changed_treatment=less",
        "changed_treatment=1",
    )
    signed = desk.run(
        "letter", "sign", "ada", "letter1-renewal", "--name", "Dr. Ghali", *AGREE,
        *answering(*answers),
        "--level-evidence", "npi_matched=NPPES", "licence_matched=board", "--checked-by", "Trainer Eli",
    )  # fmt: skip
    assert signed.code == 0, signed
    assert (desk.record().replaces, desk.record().effective_from) == ("letter1", date(2026, 9, 1))
    assert desk.status()["state"] == "signed"


def test_a_letter_in_ink_is_printed_with_its_answers_photographed_and_sealed(desk: Desk) -> None:
    """The paper must read as what is kept: so what it asks is answered before it is printed."""
    desk.screen()
    printed = ("letter", "send", "ada", "--reached", "printed", "--by", "Ada", "-o", "letter.pdf")
    first = desk.run(*printed)
    assert (first.code, "send --correction with --answer" in " ".join(first.out.split())) == (0, True)
    answers = answering(f"rationale={REASON}", *SEEN)
    assert desk.run(*printed, "--letter", "letter1", "--correction", *answers).code == 0
    page = subprocess.run(
        ["pdftoppm", "-r", "150", "-png", desk.shell.folder / "letter.pdf", desk.shell.folder / "page"], check=True
    )
    assert page.returncode == 0
    draft = LetterDraft.model_validate_json((desk.folder / "papers/letters/letter1-v2.json").read_bytes())
    with_code = _page_with(desk.shell.folder, return_code(draft).text)
    seen = ("--yes", "ink", "letterhead", "unchanged", "--name", "Dr. Ghali", "--dated", desk.today)
    ticked = ("--ticked", *AGREE[2:])
    ran = desk.run("letter", "attach", "ada", with_code, "--by", "Ada", *seen, *ticked)
    assert ran.code == 0, ran
    assert desk.outcome() == "payable"
    assert desk.run("letter", "seal", "ada", "letter1", "-o", "sealed.pdf").code == 0
    told = json.loads(desk.run("letter", "verify", "sealed.pdf", "--json").out)
    assert (told["state"], told["signature"]["method"], told["signature"]["level"]) == ("intact", "wet_ink", 2)


def _page_with(folder: Path, code: str) -> str:
    """Find the printed page whose return code can be read: the one with the line to sign on."""
    from necessity.formats.return_code.read import read

    for page in sorted(folder.glob("page-*.png")):
        found = read(page.read_bytes())
        if any(one.text == code for one in found.codes):
            return page.name
    raise AssertionError("no page shows the return code")


def test_a_signature_of_level_0_never_puts_a_letter_in_force(desk: Desk) -> None:
    """Sealed or not: the decision, the status and the sealed file say the same."""
    desk.screen()
    desk.run("letter", "send", "ada", "--address", "ghali@example.org", "--by", "Ada")
    desk.run("letter", "sign", "ada", "letter1", "--name", "Dr. Ghali", *AGREE, "--answer", f"rationale={REASON}")
    assert desk.run("letter", "seal", "ada", "letter1", "-o", "letter.pdf").code == 0
    assert (desk.status()["state"], desk.status()["level"], desk.outcome()) == ("signed", 0, "pended")
    assert load_case(desk.folder).case.letters == ()
    assert "not in force" in " ".join(desk.run("letter", "verify", "letter.pdf").out.split())
    assert desk.run("letter", "renew", "ada", "letter1", "--by", "Ada").code == 2


@pytest.mark.parametrize(
    ("answer", "instead"),
    [
        ("recommendation=instead", "therapy_or_rehabilitation"),
        ("rationale=neither", None),
    ],
)
def test_an_answer_that_recommends_something_else_declines(desk: Desk, answer: str, instead: str | None) -> None:
    """It is one of the answers, and needs no signature."""
    desk.screen()
    desk.run("letter", "send", "ada", "--address", "ghali@example.org", "--by", "Ada")
    ran = desk.run("letter", "sign", "ada", "letter1", "--name", "Dr. Ghali", "--answer", answer)
    assert (ran.code, "declined" in ran.out) == (1, True)
    last = load_case(desk.folder).case.letter_events[-1]
    assert (last.kind, last.instead) == ("declined", instead)
    assert desk.status()["state"] == "declined"
