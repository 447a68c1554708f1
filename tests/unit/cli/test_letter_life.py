"""`necessity letter …` and `calendar`: a letter's whole life from outside, and what it makes of a decision."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from necessity.cli import clock
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.return_code import ReturnCode, return_code
from necessity.stores.folder import load_case, save_case
from tests import cast, photos
from tests.console import Ran, Shell
from tests.letter_lives import STATEMENTS, draft, question

AGREE = ("--agree", "intent", *STATEMENTS)
SEEN = (
    "--yes",
    "ink",
    "letterhead",
    "unchanged",
    "--name",
    "Dr. Ghali",
    "--dated",
    "2026-03-03",
    "--ticked",
    *STATEMENTS,
)
NEVER = ("covered", "approved", "qualifies", "guaranteed", "payable")


class Desk:
    """Ada's folder without a letter, a shell, and a clock that the test sets."""

    def __init__(self, shell: Shell, patch: pytest.MonkeyPatch) -> None:
        self.shell = shell
        self.at = datetime(2026, 3, 2, 15, tzinfo=UTC)
        self.folder = shell.folder / "ada"
        patch.setattr(clock, "moment", lambda: (self.at, self.at.date()))
        save_case(self.folder, cast.ada().model_copy(update={"id": "ada", "letters": ()}), None)

    def run(self, verb: str, *words: str, hours: float = 1) -> Ran:
        """Run a letter verb some time after the last one; nothing shown to people promises anything."""
        self.at += timedelta(hours=hours)
        ran = self.shell("letter", verb, *words)
        assert not [word for word in NEVER if word in ran.out]
        assert "Traceback" not in ran.err
        return ran

    def send(self, version: LetterDraft | None = None, *words: str) -> Ran:
        """Send a letter to Dr. Ghali."""
        (self.shell.folder / "draft.json").write_bytes((version or draft()).as_json())
        return self.run(
            "send",
            "ada",
            "--letter",
            "lmn",
            "--draft",
            "draft.json",
            "--address",
            "ghali@example.org",
            "--by",
            "Ada",
            *words,
        )

    def sign(self, *words: str) -> Ran:
        """Dr. Ghali signs by typing the name."""
        return self.run("sign", "ada", "lmn", "--name", "Dr. Ghali", *AGREE, *words)

    def check(self, evidence: str, *words: str) -> Ran:
        """Somebody looks the signer up."""
        return self.run(
            "check-signer", "ada", "lmn", "--evidence", evidence, "--where", "the register", "--by", "Ada", *words
        )

    def paper(self, end: str) -> Path:
        """A paper of version 1."""
        return self.folder / "papers" / "letters" / f"lmn-v1{end}"

    def screened(self) -> None:
        """The safety questions are asked on the day of the clock, and none is a red flag."""
        record = load_case(self.folder)
        asked = {"red_flags_screened_on": self.at.date(), "red_flag_found": False}
        patient = record.case.patient.model_copy(update=asked)
        save_case(self.folder, record.case.model_copy(update={"patient": patient}), record.version)

    def route(self, on: str = "2026-06-30") -> dict:
        """What the HSA says."""
        decided = json.loads(self.shell("decide", "ada", "--on", on, "--json").out)
        return next(route for route in decided["routes"] if route["funding_source"] == "hsa")

    def status(self, on: str) -> dict:
        """The newest letter of the case."""
        return json.loads(self.shell("letter", "status", "ada", "--on", on, "--json").out)["letters"][-1]


@pytest.fixture
def desk(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(shell, monkeypatch)


def test_a_letter_lives_from_draft_to_decision(desk: Desk) -> None:
    """Level 0 pays nothing; with number and licence looked up, the same sessions meet the requirements."""
    before = desk.route()["outcome"]
    assert desk.send().code == 0
    assert desk.run("review", "ada", "lmn", "--opened-by", "Dr. Ghali").code == 0
    assert desk.status("2026-03-02")["state"] == "opened"
    typed = desk.sign()
    assert (typed.code, "Level 0" in typed.out) == (1, True)
    assert desk.route()["outcome"] == before != "payable"
    assert desk.check("npi_matched").code == 1
    assert desk.check("licence_matched").code == 0
    assert desk.route()["outcome"] == "payable"
    status = desk.status("2026-03-05")
    assert (status["state"], status["level"], status["signed_on"]) == ("in_force", 1, "2026-03-02")
    signature = json.loads(desk.paper(".signature.json").read_text())
    assert (signature["level"], len(signature["checks"])) == (1, 2)
    kept = LetterDraft.model_validate_json(desk.paper(".json").read_bytes())
    assert kept.sha256 == signature["draft_sha256"]
    assert desk.paper(".sent.json").read_bytes() == draft().as_json()


def test_a_withdrawn_letter_no_longer_decides(desk: Desk) -> None:
    """From the day of its withdrawal on."""
    desk.send()
    desk.sign("--level-evidence", "independent_contact=number in the board's directory", "--checked-by", "Ada")
    assert desk.route()["outcome"] == "payable"
    assert desk.run("revoke", "ada", "lmn", "--reason", "wrong patient", "--by", "Dr. Ghali").code == 0
    assert desk.route()["outcome"] != "payable"
    assert desk.status("2026-03-05")["state"] == "revoked"


def test_nothing_is_signed_without_every_answer(desk: Desk) -> None:
    """The refusal names what is missing; the case stays as it was."""
    desk.send()
    before = (desk.folder / "case.toml").read_bytes()
    ran = desk.run("sign", "ada", "lmn", "--name", "Dr. Ghali", "--agree", "intent", "necessary")
    assert (ran.code, "not_general_health" in ran.err) == (2, True)
    assert (desk.folder / "case.toml").read_bytes() == before
    assert not desk.paper(".signature.json").exists()


def test_no_option_dates_a_signature(desk: Desk) -> None:
    """There is no way to name another moment, and a clock set back is noticed."""
    desk.send()
    assert desk.sign("--on", "2026-01-01").code == 2
    desk.at -= timedelta(days=3)
    ran = desk.sign()
    assert (ran.code, "dated back" in ran.err) == (2, True)


def test_the_day_of_a_letter_signed_from_here_is_never_answered_away(desk: Desk) -> None:
    """Neither blanked, nor moved back, nor moved on, nor with any evidence."""
    desk.send()
    desk.sign("--level-evidence", "npi_matched=NPPES", "licence_matched=board", "--checked-by", "Ada")
    for day in ("unknown", "2026-03-01", "2026-03-09"):
        ran = desk.shell("answer", "ada", f"letter_signed_on@lmn={day}", "--evidence", "the paper", "--by", "Ada")
        assert (ran.code, "never corrected" in ran.err) == (2, True)
    assert load_case(desk.folder).case.letters[0].signed_on == date(2026, 3, 2)


def test_what_the_clinician_changed_is_kept_and_shown(desk: Desk) -> None:
    """The patient sees what became of the draft; the record follows the changed text."""
    desk.send()
    (desk.shell.folder / "changed.json").write_bytes(draft(sessions_per_week=1, weeks=12).as_json())
    page = desk.run("review", "ada", "lmn", "--changed", "changed.json")
    assert "weeks: 26 → 12" in page.out
    ran = desk.sign("--changed", "changed.json")
    assert "changed sessions_per_week: 2 → 1" in ran.out
    kept = json.loads(desk.paper(".changes.json").read_text())
    assert (kept["by"], [one["field"] for one in kept["differences"]]) == ("Dr. Ghali", ["sessions_per_week", "weeks"])


def test_a_drawn_signature_is_kept_as_a_paper(desk: Desk) -> None:
    """As strokes or as a picture; anything else is refused."""
    desk.send()
    (desk.shell.folder / "drawn.json").write_text(
        json.dumps({"width": 300, "height": 100, "strokes": [[[n * 10, 50 + n] for n in range(9)]]})
    )
    (desk.shell.folder / "empty.json").write_text(json.dumps({"width": 300, "height": 100, "strokes": []}))
    assert desk.sign("--method", "drawn").code == 2
    assert desk.sign("--method", "drawn", "--drawing", "empty.json").code == 3
    assert desk.sign("--method", "drawn", "--drawing", "drawn.json").code == 1
    signature = json.loads(desk.paper(".signature.json").read_text())
    assert (desk.folder / signature["drawing"]).read_bytes() == (desk.shell.folder / "drawn.json").read_bytes()


def test_a_letter_signed_in_ink_comes_back_as_a_photo(desk: Desk) -> None:
    """Printed with its code, signed, photographed, asked about, in force; the photo stays untouched."""
    assert desk.send(None, "--reached", "printed", "--qr", "code.svg").code == 0
    assert (desk.shell.folder / "code.svg").read_bytes().startswith(b"<?xml")
    photo = photos.jpeg(photos.in_perspective(photos.page(return_code(draft()))))
    (desk.shell.folder / "photo.jpg").write_bytes(photo)
    ran = desk.run("attach", "ada", "photo.jpg", "--by", "Ada", hours=24)
    assert (ran.code, "real ink" in ran.out) == (1, True)
    assert desk.route()["outcome"] != "payable"
    assert desk.run("attach", "ada", "photo.jpg", "--by", "Ada", *SEEN).code == 0
    assert desk.route()["outcome"] == "payable"
    letter = load_case(desk.folder).case.letters[0]
    assert (letter.signature, letter.signed_on, letter.is_on_letterhead_or_form) == ("wet_ink", date(2026, 3, 3), True)
    (kept,) = desk.folder.glob("papers/letters/*.paper-*.jpg")
    assert kept.read_bytes() == photo


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (ReturnCode("bruno", "lmn", 1, "00000000"), "belongs to the case 'bruno'"),
        (return_code(draft())._replace(version=3), "not known here"),
        (None, "No return code"),
    ],
)
def test_a_paper_of_another_letter_is_turned_away(desk: Desk, code: ReturnCode | None, why: str) -> None:
    """Nothing is kept of it."""
    desk.send(None, "--reached", "printed")
    (desk.shell.folder / "photo.jpg").write_bytes(photos.jpeg(photos.page(*[code] if code else [])))
    ran = desk.run("attach", "ada", "photo.jpg", "--by", "Ada", *SEEN)
    assert (ran.code, why in ran.err) == (2, True)
    assert not list(desk.folder.glob("papers/letters/*.jpg"))


def test_an_outdated_version_is_turned_away(desk: Desk) -> None:
    """Version 1 came back after version 2 was sent."""
    desk.send(None, "--reached", "printed")
    (desk.shell.folder / "photo.jpg").write_bytes(photos.jpeg(photos.page(return_code(draft()))))
    assert desk.send(draft(weeks=12), "--correction").code == 0
    ran = desk.run("attach", "ada", "photo.jpg", "--by", "Ada", *SEEN)
    assert (ran.code, "version 2 has taken its place" in ran.err) == (2, True)


def test_declining_and_asking_are_kept_in_words(desk: Desk) -> None:
    """A question waits for its answer, a declined letter for a new version."""
    desk.send()
    desk.run("ask", "ada", "lmn", "--question", "Since when?", "--by", "Dr. Ghali")
    assert desk.status("2026-03-02")["next_step"] == "Answer the question: Since when?"
    desk.run("ask", "ada", "lmn", "--answer", "Since 2022.", "--by", "Ada")
    assert "Since 2022." in desk.run("review", "ada", "lmn").out
    ran = desk.run("decline", "ada", "lmn", "--reason", "therapy first", "--by", "Dr. Ghali", "--instead", "therapy")
    assert (ran.code, "Recommended instead: therapy" in ran.out) == (0, True)
    assert desk.status("2026-03-02")["state"] == "declined"
    assert desk.sign().code == 2
    assert desk.send(draft(weeks=12), "--correction").code == 0
    assert desk.status("2026-03-02")["version"] == 2


def test_a_renewal_is_drafted_sent_and_signed_like_any_letter(desk: Desk) -> None:
    """The old letter stays in force until its last day."""
    desk.send()
    desk.sign("--level-evidence", "npi_matched=NPPES", "licence_matched=board", "--checked-by", "Ada")
    unasked = desk.run("renew", "ada", "lmn", "--by", "Ada", hours=24 * 160)
    assert (unasked.code, "No letter is drafted" in unasked.out) == (1, True)
    desk.screened()
    ran = desk.run("renew", "ada", "lmn", "--by", "Ada")
    assert (ran.code, "When did you see Ada again" in ran.out) == (0, True)
    early = desk.run("sign", "ada", "lmn-renewal", "--name", "Dr. Ghali", *AGREE)
    assert (early.code, "not sent yet" in early.err) == (2, True)
    words = ("--letter", "lmn-renewal", "--address", "ghali@example.org", "--by", "Ada")
    assert "still asked" in desk.run("send", "ada", *words).out
    again = desk.run(
        "renew", "ada", "lmn", "--by", "Ada", "--last-seen", "2026-08-05", "--visit-basis", "in_person", "--json"
    )
    made = json.loads(again.out)
    assert (made["letter"], made["replaces"], made["starts_on"]) == ("lmn-renewal2", "lmn", "2026-08-31")
    desk.run("send", "ada", "--letter", "lmn-renewal2", "--address", "ghali@example.org", "--by", "Ada")
    replies = (
        "--answer",
        "rationale=It still keeps her from lifting, less than before.",
        "--answer",
        "order_has_ended=26",
    )
    signed = desk.run("sign", "ada", "lmn-renewal2", "--name", "Dr. Ghali", *AGREE, *replies)
    assert signed.code == 1, signed
    old = json.loads(desk.shell("letter", "status", "ada", "--on", "2026-08-12", "--json").out)["letters"][0]
    assert (old["letter"], old["state"]) == ("lmn", "expiring")


def test_a_calendar_says_little_unless_asked(desk: Desk) -> None:
    """Read back by a calendar library; the same command gives the same bytes."""
    desk.send()
    desk.sign("--level-evidence", "npi_matched=NPPES", "licence_matched=board", "--checked-by", "Ada")
    words = ("calendar", "ada", "--on", "2026-06-01", "-o")
    assert desk.shell(*words, "one.ics").code == desk.shell(*words, "two.ics").code == 0
    one, two = ((desk.shell.folder / name).read_bytes() for name in ("one.ics", "two.ics"))
    assert one == two
    days = {event.decoded("DTSTART") for event in Calendar.from_ical(one).walk("VEVENT")}
    assert {date(2026, 7, 31), date(2026, 8, 30)} <= days
    assert b"lmn" not in one
    desk.shell(*words, "full.ics", "--detail")
    assert b"lmn" in (desk.shell.folder / "full.ics").read_bytes()


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("review", ("ada", "lmn")),
        ("sign", ("ada", "lmn", "--name", "x", "--agree", "intent")),
        ("decline", ("ada", "lmn", "--reason", "x", "--by", "x")),
        ("ask", ("ada", "lmn", "--question", "x", "--by", "x")),
        ("revoke", ("ada", "lmn", "--reason", "x", "--by", "x")),
        ("check-signer", ("ada", "lmn", "--evidence", "npi_matched", "--where", "x", "--by", "x")),
        ("renew", ("ada", "lmn", "--by", "x")),
        ("status", ("nowhere",)),
    ],
)
def test_what_is_not_there_is_told_with_a_next_step(desk: Desk, verb: str, words: tuple[str, ...]) -> None:
    """Each verb, on a letter that was never drafted."""
    ran = desk.run(verb, *words)
    assert (ran.code, "→" in ran.err) == (2, True)


def test_a_spoilt_or_foreign_draft_is_refused(desk: Desk) -> None:
    """Every fault of it is listed."""
    (desk.shell.folder / "bad.json").write_text('{"case": "ada", "version": 0}')
    words = ("--address", "x", "--by", "Ada")
    ran = desk.run("send", "ada", "--letter", "lmn", "--draft", "bad.json", *words)
    assert (ran.code, "version" in ran.err, "drafted_on" in ran.err) == (3, True, True)
    assert desk.send(draft(case="bruno")).code == 2
    assert "names no funding source" in desk.send(None, "--to", "fsa").err
    assert desk.send(draft(letter="../x")).code == 2
    assert desk.send(draft(questions=(question(),))).out.count("still asked") == 1


def test_status_of_a_case_without_letters_is_plain(desk: Desk) -> None:
    """Nothing to decide is no failure."""
    ran = desk.run("status", "ada")
    assert (ran.code, ran.out) == (0, "There is no letter in this case yet.\n")


def test_a_mistyped_day_of_a_paper_is_corrected_with_its_evidence(desk: Desk) -> None:
    """A letter entered by hand: refused without, kept with who, when and by what."""
    record = load_case(desk.folder)
    save_case(desk.folder, record.case.model_copy(update={"letters": cast.ada().letters}), record.version)
    said = ("answer", "ada", "letter_signed_on=2026-02-27")
    assert desk.shell(*said).code == 2
    assert desk.shell(*said, "--evidence", "the paper").code == 2
    assert desk.shell(*said, "--evidence", "the paper", "--by", "Ada").code == 0
    case = load_case(desk.folder).case
    assert case.letters[0].signed_on == date(2026, 2, 27)
    (event,) = case.letter_events
    assert (event.was_on, event.by, event.note) == (date(2026, 3, 2), "Ada", "corrected to 2026-02-27: the paper")
    assert desk.shell("letter", "status", "ada", "--on", "2026-04-01").code == 0
