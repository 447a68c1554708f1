"""One answer of any kind in one shape, with a digest of what it says: the same answer has the same, wherever read."""

from typing import Any

from necessity.domain.answer import AnsweredMessage, AnswerKind, AnswerSource, ReceivedAnswer
from necessity.domain.manifest import canonical_json, digest

_NOT_SAID = {"id", "why", "received_on", "source", "told_by", "sha256", "claim", "same_as", "settled_by", "level"}


def received(kind: AnswerKind, source: AnswerSource, told_by: str, **says: Any) -> ReceivedAnswer:
    """Make an answer out of what was read.

    Args:
        kind: What it is about.
        source: What told it.
        told_by: Name of the file, with the place in it.
        **says: What it says, by the fields of `ReceivedAnswer`.

    Returns:
        The answer; its id and digest come from what it says alone, not from where it stood.
    """
    made = ReceivedAnswer(id="?", kind=kind, source=source, told_by=told_by, **says)
    unsaid = _NOT_SAID if made.message != AnsweredMessage() else _NOT_SAID | {"message"}
    sha256 = digest(canonical_json(made.model_dump(mode="json", exclude=unsaid, exclude_none=True)))
    return made.model_copy(update={"id": f"{kind.value}-{sha256[:8]}", "sha256": sha256})


def told_apart(answer: ReceivedAnswer, by: str) -> ReceivedAnswer:
    """Tell an answer from another one of the same words, such as a correction that repeats what was taken back.

    Args:
        answer: As it was read.
        by: What tells them apart; empty: nothing needs to.
    """
    if not by:
        return answer
    sha256 = digest(f"{answer.sha256} {by}".encode())
    return answer.model_copy(update={"id": f"{answer.kind.value}-{sha256[:8]}", "sha256": sha256})
