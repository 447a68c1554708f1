"""Finding the claim and the lines an answer is about: by control and line number, else by what is unmistakable."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from necessity.domain.answer import (
    Acknowledgement,
    AnswerKind,
    ReceivedAnswer,
    Remittance,
    RemittanceLine,
    WhyUnplaced,
)
from necessity.domain.case import Case
from necessity.domain.claim import Claim, ServiceLine
from necessity.domain.manifest import digest
from necessity.domain.sent_message import SentMessage, answered, claims_answered

_LONGEST_CONTROL_NUMBER = 20
"""Messages carry no more of a claim's id (CLM01)."""
_NO_NUMBER = ("", "0")
_DAY_BEHIND = re.compile(r"(?:19|20)\d{6}\Z")


class Match(NamedTuple):
    """The claim an answer is about, or why there is none."""

    claim: Claim | None
    why: WhyUnplaced | None


def claim_of(case: Case, answer: ReceivedAnswer) -> Match:
    """Find the claim of an answer: by its own control number; by the payer's number only where it gives none.

    So money is never posted to a claim that an answer does not name. Letters are compared without regard to capitals,
    which some systems change; more than one claim is no match.
    """
    if answer.claim is not None:
        return _one(claim for claim in case.claims if claim.id == answer.claim)
    if answer.kind is AnswerKind.PROVIDER_AMOUNT:
        return _one(_referred(case, answer.control_number or ""))
    number = (answer.control_number or "").strip().casefold()
    if number not in _NO_NUMBER:
        return _one(_numbered(case, number))
    if answer.payer_claim_number:
        known = _known_by(case, answer.payer_claim_number)
        return _one(claim for claim in case.claims if claim.id in known)
    return Match(None, WhyUnplaced.NO_SUCH_CLAIM)


def _numbered(case: Case, number: str) -> list[Claim]:
    """Find the claims that a control number names; one that is whole before one that a message cut off."""
    whole = [one for one in case.claims if one.id.casefold() == number]
    return whole or [one for one in case.claims if one.id[:_LONGEST_CONTROL_NUMBER].casefold() == number]


def _referred(case: Case, reference: str) -> list[Claim]:
    """Find the claims that the reference of a provider's change names.

    Payers write our number or theirs, or both in one text: our number with the first day of service behind it, a blank,
    their number. It moves no balance, so the payer's number may find the claim here.
    """
    words = [word.casefold() for word in reference.split()]
    numbers = [_DAY_BEHIND.sub("", word) for word in words]
    named = {claim.id: claim for word in (*words, *numbers) for claim in _numbered(case, word)}
    known = {id for word in reference.split() for id in _known_by(case, word)}
    return list(named.values()) or [claim for claim in case.claims if claim.id in known]


def claim_by_number(case: Case, number: str) -> Claim | None:
    """Find the claim that a control number names; None where none or several could be meant."""
    found = _numbered(case, number.strip().casefold())
    return found[0] if len(found) == 1 else None


def parts_of(answer: ReceivedAnswer, messages: Sequence[SentMessage]) -> tuple[ReceivedAnswer, ...]:
    """Take an answer about a message apart into one for each claim that was in it.

    Args:
        answer: As it was read.
        messages: What was sent for the case.

    Returns:
        The answer itself, where it is about a claim, or where the message is not known or holds no claim of the case.
        An answer about a test says nothing about whether a claim goes on.
    """
    about = answer.message
    message = answered(messages, about)
    if message is None or answer.claim is not None:
        return (answer,)
    number, test = f"{message.number:09d}", " (a test)" if message.is_test else ""
    known = answer.model_copy(
        update={
            "message": about.model_copy(update={"interchange": number}),
            "is_accepted": None if message.is_test else answer.is_accepted,
            "says": f"message {number}{test}: {answer.says or 'answered'}",
        }
    )
    if answer.control_number:
        return (known,)
    return tuple(
        known.model_copy(
            update={
                "id": f"{answer.id}-{one.claim}",
                "claim": one.claim,
                "sha256": digest(f"{answer.sha256} {one.claim}".encode()),
            }
        )
        for one in claims_answered(message, about)
    )


def _known_by(case: Case, number: str) -> set[str]:
    """Name the claims that an answer gave this number of the payer before."""
    told: list[Acknowledgement | Remittance] = [*case.acknowledgements, *case.remittances]
    return {one.claim for one in told if one.payer_claim_number == number}


def _one(claims: Iterable[Claim]) -> Match:
    found = list(claims)
    if len(found) == 1:
        return Match(found[0], None)
    return Match(None, WhyUnplaced.SEVERAL_CLAIMS if found else WhyUnplaced.NO_SUCH_CLAIM)


def with_service_lines(answer: ReceivedAnswer, claim: Claim) -> tuple[RemittanceLine, ...]:
    """Tie each line of an answer to the claim's line it is about; one that meets none stays as it is.

    By line number; else by its place, where the answer counts the claim's lines; else by day, charge and code, where
    only one line of the claim fits.
    """
    by_number = {line.id.casefold(): line.id for line in claim.service_lines}
    taken = {by_number[one.id.casefold()] for one in answer.lines if one.id.casefold() in by_number}
    tied = []
    for line in answer.lines:
        met = by_number.get(line.id.casefold()) or _by_place(line, claim)
        if met is None:
            met = _alone(one for one in claim.service_lines if one.id not in taken and _fits(line, one))
            taken |= {met} if met else set()
        tied.append(line.model_copy(update={"service_line": met}))
    return tuple(tied)


def _by_place(line: RemittanceLine, claim: Claim) -> str | None:
    number = line.sequence or 0
    if not 1 <= number <= len(claim.service_lines):
        return None
    met = claim.service_lines[number - 1]
    is_other = line.charged_cents is not None and met.charge_cents not in (None, line.charged_cents)
    return None if is_other else met.id


def _fits(line: RemittanceLine, own: ServiceLine) -> bool:
    if line.served_on is None or line.charged_cents is None:
        return False
    code = None if own.procedure_code is None else str(own.procedure_code)
    same_code = line.procedure_code is None or code is None or line.procedure_code == code
    return (line.served_on, abs(line.charged_cents)) == (own.served_on, own.charge_cents) and same_code


def _alone(lines: Iterable[ServiceLine]) -> str | None:
    found = [line.id for line in lines]
    return found[0] if len(found) == 1 else None
