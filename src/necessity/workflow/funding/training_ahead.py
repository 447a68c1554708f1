"""Laying out the training that is still ahead: the planned sessions of the record, then those the order asks for."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from necessity.domain.case import Case, ListName
from necessity.domain.dates import spoken
from necessity.domain.funding_plan import PlanQuestion
from necessity.domain.letter import TrainingOrder
from necessity.domain.money import dollars
from necessity.domain.receipt import Receipt
from necessity.domain.training import Incurred, Package, ServiceStatus, TrainingSession

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AHEAD = "ahead-"
_MOST_DAYS = 2 * 366
_TO_COME = (ServiceStatus.PLANNED, ServiceStatus.HELD, None)


class Wishes(NamedTuple):
    """What the person says about the training beyond the record; None leaves it to the record."""

    price_cents: int | None = None
    weekdays: tuple[int, ...] | None = None
    """0 is Monday."""
    until: date | None = None
    """Last day to plan for."""


class Ahead(NamedTuple):
    """A case in which everything ahead has taken place and was paid, as it is hoped."""

    case: Case
    ids: tuple[str, ...]
    """Sessions and expenses ahead, by day."""
    weekdays: tuple[int, ...]
    price_cents: int | None
    order: str | None
    assumes: tuple[str, ...]
    asks: tuple[PlanQuestion, ...]


def lay_out(case: Case, on: date, wishes: Wishes) -> Ahead:
    """Put the training ahead into a copy of the case, as if each session had been held and paid on its day.

    Args:
        case: The record; it stays as it is.
        on: Today; what is served on this day or later is ahead.
        wishes: Price, days of the week and last day where the person says so.

    Returns:
        The copy. A price or frequency that nobody knows is asked, and then nothing is added for it.
    """
    assumes: list[str] = []
    asks: list[PlanQuestion] = []
    order = _current(case, on)
    days, weekdays = _days(case, order, on, wishes, assumes, asks)
    price = _price(case, wishes, bool(days or asks), assumes, asks)
    added = list(_added(case, order, days, price)) if price is not None or _unheld(case) else []
    listed = [_as_held(session, price) if _is_ahead(session, on) else session for session in case.sessions]
    others = [e.model_copy(update={"status": ServiceStatus.HELD}) if _is_ahead(e, on) else e for e in case.expenses]
    due = [e for e in (*case.sessions, *case.expenses, *added) if _is_ahead(e, on)]
    due.sort(key=lambda e: (e.served_on or date.max, e.id))
    receipts = [_receipt(e.id, e.served_on) for e in due if e.receipt is None or e.id.startswith(AHEAD)]
    proved = {r.id for r in receipts}
    sessions = [s.model_copy(update=_proved_by(s.id, s.receipt, proved)) for s in (*listed, *added)]
    laid = case.model_copy(
        update={
            "sessions": tuple(sessions),
            "expenses": tuple(e.model_copy(update=_proved_by(e.id, e.receipt, proved)) for e in others),
            "receipts": (*case.receipts, *receipts),
            "complete": _complete(case, on),
        }
    )
    used = tuple(sorted({e.served_on.weekday() for e in due if e.served_on}))
    from_order = order.id if order and added else None
    ids = tuple(e.id for e in due)
    return Ahead(laid, ids, weekdays or used, price if added else None, from_order, tuple(assumes), tuple(asks))


def _is_ahead(expense: Incurred, on: date) -> bool:
    return expense.served_on is not None and expense.served_on >= on and expense.status in _TO_COME


def _current(case: Case, on: date) -> TrainingOrder | None:
    """Choose the order the training follows: the latest that has begun, else the first to begin."""
    dated = sorted((o for o in case.orders if o.starts_on), key=lambda o: (o.starts_on or date.max, o.id))
    begun = [order for order in dated if order.starts_on and order.starts_on <= on]
    usable = begun or dated[:1] or list(case.orders)
    return usable[-1] if usable else None


def _end(order: TrainingOrder | None, wishes: Wishes) -> date | None:
    if wishes.until:
        return wishes.until
    if order is None or order.starts_on is None or order.weeks is None:
        return None
    return order.starts_on + timedelta(weeks=min(order.weeks, 520)) - timedelta(days=1)


def _days(
    case: Case,
    order: TrainingOrder | None,
    on: date,
    wishes: Wishes,
    assumes: list[str],
    asks: list[PlanQuestion],
) -> tuple[list[date], tuple[int, ...]]:
    """List the days on which sessions follow that the record does not list yet, and the days of the week."""
    listed = [s.served_on for s in case.sessions if s.served_on and s.status is not ServiceStatus.CANCELLED]
    end = _end(order, wishes)
    if end is None:
        if order is not None or not any(day >= on for day in listed):
            asks.append(_ask("weeks", "For how many weeks is the training to go on, and from which day?"))
            if not wishes.weekdays and not (order and order.sessions_per_week):
                asks.append(_ask("frequency", "How many sessions a week are there?"))
        return [], ()
    weekdays = _weekdays(order, listed, wishes, assumes)
    starts = [order.starts_on] if order and order.starts_on else []
    first = max([on, *starts, *(day + timedelta(days=1) for day in listed)])
    last = min(end, on + timedelta(days=_MOST_DAYS))
    if last < first:
        return [], weekdays
    if not weekdays:
        asks.append(_ask("frequency", "How many sessions a week are there?"))
        return [], ()
    if last < end:
        assumes.append(f"the plan stops on {spoken(last)}, two years ahead")
    following = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    days = [day for day in following if day.weekday() in weekdays]
    if days and any(day >= on for day in listed):
        assumes.append(f"the record's sessions come first; more follow from {spoken(first)} on, as the order says")
    return days, weekdays


def _weekdays(order: TrainingOrder | None, listed: list[date], wishes: Wishes, assumes: list[str]) -> tuple[int, ...]:
    """Choose the days of the week: as said, as in the record so far, else spread over the week from the first day."""
    if wishes.weekdays:
        return wishes.weekdays
    often = order.sessions_per_week if order else None
    if often is None or not 1 <= often <= 7:
        return ()
    counts = {n: sum(day.weekday() == n for day in listed[-4 * often :]) for n in range(7)}
    usual = sorted((n for n in counts if counts[n]), key=lambda n: (-counts[n], n))[:often]
    if len(usual) == often:
        return tuple(sorted(usual))
    start = order.starts_on.weekday() if order and order.starts_on else 0
    spread = tuple(sorted((start + number * 7 // often) % 7 for number in range(often)))
    named = ", ".join(WEEKDAYS[n] for n in spread)
    assumes.append(f"sessions fall on {named}; the order does not say on which days (--weekdays sets them)")
    return spread


def _price(case: Case, wishes: Wishes, is_needed: bool, assumes: list[str], asks: list[PlanQuestion]) -> int | None:
    """Find what one more session costs: as said, as the latest in the record, else a package's share."""
    if wishes.price_cents is not None:
        return wishes.price_cents
    priced = [s for s in case.sessions if s.charge_cents is not None]
    latest = max(priced, key=lambda s: (s.served_on or date.min, s.id), default=None)
    packages = [p for p in case.packages if p.price_cents is not None and p.sessions]
    found = None
    if latest is not None:
        found = latest.charge_cents
    elif packages:
        bought = max(packages, key=lambda p: (p.paid_on or date.min, p.id))
        found = -(-(bought.price_cents or 0) // (bought.sessions or 1))
    if found is not None and is_needed:
        assumes.append(f"one more session costs {dollars(found)}, as before (--price sets it)")
    if found is None and (is_needed or any(s.charge_cents is None for s in case.sessions)):
        asks.append(_ask("price", "What does one session cost?"))
    return found


def _unheld(case: Case) -> list[tuple[Package, int]]:
    """List packages with the number of their sessions that the record does not list yet."""
    counts = [(p, (p.sessions or 0) - sum(s.package == p.id for s in case.sessions)) for p in case.packages]
    return [(package, count) for package, count in counts if count > 0]


def _added(case: Case, order: TrainingOrder | None, days: list[date], price: int | None) -> Iterator[TrainingSession]:
    """Write the sessions that follow: those of a prepaid package first, then at the price of one."""
    prepaid = [package for package, count in _unheld(case) for _ in range(count)]
    like = max(case.sessions, key=lambda s: (s.served_on or date.min, s.id), default=None)
    trainer = like.trainer if like else case.trainers[0].id if len(case.trainers) == 1 else None
    taken = {e.id for e in (*case.sessions, *case.expenses)}
    for number, day in enumerate(days, start=1):
        package = next((p for p in prepaid if p.expires_on is None or day <= p.expires_on), None)
        if package:
            prepaid.remove(package)
        elif price is None:
            return
        id = f"{AHEAD}{number:03}"
        while id in taken:
            id += "+"
        yield TrainingSession(
            id=id,
            status=ServiceStatus.HELD,
            served_on=day,
            minutes=order.minutes_per_session if order else None,
            charge_cents=None if package else price,
            participants=like.participants if like else 1,
            patient_share_cents=like.patient_share_cents if like else None,
            trainer=trainer,
            clinician=like.clinician if like else None,
            supervisor=like.supervisor if like else None,
            supervisor_was_present=like.supervisor_was_present if like else None,
            package=package.id if package else None,
        )


def _as_held(session: TrainingSession, price: int | None) -> TrainingSession:
    charge = session.charge_cents
    if charge is None and session.package is None:
        charge = price
    return session.model_copy(update={"status": ServiceStatus.HELD, "charge_cents": charge})


def _proved_by(id: str, receipt: str | None, proved: set[str]) -> dict[str, str | None]:
    return {"receipt": f"receipt-{id}" if f"receipt-{id}" in proved else receipt}


def _receipt(id: str, served_on: date | None) -> Receipt:
    """Write the receipt a session ahead should bring: one that says all that is asked for."""
    return Receipt(
        id=f"receipt-{id}",
        paid_on=served_on,
        comes_from_provider=True,
        names_patient=True,
        names_provider=True,
        names_service=True,
        names_service_dates=True,
        names_amount=True,
    )


def _complete(case: Case, on: date) -> tuple[ListName, ...]:
    """Before anything was held nothing can have come back; the sessions laid out are all there are."""
    known = {*case.complete, ListName.SESSIONS}
    past = [e for e in (*case.sessions, *case.expenses) if not _is_ahead(e, on)]
    if not past and not case.reimbursements:
        known.add(ListName.REIMBURSEMENTS)
    return tuple(name for name in ListName if name in known)


def _ask(about: str, question: str) -> PlanQuestion:
    typed = {
        "weeks": "weeks and starts_on of the [[order]] in case.toml, or --until DATE",
        "frequency": "sessions_per_week of the [[order]] in case.toml, or --weekdays tue,thu",
        "price": "--price 85.00, or charge of a session in sessions.csv",
    }
    return PlanQuestion(about=about, question=question, answer_with=typed[about])
