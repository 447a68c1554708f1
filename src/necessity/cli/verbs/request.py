"""`necessity request`: a plain letter to a plan before money is spent."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.domain.case import Case
from necessity.domain.funding import FundingKind, FundingSource
from necessity.errors import SettingError, StoreError
from necessity.workflow.requests import RequestKind, write_request

_NOBODY = (FundingKind.HSA, FundingKind.TAX_DEDUCTION, FundingKind.OWN_POCKET)


def request(
    case: Path,
    *,
    kind: Annotated[RequestKind, Parameter(name="--as")],
    output: Annotated[Path, Parameter(name=["-o", "--output"])],
    to: str | None = None,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Write a request for predetermination, authorization or a benefit exception, as text to sign and send.

    What the record does not say stands in brackets and is listed; no answer to such a letter binds the plan.

    Parameters
    ----------
    case
        The case folder.
    kind
        predetermination, authorization or exception.
    output
        The text file to write.
    to
        The funding source's id, payer or kind; may be left out where there is one health plan.
    on
        The date of the letter; today if left out.
    as_json
        One JSON document instead of words.
    """
    day = wiring.today(on)
    record = wiring.read_case(case)
    source = _chosen(record, to)
    made = write_request(record, source, kind, day)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(made.text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreError(f"{output} cannot be written: {error.strerror}.", "Name another file with -o.") from error
    if as_json:
        said = {"file": str(output), "to": source.id, "as": kind, "missing": list(made.missing)}
        print(json.dumps(said))
    else:
        print(f"{'?' if made.missing else '✔'} {output}: request for {kind} to {source.plan_name or source.id}")
        for name in made.missing:
            print(f"  ✘ not in the record: {name}")
        print("  → Read it, sign it, send it so that you can show the day, and keep the answer. It binds nobody.")
    return 1 if made.missing else 0


def _chosen(record: Case, to: str | None) -> FundingSource:
    """Find the plan that is meant; an HSA and one's own pocket have nobody to ask."""
    held = [source for source in record.funding_sources if source.held and source.kind not in _NOBODY]
    plans = [source for source in held if source.kind in (FundingKind.GROUP_PLAN, FundingKind.MEDICARE_ADVANTAGE)]
    chosen = plans if to is None else [source for source in held if to in (source.id, source.payer, source.kind)]
    if len(chosen) == 1:
        return chosen[0]
    known = ", ".join(source.id for source in held) or "none"
    raise SettingError(
        "It is not clear to whom the request goes." if to is None else f"--to {to!r} names no one plan of this case.",
        f"Name one with --to: {known}. A new one is added in case.toml.",
        setting="--to",
    )
