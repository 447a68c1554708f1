"""`necessity outbox`: what goes out of a case, by post, portal, fax or SFTP, and the answers that are picked up."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from necessity.cli import show_outbox, wiring
from necessity.cli.key_home import read_file
from necessity.domain.case import Case
from necessity.domain.outbox import OutboxItem, OutboxState, Way
from necessity.errors import FormatError, SettingError, StoreError
from necessity.stores.outbox import FolderOutbox
from necessity.workflow import outbox as work
from necessity.workflow.portal import Portal, portal_of
from necessity.workflow.sent_messages import messages_in

_MOST_BYTES = 200_000_000
_NOTE = "For sent, confirmed and failed: what happened, in words."
_MARKS = {
    "sent": OutboxState.SENT,
    "confirmed": OutboxState.CONFIRMED,
    "failed": OutboxState.FAILED,
    "withdraw": OutboxState.WITHDRAWN,
}
Action = Literal["list", "show", "add", "send", "sent", "confirmed", "failed", "withdraw", "fetch"]


def outbox(
    case: Path,
    action: Action = "list",
    what: str | None = None,
    *,
    to: str | None = None,
    by: Way | None = None,
    claim: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    fax: str | None = None,
    reference: str | None = None,
    remark: Annotated[str | None, Parameter(name="--note", help=_NOTE)] = None,
    sheet: Path | None = None,
    server: Path | None = None,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Keep account of what goes out of a case, and fetch what comes in.

    The claims that a file carries follow it: filed on the day it was sent, drafts again where it came back. For a fax,
    a cover is laid before the papers.

    Parameters
    ----------
    case
        The case folder.
    action
        list all; show one with its steps; add a file; send one by SFTP; note that one was sent, confirmed, failed;
        withdraw one that was not sent; fetch answers by SFTP.
    what
        For add, the file; for show, send, sent, confirmed, failed and withdraw, the item.
    to
        For add: the funding source it is for.
    by
        For add: post, portal, fax or sftp.
    claim
        For add: the id of a claim it carries, where the file does not say it itself; give it once for each.
    fax
        For add: the fax number, where the payer's profile does not know it.
    reference
        For sent and confirmed: the number you were given.

    sheet
        For show of something that goes by post: write a page with the address to lay before it.
    server
        For send and fetch: the file with the server's settings; the setting NECESSITY_SFTP if left out.
    on
        The day; today if left out.
    as_json
        One JSON document instead of words.
    """
    day = wiring.today(on)
    record = wiring.read_case(case)
    store = FolderOutbox(case)
    work.catch_up(store)
    beside: list[str] = []
    if action == "fetch":
        return _fetch(store, server, day, as_json)
    if action == "list":
        return _list(store, str(case), as_json)
    if action == "add":
        new = _new(_needed(what, "FILE", action), record, to, by, claim, fax, day)
        item = work.add(store, new, day)
        beside = _remember(store, record, new.content)
    elif action == "send":
        with store.alone():
            item, _ = work.send(store, _sftp(server), _needed(what, "ITEM", action), day)
    elif action == "show":
        item = store.read().item(_needed(what, "ITEM", action))
        if sheet:
            _write_sheet(record, item, sheet, day)
    else:
        id = _needed(what, "ITEM", action)
        item = work.mark(store, id, _MARKS[action], day, note=remark, reference=reference)
    held = next((one for one in record.funding_sources if one.id == item.to), None)
    portal = portal_of(wiring.judge().book.parameters, held, day) if held and item.way is Way.PORTAL else None
    return _one(item, portal, case, store.case(), as_json, beside)


def _list(store: FolderOutbox, case: str, as_json: bool) -> int:
    """Show every item, and the claim messages that were written."""
    found = store.read()

    def show() -> None:
        show_outbox.items(found.items, case)
        show_outbox.show_messages(found.messages)

    said = {
        "items": [_as_dict(one) for one in found.items],
        "messages": [one.model_dump(mode="json") for one in found.messages],
    }
    return _told(said, as_json, show)


def _remember(store: FolderOutbox, record: Case, content: bytes) -> list[str]:
    """Remember which claims are in a claim message; say so where it cannot be read as one."""
    try:
        messages = messages_in(content, record)
    except FormatError as error:
        return [f"{error.message} So no 999 or TA1 about it will find its claims. {error.next_step}"]
    if messages:
        store.change(lambda outbox: outbox.with_messages(messages))
    return []


def _write_sheet(case: Case, item: OutboxItem, file: Path, day: date) -> None:
    """Write the page that lies before papers that are posted."""
    from necessity.formats.address_sheet.write import AddressSheet, write

    if item.way is not Way.POST:
        raise SettingError(f"Item {item.id} goes by {item.way}.", "--sheet is for post only.", setting="--sheet")
    party = case.account_holder if case.account_holder.name else case.patient
    at = case.patient.address
    town = " ".join(part for part in (at.city and f"{at.city},", at.state, at.zip_code) if part)
    source = next((one for one in case.funding_sources if one.id == item.to), None)
    made = write(
        AddressSheet(
            sender=tuple(line for line in (party.name, at.street, town) if line),
            receiver=item.address,
            enclosed=f"papers of a claim, {item.id}",
            pages=item.pages,
            member_id=(source.member_id if source else None) or case.account_holder.member_id,
            sha256=item.sha256,
        ),
        day,
    )
    try:
        file.write_bytes(made)
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}.", "Name another file.") from error


def _needed(what: str | None, name: str, action: str) -> str:
    if what is None:
        step = f"Write: necessity outbox CASE {action} {name}"
        raise SettingError(f"outbox {action} needs {name}.", step, setting=name)
    return what


def _sftp(server: Path | None) -> work.DropStore:
    from necessity.cli.sftp_home import sftp_store

    return sftp_store(server)


def _new(
    file: str, record: Case, to: str | None, by: Way | None, claims: tuple[str, ...], fax: str | None, day: date
) -> work.NewItem:
    """Put together what is to be added; number and address come from the payer's profile or the record."""
    from necessity.workflow.new_item import Wanted, new_item  # looks into PDFs, which only adding needs

    if to is None or by is None:
        step = "Write: necessity outbox CASE add FILE --to FUNDING_SOURCE --by post|portal|fax|sftp"
        raise SettingError("outbox add needs --to and --by.", step, setting="--to")
    source = next((one for one in record.funding_sources if to in (one.id, one.payer)), None)
    if source is None:
        known = ", ".join(one.id for one in record.funding_sources) or "none"
        raise SettingError(f"--to {to!r} is no funding source of this case.", f"Name one of: {known}.", setting="--to")
    for claim in claims:
        if claim not in {one.id for one in record.claims}:
            known = ", ".join(one.id for one in record.claims) or "none"
            raise SettingError(f"--claim {claim!r} is no claim of this case.", f"Claims: {known}.", setting="--claim")
    content = read_file(Path(file), _MOST_BYTES)
    return new_item(wiring.judge(), record, source, Wanted(by, Path(file).name, content, claims, fax), day)


def _fetch(store: FolderOutbox, server: Path | None, day: date, as_json: bool) -> int:
    with store.alone():
        new, growing = work.fetch(store, _sftp(server), day)
    said = {"fetched": [one.model_dump(mode="json") for one in new], "left_for_next_time": growing}
    return _told(said, as_json, lambda: show_outbox.fetched(new, growing))


def _one(item: OutboxItem, portal: Portal | None, folder: Path, record: Case, as_json: bool, beside: list[str]) -> int:
    open_ = item.state in (OutboxState.READY, OutboxState.FAILED)
    steps = [*beside, *(work.steps(item, portal, str(folder)) if open_ else ())]
    claims = [one for one in record.claims if one.id in item.claims]
    standing = [one.model_dump(mode="json", include={"id", "state", "filed_on", "received_on"}) for one in claims]
    said = _as_dict(item) | {"steps": steps, "claims_stand": standing}
    return _told(said, as_json, lambda: show_outbox.item(item, steps, claims))


def _as_dict(item: OutboxItem) -> dict[str, Any]:
    return {"state": item.state, **item.model_dump(mode="json")}


def _told(value: dict[str, Any], as_json: bool, show: Any) -> int:
    if as_json:
        print(json.dumps(value, indent=2))
    else:
        show()
    return 0
