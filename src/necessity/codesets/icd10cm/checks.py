"""Checks over the diagnosis codes of one claim on one day: findings come back, nothing is raised, nothing is changed.

Where no edition, or no tabular list, of the day is loaded, a check that needs it says so or stays silent; none assumes.
"""

from collections.abc import Callable, Iterator

from necessity.codesets.icd10cm import weight
from necessity.codesets.icd10cm.claim_codes import (
    EXTERNAL_CAUSES,
    FACTORS,
    SYMPTOMS,
    ClaimCodes,
    finding,
    settings,
    starts_with,
)
from necessity.codesets.icd10cm.claim_rows import why_not_first
from necessity.codesets.icd10cm.edition import HEADER, NOT_LOADED, VALID, bare
from necessity.codesets.icd10cm.notes import around, exclusions, inherited, named_in
from necessity.domain.codes import read_icd10
from necessity.domain.decision import Answer, Finding, Outcome

_IF = ("if applicable", "if known", "if any")


def check(claim: ClaimCodes) -> tuple[Finding, ...]:
    """Check the diagnosis codes of one claim, all of them, by every check.

    Args:
        claim: Codes in the order they stand, as written; the day of service; BMI and age where known.

    Returns:
        Findings: with an effect where a claim would stumble, without one where it is advice. Empty: nothing to say.

    Examples:
        >>> from datetime import date
        >>> from necessity.codesets.icd10cm.book import shipped
        >>> found = check(ClaimCodes(shipped(), ("Z68.41",), date(2026, 1, 1)))
        >>> sorted(one.rule for one in found if one.effect)
        ['icd10cm.bmi_has_weight_diagnosis', 'icd10cm.may_come_first', 'icd10cm.names_a_disease']
    """
    readable: dict[int, str] = {}
    unreadable = []
    for number, written in enumerate(claim.codes, 1):
        try:
            readable[number] = read_icd10(written)
        except ValueError as error:
            message, step = f"{written.strip()!r} cannot be read as a diagnosis code: {error}.", "Write the code again."
            unreadable.append(finding("is_valid", message, f"diagnoses[{number}]", step, effect=Outcome.PENDED))
    read = claim._replace(codes=tuple(readable.values()), numbers=tuple(readable))
    return (*unreadable, *(one for single in CHECKS for one in single(read)))


def is_valid(claim: ClaimCodes) -> Iterator[Finding]:
    """Each code is complete and in force on the day of service."""
    for code in dict.fromkeys(claim.codes):
        answer = claim.book.look_up(code, claim.on)
        instead = f" Look at {', '.join(answer.suggest)}." if answer.suggest else ""
        if answer.status == NOT_LOADED:
            known = f" It was {answer.last_known[0]} in {answer.last_known[1]}." if answer.last_known else ""
            message = f"Whether {code} was in force on {claim.on} is not known here.{known}"
            step = "Load that year's official files: necessity codes load. A route that needs no code does not wait."
            yield finding("is_valid", message, claim.where(code), step, answer=Answer.UNKNOWN)
        elif answer.status != VALID:
            message = f"{code} cannot be reported on {claim.on}: {_why(claim, code, answer.status)}."
            step = f"Ask the clinician for the code that fits that day.{instead}"
            yield finding("is_valid", message, claim.where(code), step, effect=Outcome.PENDED)


def _why(claim: ClaimCodes, code: str, status: str) -> str:
    if status != HEADER:
        return "the code set of that day has no such code"
    said = around(claim.book, code, claim.on)
    below = claim.place.valid_below(bare(code)) if claim.place else []
    if said and said.seventh and below and all(len(one) == 7 for one in below):
        meanings = ", ".join(f"{sign} {meaning}" for sign, meaning in said.seventh.items())
        return f"it needs a seventh character ({meanings}), any gap before it filled by X"
    return "it is a heading and needs more characters"


def listed_once(claim: ClaimCodes) -> Iterator[Finding]:
    """One code stands once."""
    for code in dict.fromkeys(claim.codes):
        if claim.codes.count(code) > 1:
            yield finding("listed_once", f"{code} stands more than once.", claim.where(code), "Leave it once.")


def may_come_first(claim: ClaimCodes) -> Iterator[Finding]:
    """Status, BMI and external cause never come first; neither does a manifestation."""
    if not claim.codes:
        return
    first = claim.codes[0]
    title = claim.book.look_up(first, claim.on).title or ""
    why = why_not_first(claim.book, first, claim.on)
    if not why:
        return
    step = "Put the condition that is treated first; after a joint replacement that is Z47.1 while healing goes on."
    message = f"{first} ({title}) cannot come first: {why}."
    yield finding("may_come_first", message, claim.where(first), step, effect=Outcome.PENDED)


def cause_before_manifestation(claim: ClaimCodes) -> Iterator[Finding]:
    """What the tabular list says to code first stands before; what is missing is named."""
    for number, code in enumerate(claim.codes):
        texts = _notes(claim, code, "cf")
        before = _taken(texts, claim.codes[:number])
        after = _taken(texts, claim.codes[number + 1 :])
        if before or not texts:
            continue
        if after:
            message = f"{after[0]} is to be coded before {code}."
            yield finding(
                "cause_before_manifestation",
                message,
                claim.where(code),
                f"Put {after[0]} before it.",
                effect=Outcome.PENDED,
            )
        elif not all(any(words in text for words in _IF) for text in texts):
            message = f"The tabular list wants another code before {code}: {'; '.join(texts)}."
            step = "Ask the clinician whether one of them was diagnosed."
            yield finding("cause_before_manifestation", message, claim.where(code), step)


def additional_code(claim: ClaimCodes) -> Iterator[Finding]:
    """What the tabular list wants beside a code is there, or is named as advice."""
    for code in claim.codes:
        texts = _notes(claim, code, "ua")
        if texts and not _taken(texts, tuple(one for one in claim.codes if one != code)):
            message = f"Beside {code} the tabular list wants, where it applies: {'; '.join(texts)}."
            yield finding("additional_code", message, claim.where(code), "Add it where the record supports it.")


def _notes(claim: ClaimCodes, code: str, kind: str) -> list[str]:
    """Give the notes of a kind that hold for a code, without those of its chapter, which are too wide to advise."""
    if claim.place is None:
        return []
    return [text for at, text in inherited(claim.place, bare(code), kind) if not at.isdigit()]


def _taken(texts: list[str], codes: tuple[str, ...]) -> list[str]:
    named = [one for text in texts for one in named_in(text)]
    return [code for code in codes if any(one.takes(bare(code)) for one in named)]


def no_exclusion(claim: ClaimCodes) -> Iterator[Finding]:
    """No Excludes1 note of that day, walked up from both codes, keeps two of them apart."""
    found = exclusions(claim.book, claim.codes, claim.on)
    if found is None and len(claim.codes) > 1:
        message = f"Which codes exclude each other on {claim.on} is not known here: that tabular list is not loaded."
        step = "Load the official tabular list of that year: necessity codes load."
        yield finding("no_exclusion", message, "diagnoses", step, answer=Answer.UNKNOWN)
    for one in found or ():
        message = f"{one.code} and {one.other} exclude each other: the note at {one.at} names {one.text!r}."
        step = "Keep the one the record supports; both may stand only if the clinician records that they are unrelated."
        effect = Outcome.REVIEW if one.is_certain else None
        yield finding("no_exclusion", message, claim.where(one.code), step, effect=effect)


def one_is_enough(claim: ClaimCodes) -> Iterator[Finding]:
    """Two codes that payers read as the same thing."""
    for keep, drop in settings()["one_is_enough"]:
        if keep in claim.codes and drop in claim.codes:
            message = f"{keep} says what {drop} says; the tabular list allows both, coders keep one."
            yield finding("one_is_enough", message, claim.where(drop), f"Consider leaving out {drop}.")


def names_a_disease(claim: ClaimCodes) -> Iterator[Finding]:
    """A list of nothing but factors, statuses and causes names no disease; aftercare stands for what was treated."""
    chapters = {code: claim.chapter(code) for code in claim.codes}
    if not chapters or any(starts_with(code, settings()["aftercare"]) for code in chapters):
        return
    if set(chapters.values()) <= {FACTORS, EXTERNAL_CAUSES}:
        message = f"No code names a disease: {', '.join(chapters)}."
        step = "Ask the clinician which diagnosed condition the training treats."
        yield finding("names_a_disease", message, "diagnoses", step, effect=Outcome.REVIEW)
    elif set(chapters.values()) <= {FACTORS, EXTERNAL_CAUSES, SYMPTOMS}:
        message = f"Only signs and symptoms are named: {', '.join(chapters)}."
        step = "If a diagnosis was made, its code belongs here; if not, the symptom stands for itself."
        yield finding("names_a_disease", message, "diagnoses", step)


def symptom_beside_diagnosis(claim: ClaimCodes) -> Iterator[Finding]:
    """A symptom beside a diagnosis: right where it is what therapy treats, wrong where it simply belongs to it."""
    chapters = {code: claim.chapter(code) for code in claim.codes}
    diagnoses = [code for code, one in chapters.items() if one not in (None, SYMPTOMS, EXTERNAL_CAUSES, FACTORS)]
    for code, chapter in chapters.items():
        if chapter == SYMPTOMS and diagnoses:
            message = f"{code} is a symptom beside {', '.join(diagnoses)}."
            step = "Keep it where it is the impairment that is treated; leave it out where it belongs to the diagnosis."
            yield finding("symptom_beside_diagnosis", message, claim.where(code), step)


def aftercare_of_injury(claim: ClaimCodes) -> Iterator[Finding]:
    """An injury's own code carries its aftercare in the seventh character."""
    aftercare = [code for code in claim.codes if starts_with(code, settings()["aftercare"])]
    injuries = [code for code in claim.codes if code[0] in "ST" and len(bare(code)) == 7]
    for after, injury in ((after, injuries[0]) for after in aftercare if injuries):
        message = f"{after} stands beside {injury}, which says by its seventh character that this is later care."
        step = f"Leave out {after} if it is about that injury."
        yield finding("aftercare_of_injury", message, claim.where(after), step)


Check = Callable[[ClaimCodes], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    is_valid,
    listed_once,
    may_come_first,
    cause_before_manifestation,
    additional_code,
    no_exclusion,
    weight.bmi_has_weight_diagnosis,
    weight.bmi_code_fits,
    weight.obesity_class_fits,
    one_is_enough,
    names_a_disease,
    symptom_beside_diagnosis,
    aftercare_of_injury,
)
"""All checks, in the order in which they are shown."""
