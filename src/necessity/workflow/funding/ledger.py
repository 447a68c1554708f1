"""The copy of a case in which training ahead has taken place, while account years are used one after the other."""

from datetime import date

from necessity.adjudication.decide import Judge
from necessity.adjudication.program import OUTCOMES, Row
from necessity.domain.case import Case
from necessity.domain.decision import Decision, Outcome
from necessity.domain.funding_plan import PlannedPart
from necessity.domain.receipt import Reimbursement
from necessity.domain.tables import tables_of
from necessity.workflow.funding.account_years import Purse
from necessity.workflow.funding.training_ahead import Ahead

_DATED = ("sessions", "expenses")


class Ledger:
    """What is paid by whom so far, and the copy that knows it."""

    def __init__(self, judge: Judge, ahead: Ahead, on: date) -> None:
        self.judge = judge
        self.on = on
        self.case = ahead.case
        self.ahead = ahead.ids
        self._ahead = frozenset(ahead.ids)
        incurred = (*ahead.case.sessions, *ahead.case.expenses)
        self.days = {expense.id: expense.served_on for expense in incurred}
        self.last_ahead = max([on, *(day for id in self.ahead if (day := self.days[id]))])
        expenses = judge.engine.run(tables_of(self.case, self.last_ahead), ("expense",))["expense"]
        self.costs: dict[str, int | None] = {row["expense_id"]: row["charge_cents"] for row in expenses}
        self.parts: dict[str, list[PlannedPart]] = {}
        self.open: set[str] = set()
        """Expenses that a question stands before, at some account."""

    def last_day(self, purse: Purse) -> date:
        """Name the day an account year is decided for: its last session ahead, so that all before it are held."""
        last = purse.use_by_on or date.max
        days = [day for id in self.ahead if (day := self.days[id]) and day <= last]
        return max([self.on, *days])

    def as_of(self, day: date, case: Case | None = None) -> Case:
        """Leave out of the copy what would be served later."""
        case = case or self.case
        later = {id for id in self.ahead if (served := self.days[id]) and served > day}
        kept = {name: tuple(e for e in getattr(case, name) if e.id not in later) for name in _DATED}
        paid = tuple(back for back in case.reimbursements if back.expense not in later)
        return case.model_copy(update={**kept, "reimbursements": paid})

    def rows(self, purse: Purse, case: Case | None = None) -> list[Row]:
        """Decide the copy for one account year, and hand out its rows by day.

        Args:
            purse: The account year.
            case: Another copy to decide; None: the ledger's own.
        """
        day = self.last_day(purse)
        decided = self.judge.engine.run(tables_of(self.as_of(day, case), day), ("expense", "payment"))
        expenses = {(r["expense_id"], r["funding_source_id"]): r for r in decided["expense"]}
        found = []
        for payment in decided["payment"]:
            expense = expenses[payment["expense_id"], payment["funding_source_id"]]
            if payment["funding_source_id"] == purse.source.id and _is_of(expense, purse):
                found.append({**expense, **payment, "outcome": OUTCOMES[payment["outcome"]]})
        return sorted(found, key=lambda row: (row["served_on"] or date.max, row["expense_id"]))

    def decide(self, purse: Purse, case: Case | None = None) -> Decision:
        """Decide the copy, or another, for one account year with every reason."""
        day = self.last_day(purse)
        return self.judge.decide(self.as_of(day, case), day)

    def pay(self, purse: Purse, id: str, cents: int, *, counts: bool = True) -> None:
        """Enter what an account year pays of an expense.

        Args:
            purse: The account year.
            id: The expense.
            cents: How much.
            counts: Whether it stands in the plan; otherwise it is only kept free for an election.
        """
        year = purse.year.id if purse.year else None
        if counts:
            part = PlannedPart(funding_source=purse.source.id, plan_year=year, cents=cents)
            self.parts.setdefault(id, []).append(part)
        entry = Reimbursement(
            id=f"plan-{len(self.case.reimbursements)}-{id}",
            expense=id,
            funding_source=purse.source.id,
            paid_on=self.days.get(id),
            amount_cents=cents,
            counts_as_wages=False,
        )
        self.case = self.case.model_copy(update={"reimbursements": (*self.case.reimbursements, entry)})

    def left_of(self, id: str) -> int | None:
        """Say how much of an expense no account pays so far; None while its cost is not known."""
        cost = self.costs.get(id)
        return None if cost is None else cost - sum(part.cents for part in self.parts.get(id, ()))

    def is_ahead(self, id: str) -> bool:
        """Say whether an expense is still to come."""
        return id in self._ahead


def _is_of(expense: Row, purse: Purse) -> bool:
    """Whether an expense draws on an account year, or would if one knew more."""
    if purse.year is None or purse.year.starts_on is None or purse.use_by_on is None:
        return purse.year is None
    if expense["money_year"] is not None:
        return bool(expense["money_year"] == purse.year.id)
    day: date | None = expense["served_on"]
    return day is not None and purse.year.starts_on <= day <= purse.use_by_on


def best_of(outcomes: list[Outcome]) -> Outcome:
    """Give the best answer among some, as a route gives that of its lines."""
    order = (Outcome.PAYABLE, Outcome.PENDED, Outcome.REVIEW)
    return next((outcome for outcome in order if outcome in outcomes), Outcome.NOT_PAYABLE)
