"""A draft's sentences written anew from its own fields once the clinician has changed one; other words stay.

The same words as the drafter's. A sentence that the clinician rewrote is not found again: then the new one is added.
"""

from collections.abc import Callable, Iterable

from necessity.codesets.icd10cm.book import CodeBook
from necessity.domain.letter_draft import CodeStanding, DraftSection, LetterDraft
from necessity.rulebook.letter_words import LetterWords, letter_words
from necessity.rulebook.words import words
from necessity.workflow.drafting.amount import amount_of, amount_sentence
from necessity.workflow.drafting.sections import OUR_ORDER
from necessity.workflow.handover import day

Sentence = Callable[[LetterDraft], str]


def write(draft: LetterDraft, key: str, **filled: object) -> str:
    """Write one of the letter's sentences from a draft; it begins with a capital."""
    say = letter_words().say
    who = draft.patient_name or say["patient"]
    own = say["possessive"].format(who=who)
    name = named(draft)
    theirs = name if name == say["unnamed"] else f"{own} {name}"
    common = {"who": who, "possessive": own, "condition": name, "their_condition": theirs}
    text = say[key].format(**{**common, "treatment": treatment(draft), **filled})
    return text[:1].upper() + text[1:] if text.endswith((".", ":", "!")) else text


def named(draft: LetterDraft) -> str:
    """Call the condition of a draft by its name, unless that is too vague to stand in a letter."""
    name = draft.condition_name
    return letter_words().say["unnamed"] if name is None or is_vague(name) else name


def is_vague(name: str) -> bool:
    """Say whether a condition's name is too general for a letter."""
    return name.strip(" .").lower() in letter_words().vague_conditions


def treatment(draft: LetterDraft) -> str:
    """Call what is prescribed by its name."""
    return words().service[draft.treatment] if draft.treatment else "the treatment"


# ── sentences that follow from fields ─────────────────────────────────


def condition_sentence(draft: LetterDraft, codes: CodeBook) -> str:
    """Say what the patient is treated for, with the code unless it is known not to be valid."""
    if named(draft) != draft.condition_name:
        return ""
    born = write(draft, "born", day=day(draft.patient_born_on)) if draft.patient_born_on else ""
    code = ""
    if draft.code and draft.code_standing is not CodeStanding.NOT_VALID:
        title = codes.look_up(draft.code, draft.drafted_on).title
        code = write(draft, "code_with_title" if title else "code", code=draft.code, title=title)
    return write(draft, "has", born=born, code=code)


def treatment_sentence(draft: LetterDraft) -> str:
    """Say how much is prescribed."""
    return amount_sentence(
        letter_words(), treatment(draft), draft.sessions_per_week, draft.minutes_per_session, draft.weeks
    )


def duration_sentence(draft: LetterDraft) -> str:
    """Say from when and for how long; never from before the signature."""
    if draft.starts_on:
        return write(draft, "begins" if draft.weeks else "begins_open", day=day(draft.starts_on), weeks=draft.weeks)
    return write(draft, "from_signing", weeks=draft.weeks) if draft.weeks else ""


def evaluation_sentence(draft: LetterDraft) -> str:
    """Say when and how the clinician last saw the patient."""
    on, basis = draft.last_seen_on, draft.visit_basis
    if basis == "questionnaire_only":
        return write(draft, "questionnaire", on=write(draft, "on", day=day(on)) if on else "")
    how = letter_words().visit[basis] if basis else ""
    if on:
        return write(draft, "seen" if basis else "seen_no_way", day=day(on), how=how)
    return write(draft, "seen_no_day", how=how) if basis else ""


# ── parts of the text ─────────────────────────────────────────────────


def part_of(draft: LetterDraft, id: str) -> DraftSection:
    """Find a part of the text; one that is not there yet is empty."""
    heading = letter_words().heading[id]
    return next((part for part in draft.sections if part.id == id), DraftSection(id=id, heading=heading))


def with_part(draft: LetterDraft, part: DraftSection) -> LetterDraft:
    """Put a part of the text where this payer's form, or our own order, has it; an empty one is left out."""
    others = [one for one in draft.sections if one.id != part.id]
    if not (part.paragraphs or part.listed):
        return draft.model_copy(update={"sections": tuple(others)})
    if len(others) < len(draft.sections):
        kept = tuple(part if one.id == part.id else one for one in draft.sections)
        return draft.model_copy(update={"sections": kept})
    first = [id for id in draft.layout if id in OUR_ORDER]
    order = [*first, *(id for id in OUR_ORDER if id not in first)]
    later = set(order[order.index(part.id) + 1 :]) if part.id in order else set()
    place = next((n for n, one in enumerate(others) if one.id in later), len(others))
    return draft.model_copy(update={"sections": (*others[:place], part, *others[place:])})


def with_paragraphs(draft: LetterDraft, id: str, added: Iterable[str], *, at: int | None = None) -> LetterDraft:
    """Add paragraphs to a part: at the end, or before the paragraph of that number."""
    part = part_of(draft, id)
    said = list(part.paragraphs)
    place = len(said) if at is None else at
    said[place:place] = added
    return with_part(draft, part.model_copy(update={"paragraphs": tuple(said)}))


def with_points(draft: LetterDraft, id: str, added: Iterable[str]) -> LetterDraft:
    """Add points to the list of a part."""
    part = part_of(draft, id)
    return with_part(draft, part.model_copy(update={"listed": (*part.listed, *added)}))


def restated(before: LetterDraft, after: LetterDraft, id: str, sentence: Sentence) -> LetterDraft:
    """Write a part's sentence anew from changed fields, in its old place; what follows it stays."""
    old, new = sentence(before), sentence(after)
    if old == new:
        return after
    said = list(part_of(after, id).paragraphs)
    place = next((n for n, text in enumerate(said) if old and text.startswith(old)), None)
    if place is None:
        return with_paragraphs(after, id, [new], at=0) if new else after
    said[place] = (new + said[place][len(old) :]).strip()
    part = part_of(after, id).model_copy(update={"paragraphs": tuple(text for text in said if text)})
    return with_part(after, part)


def with_own_sentences(before: LetterDraft, after: LetterDraft) -> LetterDraft:
    """Let the sentences to be answered follow the amount and the condition that the text now names.

    Whoever reads `three times a week` in the text must not attest `twice a week` below it.
    """
    say: LetterWords = letter_words()
    amounts = tuple(
        amount_of(say, one.sessions_per_week, one.minutes_per_session, one.weeks) for one in (before, after)
    )
    swaps = [(old, new) for old, new in (amounts, (named(before), named(after))) if old != new and new]
    swaps = [(old, new) for old, new in swaps if old and old != say.say["unnamed"]]
    statements = after.statements
    for old, new in swaps:
        statements = tuple(
            one if new in one.words else one.model_copy(update={"words": one.words.replace(old, new)})
            for one in statements
        )
    return after.model_copy(update={"statements": statements})
