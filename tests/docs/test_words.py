"""What a patient reads never promises, and always says who decides.

Searched is all that reaches a patient: messages of rules, questions of facts, the shared words, the
alternatives, what the commands print for every example, and the text of packets.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from necessity.domain.decision import Outcome
from necessity.domain.funding import FundingKind
from necessity.rulebook.alternatives import alternatives
from necessity.rulebook.load import Rulebook
from necessity.rulebook.words import words
from necessity.stores.folder import save_case
from tests import cast, shipped
from tests.conftest import EXAMPLES
from tests.console import Kept, Ran, Shell

NEVER = re.compile(r"\b(covered|approved|qualif(?:y|ies|ied)|eligible|guaranteed?s?|payable)\b")
ALLOWED = {
    "approved by the administrator": "a fact about a letter: the administrator said so",
}
"""Phrases in which such a word promises nothing, and why."""

BOOK = shipped.book()
_BY_RULES = (version.citations for rule in BOOK.rules.values() for version in rule.versions)
_BY_LAW = (value.citations for one in BOOK.parameters.law.values() for value in one.values)
_BY_PAYERS = (cites for profile in BOOK.parameters.profiles for cites in profile.cites.values())
_CITED = [citation for cites in (*_BY_RULES, *_BY_LAW, *_BY_PAYERS) for citation in cites]
SOURCES = {text for citation in _CITED for text in (citation.where, citation.says)}
DAY = "2026-09-30"
FOLDERS = sorted(path.parent for path in EXAMPLES.glob("*/case.toml"))


def promises(text: str, sources: Iterable[str] = ()) -> list[str]:
    """Find each forbidden word with the words around it.

    The name of a source, such as a list of "eligible expenses", and what it says of itself are no words of
    ours; they are left out where they stand whole.
    """
    flat = " ".join(text.split()).lower()
    for phrase in (*ALLOWED, *sorted(sources, key=len, reverse=True)):
        flat = flat.replace(" ".join(phrase.split()).lower(), "…")
    return [flat[max(0, m.start() - 40) : m.end() + 40] for m in NEVER.finditer(flat)]


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return BOOK


@pytest.mark.parametrize("word", ["covered", "Approved", "you qualify", "eligible", "guaranteed", "payable"])
def test_each_promise_would_be_found(word: str) -> None:
    """The search must not pass because it cannot fail."""
    assert len(promises(f"This is {word}.")) == 1


def test_names_and_codes_are_no_promises() -> None:
    """The name of a fact, to be typed behind `necessity answer`, is data."""
    assert promises("not_payable letter_is_approved=yes, and what was approved by the administrator") == []


def test_no_message_of_a_rule_promises(book: Rulebook) -> None:
    """A message stands beside an outcome that somebody else decides."""

    def found() -> Iterator[tuple[str, list[str]]]:
        for rule in book.rules.values():
            for text in (rule.title, rule.question, *rule.messages.values()):
                if said := promises(text):
                    yield rule.id, said

    assert list(found()) == []


def test_no_question_promises(book: Rulebook) -> None:
    """A question that assumes its answer is no question."""
    texts = {name: f"{fact.question} {fact.deadline}" for name, fact in book.facts.facts.items()}
    assert {name: promises(text) for name, text in texts.items() if promises(text)} == {}


def test_the_shared_words_promise_nothing() -> None:
    """They stand on every screen and paper."""
    ours = words()
    texts = [ours.notice, *ours.outcome["patient"].values(), *ours.service.values()]
    texts += [text for funding in ours.funding.values() for text in funding]
    assert [said for text in texts for said in promises(text)] == []


def test_no_alternative_promises() -> None:
    """A neighbour has criteria too, and somebody who decides."""
    texts = [f"{other.title} {other.cost} {other.how}" for other in alternatives().values()]
    assert [said for text in texts for said in promises(text)] == []


def test_every_outcome_and_every_funding_source_has_its_words() -> None:
    """Each answer names who has the last word, in a sentence."""
    for reader in ("patient", "administrator"):
        assert set(words().outcome[reader]) == set(Outcome)
    assert set(words().funding) == set(FundingKind)
    for funding in words().funding.values():
        assert re.search(r"decides?\b.*\.$", funding.decided_by), funding


class Printed:
    """What the commands print of each case; each is run once."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self._kept: dict[tuple[str, ...], Ran] = {}

    def decide(self, case: str, *options: str) -> Ran:
        """Decide a case."""
        if (case, *options) not in self._kept:
            self._kept[case, *options] = self.shell("decide", case, "--on", DAY, *options)
        return self._kept[case, *options]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, kept: Kept) -> Printed:
    """Put the cast and the examples side by side."""
    folder = tmp_path_factory.mktemp("cases")
    for case in cast.everybody():
        save_case(folder / case.id, case, None)
    for example in FOLDERS:
        shutil.copytree(example, folder / example.name)
    return Printed(Shell(folder, kept))


CASES = [*(case.id for case in cast.everybody()), *(folder.name for folder in FOLDERS)]


@pytest.mark.parametrize("case", CASES)
def test_what_is_printed_of_a_case_promises_nothing(printed: Printed, case: str) -> None:
    """This is what a patient reads first, and believes."""
    for options in ((), ("--explain",)):
        ran = printed.decide(case, *options)
        assert (ran.code <= 1, ran.err) == (True, "")
        assert promises(ran.out, SOURCES) == []
        assert words().notice in " ".join(ran.out.split())


@pytest.mark.parametrize("case", CASES)
def test_every_outcome_of_a_case_names_who_decides(printed: Printed, case: str) -> None:
    """Ours is an opinion about known requirements; the decision is somebody else's."""
    decision = json.loads(printed.decide(case, "--json").out)
    assert {route["funding_source"] for route in decision["routes"] if not route["decided_by"].strip()} == set()
    shown = " ".join(printed.decide(case).out.split())
    met = [r["decided_by"] for r in decision["routes"] if r["outcome"] == "payable" and r["kind"] != "own_pocket"]
    assert [said for said in met if said not in shown] == []


@pytest.mark.parametrize("case", CASES)
def test_the_texts_of_a_decision_promise_nothing(printed: Printed, case: str) -> None:
    """A page of ours, or of somebody else, may show each of them."""
    decision = json.loads(printed.decide(case, "--json").out)
    texts = [text for route in decision["routes"] for text in (*route["next_steps"], *route["fixed"])]
    texts += [change["words"] for route in decision["routes"] for change in route["changes"]]
    texts += [other[key] for other in decision["alternatives"] for key in ("title", "cost", "how")]
    texts += [due["what"] for due in decision["deadlines"]]
    assert [said for text in texts for said in promises(text)] == []
    assert decision["notice"] == words().notice


@pytest.mark.parametrize("case", CASES)
def test_a_packet_promises_nothing_and_carries_the_notice(printed: Printed, case: str, tmp_path: Path) -> None:
    """A packet leaves the house; what stands on it is read as our word."""
    decision = json.loads(printed.decide(case, "--json").out)
    met = [r for r in decision["routes"] if r["outcome"] == "payable" and r["kind"] != "own_pocket"]
    for route in met[:1]:
        file = str(tmp_path / "packet.pdf")
        made = printed.shell("packet", case, "--to", route["funding_source"], "--on", DAY, "-o", file)
        assert made.code <= 1, made.err
        if "Nothing can be claimed" in made.out:
            continue  # everything is still ahead
        command = ["pdftotext", "-layout", file, "-"]
        text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        assert promises(text) == []
        assert words().notice in " ".join(text.split())
        assert route["decided_by"] in " ".join(text.split())
