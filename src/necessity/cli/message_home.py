"""Claim messages at the terminal: each takes a number nobody used, and the case remembers which claims are in it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from necessity.domain.case import Case
from necessity.domain.sent_message import SentMessage
from necessity.stores.outbox import FolderOutbox
from necessity.stores.sent_numbers import numbers_of
from necessity.workflow.claim_forms import ClaimForm
from necessity.workflow.prepare_claim import PreparedClaim
from necessity.workflow.write_claim import Around, write_claims


def write_message(
    folder: Path,
    record: Case,
    claims: Sequence[PreparedClaim],
    around: Around,
    sender: Path | None,
    keep: Callable[[tuple[bytes, ...]], list[Path]],
) -> tuple[list[Path], tuple[SentMessage, ...]]:
    """Write claims as an 837P, once.

    The number is taken before the file is there: one that is lost leaves a gap, one used twice loses a claim.

    Args:
        folder: The case folder.
        record: The case.
        claims: The claims; they need not be in the record yet.
        around: What the message needs beside them; without a control number the next free one is taken.
        sender: The file that says who sends; its numbers lie beside it.
        keep: Saves the message.

    Returns:
        The files, and what went out in which message.
    """
    if sender is None or around.sender is None:
        return keep(write_claims(ClaimForm.X12_837P, claims, around)), ()  # which says what is missing
    from necessity.workflow.sent_messages import messages_in, used_number

    known = {one.id for one in record.claims}
    drafted = tuple(one.claim for one in claims if one.claim.id not in known)
    whole = record.model_copy(update={"claims": (*record.claims, *drafted)})
    with numbers_of(sender) as numbers:
        asked = around.control_number
        number = numbers.free(around.sender.receiver_id) if asked is None else asked
        contents = write_claims(ClaimForm.X12_837P, claims, around._replace(control_number=number))
        messages = tuple(message for content in contents for message in messages_in(content, whole))
        for message in messages:
            numbers.use(used_number(message, record))
        files = keep(contents)
    FolderOutbox(folder).change(lambda outbox: outbox.with_messages(messages))
    return files, messages


def sent_before(folder: Path) -> tuple[SentMessage, ...]:
    """Give the messages that were written for a case."""
    return FolderOutbox(folder).read().messages
