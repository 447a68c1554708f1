"""What does not belong in a letter's words, and what its codes and numbers come to."""

import re
from collections.abc import Iterator
from datetime import date

from necessity.codesets.icd10cm.book import CodeBook
from necessity.codesets.icd10cm.edition import ABSENT, HEADER, NOT_LOADED, VALID
from necessity.domain.codes import check_npi
from necessity.domain.dates import spoken
from necessity.domain.funding import FundingKind
from necessity.intake.letter.condition import families_in, families_of_code
from necessity.intake.letter.reading import LetterReading, Read
from necessity.intake.letter.words import table
from necessity.parameters.load import ProfileVersion
from necessity.workflow.letter_lint.catalogue import make
from necessity.workflow.letter_lint.result import LintFinding

_REMARKS = {
    "placeholder": "placeholder_left",
    "general_wellness": "general_wellness_purpose",
    "weight_goal": "weight_goal_as_purpose",
    "other_name": "another_patients_name",
    "pronouns": "pronouns_differ",
    "other_condition": "another_condition_argued",
    "backdating": "says_backdated",
}
_MOST_SUGGESTED = 3
_NO_SUBSTANCE = frozenset(table("no_names")["in_titles"])


def remarks(reading: LetterReading, profile: ProfileVersion) -> Iterator[LintFinding]:
    """Turn the signs of the reading into findings, one for each kind and line."""
    told = set()
    for remark in reading.remarks:
        if (remark.kind, remark.line) not in told:
            told.add((remark.kind, remark.line))
            yield make(_REMARKS[remark.kind], profile, remark.line, remark.words)


def statements(reading: LetterReading, profile: ProfileVersion) -> Iterator[LintFinding]:
    """Tell of what is asked for beside the rules: minutes a session, and that nobody would buy it otherwise."""
    if not reading.session_length.value:
        yield make("session_length_missing", profile)
    if profile.says.get("participant_must_state_but_for") and not reading.not_otherwise_incurred.value:
        yield make("but_for_missing", profile)


def codes(reading: LetterReading, book: CodeBook, profile: ProfileVersion, on: date) -> Iterator[LintFinding]:
    """Check each code: could it be used on the day of signing, and does it mean the condition named?"""
    signed = reading.day("signed")
    day = (signed.day if signed else None) or on
    for odd in reading.odd_codes:
        yield make("code_unreadable", profile, odd.line, odd.words, code=odd.value or "")
    if not reading.codes and not reading.odd_codes:
        yield make("code_missing", profile)
    for code in reading.codes:
        yield from _one_code(code, reading, book, profile, day)


def _one_code(
    code: Read[str], reading: LetterReading, book: CodeBook, profile: ProfileVersion, day: date
) -> Iterator[LintFinding]:
    answer = book.look_up(code.value or "", day)
    status = answer.status
    if status == NOT_LOADED:  # the nearest year before is all that is known; valid there, nothing is said
        status = answer.last_known[0] if answer.last_known else VALID
    suggest = ", such as " + " or ".join(answer.suggest[:_MOST_SUGGESTED]) if answer.suggest else ""
    if status in (HEADER, ABSENT):
        id = "code_is_a_heading" if status == HEADER else "code_not_valid"
        yield make(id, profile, code.line, code.words, code=answer.code, day=spoken(day), suggest=suggest)
    elif not fits(answer.code, answer.title or "", reading):
        yield make(
            "code_of_another_condition", profile, code.line, code.words, code=answer.code, title=answer.title or "?"
        )


def fits(code: str, title: str, reading: LetterReading) -> bool:
    """Say whether a code can mean a condition of the letter; where no kind of illness is known of either, it can.

    Args:
        code: With its dot.
        title: What the code means.
        reading: The letter; its other codes may belong to other conditions it names.
    """
    named = families_in(reading.diagnosis.value or "")
    if not named:
        return True
    meant = families_of_code(code) | families_in(title)
    if meant & named or _share_a_word(title, reading.diagnosis.value or ""):
        return True
    if code == reading.codes[0].value:
        return False
    said = " ".join(reading.sentences)  # a second code may belong to a second condition, if the letter speaks of it
    return not meant or bool(meant & families_in(said)) or _share_a_word(title, said)


def _share_a_word(title: str, text: str) -> bool:
    """Whether a word of substance of a code's title stands in a text."""
    words = {word for word in re.findall(r"[a-z]{5,}", title.lower()) if word not in _NO_SUBSTANCE}
    return any(re.search(rf"\b{word}", text.lower()) for word in words)


def signer(reading: LetterReading, profile: ProfileVersion) -> Iterator[LintFinding]:
    """Check the signer's numbers and state."""
    signs = reading.signer
    if signs.npi.value and not (check := check_npi(signs.npi.value)).valid:
        yield make("npi_invalid", profile, signs.npi.line, signs.npi.words, why=check.why)
    if not signs.npi.value and not signs.licence_number.value:
        yield make("signer_cannot_be_looked_up", profile)
    state = signs.licence_state if signs.licence_state.value else signs.practice_state
    lives = reading.patient_state.value
    if state.value and lives and state.value != lives:
        yield make("signer_out_of_state", profile, state.line, state.words, state=state.value, lives=lives)


ACCOUNTS = (
    FundingKind.HEALTH_FSA,
    FundingKind.HSA,
    FundingKind.HRA,
    FundingKind.QSEHRA,
    FundingKind.ICHRA,
    FundingKind.EBHRA,
    FundingKind.TAX_DEDUCTION,
)
"""The kinds a letter is written for, the commonest first."""
