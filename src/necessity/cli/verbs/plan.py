"""`necessity plan`: which training goes to which account, when each runs dry, what to elect, what is left."""

from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.domain.funding_plan import FundingPlan
from necessity.domain.money import cents
from necessity.errors import SettingError
from necessity.workflow.funding.training_ahead import WEEKDAYS, Wishes
from necessity.workflow.plan_funding import plan_funding


def plan(
    case: Path,
    *,
    on: str | None = None,
    price: str | None = None,
    weekdays: str | None = None,
    until: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
    rules: Path | None = None,
    profiles: Path | None = None,
    codes: Path | None = None,
) -> int:
    """Plan where the money for training ahead comes from. Nothing is saved, and nothing is promised.

    Parameters
    ----------
    case
        The case folder.
    on
        The day to plan from, like 2026-06-30; today if left out.
    price
        What one session costs, like 85.00; the latest price in the record if left out.
    weekdays
        The days of training, like tue,thu; as in the record so far if left out.
    until
        The last day to plan for; the end of the order if left out.
    as_json
        One JSON document instead of words.
    rules
        An operator's folder with rules/, us/, payers/.
    profiles
        An operator's folder with payers/.
    codes
        A folder with further code sets; the setting NECESSITY_CODES if left out.
    """
    day = wiring.today(on)
    wishes = Wishes(
        price_cents=None if price is None else cents(price, "--price"),
        weekdays=None if weekdays is None else _weekdays(weekdays),
        until=None if until is None else _until(until, day),
    )
    record = wiring.read_case(case)
    made = plan_funding(wiring.judge(rules, profiles, codes), record, day, wishes)
    if as_json:
        print(made.model_dump_json(indent=2))
    else:
        from necessity.cli import show_plan

        show_plan.plan(made, folder=str(case))
    return exit_code(made)


def exit_code(made: FundingPlan) -> int:
    """Say 0 where sessions ahead have a place in an account and nothing is asked, or none are ahead; else 1."""
    if made.asks:
        return 1
    return 0 if not made.training.sessions or any(account.planned_cents for account in made.accounts) else 1


def _weekdays(text: str) -> tuple[int, ...]:
    named = [part.strip().lower()[:3] for part in text.split(",") if part.strip()]
    wrong = [part for part in named if part not in WEEKDAYS]
    if wrong or not named:
        raise SettingError(
            f"--weekdays is {text[:40]!r}, which names no days of the week.",
            f"Write some of {', '.join(WEEKDAYS)}, such as tue,thu.",
            setting="--weekdays",
        )
    return tuple(sorted({WEEKDAYS.index(part) for part in named}))


def _until(text: str, on: date) -> date:
    try:
        last = date.fromisoformat(text)
    except ValueError:
        raise SettingError(
            f"--until is {text[:40]!r}, which is no date.", "Write it like 2026-12-31.", setting="--until"
        ) from None
    if last < on:
        raise SettingError(f"--until {last} lies before {on}.", "Name a later day.", setting="--until")
    return last
