"""The lint of letters: every planted fault is found, nothing is found in good letters."""

import pytest

from necessity.workflow.letter_lint.catalogue import kinds
from necessity.workflow.letter_lint.result import Severity
from tests.letters import Fault, GoodLetter, faults, good_letters, lint


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


def test_there_are_enough_letters_and_faults() -> None:
    """The issue asks for fifteen good letters and sixty with a fault."""
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
