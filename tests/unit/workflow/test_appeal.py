"""Appeals that say what the record holds and nothing else, in time, to whom it exists, with exhibits and gaps named."""

import re
import subprocess
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from necessity.cli import wiring
from necessity.domain.answer import ClaimStage, Denial
from necessity.domain.case import Case
from necessity.domain.decision import Decision
from necessity.domain.funding import PlanClause
from necessity.domain.people import Address
from necessity.domain.training import Measurement
from necessity.errors import RecordError
from necessity.formats.appeal.contents import REQUEST, AppealContents, Sentence
from necessity.formats.appeal.read import read
from necessity.formats.appeal.text import as_text
from necessity.formats.pdf import attachments, open_pdf
from necessity.parameters.evidence import load_evidence
from necessity.rulebook.appeal_words import appeal_words
from necessity.workflow.appeal import appeal_pdf, write_appeal
from necessity.workflow.appealing.matter import Level
from tests.conftest import EXAMPLES
from tests.packets import pdf
from tests.shipped import judge

ON = date(2026, 6, 30)
FOLDER = EXAMPLES / "16_journey_fsa_denial"


@cache
def bruno() -> tuple[Case, Decision]:
    case = wiring.read_case(FOLDER)
    return case, judge().decide(case, ON)


def papers(file: str) -> bytes | None:
    return pdf("A paper of the case.") if file.endswith(".pdf") else None


def written(case: Case | None = None, level: Level | None = None, on: date = ON) -> AppealContents:
    own, decided = bruno()
    return write_appeal(case or own, "claim1", decided, load_evidence(), papers, on, level)


def sentences(contents: AppealContents) -> list[Sentence]:
    said = [one for part in contents.parts for paragraph in part.paragraphs for one in paragraph]
    return [*said, *(one for part in contents.parts for one in part.listed)]


def with_denial(**changed: object) -> Case:
    case, _ = bruno()
    return case.model_copy(update={"denials": (case.denials[0].model_copy(update=changed),)})


def test_the_refused_fsa_claim_of_10_june_is_appealed_by_7_december() -> None:
    """The example's own day: 180 days, counted from the day after the notice came."""
    text = as_text(written())
    assert "The time for\nit ends on Dec 7, 2026." in text or "ends on Dec 7, 2026." in " ".join(text.split())
    assert "“Personal training is not on the list of expenses.”" in text


def test_no_review_from_outside_is_offered_for_an_fsa() -> None:
    """Asking for one that does not exist costs the time of the one that does."""
    with pytest.raises(RecordError, match="excepted benefit") as refused:
        written(level=Level.EXTERNAL)
    assert "Appeal" in refused.value.next_step
    assert "somebody independent" not in as_text(written())


def test_every_sentence_rests_on_the_record_on_a_source_or_asks() -> None:
    """The promise: nothing is claimed that nobody wrote down or published."""
    case, decided = bruno()
    rules = {finding.rule for route in decided.routes for finding in route.findings}
    for one in sentences(written()):
        assert one.rests_on, one.text
        for at in one.rests_on:
            kind, _, name = at.partition(":")
            if kind == "rule":
                assert name in rules
            elif kind not in ("source", REQUEST):
                assert resolves(case, at), at


def resolves(case: Case, at: str) -> bool:
    """Say whether a place names something that the record holds, or a count made from it."""
    head, *rest = at.split("/")
    if head in ("ledger", "time_limit"):
        return True
    value: object = getattr(case, head)
    for step in rest:
        if isinstance(value, tuple):
            value = next(one for one in value if one.id == step)
        else:
            value = getattr(value, step)
    return value not in (None, ())


def test_every_day_and_amount_of_the_letter_stands_in_the_record_or_follows_from_it() -> None:
    """A date that nobody recorded would be invented."""
    case, _ = bruno()
    text = " ".join(one.text for one in sentences(written()))
    held = case.model_dump_json()
    for month, day, year in re.findall(r"\b([A-Z][a-z]{2}) (\d{1,2}), (\d{4})\b", text):
        on = date(
            int(year),
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].index(month) + 1,
            int(day),
        )
        assert on.isoformat() in held or on == date(2026, 12, 7)
    assert set(re.findall(r"\$[\d,.]+\d", text)) == {"$510.00"}


def test_a_record_without_anything_makes_a_letter_that_claims_nothing() -> None:
    """Empty in, empty out: only requests and what the notice says are left."""
    case, decided = bruno()
    bare = case.model_copy(
        update={
            "conditions": (),
            "orders": (),
            "letters": (),
            "submissions": (),
            "plan": case.plan.model_copy(update={"goals": (), "summary": None}),
            "measurements": (),
            "claims": (case.claims[0].model_copy(update={"service_lines": ()}),),
        }
    )
    contents = write_appeal(bare, "claim1", decided, load_evidence(), papers, ON)
    assert not [one for one in sentences(contents) if one.rests_on[0].startswith(("rule:", "letters/", "conditions/"))]
    assert any("no lines" in one for one in contents.missing)


def test_what_the_record_does_not_meet_is_told_to_the_person_and_never_claimed() -> None:
    """An appeal that overstates loses more than the claim."""
    case, _ = bruno()
    unsigned = case.letters[0].model_copy(update={"signature": "unsigned"})
    weaker = case.model_copy(update={"letters": (unsigned,)})
    contents = write_appeal(weaker, "claim1", judge().decide(weaker, ON), load_evidence(), papers, ON)
    assert "The letter is signed." not in as_text(contents)
    assert any("does not meet" in one or "is open" in one for one in contents.missing)


def test_a_late_appeal_does_not_say_that_it_is_in_time() -> None:
    """The day is past: the letter must not claim otherwise."""
    contents = written(on=date(2027, 1, 5))
    assert "time for" not in as_text(contents)
    assert contents.missing[0].startswith("The last day was Dec 7, 2026")


def test_what_is_missing_is_named_until_it_is_there() -> None:
    """The list is the point of running it before the notice is lost."""
    assert any("notice itself" in one for one in written().missing)
    case = with_denial(file="papers/notice.pdf")
    source = case.funding_sources[0].model_copy(
        update={"clauses": (PlanClause(id="c1", kind="exclusion", words="Fitness is excluded.", page="12"),)}
    )
    patient = case.patient.model_copy(update={"address": Address(street="1 Road"), "phone": "555-0100"})
    fuller = case.model_copy(update={"funding_sources": (source,), "patient": patient})
    contents = written(fuller)
    assert contents.exhibits[0].title.startswith("Notice of the refusal")
    assert "“Fitness is excluded.” (page 12)" in as_text(contents)
    assert not any("notice itself" in one or "clause" in one or "address is not" in one for one in contents.missing)


def test_a_reason_code_is_told_in_our_own_words() -> None:
    """Codes mean nothing to the person who reads the letter, and the list's texts are licensed."""
    text = " ".join(as_text(written(with_denial(reason="50"))).split())
    assert "reason code 50; as we understand the code: the payer does not see medical necessity" in text


def test_a_second_appeal_names_the_first() -> None:
    """Whoever decides it must see the whole story."""
    case = with_denial(appealed_on=date(2026, 6, 20))
    plan = case.funding_sources[0].model_copy(update={"appeal_levels": 2})
    again = Denial(
        id="denial2", claim="claim1", received_on=date(2026, 7, 20), stage=ClaimStage.POST_SERVICE, reason="96"
    )
    case = case.model_copy(update={"denials": (*case.denials, again), "funding_sources": (plan,)})
    contents = written(case, on=date(2026, 8, 1))
    text = " ".join(as_text(contents).split())
    assert contents.level == "2"
    assert "The first was made on Jun 20, 2026; the answer came on Jul 20, 2026." in text
    with pytest.raises(RecordError, match="no first appeal"):
        written(case, Level.FIRST, date(2026, 8, 1))


def test_only_a_refused_claim_can_be_appealed() -> None:
    """Everything else has another next step, and it is said."""
    with pytest.raises(RecordError, match="no claim 'nobody'"):
        write_appeal(bruno()[0], "nobody", bruno()[1], load_evidence(), papers, ON)
    paid = bruno()[0].model_copy(update={"denials": ()})
    with pytest.raises(RecordError, match="No refusal of 'claim1'"):
        written(paid)


def test_the_same_inputs_give_the_same_bytes_and_the_exhibits_travel_whole() -> None:
    """The payer and the sender must be able to compare years later."""
    made = appeal_pdf(written())
    assert made == appeal_pdf(written())
    carried = attachments(open_pdf(made))
    assert list(carried) == ["appeal.json", "exhibit-01-letter.pdf", "exhibit-02-session-notes.pdf"]
    assert carried["exhibit-01-letter.pdf"] == papers("letter.pdf")
    shown = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=made, capture_output=True, check=True
    ).stdout.decode()
    assert "Exhibit 1: Letter of medical necessity" in shown
    assert "Before you send this" in shown


def test_the_page_of_what_is_missing_is_gone_once_nothing_is() -> None:
    """It must never reach the payer."""
    made = appeal_pdf(written().model_copy(update={"missing": ()}))
    shown = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=made, capture_output=True, check=True
    ).stdout.decode()
    assert "Before you send this" not in shown


def test_an_exhibit_that_cannot_be_shown_is_named() -> None:
    """A damaged scan is found before it is sent."""
    own, decided = bruno()
    broken = write_appeal(own, "claim1", decided, load_evidence(), lambda _: b"%PDF-1.7 cut", ON)
    shown = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=appeal_pdf(broken), capture_output=True, check=True
    ).stdout.decode()
    assert "cannot be shown" in shown


def test_no_word_of_an_appeal_promises() -> None:
    """Nothing here is covered, approved, guaranteed or qualifies."""
    words = appeal_words()
    texts = " ".join(
        (*words.says.values(), *words.asks.values(), *words.lacks.values(), *words.heading.values())
    ).lower()
    assert not re.search(r"\b(covered|approved|guarantee\w*|qualif\w+|entitled)\b", texts)


def with_notes(*lines: str) -> Case:
    """Bruno's case with a note for each session and values measured on two days; the refusal names some lines."""
    case, _ = bruno()
    noted = tuple(one.model_copy(update={"note": f"private note of {one.id}"}) for one in case.sessions)
    goal = case.plan.goals[0].id
    more = tuple(
        Measurement(id=f"m-{on}", kind="hba1c", value=value, measured_on=on, goal=goal)
        for on, value in ((date(2026, 4, 21), Decimal("7.3")), (date(2026, 5, 12), Decimal("7.1")))
    )
    changed = {"sessions": noted, "measurements": (*case.measurements, *more)}
    return with_denial(lines=lines).model_copy(update=changed)


def test_the_notes_of_the_refused_days_go_along_and_of_no_other() -> None:
    """A plan is shown what it refused; the rest of the trainer's book is none of its business."""
    contents = written(with_notes("s02", "s03"))
    (exhibit,) = (one for one in contents.exhibits if one.notes)
    assert [one.note for one in exhibit.notes] == ["Noted: private note of s02", "Noted: private note of s03"]
    assert [one.measured for one in exhibit.notes] == ["Measured: Haemoglobin A1c 7.3 %", ""]
    made = appeal_pdf(contents)
    (file,) = (content for name, content in attachments(open_pdf(made)).items() if "session-notes" in name)
    for shown in (made, file):
        text = subprocess.run(["pdftotext", "-", "-"], input=shown, capture_output=True, check=True).stdout.decode()
        assert "private note of s02" in text
        assert [n for n in ("s01", "s04", "s05", "s06") if f"note of {n}" in text] == []
        assert "7.1 %" not in text


def test_the_letter_names_only_what_the_exhibit_holds() -> None:
    """What was not noted is not said to be noted."""
    assert any("What was done on these days stands in exhibit 2." in one.text for one in sentences(written()))
    all_of_it = sentences(written(with_notes("s02")))
    assert any("What was done, noted and measured on these days stands in exhibit 2." in one.text for one in all_of_it)


def test_sessions_of_which_only_the_day_is_known_make_no_exhibit() -> None:
    """An empty page of notes proves nothing."""
    case, _ = bruno()
    bare = tuple(one.model_copy(update={"activities": (), "note": None}) for one in case.sessions)
    contents = written(case.model_copy(update={"sessions": bare}))
    assert not any(one.notes for one in contents.exhibits)
    assert not any("stands in exhibit" in one.text for one in sentences(contents))


def test_an_appeal_is_read_back_with_its_exhibits() -> None:
    """What its pages say, as data; what a sentence rests on stays with its owner."""
    contents = written(with_notes("s02"))
    back = read(appeal_pdf(contents))
    assert [one.text for one in sentences(back)] == [one.text for one in sentences(contents)]
    assert [one.rests_on for one in sentences(back)] == [()] * len(sentences(back))
    assert [one.title for one in back.exhibits] == [one.title for one in contents.exhibits]
    assert all(one.content for one in back.exhibits)
    assert appeal_pdf(back) == appeal_pdf(contents)
