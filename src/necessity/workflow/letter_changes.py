"""What a clinician changed in a draft before signing: field by field, texts line by line; and what they may change."""

from collections.abc import Iterator
from difflib import ndiff

from necessity.domain.letter_draft import LetterDraft
from necessity.domain.record import Record
from necessity.errors import RecordError

_THEIRS = frozenset({
    "condition_name", "code", "code_standing", "code_note", "treatment", "sessions_per_week", "minutes_per_session",
    "weeks", "starts_on", "plan", "last_seen_on", "visit_basis", "goals", "sections", "questions", "clinician",
})  # fmt: skip
"""Fields a clinician may change. Who it is about, for whom, which version, and the sentences to answer stay."""


class Difference(Record):
    """One thing that reads otherwise than in the draft."""

    field: str
    """Where: a field, or `sections.rationale`."""
    before: str | None = None
    """As drafted; missing: it was not there."""
    after: str | None = None
    """As changed; missing: it was taken out."""
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


def differences(before: LetterDraft, after: LetterDraft) -> tuple[Difference, ...]:
    """List what differs between two texts of one version, in the order of the letter.

    Args:
        before: As it went to the clinician.
        after: As the clinician wants it.

    Returns:
        One entry a field; answers to statements are not differences.
    """
    old, new = (dict(_flat(d.model_dump(mode="json", exclude={"statements"}), "")) for d in (before, after))
    found = []
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name) or None, new.get(name) or None
        if was != now:
            is_long = "\n" in (was or "") + (now or "") or len(was or "") > 60
            told = ndiff((was or "").splitlines(), (now or "").splitlines()) if is_long else ()
            lines = tuple(line.rstrip() for line in told if not line.startswith("?"))
            found.append(Difference(field=name, before=was, after=now, lines=lines))
    return tuple(found)


def check_changes(before: LetterDraft, after: LetterDraft) -> tuple[Difference, ...]:
    """List what a clinician changed, having made sure that it is theirs to change.

    Raises:
        RecordError: something else was changed, such as the patient, the version or a sentence to answer.
    """
    fixed = sorted(set(LetterDraft.model_fields) - _THEIRS - {"statements"})
    touched = [name for name in fixed if getattr(before, name) != getattr(after, name)]
    words = [(s.id, s.words, s.by) for s in before.statements]
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
    return differences(before, after)
