"""The lint of letters: every planted fault is found, nothing is found in good letters."""

from datetime import date

import pytest

from necessity.domain.decision import SourceKind
from necessity.domain.funding import FundingKind
from necessity.errors import SettingError
from necessity.intake.letter.draft_text import draft_text
from necessity.intake.letter.read import read_letter
from necessity.workflow.draft_letter import draft_letter
from necessity.workflow.letter_lint.catalogue import kinds
from necessity.workflow.letter_lint.compare import OtherLetter
from necessity.workflow.letter_lint.result import LetterLint, Severity
from necessity.workflow.lint_letter import account, lint_letter
from tests.cast import ada
from tests.letters import CASES, ON, agreed
from tests.linted_letters import Fault, GoodLetter, faults, good_letters, judge, lint


@pytest.mark.parametrize("letter", good_letters().values(), ids=good_letters())
def test_nothing_is_found_in_a_good_letter(letter: GoodLetter) -> None:
    """A lint that cries over good letters is switched off, advice included."""
    result = lint(letter.text, letter.on, letter.to, letter.kind)
    assert [(one.id, one.line, one.words) for one in result.findings] == []
    assert result.met == len(result.facts)


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: f"{fault.letter.file[:2]}-{fault.finding}")
def test_a_planted_fault_is_found_and_no_other_that_weighs(fault: Fault) -> None:
    """The fault is named as what it is, and does not drag others along."""
    result = lint(fault.text, fault.on, fault.to, fault.letter.kind)
    assert fault.finding in {one.id for one in result.findings}
    weighs = {one.id for one in result.findings if one.severity is Severity.REQUIRED}
    assert weighs <= {fault.finding} | fault.also


def test_there_are_enough_letters_and_faults(capsys: pytest.CaptureFixture[str]) -> None:
    """The issue asks for fifteen good letters and sixty with a fault; with -s the counts are printed."""
    with capsys.disabled():
        files = len({fault.letter.file for fault in faults()})
        print(f"\n{len(good_letters())} good letters, {len(faults())} with a planted fault, made from {files} of them")
    assert len(good_letters()) >= 15
    assert len(faults()) >= 60
    assert len({fault.letter.file for fault in faults()}) >= 15


def test_every_finding_of_the_catalogue_is_planted_somewhere() -> None:
    """A finding nobody has seen is a finding nobody knows to work."""
    elsewhere = (
        {"not_read", "same_words_as_another_letter"}
        | {id for id in kinds() if id.endswith("_from_record")}
        | {"signed_after_first_session"}
    )
    assert set(kinds()) - {fault.finding for fault in faults()} <= elsewhere


def _other(file: str) -> OtherLetter:
    return OtherLetter(file, read_letter(good_letters()[file].text))


def _lint(text: str, on: date, **beside: object) -> LetterLint:
    return lint_letter(judge(), read_letter(text), account(judge().book.parameters, None), on, **beside)  # type: ignore[arg-type]


def test_reasons_of_another_letter_are_found_with_names_and_numbers_changed() -> None:
    """A letter mill changes the name and keeps the reasons."""
    letter = good_letters()["01_prose_back.txt"]
    copied = letter.text.replace("Ada Example", "Dana Example").replace("45 minutes", "60 minutes")
    result = _lint(copied, letter.on, others=[_other("01_prose_back.txt")])
    assert "same_words_as_another_letter" in {one.id for one in result.findings}


def test_letters_that_only_share_stock_sentences_are_no_copies() -> None:
    """Everybody writes that it is medically necessary."""
    for name, letter in good_letters().items():
        others = [_other(file) for file in list(good_letters())[:8] if file != name]
        same = good_letters()[name].text
        found = {one.id for one in _lint(same, letter.on, others=others).findings}
        assert "same_words_as_another_letter" not in found, name


def test_our_own_letters_share_only_what_all_of_them_say() -> None:
    """The signs to stop at and what studies found are ours, and no sign of copying; a copied reason still is."""
    drafts = {name: draft_letter(judge(), case(), letter="letter1", on=ON) for name, case in CASES.items()}
    texts = {name: draft_text(draft) for name, draft in drafts.items()}
    for name, text in texts.items():
        others = [OtherLetter(other, read_letter(said)) for other, said in texts.items() if other != name]
        found = [one for one in _lint(text, ON, others=others).findings if one.id == "same_words_as_another_letter"]
        assert found == [], (name, found)
    reason = str(CASES["back"]().orders[0].reason)
    copied = texts["hypertension"] + reason + "\n"
    others = [OtherLetter("back", read_letter(texts["back"]))]
    assert "same_words_as_another_letter" in {one.id for one in _lint(copied, ON, others=others).findings}


def test_a_letter_of_ours_as_signed_lacks_nothing_required() -> None:
    """For any payer, with every statement agreed to: only that the data itself carries no signature and its day is found."""
    for name in ("back", "diabetes", "knee", "hypertension"):
        draft = agreed(draft_letter(judge(), CASES[name](), letter="letter1", on=ON))
        found = {one.id for one in _lint(draft_text(draft), ON).findings if one.severity is Severity.REQUIRED}
        assert found <= {"not_signed", "not_dated"}, (name, found)


def test_the_name_of_another_letters_patient_is_found() -> None:
    """A name left over from the letter that was copied."""
    letter = good_letters()["01_prose_back.txt"]
    left_over = letter.text.replace("Progressive\nloading", "As with Bruno, loading")
    result = _lint(left_over, letter.on, others=[_other("02_form_diabetes.txt")])
    assert "another_patients_name" in {one.id for one in result.findings}


def test_a_letter_is_held_against_the_record_of_its_case() -> None:
    """Wrong person, wrong code, wrong state, and too late for the first session."""
    letter = good_letters()["02_form_diabetes.txt"]
    text = letter.text.replace("OH MD-1001", "KY MD-1001").replace("Date: 04/01/2026", "Date: 04/10/2026")
    found = {one.id for one in _lint(text, date(2026, 4, 12), case=ada()).findings}
    assert {"patient_differs_from_record", "code_differs_from_record", "signer_differs_from_record"} <= found
    assert "signed_after_first_session" in found


def test_the_right_letter_agrees_with_its_record() -> None:
    """Ada's letter in Ada's case brings nothing up."""
    letter = good_letters()["01_prose_back.txt"]
    assert [one.id for one in _lint(letter.text, letter.on, case=ada()).findings] == []


def test_a_letter_in_another_language_gets_one_finding() -> None:
    """Nothing else is said of what was not read."""
    spanish = "Certifico que la paciente padece de dolor lumbar y que el ejercicio es necesario para su tratamiento."
    assert [one.id for one in _lint(spanish, date(2026, 3, 5)).findings] == ["not_read"]


def test_the_score_counts_what_this_payer_asks_for() -> None:
    """Eight facts for anybody, fourteen for FSAFEDS: a share of what is wanted, not a grade."""
    letter = good_letters()["01_prose_back.txt"]
    assert (lint(letter.text, letter.on).met, len(lint(letter.text, letter.on).facts)) == (8, 8)
    asked = lint(letter.text, letter.on, "fsafeds")
    assert (asked.met, len(asked.facts)) == (11, 14)
    assert {fact.finding for fact in asked.facts if not fact.met} == {
        "account_holder_missing",
        "employer_missing",
        "member_id_missing",
    }


def test_a_demand_cites_the_payers_own_paper_and_law_is_told_from_custom() -> None:
    """A reader must see whether law, an administrator or custom asks."""
    letter = good_letters()["01_prose_back.txt"]
    employer = next(one for one in lint(letter.text, letter.on, "fsafeds").findings if one.id == "employer_missing")
    assert employer.source_kind is SourceKind.PAYER_DOCUMENT
    assert "FSAFEDS" in employer.citations[0].where
    fit = letter.text.replace("to do it safely.", "to do it safely and to get in shape.")
    wellness = next(one for one in lint(fit, letter.on).findings if one.id == "general_wellness_purpose")
    assert wellness.source_kind is SourceKind.REGULATION


def test_every_finding_ends_with_something_to_do_and_a_source() -> None:
    """A fault without a fix is a complaint."""
    for fault in faults():
        for one in lint(fault.text, fault.on, fault.to, fault.letter.kind).findings:
            assert one.fix, one.id
            assert one.citations, one.id
            assert "{" not in one.message + one.fix, one.id


@pytest.mark.parametrize(("to", "kind", "setting"), [("fsafed", None, "--to"), ("fsafeds", FundingKind.HRA, "--kind")])
def test_an_unknown_payer_or_kind_is_told_with_what_is_known(to: str, kind: FundingKind | None, setting: str) -> None:
    """A typing error gets the nearest name."""
    with pytest.raises(SettingError) as refused:
        account(judge().book.parameters, to, kind)
    assert refused.value.setting == setting
