"""`necessity packet`: everything one payer wants, in one PDF or in numbered parts; `packet verify` checks one."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from necessity.cli import wiring
from necessity.cli.busy import busy
from necessity.domain.case import Case
from necessity.domain.decision import Decision, Outcome
from necessity.domain.funding import FundingKind, FundingSource
from necessity.errors import SettingError, StoreError
from necessity.formats.packet.contents import Packet
from necessity.rulebook.words import words
from necessity.stores.folder import paper_path
from necessity.workflow.packet import make_packets, wish_of
from necessity.workflow.packet_programme import WELLNESS
from necessity.workflow.portal import Portal, portal_of

app = App(name="packet", help="Everything one payer wants of a case, in one PDF; `packet verify` checks one.")
app.command(
    "necessity.cli.verbs.packet_verify:packet_verify",
    name="verify",
    help="Whether a packet is whole and unchanged, and the sealed letter in it intact.",
)


@app.default
def packet(
    case: Path,
    *,
    to: str,
    output: Annotated[Path, Parameter(name=["-o", "--output"])],
    on: str | None = None,
    leave_out: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    profiles: Path | None = None,
    codes: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Write the packet for one payer or funding source.

    Parameters
    ----------
    case
        The case folder.
    to
        The funding source's id, or its payer's or kind's name.
    output
        The PDF to write; where one file cannot hold it, parts are written beside it, named FILE-1-of-3.pdf.
    on
        The day to decide for and to print; today if left out.
    leave_out
        Ids of papers that stay at home; give it once for each.
    profiles
        A folder with payers/ of your own.
    codes
        A folder with further code sets; the setting NECESSITY_CODES if left out.
    as_json
        One JSON document instead of words.
    """
    day = wiring.today(on)
    record = wiring.read_case(case)
    judge = wiring.judge(profiles=profiles, codes=codes)
    source = _chosen(record, to)
    decision = judge.decide(record, day)
    portal = portal_of(judge.book.parameters, source, day)

    def paper(file: str) -> bytes | None:
        try:
            return paper_path(case, file).read_bytes()
        except StoreError:  # not there: the packet's cover says so
            return None

    payer = portal.payer_name or source.payer
    name = payer or words().funding[source.kind].name
    if not _holds_anything(record, decision, source):
        return _nothing(name, source, case, as_json)
    with busy("Writing the packet"):
        made = make_packets(record, decision, source.id, paper, day, name, wish_of(portal, leave_out))
    written = _write(output, made)
    return _tell(written, made, _notes(record, source, portal, leave_out), as_json)


def _holds_anything(case: Case, decision: Decision, source: FundingSource) -> bool:
    """Say whether there is anything to send: an expense to claim, or a gym's log to be signed."""
    lines = (line for line in decision.lines if line.funding_source == source.id)
    visits = source.kind in WELLNESS and any(visit.funding_source == source.id for visit in case.visits)
    claims = source.kind is not FundingKind.ONSITE_GYM and any(line.outcome is Outcome.PAYABLE for line in lines)
    return visits or claims


def _write(output: Path, made: list[Packet]) -> list[Path]:
    """Write the packet, or its parts beside each other."""
    count = len(made)
    names = (
        [output]
        if count == 1
        else [output.with_name(f"{output.stem}-{place}-of-{count}{output.suffix}") for place in range(1, count + 1)]
    )
    for name, one in zip(names, made, strict=True):
        try:
            name.parent.mkdir(parents=True, exist_ok=True)
            name.write_bytes(one.pdf)
        except OSError as error:
            step = "Name another file with -o."
            raise StoreError(f"{name} cannot be written: {error.strerror}.", step) from error
    return names


def _notes(case: Case, source: FundingSource, portal: Portal, leave_out: tuple[str, ...]) -> list[str]:
    """Say what is worth knowing about this portal, and what it may already have."""
    notes = []
    if not portal.takes_pdf:
        notes.append("This portal is not known to take PDF. Print it, or ask the payer.")
    if portal.one_date:
        notes.append("This portal wants one request for each date of service; attach the same packet to each.")
    accepted = [one.letter for one in case.submissions if one.funding_source == source.id and one.is_approved]
    for letter in dict.fromkeys(accepted):
        if portal.letter_once and letter not in leave_out and source.kind not in WELLNESS:
            notes.append(
                f"The payer took the letter {letter} before and is not known to want it with every claim. To send no "
                f"more than needed, leave it out: --leave-out {letter}"
            )
    return notes


def _tell(written: list[Path], made: list[Packet], notes: list[str], as_json: bool) -> int:
    missing = list(dict.fromkeys(lack for one in made for lack in one.missing))
    if as_json:
        pages = sum(one.page_count for one in made)
        files = [str(name) for name in written]
        print(json.dumps({"file": files[0], "files": files, "pages": pages, "missing": missing, "notes": notes}))
    else:
        from necessity.cli import show

        for name, one in zip(written, made, strict=True):
            show.packet(name, one.page_count, len(one.pdf), one.missing)
        for note in notes:
            show.note(note)
    return 1 if missing else 0


def _nothing(payer: str, source: FundingSource, case: Path, as_json: bool) -> int:
    """Say that there is nothing to ask for: that is an answer, not a failure."""
    lacks = f"Nothing can be claimed from {payer} today: no expense meets the requirements we know."
    if source.kind is FundingKind.ONSITE_GYM:
        lacks = (
            f"{payer}: {words().funding[source.kind].when_met} A packet would hold its attendance log, which is empty."
        )
    if as_json:
        print(json.dumps({"file": None, "pages": 0, "missing": [lacks]}))
    else:
        print(f"✘ {lacks}\n→ See why, and what to do first: necessity decide {case}")
    return 1


def _chosen(record: Case, to: str) -> FundingSource:
    """Find the one funding source that is meant; the deduction is there even where the record is silent."""
    held = [source for source in record.funding_sources if source.held]
    chosen = [s for s in held if to in (s.id, s.payer, s.kind)]
    if not chosen and to == FundingKind.TAX_DEDUCTION:
        chosen = [FundingSource(id=to, kind=FundingKind.TAX_DEDUCTION, held=True)]
    if len(chosen) == 1:
        return chosen[0]
    known = ", ".join(source.id for source in held) or "none"
    raise SettingError(
        f"--to {to!r} names {'no' if not chosen else 'more than one'} funding source of this case.",
        f"Name one of: {known}.",
        setting="--to",
    )
