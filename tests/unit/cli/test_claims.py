"""`necessity post`, `follow`, `appeal` and `dossier` from outside: what they print, keep and refuse."""

import json
import shutil
from pathlib import Path

from necessity.stores.folder import load_case, save_case
from tests import answers as told
from tests.conftest import EXAMPLES, GOLDEN, Golden
from tests.console import Shell
from tests.messages import advice, message_835

BRUNO = "16_journey_fsa_denial"


def chen(shell: Shell) -> Path:
    folder = Path(shell.folder) / "chen"
    save_case(folder, told.case(), None)
    (Path(shell.folder) / "eob.edi").write_text(message_835(advice(told.remitted())), encoding="utf-8")
    return folder


def bruno(shell: Shell) -> None:
    shutil.copytree(EXAMPLES / BRUNO, Path(shell.folder) / BRUNO)


def test_posting_writes_the_case_and_following_names_the_next_step(shell: Shell, golden: Golden) -> None:
    """The road from a file in the mail to a day in the calendar."""
    folder = chen(shell)
    before = (folder / "case.toml").read_text(encoding="utf-8")
    ran = shell("post", "chen", "eob.edi", "--on", "2026-06-10")
    assert (ran.code, ran.err) == (0, "")
    case = load_case(folder).case
    assert (len(case.remittances), len(case.denials), case.reimbursements[0].amount_cents) == (1, 1, 4000)
    assert (folder / "case.toml").read_text(encoding="utf-8").startswith(before[:200])
    followed = shell("follow", "chen", "--on", "2026-06-20")
    assert (followed.code, followed.err) == (0, "")
    golden.check(GOLDEN / "claims" / "post.expected", ran.out)
    golden.check(GOLDEN / "claims" / "follow.expected", followed.out)


def test_posting_the_same_file_again_leaves_the_folder_as_it_is(shell: Shell) -> None:
    """Nothing counts twice, not even a comment moves."""
    folder = chen(shell)
    shell("post", "chen", "eob.edi", "--on", "2026-06-10")
    once = (folder / "case.toml").read_bytes()
    ran = shell("post", "chen", "eob.edi", "--on", "2026-07-01")
    assert (ran.code, (folder / "case.toml").read_bytes()) == (0, once)
    assert "posted before" in ran.out


def test_a_refusal_on_paper_is_written_down(shell: Shell) -> None:
    """Accounts answer by letter, and the time to appeal starts with it."""
    folder = chen(shell)
    ran = shell(
        "post",
        "chen",
        "--denial",
        "claim1",
        "--reason",
        "Not on our list.",
        "--no-medical-judgment",
        "--on",
        "2026-06-10",
        "--json",
    )
    assert ran.code == 0, ran.err
    (denial,) = load_case(folder).case.denials
    assert (denial.reason, denial.rests_on_medical_judgment, str(denial.received_on)) == (
        "Not on our list.",
        False,
        "2026-06-10",
    )
    assert json.loads(ran.out)["claims"][0]["open_cents"] == 23000


def test_wrong_use_is_told_in_words(shell: Shell) -> None:
    """Each ends with what to do."""
    chen(shell)
    (Path(shell.folder) / "note.txt").write_text("no message", encoding="utf-8")
    for words, code in (
        (("post", "chen", "nowhere.edi"), 3),
        (("post", "chen", "note.txt"), 3),
        (("post", "chen", "--reason", "50"), 2),
        (("post", "chen", "--denial", "nobody"), 2),
        (("appeal", "chen", "claim1"), 2),
        (("appeal", "chen", "claim1", "-o", "a.doc"), 2),
        (("dossier", "chen", "--year", "2026", "-o", "a.doc"), 2),
        (("dossier", "chen", "--year", "0"), 2),
    ):
        ran = shell(*words)
        assert (ran.code, "→" in ran.err, "Traceback" in ran.err) == (code, True, False), words


def test_the_fsa_denial_is_followed_to_its_appeal(shell: Shell, golden: Golden) -> None:
    """The example's promise: appeal by 7 December 2026, and no review from outside."""
    bruno(shell)
    ran = shell("follow", BRUNO, "--on", "2026-06-30")
    golden.check(GOLDEN / "claims" / "follow_fsa.expected", ran.out)
    assert "7 Dec 2026" in ran.out
    assert "No review by somebody independent" in ran.out
    said = json.loads(shell("follow", BRUNO, "--on", "2026-06-30", "--json").out)
    assert said["due"] == [{"on": "2026-12-07", "what": "Appeal", "about": "claim1"}]
    assert said["claims"][0]["next"]["kind"] == "appeal"
    decided = json.loads(shell("decide", BRUNO, "--on", "2026-06-30", "--json").out)
    assert [one["due_on"] for one in decided["deadlines"] if one["rule"] == "appeal_due_on"] == ["2026-12-07"]


def test_a_day_that_is_past_ends_with_one(shell: Shell) -> None:
    """Scripts must notice."""
    bruno(shell)
    ran = shell("follow", BRUNO, "--on", "2026-12-08")
    assert (ran.code, "that day is past" in ran.out) == (1, True)


def test_the_appeal_is_written_as_text_and_pdf(shell: Shell, golden: Golden) -> None:
    """What is read in the terminal is what is sent."""
    bruno(shell)
    printed = shell("appeal", BRUNO, "claim1", "--on", "2026-06-30")
    golden.check(GOLDEN / "claims" / "appeal_fsa.expected", printed.out)
    written = shell("appeal", BRUNO, "claim1", "--on", "2026-06-30", "-o", "appeal.pdf")
    assert (written.code, (Path(shell.folder) / "appeal.pdf").read_bytes()[:5]) == (1, b"%PDF-")
    refused = shell("appeal", BRUNO, "claim1", "--level", "external", "--on", "2026-06-30")
    assert (refused.code, "excepted benefit" in refused.err) == (2, True)


def test_the_dossier_is_shown_and_written(shell: Shell, golden: Golden) -> None:
    """One page for the return, one table for the spreadsheet."""
    bruno(shell)
    shown = shell("dossier", BRUNO, "--year", "2026", "--on", "2027-02-01")
    golden.check(GOLDEN / "claims" / "dossier_fsa.expected", shown.out)
    assert shell("dossier", BRUNO, "--year", "2026", "--on", "2027-02-01", "-o", "d.csv").code == 0
    assert (Path(shell.folder) / "d.csv").read_text(encoding="utf-8").count("\n") == 7
    assert shell("dossier", BRUNO, "--year", "2026", "--on", "2027-02-01", "-o", "d.pdf").code == 0


def test_the_calendar_holds_the_days_of_claims(shell: Shell) -> None:
    """A decision that is due belongs beside the letter that ends."""
    bruno(shell)
    said = json.loads(shell("calendar", BRUNO, "-o", "c.ics", "--on", "2026-06-30", "--json").out)
    assert [one["on"] for one in said["entries"]].count("2026-12-07") == 1
