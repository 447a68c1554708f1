"""Making steps: words from the data, the last day from the type of plan, both with their sources."""

from datetime import date, timedelta

from necessity.domain.case import Case
from necessity.domain.claim import Claim
from necessity.domain.dates import spoken
from necessity.domain.decision import Decision, Outcome
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.ledger import ClaimLedger
from necessity.domain.money import dollars
from necessity.domain.next_step import NextStep, StepKind
from necessity.parameters.load import Parameters, load
from necessity.parameters.time_limits import PlanType, find_due, load_plan_types, plan_type_of
from necessity.rulebook.next_steps import next_step_words
from necessity.rulebook.words import words

_ACCOUNTS = (
    FundingKind.HSA,
    FundingKind.HEALTH_FSA,
    FundingKind.HRA,
    FundingKind.QSEHRA,
    FundingKind.ICHRA,
    FundingKind.EBHRA,
    FundingKind.WELLNESS_STIPEND,
)
NOT_KNOWN = "The notice must name the day: the type of plan is not known here."


def step(kind: StepKind, *days: NextStep, command: str = "", **filled: str) -> NextStep:
    """Make a step in the words of the data.

    Args:
        kind: Which step.
        *days: What it must be done by, as bare days; the first that is not past leads.
        command: The command that does it.
        **filled: What the words name in braces.
    """
    say = next_step_words().step[kind.value]
    made = NextStep(
        kind=kind, title=say.title, says=say.says.format(**filled), citations=say.citations, command=command
    )
    dated = sorted((one for one in days if one.due_on), key=lambda one: (one.is_late, one.due_on or date.max))
    day = next(iter(dated or days), None)
    return made if day is None else with_day(made, day)


def with_day(made: NextStep, day: NextStep) -> NextStep:
    """Give a step the last day, and the sources, of another."""
    names = ("due_on", "counted", "is_late", "is_draft", "inference", "whose")
    taken = {name: getattr(day, name) for name in names}
    cites = tuple(dict.fromkeys((*made.citations, *day.citations)))
    return made.model_copy(update={**taken, "citations": cites, "day_citations": day.citations})


def open_amount(money: ClaimLedger) -> str:
    """Say how much is open on a claim."""
    return "What was asked for" if money.open_cents is None else dollars(money.open_cents)


class Desk:
    """A case on a day, and what is needed to find the days of its steps."""

    def __init__(
        self,
        case: Case,
        on: date,
        decision: Decision | None,
        book: tuple[Parameters, dict[str, PlanType]] | None,
    ) -> None:
        self.case = case
        self.on = on
        self.decision = decision
        if book is None:
            parameters = load()
            book = (parameters, load_plan_types(parameters))
        self._book = book

    def source(self, claim: Claim) -> FundingSource:
        """Find whom a claim asks."""
        return next(one for one in self.case.funding_sources if one.id == claim.funding_source)

    def payer(self, source: FundingSource) -> str:
        """Name whom a claim asks: the plan as it calls itself, else the administrator, else the kind."""
        administrator = source.payer and self._book[0].payer_names.get(source.payer, source.payer)
        return source.plan_name or administrator or words().funding[source.kind].name

    def due(self, source: FundingSource, name: str, trigger_on: date, *, stage: str = "") -> NextStep | None:
        """Find the last day of a step of the plan's type; None where nothing is known of it."""
        found = find_due(
            plan_type_of(source), name, trigger_on, stage=stage, payer=source.payer or "generic", book=self._book
        )
        if found is None:
            return None
        return NextStep(
            kind=StepKind.WAIT,
            title=found.what,
            says=found.what,
            whose=found.whose,
            due_on=found.due_on,
            counted=found.why_none or f"counted from {spoken(trigger_on)}, when {found.trigger}",
            is_late=found.due_on is not None and found.due_on < self.on,
            is_draft=found.status == "draft",
            inference=found.inference,
            citations=found.citations,
        )

    def plan_days(self, days: int | None, trigger_on: date) -> NextStep | None:
        """Give the last day that the plan's own papers set, as the record holds them; None where it holds none."""
        if days is None:
            return None
        counted = f"{days} days from {spoken(trigger_on)}, as the plan's papers say"
        return self.stated(trigger_on + timedelta(days=days), counted)

    def stated(self, due_on: date, counted: str) -> NextStep:
        """Give a last day that stands in the record itself."""
        late = due_on < self.on
        return NextStep(kind=StepKind.WAIT, title="", says="", due_on=due_on, counted=counted, is_late=late)

    def complaint(self, source: FundingSource) -> NextStep | None:
        """Say whom to complain to about a plan of this type; None where that is not known here."""
        found = next_step_words().complaint(plan_type_of(source), source.is_erisa)
        if found is None:
            return None
        made = step(StepKind.COMPLAIN, to=f"Whom to write to: {found.to[0].lower() + found.to[1:]}")
        return made.model_copy(update={"citations": (*made.citations, *found.citations)})

    def elsewhere(self, claim: Claim, money: ClaimLedger) -> NextStep | None:
        """Say which accounts could pay what is open, as far as they meet the requirements we know; None: none."""
        amount = open_amount(money)
        behind = {id for line in money.lines for id in line.expenses}
        found: dict[str, None] = {}
        for line in self.decision.lines if self.decision else ():
            other = next((s for s in self.case.funding_sources if s.id == line.funding_source), None)
            fits = line.id in behind and line.outcome is Outcome.PAYABLE and line.payable_cents != 0
            if fits and other and other.id != claim.funding_source and other.kind in _ACCOUNTS:
                found[f"{words().funding[other.kind].name} ({other.id})"] = None
        if not found:
            return None
        accounts = " or ".join(found)
        return step(StepKind.USE_ACCOUNT, amount=amount, accounts=accounts, command="decide")
