"""What people read stays at about sixth-grade level; and what the evidence says promises nothing.

Measured by the Flesch-Kincaid grade of `tests/readability.py`. Each kind of text keeps three bounds: half of the texts
ask for no more than six years of school, nine in ten for no more than ten, and no text of eight words or more for
more than twelve. What cannot be said more simply is named below, with the reason.
"""

import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from necessity.parameters.evidence import load_evidence
from necessity.rulebook.alternatives import alternatives
from necessity.rulebook.argument import argument_words
from necessity.stores.folder import load_case
from necessity.workflow.argument import argue
from tests.conftest import EXAMPLES
from tests.docs.test_words import promises
from tests.readability import grade, words_of
from tests.shipped import book

HALF, NINE_IN_TEN, ANY = 6.0, 10.0, 12.0
FEW_WORDS = 8
HARD = {
    "screen_supervision_advised": "medical supervision is the very thing the screen asks for, and has no shorter name",
}
"""Texts above the last bound that cannot be said more simply: where they stand, and why."""


def messages() -> Iterator[tuple[str, str]]:
    for rule in book().rules.values():
        yield from ((f"{rule.id}.{key}", text) for key, text in rule.messages.items())


def questions() -> Iterator[tuple[str, str]]:
    yield from ((fact.name, fact.question) for fact in book().facts.facts.values() if fact.is_given)


def findings() -> Iterator[tuple[str, str]]:
    """Everything plain that the argument says: findings, their limits, addressees."""
    for condition in load_evidence().values():
        for entry in condition.entries:
            yield f"{condition.id}.{entry.part}.{entry.id}", entry.says
            if entry.caveat:
                yield f"{condition.id}.{entry.part}.{entry.id}.caveat", entry.caveat
    for addressee in argument_words().addressees:
        for part in ("who", "how", "limit"):
            yield f"{addressee.kinds[0]}.{part}", getattr(addressee, part)


TEXTS = {"messages": dict(messages()), "questions": dict(questions()), "findings": dict(findings())}


@pytest.mark.parametrize("kind", TEXTS)
def test_half_of_the_texts_ask_for_six_years_of_school_and_nine_in_ten_for_ten(kind: str) -> None:
    """Whoever is ill and short of money must be able to read why."""
    grades = sorted(grade(text) for text in TEXTS[kind].values())
    assert len(grades) > 50
    assert statistics.median(grades) <= HALF
    assert grades[len(grades) * 9 // 10] <= NINE_IN_TEN


@pytest.mark.parametrize("kind", TEXTS)
def test_no_text_asks_for_more_than_twelve_years_of_school(kind: str) -> None:
    """Mend it: shorter sentences first, then shorter words. A text of a few words says too little about itself."""
    hard = {
        name: (round(grade(text), 1), text)
        for name, text in TEXTS[kind].items()
        if len(words_of(text)) >= FEW_WORDS and grade(text) > ANY and name not in HARD
    }
    assert hard == {}


def test_what_is_named_as_hard_is_still_there_and_still_hard() -> None:
    """An exception nobody needs any more hides the next one."""
    known = {name: text for texts in TEXTS.values() for name, text in texts.items()}
    assert {name for name in HARD if name not in known or grade(known[name]) <= ANY} == set()


def test_a_hard_text_would_be_found() -> None:
    """The bounds must not hold because nothing can break them."""
    hard = "Reimbursement necessitates contemporaneous documentation establishing individualised medical necessity."
    assert grade(hard) > ANY
    assert len(words_of(hard)) >= FEW_WORDS
    assert grade("Ask the clinician to sign the letter. Keep a copy.") <= HALF


def test_what_the_evidence_says_promises_nothing() -> None:
    """It goes to whoever decides, in the name of a patient."""
    words = argument_words()
    texts = [text for _, text in findings()]
    texts += [text for group in (words.paragraph, words.result, words.scale, words.nothing) for text in group.values()]
    assert [said for text in texts for said in promises(text)] == []


def test_the_neighbours_are_told_in_plain_words_too() -> None:
    """How to get one is the part people act on."""
    grades = [grade(other.how) for other in alternatives().values()]
    assert statistics.median(grades) <= NINE_IN_TEN


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in EXAMPLES.glob("*/case.toml")), ids=lambda path: path.name
)
def test_the_argument_of_an_example_promises_nothing(folder: Path) -> None:
    """Every paragraph may stand in a letter over somebody's name; only the titles of papers are not our words."""
    made = argue(load_case(folder).case, load_evidence(), argument_words())
    texts = [p.text for condition in made.conditions for p in condition.paragraphs]
    texts += [*made.notes, *(text for to in made.send_to for text in (to.who, to.how, to.limit, to.decided_by))]
    assert texts
    assert [said for text in texts for said in promises(text)] == []
