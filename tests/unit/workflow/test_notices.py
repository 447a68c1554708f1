"""Notices that say all the law asks for, offer a review from outside only where there is one, and own up to gaps."""

import subprocess
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from necessity.adjudication.decide import Judge
from necessity.cli import wiring
from necessity.cli.main import run as necessity
from necessity.codesets.adjustment_reasons import reason
from necessity.domain.case import Case
from necessity.domain.decision import Outcome
from necessity.domain.funding import FundingKind, FundingSource, PlanMarket
from necessity.domain.receipt import Reimbursement
from necessity.errors import FormatError, SettingError
from necessity.formats.notice.contents import NoticeContents, NoticeKind
from necessity.formats.notice.text import as_text
from necessity.formats.notice.write import read, write
from necessity.parameters.time_limits import load_plan_types
from necessity.rulebook.denial_numbers import denial_numbers
from necessity.rulebook.notice_words import notice_words
from necessity.workflow.notices.compose import LeftOut, Occasion
from necessity.workflow.notices.of_a_case import file_name, notices_of
from necessity.workflow.notices.review import Ways
from necessity.workflow.notices.sender import NoticeSender, read_sender
from tests.conftest import EXAMPLES
from tests.docs.test_words import SOURCES, promises

ON, SENT = date(2026, 6, 30), date(2026, 7, 1)
BOTH = frozenset({Outcome.NOT_PAYABLE, Outcome.PENDED})
SENDER = NoticeSender(
    name="Example Administrators",
    address=("1 Plan Road", "Springfield, OH 45501"),
    phone="555-0199",
    appeals_to=("Appeals", "1 Plan Road", "Springfield, OH 45501"),
    also=("Help in other languages is free: 555-0199.",),
)


@cache
def judge() -> Judge:
    return wiring.judge()


def occasion(sender: NoticeSender = SENDER) -> Occasion:
    parameters = judge().book.parameters
    return Occasion(judge(), sender, SENT, (parameters, load_plan_types(parameters)))


@cache
def example(name: str) -> Case:
    return wiring.read_case(EXAMPLES / name)


def notices(case: Case, sender: NoticeSender = SENDER) -> list[NoticeContents]:
    found = notices_of(case, ON, occasion(sender), BOTH)
    return [one for one in found if isinstance(one, NoticeContents)]


def with_source(case: Case, id: str, **cells: object) -> Case:
    """Change one funding source of a case."""
    changed = [one.model_copy(update=cells) if one.id == id else one for one in case.funding_sources]
    return case.model_copy(update={"funding_sources": tuple(changed)})


def bruno(**cells: object) -> NoticeContents:
    """Bruno's two sessions before his letter was accepted, refused by his health FSA."""
    (one,) = notices(with_source(example("02_fsa_diabetes_two_too_early"), "fsa", **cells))
    return one


def chen(**cells: object) -> NoticeContents:
    """Chen's sessions, refused by a health plan that excludes trainers by name."""
    found = notices(with_source(example("03_prediabetes_questionnaire"), "plan", **cells))
    (one,) = (one for one in found if one.funding_source == "plan" and one.kind is NoticeKind.REFUSAL)
    return one


@dataclass
class Read:
    """A notice as its reader finds it: flat text, and the text of each part by its heading."""

    whole: str
    parts: dict[str, str]


def as_read(one: NoticeContents) -> Read:
    text = as_text(one)
    parts, head = {}, ""
    known = {words.upper(): name for name, words in notice_words().heading.items()}
    for line in text.splitlines():
        head = known.get(line, head) if line in known else head
        parts[head] = f"{parts.get(head, '')} {line.strip()}"
    return Read(" ".join(text.split()), parts)


@pytest.mark.parametrize("one", [bruno(), chen()], ids=["account", "plan"])
def test_a_refusal_holds_everything_the_law_asks_for(one: NoticeContents) -> None:
    """29 CFR 2560.503-1(g)(1)(i) to (iv): reason, provision, what is missing and why, review with its time, court."""
    found = as_read(one)
    for reason_told in one.reasons:
        assert " ".join(reason_told.says.split()) in found.whole
        assert reason_told.provisions
        assert reason_told.needed
        for text in (*reason_told.provisions, *reason_told.needed):
            assert " ".join(text.split()) in found.whole
        assert all("This is needed because the requirement is that" in text for text in reason_told.needed)
    assert "within 180 days after you receive this notice" in found.parts["steps"]
    assert "28 December 2026" in found.parts["steps"]
    assert one.due_on == date(2026, 12, 28)
    assert "within 60 days after it has your appeal" in found.parts["steps"]
    assert "Appeals, 1 Plan Road, Springfield, OH 45501" in found.parts["steps"]
    assert "civil action under section 502(a) of ERISA" in found.parts["suit"]
    assert "free of charge" in found.parts["copies"]
    assert one.is_ready


def test_the_reason_is_of_this_claim_and_its_number_is_explained() -> None:
    """A number alone is what members complain about."""
    (told,) = bruno().reasons
    assert told.rule == "us.letter_dates.serves_in_time"
    assert told.code == "Reason number 174: The service was not prescribed before it was given."
    assert [line.expense for line in bruno().lines] == ["s01", "s02"]
    assert bruno().charged_cents == 17000


def test_the_plans_own_words_are_quoted_with_their_page() -> None:
    """The provision is what the plan says, not what other plans say."""
    clause = "“Health club dues, personal trainers and exercise programs, even if prescribed.” (page 62)"
    assert all(told.provisions[0] == clause for told in chen().reasons)
    assert not any("UMWA" in text for text in (as_text(chen()), *chen().sources))


def test_an_operators_section_comes_first() -> None:
    """Who has the plan's document names its section; the longest entry that fits is meant."""
    own = SENDER.model_copy(update={"provisions": {"us.letter_dates.": "Section 7.3", "us.": "Section 1"}})
    (one,) = notices(example("02_fsa_diabetes_two_too_early"), own)
    assert one.reasons[0].provisions[0] == "Section 7.3"
    assert own.provision("us.letter_dates.serves_in_time") == "Section 7.3"
    assert own.provision("us.money.year_money_is_left") == "Section 1"
    assert SENDER.provision("us.money.year_money_is_left") is None


def test_without_a_clause_the_plans_provision_is_missing() -> None:
    """A notice that names no provision of the plan is not one that can be sent."""
    one = chen(clauses=())
    assert any("The plan's own provision for:" in lack for lack in one.lacks)


ACCOUNTS = ("health_fsa", "hra", "limited_purpose_fsa", "dependent_care_fsa", "wellness_stipend")


@pytest.mark.parametrize("kind", ACCOUNTS)
def test_an_account_offers_no_review_from_outside(kind: str) -> None:
    """Offering one that does not exist costs people their time to go to court."""
    source = FundingSource(id="a", kind=FundingKind(kind))
    told = Ways(source, "post_service", SENT, SENDER, occasion().limits).outside(["us.tax_test.purpose_is_treatment"])
    assert told.is_offered is False
    assert told.sentences[0].startswith("There is no review by somebody independent of the plan for this:")
    assert "our own conclusion" in told.sentences[1]


def plan(**cells: object) -> FundingSource:
    usual: dict[str, object] = {"is_erisa": True, "is_grandfathered": False}
    return FundingSource.model_validate({"id": "p", "kind": FundingKind.GROUP_PLAN, **usual, **cells})


OUTSIDE: dict[str, tuple[FundingSource, str, bool | None]] = {
    "a plan, medical judgment": (plan(), "us.insurance.some_medical_rule", True),
    "a church's plan": (
        plan(is_erisa=False, market=PlanMarket.GOVERNMENT_OR_CHURCH),
        "us.insurance.some_medical_rule",
        True,
    ),
    "a plan, its contract": (plan(), "us.insurance.named_exclusion", False),
    "a grandfathered plan": (plan(is_grandfathered=True), "us.insurance.some_medical_rule", False),
    "grandfathered or not is unknown": (plan(is_grandfathered=None), "us.insurance.some_medical_rule", None),
    "a short-term plan": (plan(market=PlanMarket.SHORT_TERM), "us.insurance.some_medical_rule", None),
}


@pytest.mark.parametrize("what", OUTSIDE)
def test_a_review_from_outside_is_offered_only_where_it_exists(what: str) -> None:
    """Four months, medical judgment, no grandfathered plan; where nothing is known, nothing is offered."""
    source, rule, offered = OUTSIDE[what]
    told = Ways(source, "post_service", SENT, SENDER, occasion().limits).outside([rule])
    assert told.is_offered is offered
    text = " ".join(told.sentences)
    assert ("you may ask for a review by somebody independent, within 4 months" in text) is (offered is True)
    assert bool(told.lacks) is (offered is None)


def test_one_medical_reason_opens_the_review_from_outside() -> None:
    """The contract closes it only where nothing else stands against the claim."""
    ways = Ways(plan(), "post_service", SENT, SENDER, occasion().limits)
    both = ["us.insurance.named_exclusion", "us.insurance.some_medical_rule"]
    assert ways.outside(both).is_offered is True


def test_every_rule_said_to_turn_on_the_contract_is_a_rule() -> None:
    """A rule renamed would open a review that is not there."""
    say, rules = notice_words(), set(judge().book.rules)
    assert say.contract | say.wording | set(say.needed) <= rules


SUITS: dict[str, tuple[dict[str, object], bool | None, str]] = {
    "the record says yes": (
        {"is_erisa": True},
        None,
        "you have the right to bring a civil action under section 502(a)",
    ),
    "the record says no": ({"is_erisa": False}, True, "This is not a plan under ERISA"),
    "the sender says yes": ({}, True, "If an appeal does not change this decision, you have the right"),
    "nobody says": ({}, None, "If this is a plan of a private employer or of a union"),
    "the government's": ({"payer": "fsafeds"}, True, "This is not a plan under ERISA"),
}


@pytest.mark.parametrize("what", SUITS)
def test_the_right_to_sue_is_told_as_far_as_it_reaches(what: str) -> None:
    """A right that is not there must not be promised, one that is must not be left out."""
    cells, sender, words = SUITS[what]
    source = FundingSource.model_validate({"id": "a", "kind": FundingKind.HEALTH_FSA, **cells})
    who = SENDER.model_copy(update={"is_erisa": sender})
    (said,) = Ways(source, "post_service", SENT, who, occasion().limits).suit().sentences
    assert words in said


def test_the_plans_own_time_limits_come_first() -> None:
    """The plan's papers, then the sender's word, then the administrator's profile and the law."""
    one = bruno(appeal_days=200)
    assert one.appeal_days == 200
    assert "the plan's own, as its papers say" in as_read(one).parts["steps"]
    who = SENDER.model_copy(update={"appeal_days": 90, "appeal_answer_days": 45})
    (other,) = notices(example("02_fsa_diabetes_two_too_early"), who)
    assert other.appeal_days == 90
    assert "within 45 days" in as_read(other).parts["steps"]
    federal = FundingSource(id="a", kind=FundingKind.HEALTH_FSA, payer="fsafeds")
    assert Ways(federal, "post_service", SENT, SENDER, occasion().limits).appeal().days == 60


def test_a_federal_account_takes_no_time_limits_of_a_private_employers_plan() -> None:
    """FSAFEDS is the government's: how long it takes to answer is not known here, so the notice says so."""
    federal = FundingSource(id="a", kind=FundingKind.HEALTH_FSA, payer="fsafeds")
    ways = Ways(federal, "post_service", SENT, SENDER, occasion().limits)
    assert ways.appeal().lacks == (notice_words().lacks["answer"],)
    assert ways.information().lacks == (notice_words().lacks["number"],)


def test_where_the_time_to_appeal_is_not_known_the_notice_is_not_ready() -> None:
    """Unknown is an answer; a number made up would cost somebody the appeal."""
    source = FundingSource(id="a", kind=FundingKind.QSEHRA)
    told = Ways(source, "post_service", SENT, SENDER, occasion().limits).appeal()
    assert told.days is None
    assert len(told.lacks) == 2
    assert not any("within" in sentence and "receive" in sentence for sentence in told.sentences)


def test_nobody_refuses_an_hsa_claim() -> None:
    """The trustee of an HSA decides no claim; a notice of refusal would be nonsense."""
    found = notices_of(example("01_hsa_back_pain"), date(2026, 3, 31), occasion(), BOTH)
    assert all(isinstance(one, LeftOut) for one in found)


def test_what_the_same_account_paid_before_is_no_refusal() -> None:
    """Next month's run holds last month's paid sessions; nobody must get a letter that they are not paid."""
    case = example("02_fsa_diabetes_two_too_early")
    third = case.sessions[2]
    back = Reimbursement(id="b1", expense=third.id, funding_source="fsa", amount_cents=8500, counts_as_wages=False)
    mine = notices_of(case.model_copy(update={"reimbursements": (back,)}), ON, occasion(), BOTH)
    assert LeftOut("health_fsa", 1, notice_words().left_out["paid"]) in mine
    other = back.model_copy(update={"funding_source": None})
    found = notices(case.model_copy(update={"reimbursements": (other,)}))
    assert third.id in {line.expense for one in found for line in one.lines}


def test_what_was_not_given_and_not_claimed_gets_no_notice() -> None:
    """The rest of a package is no claim yet."""
    found = notices_of(example("08_package_of_20"), ON, occasion(), BOTH)
    out = [one for one in found if isinstance(one, LeftOut)]
    assert out
    assert all(one.why == notice_words().left_out["ahead"] for one in out)
    kept = [line for one in found if isinstance(one, NoticeContents) for line in one.lines]
    assert {line.served_on for line in kept} == {"7 April 2026", "12 May 2026"}


def test_a_request_says_what_is_missing_why_and_until_when() -> None:
    """29 CFR 2560.503-1(f): forty-five days to send it, fifteen to decide."""
    case = example("02_fsa_diabetes_two_too_early")
    receipts = tuple(one.model_copy(update={"names_service": None}) for one in case.receipts)
    found = notices(case.model_copy(update={"receipts": receipts}))
    (one,) = (one for one in found if one.kind is NoticeKind.REQUEST)
    read_ = as_read(one)
    assert one.appeal_days == 45
    assert one.due_on == date(2026, 8, 15)
    assert "within 45 days after you receive this letter" in read_.parts["until"]
    assert "15 August 2026" in read_.parts["until"]
    assert "decided within 15 days" in read_.parts["until"]
    assert all(told.title.startswith("Open: ") and told.needed for told in one.reasons)
    assert "Nothing of it is refused." in read_.whole
    assert not ({"steps", "outside", "suit"} & set(read_.parts))
    assert one.has_outside_review is None


def test_what_is_lacking_stands_on_a_page_for_the_sender() -> None:
    """A notice without an address for the appeal must not go out unnoticed."""
    (one,) = notices(example("02_fsa_diabetes_two_too_early"), NoticeSender())
    assert not one.is_ready
    assert len(one.lacks) == 2
    assert "BEFORE THIS IS SENT" in as_text(one)
    assert "Before this is sent" in _pdf_text(write(one))
    assert "Before this is sent" not in _pdf_text(write(bruno()))


def test_a_health_plans_notice_wants_help_with_language() -> None:
    """45 CFR 147.136(e) asks for it; nothing here knows the languages of a county."""
    (one,) = notices(example("03_prediabetes_questionnaire"), SENDER.model_copy(update={"also": ()}))
    assert any("Help with language" in lack for lack in one.lacks)


@pytest.mark.parametrize("name", sorted(path.parent.name for path in EXAMPLES.glob("*/case.toml")))
def test_no_notice_promises_anything(name: str) -> None:
    """A refusal is read by a patient: no word in it may sound like a yes."""
    for one in notices(example(name)):
        assert promises(as_text(one), SOURCES) == []


def test_the_paper_says_what_the_text_says_and_can_be_read_back() -> None:
    """No two forms of one notice may disagree."""
    for one in (bruno(), chen()):
        content = write(one)
        assert content == write(one)
        assert read(content) == one
        flat = "".join(_pdf_text(content).split())
        for part in (*one.parts,):
            assert all("".join(sentence.split()) in flat for sentence in part.sentences)
    with pytest.raises(FormatError, match="cannot be opened"):
        read(b"no paper")


def _pdf_text(content: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def test_a_sender_says_what_it_knows_and_nothing_else() -> None:
    """A key mistyped would leave every notice without an address."""
    with pytest.raises(SettingError, match="appeal_to"):
        read_sender('appeal_to = ["x"]', "sender.toml")
    with pytest.raises(SettingError, match="not TOML"):
        read_sender("name =", "sender.toml")


def test_file_names_hold_what_a_disk_takes() -> None:
    """Ids come from outside."""
    one = bruno().model_copy(update={"id": "../a b/fsa/refusal/post_service"})
    assert file_name(one) == "%2e%2e--a%20b--fsa--refusal--post_service"


def test_the_command_writes_papers_and_says_what_is_lacking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From a case folder to a letter in one command."""
    case = str(EXAMPLES / "02_fsa_diabetes_two_too_early")
    days = ["--on", "2026-06-30", "--sent-on", "2026-07-01"]
    assert necessity(["notice", case, *days, "-o", str(tmp_path)]) == 1
    assert "Who sends it" in capsys.readouterr().out
    sender = tmp_path / "sender.toml"
    sender.write_text('name = "Example"\naddress = ["1 Plan Road"]\n', encoding="utf-8")
    assert necessity(["notice", case, *days, "--sender", str(sender)]) == 0
    assert "NOTICE ABOUT YOUR CLAIM: NOT PAID" in capsys.readouterr().out
    names = {path.suffix for path in tmp_path.glob("02_*")}
    assert names == {".pdf", ".txt"}
    assert necessity(["notice", case, *days, "--source", "nobody"]) == 2


def test_reasons_with_a_number_have_one_we_know() -> None:
    """The number in a notice is the number in the payment file."""
    for number in {one.number for one in denial_numbers().values()}:
        assert reason(number) is not None
