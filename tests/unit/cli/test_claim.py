"""`necessity claim` from outside: forms, refusals, drafts, saving, exit codes."""

import json
from pathlib import Path

import pytest

from necessity.domain.claim import ClaimState
from necessity.formats.cms1500.read import read as read_print
from necessity.formats.registry import CLAIM_FORMATS, claim_format
from necessity.stores.folder import load_case, save_case
from necessity.workflow.claim_forms import ClaimForm
from tests import cast
from tests.claim_papers import chen
from tests.console import Shell
from tests.docs.test_words import promises
from tests.messages import message_999_on

ON = ("--on", "2026-06-01", "--rule", "cms")


@pytest.fixture
def folder(shell: Shell) -> Path:
    save_case(shell.folder / "chen", chen(), None)
    save_case(shell.folder / "ada", cast.ada(), None)
    return shell.folder


def test_every_form_that_can_be_asked_for_has_its_format() -> None:
    """`--as` offers what the registry holds, no more and no less."""
    assert [one.name for one in CLAIM_FORMATS] == [form.value for form in ClaimForm]
    for one in CLAIM_FORMATS:
        assert callable(one.write)
        assert callable(one.read)


def test_a_statement_is_written_and_read_back(shell: Shell, folder: Path) -> None:
    """Ada's hours for her account: all well, so it ends with 0."""
    ran = shell("claim", "ada", "--as", "statement", "-o", "out/s.pdf", "--on", "2026-06-01")
    assert (ran.code, ran.err) == (0, "")
    assert "✔ out/s.pdf: Itemised statement" in ran.out
    assert claim_format("statement").read((folder / "out/s.pdf").read_bytes()).claim.total_cents == 34_000


def test_a_member_is_refused_a_providers_form_with_a_way_out(shell: Shell, folder: Path) -> None:
    """The answer names what to have instead."""
    ran = shell("claim", "chen", "--as", "cms1500-print", "-o", "x.pdf", "--anyway", *ON)
    assert ran.code == 1
    assert "✘ CMS-1500, print for the red form: not written" in ran.out
    assert "--as superbill" in ran.out
    assert not (folder / "x.pdf").exists()
    assert promises(ran.out) == []


def test_a_provider_gets_the_print_on_two_sheets(shell: Shell, folder: Path) -> None:
    """Eight lines, and the shift of one's own printer."""
    shift = ("--shift-right", "0.05", "--shift-down", "-0.1")
    ran = shell("claim", "chen", "--as", "cms1500-print", "-o", "x.pdf", "--filed-by", "provider", *shift, *ON)
    assert (ran.code, ran.err) == (1, "")
    assert "8 lines, $480.00, paid $480.00" in ran.out
    assert "CPT copyright" in ran.out
    assert len(read_print((folder / "x.pdf").read_bytes()).lines) == 8
    assert max(len(line) for line in ran.out.splitlines()) <= 100


def test_what_stops_a_claim_keeps_the_form_unless_it_is_a_draft(shell: Shell, folder: Path) -> None:
    """A form without a member number is refused by every payer; to look at, it can be had."""
    text = (folder / "chen/case.toml").read_text(encoding="utf-8")
    (folder / "chen/case.toml").write_text(text.replace('member_id = "EG-4004"\n', ""), encoding="utf-8")
    ran = shell("claim", "chen", "--as", "cms1500", "-o", "x.pdf", *ON)
    assert ran.code == 1
    assert "--anyway" in ran.out
    assert not (folder / "x.pdf").exists()
    ran = shell("claim", "chen", "--as", "cms1500", "-o", "x.pdf", "--anyway", *ON)
    assert "marked as a draft" in ran.out
    assert claim_format("cms1500").read((folder / "x.pdf").read_bytes()).is_draft
    ran = shell("claim", "chen", "--as", "837p", "-o", "x.x12", "--anyway", "--filed-by", "provider", *ON)
    assert ran.code == 1
    assert not (folder / "x.x12").exists()


def test_a_draft_is_kept_in_the_case_and_written_again_from_there(shell: Shell, folder: Path) -> None:
    """What was filed must be found again, number and all."""
    ran = shell("claim", "chen", "--as", "superbill", "-o", "x.pdf", "--number", "C-7", "--save", *ON)
    assert "claim C-7 is kept in the case folder as a draft" in ran.out
    case = load_case(folder / "chen").case
    (kept,) = case.claims
    assert (kept.id, kept.state, len(kept.service_lines)) == ("C-7", ClaimState.DRAFT, 8)
    assert "claims" in case.complete
    first = (folder / "x.pdf").read_bytes()
    ran = shell("claim", "chen", "--as", "superbill", "-o", "y.pdf", "--claim", "C-7", *ON)
    assert (folder / "y.pdf").read_bytes() == first
    ran = shell(
        "claim", "chen", "--as", "superbill", "-o", "z.pdf", "--number", "C-7", "--until", "2026-05-05", "--save", *ON
    )
    assert (ran.code, "--number" in ran.err) == (2, True)
    assert not (folder / "z.pdf").exists()


def test_an_837p_wants_to_know_who_sends_it(shell: Shell, folder: Path) -> None:
    """Nothing of that is in a case, and nothing is made up."""
    asked = ("claim", "chen", "--as", "837p", "-o", "x.x12", "--filed-by", "provider", *ON)
    ran = shell(*asked)
    assert (ran.code, "--sender FILE" in ran.err) == (2, True)
    (folder / "sender.toml").write_text('sender_id = "S1"\nwrong = "x"\n', encoding="utf-8")
    ran = shell(*asked, "--sender", "sender.toml", "--control-number", "7")
    assert (ran.code, "wrong is not known; receiver_id is missing" in ran.err) == (2, True)
    names = ("sender_id", "receiver_id", "receiver_name", "name", "contact")
    said = "".join(f'{name} = "EXAMPLE"\n' for name in names) + 'phone = "5550100123"\n'
    (folder / "sender.toml").write_text(said, encoding="utf-8")
    ran = shell(*asked, "--sender", "sender.toml", "--control-number", "7", "--test", "--number", "C7")
    assert (ran.err, "✔ x.x12: Electronic claim 837P" in ran.out) == ("", True)
    (read,) = claim_format("837p").read((folder / "x.x12").read_bytes()).claims
    assert (read.control_number, read.total_cents) == ("C7", 48_000)


def sender(folder: Path) -> tuple[str, str]:
    """Write down who sends."""
    said = 'sender_id = "CLINIC"\nreceiver_id = "CLEARINGHOUSE"\n'
    said += "".join(f'{name} = "EXAMPLE"\n' for name in ("receiver_name", "name", "contact"))
    (folder / "sender.toml").write_text(said + 'phone = "5550100123"\n', encoding="utf-8")
    return "--sender", "sender.toml"


def test_each_837p_takes_a_number_of_its_own_and_its_claims_are_found_again(shell: Shell, folder: Path) -> None:
    """A 999 names the message only; the case knows which claim was in it, and says what to do."""
    asked = ("claim", "chen", "--as", "837p", "--filed-by", "provider", *ON, *sender(folder))
    ran = shell(*asked, "-o", "one.x12", "--number", "C1", "--save")
    assert (ran.err, "message 000000001 to CLEARINGHOUSE, written 1 Jun 2026: C1" in ran.out) == ("", True)
    ran = shell(*asked, "-o", "again.x12", "--claim", "C1", "--json")
    (message,) = json.loads(ran.out)["messages"]
    assert (message["number"], message["sets"][0]["group_number"]) == (2, "2")
    ran = shell(*asked, "-o", "three.x12", "--claim", "C1", "--control-number", "1", "--test")
    assert (ran.code, "the next free one is 3" in ran.err) == (2, True)
    assert not (folder / "three.x12").exists()
    (folder / "answer.999").write_text(message_999_on(2, "R").replace("FAYSTUDIO", "CLINIC   "), encoding="utf-8")
    ran = shell("post", "chen", "answer.999", "--on", "2026-06-03")
    assert (ran.code, ran.err) == (0, "")
    assert "C1: form not taken in, “message 000000002: 837 set 0001: rejected”" in ran.out
    assert "→ Correct it and send it again" in ran.out
    said = json.loads(shell("outbox", "chen", "--json").out)
    assert [one["number"] for one in said["messages"]] == [1, 2]


def test_a_claim_that_is_not_kept_is_told(shell: Shell, folder: Path) -> None:
    """An answer cannot find what the record does not hold."""
    asked = ("claim", "chen", "--as", "837p", "--filed-by", "provider", *ON, *sender(folder))
    ran = shell(*asked, "-o", "one.x12", "--number", "C1")
    assert "C1: not in the record, so no answer will find it. Write it once more with --save." in ran.out


def test_the_answer_as_json(shell: Shell, folder: Path) -> None:
    """One document, nothing else."""
    ran = shell("claim", "chen", "--as", "fhir", "-o", "x.json", "--json", "--number", "C7", *ON)
    said = json.loads(ran.out)
    assert (said["form"], said["files"], said["draft_only"], said["saved"]) == ("fhir", ["x.json"], False, [])
    assert said["claims"][0]["total_cents"] == 48_000
    assert {"rule", "effect", "message", "next_step"} <= said["findings"][0].keys()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--claim", "nope"), "no claim 'nope'"),
        (("--claim", "a", "--to", "plan"), "Give one of them"),
        (("--to", "nobody"), "Name one of: plan"),
        (("--from", "soon"), "--from is 'soon'"),
        (("--frequency", "7"), "--replaces"),
        (("--sender", "none.toml"), "cannot be read"),
    ],
)
def test_what_cannot_be_is_said_in_words(shell: Shell, folder: Path, words: tuple[str, ...], told: str) -> None:
    """Never a traceback."""
    ran = shell("claim", "chen", "--as", "superbill", "-o", "x.pdf", *words, *ON)
    assert (ran.code, told in ran.err) == (2, True)


def test_days_without_a_service_give_nothing(shell: Shell, folder: Path) -> None:
    """An empty claim is an answer, not a failure."""
    ran = shell("claim", "chen", "--as", "statement", "-o", "x.pdf", "--from", "2026-05-20", *ON)
    assert (ran.code, "No service in these days can be claimed." in ran.out) == (1, True)
    assert not (folder / "x.pdf").exists()


def test_a_fax_cover_counts_its_pages(shell: Shell, folder: Path) -> None:
    """Number and pages come from whoever sends it."""
    ran = shell(
        "claim", "ada", "--as", "fax-cover", "-o", "x.pdf", "--fax", "5550100999", "--pages", "5", "--on", "2026-06-01"
    )
    assert ran.code == 0
    cover = claim_format("fax-cover").read((folder / "x.pdf").read_bytes())
    assert (cover.to_fax, cover.pages, cover.sender.last, cover.papers) == (
        "5550100999",
        5,
        "Ada",
        ("letter", "receipts"),
    )


def test_a_fhir_claim_carries_the_papers_it_rests_on(shell: Shell, folder: Path) -> None:
    """A plan that asks for the receipt afterwards has not read what was sent."""
    case = load_case(folder / "chen").case
    paper = folder / "chen" / str(case.receipts[0].file)
    paper.parent.mkdir(parents=True, exist_ok=True)
    paper.write_bytes(b"%PDF-1.7 the receipt as it came")
    shell("claim", "chen", "--as", "fhir", "-o", "x.json", "--number", "C7", *ON)
    read = claim_format("fhir").read((folder / "x.json").read_bytes())
    assert read.files == {"C7-r1": paper.read_bytes()}
    assert [one.kind for one in read.claim.enclosures] == [
        "letter_of_medical_necessity",
        "receipt",
    ]  # one announced only
