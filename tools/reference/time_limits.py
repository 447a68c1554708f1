"""The page of time limits: each type of plan with its steps, how each is counted and who says so."""

from necessity.parameters.load import Parameters
from necessity.parameters.time_limits import Count, PlanType, Step, load_plan_types
from necessity.rulebook.load import Rulebook
from tools.reference.markdown import Lines, code, heading, sources, table, text, value

_WORDS = {
    Count.DAYS: "calendar days; the day after is the first",
    Count.HOURS: "hours; told as the day they end on at the latest",
    Count.MONTHS: "calendar months; where the last one is shorter, its last day",
    Count.MONTHS_TO_A_BUSINESS_DAY: (
        "calendar months; a day the month lacks becomes the first of the next; then on to a business day"
    ),
    Count.PERIOD_OF_MONTHS: "calendar months, the first day included",
    Count.DAYS_AFTER_CALENDAR_YEAR: "days after the calendar year",
    Count.GRACE_PERIOD: "the 15th of the third month after",
    Count.SAME_DAY: "that day itself",
}


def _amount(parameters: Parameters, name: str) -> str:
    """Say a number of today's law with its name, or whose column it is."""
    parameter = parameters.law.get(name)
    if parameter is None or not parameter.values:
        return f"the payer's `{name}`"
    last = parameter.values[-1]
    return f"{value(last.value, parameter.type)} (`{name}`)"


def _row(step: Step, parameters: Parameters) -> tuple[str, ...]:
    cites = dict.fromkeys(step.citations)
    for name in step.amounts:
        parameter = parameters.law.get(name)
        cites |= dict.fromkeys(parameter.values[-1].citations if parameter and parameter.values else ())
    if step.none:
        counted = f"none: {step.none} {step.inference}"
    else:
        counted = " + ".join(_amount(parameters, name) for name in step.amounts)
        counted = f"{counted} {_WORDS[step.counted]}. It starts with: {step.trigger}.".strip()
    draft = " (draft)" if step.status == "draft" else ""
    return f"`{step.step}`{draft}", step.stage, step.what, step.whose, counted, sources(cites)


def _type(plan_type: PlanType, parameters: Parameters) -> Lines:
    yield from heading(2, f"`{plan_type.id}`")
    yield from text(f"{plan_type.name}. {plan_type.notes}".strip())
    rows = [_row(step, parameters) for step in plan_type.steps]
    yield from table(("step", "stage", "what is due", "whose", "how it is counted", "source"), rows)


def time_limits_page(book: Rulebook) -> Lines:
    """Write the page of time limits."""
    yield from heading(1, "Time limits")
    yield from text(
        "What must be done by when, by type of plan. Numbers are parameters of the law or columns of a payer's "
        "profile, with their dates and sources there; here stand the newest. A draft was verified by "
        f"nobody: shown, never relied upon. In Python: {code(['necessity.parameters.time_limits.deadlines_for'])}."
    )
    for plan_type in load_plan_types(book.parameters).values():
        yield from _type(plan_type, book.parameters)
