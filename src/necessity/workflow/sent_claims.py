"""Claims follow what becomes of the files that carry them: filed once all of it is out, a draft again if it came back.

So do refusals, with the appeals that dispute them. The outbox says what happened, the record says where a claim
stands. What a payer answered is never undone from here: a claim that was answered did arrive, whatever the slip says.
"""

from datetime import date

from necessity.domain.answer import Acknowledgement, Denial
from necessity.domain.case import Case
from necessity.domain.claim import Claim, ClaimState
from necessity.domain.outbox import Outbox, OutboxItem, OutboxState, Way

CHANGED_LISTS = ("claims", "acknowledgements", "denials")
"""The lists of a case that following the outbox may change."""
_UNSENT = (None, ClaimState.DRAFT)


def filed_day(outbox: Outbox, claim: str) -> date | None:
    """Say on which day the whole of a claim was out; None while a part of it is not, or came back.

    Args:
        outbox: What went out of the case.
        claim: Id of the claim.

    Returns:
        The day of its last part; of two sendings the later one.
    """
    out = [one for one in outbox.items if claim in one.claims and one.is_out]
    days = [one.sent_on for one in out if one.parts is None]
    days += [_day_of_all(one, out) for one in out if one.parts]
    return max((day for day in days if day), default=None)


def _day_of_all(item: OutboxItem, out: list[OutboxItem]) -> date | None:
    """Give the day on which the last part of a whole went; None while one of them waits."""
    together = [item, *(one for one in out if one.goes_with(item))]
    if {one.part for one in together} < set(range(1, (item.parts or 1) + 1)):
        return None
    return max((one.sent_on for one in together if one.sent_on), default=None)


def was_turned_back(case: Case, item: OutboxItem, claim: str) -> bool:
    """Say whether a claim that went out is a draft again: it was not taken in, or its owner took it back.

    Args:
        case: The record.
        item: What carried the claim out.
        claim: Id of the claim.
    """
    standing = next((one for one in case.claims if one.id == claim), None)
    if standing is None or standing.filed_on is None:  # it never was out whole
        return False
    return standing.state in _UNSENT and item.record_knows == item.state


def is_behind(item: OutboxItem) -> bool:
    """Say whether the record has yet to follow what became of an item."""
    return bool(item.claims or item.appeals) and item.state not in (OutboxState.READY, item.record_knows)


def follow_outbox(case: Case, outbox: Outbox) -> Case:
    """Bring the claims of a case up to date with the items whose last change they do not know yet.

    Args:
        case: The record.
        outbox: What went out of it, with everything that became of it.

    Returns:
        The case with state, day of filing and day of receipt of those claims; the same one where nothing is new.
        Following twice comes to the same as once.
    """
    for item in filter(is_behind, outbox.items):
        before = case
        case = before.model_copy(
            update={
                "claims": tuple(_claim(before, one, item, outbox) for one in before.claims),
                "acknowledgements": tuple(_word(before, one, item, outbox) for one in before.acknowledgements),
                "denials": tuple(_refusal(one, item) for one in before.denials),
            }
        )
    return case


def _refusal(denial: Denial, item: OutboxItem) -> Denial:
    """Note the day on which a refusal was appealed or put before somebody independent; or take it out again."""
    field = "review_asked_on" if item.asks_review else "appealed_on"
    noted = getattr(denial, field)
    if denial.id != item.appeals or item.sent_on is None:
        return denial
    if item.is_out and noted is None:
        return denial.model_copy(update={field: item.sent_on})
    if item.state is OutboxState.FAILED and noted == item.sent_on:
        return denial.model_copy(update={field: None})
    return denial


def _appealed(case: Case, claim: Claim, item: OutboxItem) -> Claim:
    """Say that an answered claim is in dispute, or no longer."""
    if not any(one.id == item.appeals and one.claim == claim.id for one in case.denials):
        return claim
    if item.is_out and claim.state is ClaimState.ANSWERED:
        return claim.model_copy(update={"state": ClaimState.APPEALED})
    if item.state is OutboxState.FAILED and item.sent_on and claim.state is ClaimState.APPEALED:
        return claim.model_copy(update={"state": ClaimState.ANSWERED})
    return claim


def _claim(case: Case, claim: Claim, item: OutboxItem, outbox: Outbox) -> Claim:
    if claim.id not in item.claims:
        return _appealed(case, claim, item)
    day = filed_day(outbox, claim.id)
    changes: dict[str, object] = {}
    if item.is_out and day and claim.state in _UNSENT:
        later = any(one.accepted is False and not _is_of_before(one, item) for one in _words_about(case, claim))
        changes |= {"filed_on": day} if later else {"state": ClaimState.FILED, "filed_on": day, "received_on": None}
    elif item.is_out and day and claim.state is ClaimState.FILED and claim.filed_on is None:
        changes |= {"filed_on": day}
    elif item.state is OutboxState.FAILED and item.sent_on and claim.state is ClaimState.FILED:
        changes |= {"filed_on": day} if day else {"filed_on": None, "state": ClaimState.DRAFT, "received_on": None}
    if item.state is OutboxState.CONFIRMED and day and claim.received_on is None and _reaches_the_payer(item):
        changes |= {"received_on": item.history[-1].changed_on}
    return claim.model_copy(update=changes)


def _reaches_the_payer(item: OutboxItem) -> bool:
    """Say whether who confirms is the payer; a clearinghouse passes on, and the payer's own word comes later."""
    return item.way is not Way.SFTP


def _words_about(case: Case, claim: Claim) -> list[Acknowledgement]:
    return [one for one in case.acknowledgements if one.claim == claim.id and one.resent_on is None]


def _is_of_before(word: Acknowledgement, item: OutboxItem) -> bool:
    """Say whether a word came before an item was sent; of one day, the word came first and the item is the answer."""
    return word.received_on is None or item.sent_on is None or word.received_on <= item.sent_on


def _word(case: Case, word: Acknowledgement, item: OutboxItem, outbox: Outbox) -> Acknowledgement:
    """Note with what was said of an earlier sending that the claim went again since; or take it out, if that failed."""
    claim = next((one for one in case.claims if one.id == word.claim and one.id in item.claims), None)
    if claim is None:
        return word
    goes_again = item.is_out and claim.state in _UNSENT and filed_day(outbox, claim.id) is not None
    if goes_again and word.resent_on is None and _is_of_before(word, item):
        return word.model_copy(update={"resent_on": item.sent_on})
    if item.state is OutboxState.FAILED and word.resent_on is not None and word.resent_on == item.sent_on:
        return word.model_copy(update={"resent_on": None})
    return word
