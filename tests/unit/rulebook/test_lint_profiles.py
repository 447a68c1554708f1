"""The lint of payer profiles: each thing it or the loader refuses, with file and line."""

from datetime import date
from pathlib import Path

import pytest

from necessity.domain.people import Licence
from necessity.errors import RulebookError
from necessity.parameters.load import load
from necessity.rulebook.lint import Complaint
from necessity.rulebook.lint_profiles import CHECKS, lint_profiles
from tests.operator_folder import Operator

HEAD = """id    = "clinic_payer"
name  = "Clinic Payer"
kinds = ["health_fsa"]
"""
VERSION = """
[[version]]
letter_life_months = { is = 12, cite = "form" }
"""
CITATION = """
[[citation]]
id    = "form"
kind  = "payer_document"
where = "Clinic Payer, letter form, page 1"
says  = "A letter serves for a year."
read_on = 2026-08-01
"""
GOOD = HEAD + VERSION + CITATION
FILE = "payers/clinic_payer.toml"


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def complaints(operator: Operator, text: str) -> tuple[Complaint, ...]:
    operator.write(FILE, text)
    load(operator.folder)
    return tuple(found for found in lint_profiles(operator.folder) if found.rule == "clinic_payer")


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def test_the_shipped_profiles_are_clean() -> None:
    """What an administrator is said to demand must hold together."""
    assert lint_profiles() == ()


def test_a_good_profile_gives_no_complaint(operator: Operator) -> None:
    """A lint that always complains is soon unread."""
    assert complaints(operator, GOOD) == ()


TWICE = GOOD + CITATION
EMPTY = GOOD.replace('says  = "A letter serves for a year."', 'says  = " "')
UNUSED = GOOD + CITATION.replace('"form"', '"faq"')
SILENT = GOOD.replace('kinds = ["health_fsa"]', 'kinds = ["health_fsa", "hra"]').replace(
    "[[version]]", '[[version]]\nkinds = ["health_fsa"]'
)
GAP = (
    HEAD
    + VERSION.replace("[[version]]", "[[version]]\nuntil = 2026-03-31")
    + VERSION.replace("[[version]]", "[[version]]\nfrom = 2026-05-01")
    + CITATION
)
BOTH = GOOD.replace(
    "letter_life_months", 'accepted_licences = { is = ["MD", "DC"], cite = "form" }\nletter_life_months'
).replace("letter_life_months", 'doubted_licences = { is = ["DC"], cite = "form" }\nletter_life_months')
NOBODY = GOOD.replace("letter_life_months", 'accepted_licences = { is = ["none"], cite = "form" }\nletter_life_months')
LONGER = GOOD.replace(
    "letter_life_months", 'letter_months_if_unstated = { is = 24, cite = "form" }\nletter_life_months'
)
UNREAD = GOOD.replace("[[version]]", "[[version]]\nfrom = 2028-01-01")


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        (TWICE, "Two citations are called 'form'.", 'id    = "form"'),
        (EMPTY, "The citation 'form' is empty.", 'id    = "form"'),
        (UNUSED, "No value cites 'faq'.", 'id    = "faq"'),
        (SILENT, "No version speaks for hra.", "kinds"),
        (GAP, "No version for health_fsa holds between 2026-03-31 and 2026-05-01.", "from = 2026-05-01"),
        (BOTH, "DC is both taken and doubted.", "doubted_licences"),
        (NOBODY, "accepted_licences holds 'none': somebody without a licence.", "accepted_licences"),
        (LONGER, "would serve 24 months, longer than any may: 12.", "letter_months_if_unstated"),
        (UNREAD, "was last read on 2026-08-01", "from = 2028-01-01"),
    ],
    ids=["twice", "empty", "unused", "silent", "gap", "both", "nobody", "longer", "unread"],
)
def test_what_loads_and_is_still_wrong_is_named_with_its_line(
    operator: Operator, text: str, message: str, at: str
) -> None:
    """Whoever wrote it should find the place in seconds."""
    (found,) = complaints(operator, text)
    assert message in found.message
    assert (found.file, found.line) == (FILE, line_of(text, at))
    assert found.next_step


def test_each_check_is_seen_at_work() -> None:
    """A check that no case above trips could be broken unnoticed; the first of them finds three things."""
    assert len(CHECKS) == 6


@pytest.mark.parametrize(
    ("old", "new", "message", "at"),
    [
        ("letter_life_months", "letter_live_months", "'letter_live_months' is nothing", "letter_live_months"),
        (', cite = "form"', "", "needs a value and a citation", "letter_life_months"),
        ('cite = "form"', 'cite = "nowhere"', "needs a value and a citation", "letter_life_months"),
        ("is = 12", "is = true", "True, which is no months", "letter_life_months"),
        ("letter_life_months = { is = 12", 'letter_timing = { is = "whenever"', "'whenever'", "letter_timing"),
        ("letter_life_months = { is = 12", 'accepted_licences = { is = ["MD", "GURU"]', "'GURU'", "accepted_licences"),
        ('["health_fsa"]', '["health_fsaa"]', "'health_fsaa' is no kind", "health_fsaa"),
        ("[[version]]", '[[version]]\nkinds = ["hra"]', "speaks for hra, the profile does not", "hra"),
        ("[[version]]", "[[version]]\nfrom = 2026-05-01\nuntil = 2026-04-30", "ends before it begins", "until"),
        ("[[version]]", f"{VERSION}\n[[version]]", "both hold on 0001-01-01", "[[version]]"),
        (VERSION, VERSION + VERSION.replace("]]", "]]\nfrom = 2026-05-01"), "both hold on 2026-05-01", "from = 2026"),
        ("payer_document", "gossip", "fault in kind", 'id    = "form"'),
    ],
    ids=[
        "column",
        "uncited",
        "nowhere",
        "type",
        "timing",
        "licence",
        "kind",
        "version",
        "dates",
        "overlap",
        "later",
        "source",
    ],
)
def test_what_does_not_load_is_refused_with_its_line(
    operator: Operator, old: str, new: str, message: str, at: str
) -> None:
    """A profile read wrongly would be wrong in every decision about that payer."""
    text = GOOD.replace(old, new, 1)
    operator.write(FILE, text)
    with pytest.raises(RulebookError) as caught:
        load(operator.folder)
    assert message in caught.value.message
    assert caught.value.file == "clinic_payer.toml"
    assert caught.value.next_step
    assert caught.value.line == line_of(text, at)


def test_one_payer_has_one_profile(operator: Operator) -> None:
    """The second file would silently take the place of the first."""
    operator.write(FILE, GOOD)
    operator.write("payers/second.toml", GOOD)
    with pytest.raises(RulebookError) as caught:
        load(operator.folder)
    assert (caught.value.file, caught.value.line) == ("second.toml", 1)


def test_an_operator_may_replace_a_shipped_profile(operator: Operator) -> None:
    """Their plan document is newer than what we read."""
    operator.write("payers/wex.toml", GOOD.replace('"clinic_payer"', '"wex"'))
    assert lint_profiles(operator.folder) == ()
    said = {
        p.kind: p.cites["letter_life_months"][0].read_on for p in load(operator.folder).profiles if p.payer == "wex"
    }
    assert said == {"health_fsa": date(2026, 8, 1)}


def test_the_licences_of_a_profile_are_those_of_the_record() -> None:
    """A licence only one of them knows could never be matched."""
    columns = load().columns
    assert set(columns["accepted_licences"].choices) == set(columns["doubted_licences"].choices) == set(Licence)
