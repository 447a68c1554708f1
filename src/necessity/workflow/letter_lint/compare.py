"""A letter beside other things: the record it belongs to, and other letters it may have been copied from."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from necessity.domain.case import Case, first_day_of_service
from necessity.domain.dates import spoken
from necessity.domain.people import Clinician
from necessity.intake.letter.reading import LetterReading, Read
from necessity.parameters.evidence import load_evidence
from necessity.parameters.load import ProfileVersion
from necessity.rulebook.letter_words import letter_words
from necessity.workflow.letter_lint.catalogue import make
from necessity.workflow.letter_lint.facts import Ruling
from necessity.workflow.letter_lint.result import LintFinding, Severity

_LEAST_WORDS = 9
_MOST_ALIKE = 0.6
_STOCK = re.compile(
    r"\b(?:general health|medically necessary|would not|but for|not for|certify|diagnosed with|licen[sc]e|npi"
    r"|signed|whom it may|i ordered|minutes each time|sessions in all|trains)\b",
    re.I,
)


class OtherLetter(NamedTuple):
    """A letter of another case."""

    name: str
    """How to call it, such as its file name."""
    reading: LetterReading
    """What was read in it."""


def against(reading: LetterReading, others: Sequence[OtherLetter], profile: ProfileVersion) -> Iterator[LintFinding]:
    """Look for words that came from another letter: its patient's name, or its reasoning."""
    for other in others:
        name = other.reading.patient.value
        if name and name != reading.patient.value:
            for part in name.split():
                if part not in (reading.patient.value or "") and part not in (reading.signer.name.value or ""):
                    yield from _name_found(reading, part, profile)
        same = _same_reasons(reading, other.reading)
        if same:
            yield make("same_words_as_another_letter", profile, None, same[0], other=other.name)


def _name_found(reading: LetterReading, name: str, profile: ProfileVersion) -> Iterator[LintFinding]:
    for sentence in reading.sentences:
        if re.search(rf"\b{re.escape(name)}\b", sentence):
            yield make("another_patients_name", profile, None, sentence)
            return


def _same_reasons(one: LetterReading, other: LetterReading) -> list[str]:
    """List the reasons of one letter that stand in another, names and numbers aside; stock sentences do not count."""
    theirs = [_bare(sentence, other) for sentence in other.sentences]
    found = []
    for sentence in one.sentences:
        words = _bare(sentence, one)
        if len(words) >= _LEAST_WORDS and not _STOCK.search(sentence) and not _is_ours(words):
            found += [sentence] if any(_alike(words, their) >= _MOST_ALIKE for their in theirs) else []
    return found


def _is_ours(words: tuple[str, ...]) -> bool:
    """Say whether a sentence is one that all our drafts share: the signs to stop at, or what a study found."""
    runs = _runs(words)
    return any(len(runs & ours) >= _MOST_ALIKE * len(runs) for ours in _our_sentences())


@cache
def _our_sentences() -> tuple[frozenset[tuple[str, ...]], ...]:
    say = letter_words()
    texts = [re.sub(r"\{\w+\}", " ", text) for text in say.say.values()]
    texts.append(say.say["stop_signs"].format(who="", mark="", signs="; ".join(say.signs)))
    for entry in (one for condition in load_evidence().values() for one in condition.entries):
        texts += [entry.says, entry.caveat]
    return tuple(
        frozenset(_runs(tuple(re.findall(r"[a-z']+", text.lower())))) for text in texts if len(text.split()) >= 3
    )


def _runs(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {words[n : n + 3] for n in range(len(words) - 2)}


def _bare(sentence: str, reading: LetterReading) -> tuple[str, ...]:
    """Take a sentence's words without names, numbers and pronouns, which a copyist changes."""
    names = {part.lower() for part in (reading.patient.value or "").split()}
    words = re.findall(r"[a-z']+", sentence.lower())
    return tuple(w for w in words if w not in names and w not in ("he", "she", "his", "her", "him", "mr", "ms", "mrs"))


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Share of the three-word runs two sentences have in common."""
    runs = [_runs(words) for words in (one, other)]
    return len(runs[0] & runs[1]) / max(1, len(runs[0] | runs[1]))


def record(reading: LetterReading, case: Case, ruling: Ruling, profile: ProfileVersion) -> Iterator[LintFinding]:
    """Hold a letter against the record of its case: patient, code, signer, first session."""
    kept = case.patient.name
    if kept and reading.patient.value and not _same_person(kept, reading.patient.value):
        read = reading.patient
        yield make("patient_differs_from_record", profile, read.line, read.words, read=read.value or "", kept=kept)
    known = [condition.code for condition in case.conditions if condition.code]
    if known and reading.codes and not {code.value for code in reading.codes} & set(known):
        code = reading.codes[0]
        names = ", ".join(known)
        yield make("code_differs_from_record", profile, code.line, code.words, read=code.value or "", kept=names)
    yield from _signer(reading, case, profile)
    yield from _first_session(reading, case, ruling, profile)


def _same_person(kept: str, read: str) -> bool:
    """Whether two spellings can mean one person: every part of the shorter one stands in the longer one."""
    one, other = (set(re.findall(r"[a-z'-]+", name.lower())) for name in (kept, read))
    return one <= other or other <= one


def _signer(reading: LetterReading, case: Case, profile: ProfileVersion) -> Iterator[LintFinding]:
    signs = reading.signer
    if not signs.name.value:
        return
    last = re.findall(r"[A-Za-z'-]+", signs.name.value)[-1].lower()
    kept = next((one for one in case.clinicians if last in (one.name or "").lower().split()), None)
    if kept is None:
        return
    for what, read, known in _pairs(signs, kept):
        if read.value and known and str(read.value).replace(" ", "") != str(known).replace(" ", ""):
            yield make(
                "signer_differs_from_record",
                profile,
                read.line,
                read.words,
                what=what,
                read=str(read.value),
                kept=str(known),
            )


def _pairs(signs: object, kept: Clinician) -> Iterator[tuple[str, Read[str], str | None]]:
    yield "licence", signs.licence, kept.licence  # type: ignore[attr-defined]
    yield "licensing state", signs.licence_state, kept.licence_state  # type: ignore[attr-defined]
    yield "NPI", signs.npi, kept.npi  # type: ignore[attr-defined]


def _first_session(
    reading: LetterReading, case: Case, ruling: Ruling, profile: ProfileVersion
) -> Iterator[LintFinding]:
    first = first_day_of_service(case)
    signed = reading.day("signed")
    if first is None or signed is None or signed.day is None:
        return
    serves = _serves_from(ruling, profile, signed.day)
    if first < serves:
        ranged = profile.says.get("letter_timing") == "in_stated_range"
        severity = (
            Severity.ADVICE
            if ranged and profile.says.get("retroactive_letters_are_doubted") is False
            else Severity.REQUIRED
        )
        yield make(
            "signed_after_first_session",
            profile,
            signed.line,
            signed.words,
            severity=severity,
            first=spoken(first),
            serves=spoken(serves),
        )


def _serves_from(ruling: Ruling, profile: ProfileVersion, signed: date) -> date:
    """Find the first day a letter can serve: the one it states where the payer goes by that, else from the signing."""
    if profile.says.get("letter_timing") == "in_stated_range":
        stated = ruling.row.get("letter_window_from")
        return stated if isinstance(stated, date) else signed
    later = profile.says.get("letter_timing") in ("after_approval", "after_receipt")
    return signed + timedelta(days=1) if later else signed
