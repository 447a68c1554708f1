"""`necessity packet`: everything one payer wants, in one PDF."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.busy import busy
from necessity.domain.case import Case
from necessity.domain.decision import Outcome
from necessity.domain.funding import FundingKind, FundingSource
from necessity.errors import SettingError, StoreError
from necessity.rulebook.words import words
from necessity.stores.folder import paper_path
from necessity.workflow.packet import make_packet, portal_bytes


def packet(
    case: Path,
    *,
    to: str,
    output: Annotated[Path, Parameter(name=["-o", "--output"])],
    on: str | None = None,
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
        The PDF to write.
    on
        The day to decide for and to print; today if left out.
    codes
        A folder with further code sets; the setting NECESSITY_CODES if left out.
    as_json
        One JSON document instead of words.
    """
    day = wiring.today(on)
    record = wiring.read_case(case)
    judge = wiring.judge(codes=codes)
    source = _chosen(record, to)
    decision = judge.decide(record, day)
    payer = source.payer and judge.book.parameters.payer_names.get(source.payer, source.payer)

    def paper(file: str) -> bytes | None:
        try:
            return paper_path(case, file).read_bytes()
        except StoreError:  # not there: the packet's cover says so
            return None

    name = payer or words().funding[source.kind].name
    if not any(line.outcome is Outcome.PAYABLE for line in decision.lines if line.funding_source == source.id):
        return _nothing(name, case, as_json)
    limit = portal_bytes(judge.book.parameters, source, day)
    with busy("Writing the packet"):
        made = make_packet(record, decision, source.id, paper, day, name, max_bytes=limit)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(made.pdf)
    except OSError as error:
        step = "Name another file with -o."
        raise StoreError(f"{output} cannot be written: {error.strerror}.", step) from error
    if as_json:
        print(json.dumps({"file": str(output), "pages": made.page_count, "missing": list(made.missing)}))
    else:
        from necessity.cli import show

        show.packet(output, made.page_count, len(made.pdf), made.missing)
    return 1 if made.missing else 0


def _nothing(payer: str, case: Path, as_json: bool) -> int:
    """Say that there is nothing to ask for: that is an answer, not a failure."""
    lacks = f"Nothing can be claimed from {payer} today: no expense meets the requirements we know."
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
