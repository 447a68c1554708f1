"""What a clinician changed in a draft before signing: field by field, texts line by line; and what they may change."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import ndiff

from necessity.domain.letter_draft import LetterDraft
from necessity.domain.record import Record
from necessity.errors import RecordError
from necessity.workflow.drafting.rewrite import with_own_sentences

_THEIRS = frozenset({
    "condition_name", "code", "code_standing", "code_note", "treatment", "sessions_per_week", "minutes_per_session",
    "weeks", "starts_on", "plan", "last_seen_on", "visit_basis", "goals", "sections", "questions", "clinician",
})  # fmt: skip
"""Fields a clinician may change. Who it is about, for whom, which version, and the sentences to answer stay."""


class Difference(Record):
    """One thing that reads otherwise than in the draft."""

    field: str
    """Where: a field, `sections.rationale`, or `questions.rationale` where a question was answered."""
    before: str | None = None
    """As drafted, or what was asked; missing: it was not there."""
    after: str | None = None
    """As changed, or what was answered; missing: it was taken out."""
    lines: tuple[str, ...] = ()
    """Of longer texts, each line with `+`, `-` or a blank before it."""


def _flat(value: object, name: str) -> Iterator[tuple[str, str]]:
    """Lay plain values out as field and text; the parts of a list are named by their id, measure or place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for place, inner in enumerate(value, 1):
            yield from _flat(inner, f"{name}.{inner.get('id') or inner.get('measure') or place}")
    elif isinstance(value, list):
        yield name, "\n".join(map(str, value))
    elif value is not None:
        yield name, str(value)


def differences(
    before: LetterDraft, after: LetterDraft, answers: Mapping[str, Sequence[str]] | None = None
) -> tuple[Difference, ...]:
    """List what differs between two texts of one version, in the order of the letter.

    Args:
        before: As it went to the clinician.
        after: As the clinician wants it.
        answers: What was answered, by id of the question.

    Returns:
        One entry a field, then one a question that is no longer open; answers to statements are not differences.
    """
    old, new = (_laid_out(draft) for draft in (before, after))
    found = []
    for name in dict.fromkeys((*old, *new)):
        if name.startswith("sections.") and name.endswith((".id", ".heading")) and (name in old) != (name in new):
            continue  # of a part that is new or gone, its text says enough
        was, now = old.get(name) or None, new.get(name) or None
        if was != now:
            is_long = "\n" in (was or "") + (now or "") or len(was or "") > 60
            told = ndiff((was or "").splitlines(), (now or "").splitlines()) if is_long else ()
            lines = tuple(line.rstrip() for line in told if not line.startswith("?"))
            found.append(Difference(field=name, before=was, after=now, lines=lines))
    return (*found, *_questions(before, after, answers or {}))


def _laid_out(draft: LetterDraft) -> dict[str, str]:
    values = draft.model_dump(mode="json", exclude={"statements", "questions"})
    return {**dict(_flat(values, "")), **{f"statements.{one.id}": one.words for one in draft.statements}}


def _questions(before: LetterDraft, after: LetterDraft, answers: Mapping[str, Sequence[str]]) -> Iterator[Difference]:
    """Say which questions were settled, with the answer in words; and which came up."""
    open_now, open_then = ({one.id for one in draft.questions} for draft in (after, before))
    for one in before.questions:
        if one.id not in open_now:
            offered = {choice.id: choice.words for choice in one.choices}
            said = " ".join(offered.get(value, value) for value in answers.get(one.id, ()))
            yield Difference(field=f"questions.{one.id}", before=one.asks, after=said or None)
    for one in after.questions:
        if one.id not in open_then:
            yield Difference(field=f"questions.{one.id}", after=one.asks)


def check_changes(
    before: LetterDraft, after: LetterDraft, answers: Mapping[str, Sequence[str]] | None = None
) -> tuple[Difference, ...]:
    """List what a clinician changed, having made sure that it is theirs to change.

    The sentences to attest stay, but for the amount and the condition in them, which follow the text.

    Raises:
        RecordError: something else was changed, such as the patient, the version or a sentence to answer.
    """
    fixed = sorted(set(LetterDraft.model_fields) - _THEIRS - {"statements"})
    touched = [name for name in fixed if getattr(before, name) != getattr(after, name)]
    follows = with_own_sentences(before, after.model_copy(update={"statements": before.statements}))
    words = [(s.id, s.words, s.by) for s in follows.statements]
    if words != [(s.id, s.words, s.by) for s in after.statements]:
        touched.append("statements")
    if touched:
        raise RecordError(
            f"The changed letter differs in {', '.join(touched)}, which the signer does not change.",
            "Change the medical part only; for anything else draft a new version.",
            field=touched[0],
            value=None,
            allowed=", ".join(sorted(_THEIRS)),
        )
    return differences(before, after, answers)
