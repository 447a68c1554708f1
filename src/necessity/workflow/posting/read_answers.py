"""Reading a file of answers for one case: every kind we know, leaving out what is plainly about somebody else."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from necessity.domain.answer import AnswerKind, ReceivedAnswer
from necessity.domain.case import Case
from necessity.domain.sent_message import SentMessage
from necessity.errors import FormatError
from necessity.workflow.posting.from_x12 import NOT_SAID, Whose
from necessity.workflow.posting.matching import claim_of, parts_of

_HEAD = 1 << 16
_LARGEST_DOCUMENT = 50_000_000
_MOST_UNKNOWN = 50
"""Answers without a claim and without a name that one file may bring: more are a provider's own pile."""


class ReadAnswers(NamedTuple):
    """What a file holds for one case."""

    answers: tuple[ReceivedAnswer, ...]
    """Those about its claims, and those that may be."""
    about_others: int
    """How many are about other people's claims; they are not taken into this record."""


def read_answers(
    stream: BinaryIO, name: str, case: Case, claim: str | None = None, messages: Sequence[SentMessage] = ()
) -> ReadAnswers:
    """Read the answers of a file.

    Args:
        stream: A binary file that can go back to its beginning.
        name: What to call it.
        case: Whose claims are asked for.
        claim: Id of the claim that answers without a number are about; None: they say it themselves.
        messages: What was sent for the case.

    Raises:
        FormatError: it is neither X12 nor FHIR, or holds no answer.
    """
    kept, unknown, others, count = [], 0, 0, 0
    for answer, whose in _every(stream, name):
        count += 1
        is_free = not answer.control_number and answer.kind is not AnswerKind.PROVIDER_AMOUNT
        given = answer.model_copy(update={"claim": claim}) if claim and is_free else answer
        if claim_of(case, given).claim is None and parts_of(given, messages) == (given,):
            unknown += whose == NOT_SAID
            if _is_somebody_else(whose, case) or unknown > _MOST_UNKNOWN:
                others += 1
                continue
        kept.append(given)
    if not any(one.kind is not AnswerKind.PROVIDER_AMOUNT or claim_of(case, one).claim for one in kept):
        others, kept = others + len(kept), []  # a payment without a claim of this case: its balance is others' business
    if not count:
        step = "See what it holds with: necessity read FILE"
        raise FormatError(f"{name} holds no answer to a claim.", step, format="message", place=name)
    return ReadAnswers(tuple(kept), others)


def _every(stream: BinaryIO, name: str) -> Iterator[tuple[ReceivedAnswer, Whose]]:
    from necessity.formats.fhir.read import recognises  # each family is loaded only where a file of it comes
    from necessity.workflow.read_message import looks_like_x12

    head = stream.read(_HEAD)
    stream.seek(0)
    if looks_like_x12(head):
        from necessity.workflow.posting.from_x12 import answers_in

        yield from answers_in(stream, name)
    elif recognises(head):
        from necessity.workflow.posting.from_fhir import answers_in as fhir_answers

        content = stream.read(_LARGEST_DOCUMENT + 1)
        if len(content) > _LARGEST_DOCUMENT:
            raise FormatError(
                f"{name} is too large for one document.", "Take it apart first.", format="fhir", place=name
            )
        yield from ((answer, NOT_SAID) for answer in fhir_answers(content, name))
    else:
        step = "Post an 835, 277CA, 999, TA1, or FHIR file. A letter's refusal: necessity post CASE --denial CLAIM."
        raise FormatError(f"{name} is no answer that can be read here.", step, format="message", place=name)


def _is_somebody_else(whose: Whose, case: Case) -> bool:
    """Say whether an answer names people, and none of this case: by member number, else by family name."""
    holders = (case.account_holder, case.subscriber)
    given = [*(one.member_id for one in holders), *(source.member_id for source in case.funding_sources)]
    numbers = set(filter(None, given))
    if whose.numbers and numbers:
        return not whose.numbers & {number.casefold() for number in numbers}
    names = " ".join(name.casefold() for name in (case.patient.name, *(one.name for one in holders)) if name)
    return bool(whose.names and names) and not any(name in names for name in whose.names)
