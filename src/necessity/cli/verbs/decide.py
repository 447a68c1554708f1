"""`necessity decide`: every route and every expense of a case folder."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.domain.decision import Decision, Outcome
from necessity.domain.funding import FundingKind


def decide(
    case: Path,
    *,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
    explain: bool = False,
    rules: Path | None = None,
    profiles: Path | None = None,
    codes: Path | None = None,
) -> int:
    """Decide a case: who can pay, how much, why, what is missing, what would change it.

    Parameters
    ----------
    case
        The case folder.
    on
        The day to decide for, like 2026-06-30; today if left out.
    as_json
        One JSON document instead of words.
    explain
        Show the whole trace: every rule's answer with facts and sources.
    rules
        An operator's folder with rules/, us/, payers/.
    profiles
        An operator's folder with payers/.
    codes
        A folder with further code sets, filled by `necessity codes load`, `load-pairs` and `load-maxima`; the setting
        NECESSITY_CODES if left out.
    """
    day = wiring.today(on)
    record = wiring.read_case(case)
    decision = wiring.judge(rules, profiles, codes).decide(record, day)
    if as_json:
        print(decision.model_dump_json(indent=2))
    else:
        from necessity.cli import show

        show.decision(decision, explain=explain, folder=str(case))
    return exit_code(decision)


def exit_code(decision: Decision) -> int:
    """Say 0 where a route is payable or nothing was to decide, 1 where it is not so."""
    if any(r.outcome is Outcome.PAYABLE and r.kind != FundingKind.OWN_POCKET for r in decision.routes):
        return 0
    outcomes = [other.outcome for other in decision.others]
    if not decision.lines and outcomes:
        return 0 if all(outcome is Outcome.PAYABLE for outcome in outcomes) else 1
    return 1 if decision.lines else 0
