"""Signs that something in a letter's text is wrong: left from a template, from another case, or no treatment at all."""

import re
from collections.abc import Iterator

from necessity.intake.letter.condition import ReadCondition, families_in, families_of_code
from necessity.intake.letter.page import Page, Sentence
from necessity.intake.letter.people import is_name
from necessity.intake.letter.reading import Remark
from necessity.intake.letter.words import patterns, table

_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx)\.? (?P<name>[A-Z][a-zA-Z'-]+(?: [A-Z][a-zA-Z'-]+)?)")
_ACTING = patterns("shapes.acting")[0]
_NO_ACTOR = frozenset(table("no_names")["words"])
_LIKE_A_NOUN = patterns("shapes.like_a_noun")[0]
_OTHERS = patterns("shapes.other_people")[0]
_HE = re.compile(r"\b(?:he|him|his|himself)\b|\bMr\.? ", re.I)
_SHE = re.compile(r"\b(?:she|her|hers|herself)\b|\b(?:Mrs|Ms|Miss)\.? ", re.I)
_IN_PASSING = patterns("shapes.in_passing")[0]


def remarks_of(page: Page, condition: ReadCondition, people: tuple[str, ...]) -> tuple[Remark, ...]:
    """Collect every sign, in the order of the lines.

    Args:
        page: The letter.
        condition: What it names as the condition.
        people: The people it rightly names: patient, account holder, signer.
    """
    found = [
        *_by_patterns(page, condition),
        *_other_names(page, people),
        *_pronouns(page),
        *_other_conditions(page, condition),
    ]
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda one: (one.line, one.kind)))


def _by_patterns(page: Page, condition: ReadCondition) -> Iterator[Remark]:
    everything = " ".join(sentence.whole for sentence in page.sentences)
    weight_allowed = patterns("remark.weight_goal.allowed")[0].search(everything)
    for kind in ("placeholder", "general_wellness", "weight_goal", "backdating"):
        if kind == "weight_goal" and weight_allowed:
            continue
        for sentence in page.sentences:
            for pattern in patterns(f"remark.{kind}.says"):
                found = pattern.search(sentence.whole)
                if found and not (kind != "placeholder" and _excluded(sentence, found)):
                    yield Remark(
                        kind=kind,
                        line=sentence.line_at(max(0, found.start() - len(sentence.whole) + len(sentence.text))),
                        words=found[0].strip(),
                    )
                    break


def _excluded(sentence: Sentence, found: re.Match[str]) -> bool:
    """Whether the words are ruled out where they stand, or only asked about and answered with no."""
    text = sentence.whole
    ruled_out = patterns("negation.says")[0].search(text[: found.end()])
    answered_no = re.search(r"\?\s*:?\s*(?:no|n)\b", text[found.start() :], re.I)
    after = re.search(r"^[^.;]{0,30}\b(?:is|are|was|plays?) (?:not|no)\b", text[found.end() :], re.I)
    return bool(ruled_out or answered_no or after)


def _other_names(page: Page, people: tuple[str, ...]) -> Iterator[Remark]:
    known = {part.lower() for name in people for part in re.findall(r"[A-Za-z'-]+", name)}
    if not known:
        return
    for sentence in page.sentences:
        if sentence.label in ("signer", "signature", "employer", "account_holder", "other", "credential"):
            continue
        for found in _TITLED.finditer(sentence.text):
            if not any(part.lower() in known for part in found["name"].split()):
                yield Remark(kind="other_name", line=sentence.line_at(found.start()), words=found[0])
        for found in _ACTING.finditer(sentence.text):
            name = found["name"]
            before = sentence.text[: found.start()]
            if re.search(r"(?:\b(?:Dr|Mr|Mrs|Ms|Trainer|Coach|Miss)\.? |[A-Z][\w'-]+ )$", before) or not _may_be_person(
                name, known
            ):
                continue
            yield Remark(kind="other_name", line=sentence.line_at(found.start()), words=name)


def _may_be_person(name: str, known: set[str]) -> bool:
    parts = name.split()
    if any(part.lower() in known or part.lower() in _NO_ACTOR for part in parts) or not is_name(name):
        return False
    return not _LIKE_A_NOUN.search(parts[0]) and not re.search(
        r"\b(?:Parkinson|Alzheimer|Crohn|Publication|Revenue|Health|Company|Clinic)\b", name
    )


def _pronouns(page: Page) -> Iterator[Remark]:
    """Remark the rarer pronoun where a letter speaks of the patient as he and as she."""
    he: list[Remark] = []
    she: list[Remark] = []
    for sentence in page.sentences:
        if _OTHERS.search(sentence.text) or re.search(
            r"\b(?:he|his|him)/(?:she|her)|\b(?:his|he|him) or (?:her|she)", sentence.text, re.I
        ):
            continue
        for pattern, into in ((_HE, he), (_SHE, she)):
            if found := pattern.search(sentence.text):
                into.append(Remark(kind="pronouns", line=sentence.line_at(found.start()), words=sentence.text))
    if he and she:
        yield (he if len(he) <= len(she) else she)[0]


def _other_conditions(page: Page, condition: ReadCondition) -> Iterator[Remark]:
    """Remark a sentence that argues from an illness the letter does not say the patient has."""
    named = families_in(condition.name.value or "")
    for code in condition.codes:
        named |= families_of_code(code.value or "")
    for sentence in page.sentences:  # what the letter says the patient has, whichever the first condition is
        if sentence.label == "diagnosis" or re.search(
            r"\b(?:diagnos\w+|history of|suffers|also has|has (?:type|chronic|stage|had)|comorbid\w*"
            r"|complicated by|together with)\b",
            sentence.text,
            re.I,
        ):
            named |= families_in(sentence.text)
    if not named:
        return
    related = table("related")
    near = named | {other for one in named for other in related.get(one, ())}
    for sentence in page.sentences:
        if sentence.label in ("diagnosis", "precautions", "other", "code") or _IN_PASSING.search(sentence.text):
            continue
        strange = families_in(sentence.text) - near
        if (
            strange
            and not families_in(sentence.text) & named
            and re.search(
                r"\b(?:train\w*|exercis\w*|program(?:me)?|sessions?|treat\w*|this|these|manag\w*|because of)\b",
                sentence.text,
                re.I,
            )
        ):
            yield Remark(kind="other_condition", line=sentence.starts[0][1], words=sentence.text)
