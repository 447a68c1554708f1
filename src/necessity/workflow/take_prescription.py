"""Take an exercise prescription from a document into a case: what the case lacks is added, nothing is overwritten."""

from typing import Any, NamedTuple, TypeVar

from necessity.domain.case import Case
from necessity.domain.letter import Condition, TrainingOrder
from necessity.domain.people import Clinician
from necessity.domain.record import Record
from necessity.domain.training import Goal, Measurement, TrainingPlan
from necessity.errors import RecordError
from necessity.formats.fhir.read import ReadPrescription

CHANGED = ("clinicians", "conditions", "orders", "plan", "measurements")
"""What of a case taking an order may change, in the order in which it is to be saved."""
_OF_CLINICIANS = ("npi", "licence", "licence_number", "licence_state")
R = TypeVar("R", bound=Record)


class Taken(NamedTuple):
    """The case afterwards, and what came of it."""

    case: Case
    """With what was added."""
    added: tuple[str, ...]
    """What is new, in words."""
    kept: tuple[str, ...]
    """What the case says otherwise than the document, and keeps."""
    order: str
    """Id of the order, new or the one that was there."""


def take_prescription(case: Case, read: ReadPrescription) -> Taken:
    """Add to a case what a prescription says.

    Args:
        case: The record.
        read: The order as it was read.

    Returns:
        The case with it; taking the same again adds nothing.

    Raises:
        RecordError: it is somebody else's, or nobody has ordered it.
    """
    told = read.prescription
    _check(case, read)
    desk = _Desk(case)
    clinician = desk.clinician(told.clinician) if told.clinician else None
    condition = desk.condition(told.condition, clinician) if told.condition else None
    order = desk.order(told.order.model_copy(update={"ordered_by": clinician, "condition": condition}))
    goals = {goal.id: desk.goal(goal.model_copy(update={"condition": condition})) for goal in told.plan.goals}
    for one in told.measurements:
        desk.measurement(one.model_copy(update={"goal": goals.get(one.goal or "")}))
    desk.summary(told.plan.summary)
    return Taken(desk.case, tuple(desk.added), tuple(desk.kept), order)


def _check(case: Case, read: ReadPrescription) -> None:
    told = read.prescription
    if not read.is_in_force:
        raise RecordError(
            f"Nobody has ordered this yet, or it was taken back: its status is {read.status or 'not said'}.",
            "Ask the clinician for the order itself; a draft is no instruction.",
            field="orders",
            value=read.status,
            allowed="an order in force (active, completed)",
        )
    pairs = (("name", case.patient.name, told.patient.name), ("born_on", case.patient.born_on, told.patient.born_on))
    for field, ours, theirs in pairs:
        if ours and theirs and str(ours).casefold() != str(theirs).casefold():
            raise RecordError(
                f"This order is for {theirs}, the case for {ours}; nothing was taken.",
                "Name the case of the patient it is for, or mend the name or birth date in the case.",
                field=f"patient.{field}",
                value=str(theirs),
                allowed=str(ours),
            )


class _Desk:
    """A case while an order is being taken into it."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.added: list[str] = []
        self.kept: list[str] = []

    def clinician(self, told: Clinician) -> str:
        """Find who ordered among the case's clinicians, by number or name; else add."""
        for one in self.case.clinicians:
            same_number = one.npi is not None and one.npi == told.npi
            if same_number or _alike(one.name, told.name):
                both = self._together(f"clinician {one.id}", one, told, _OF_CLINICIANS)
                return self._instead("clinicians", both)
        return self._add("clinicians", told, f"clinician {told.name}")

    def condition(self, told: Condition, clinician: str | None) -> str:
        """Find the condition by code or name; else add."""
        for one in self.case.conditions:
            if (one.code and one.code == told.code) or _alike(one.name, told.name):
                both = self._together(f"condition {one.id}", one, told, ("code", "is_diagnosed", "diagnosed_on"))
                return self._instead("conditions", both)
        by = clinician if told.is_diagnosed else None
        new = told.model_copy(update={"diagnosed_by": by})
        return self._add("conditions", new, f"condition {told.name or told.code}")

    def order(self, told: TrainingOrder) -> str:
        """Find the very same order; else add it beside those that are there."""
        said = told.model_dump(exclude={"id", "file"}, exclude_none=True)
        for one in self.case.orders:
            if one.model_dump(include=set(said)) == said:
                return one.id
        return self._add("orders", told, f"order {told.id}")

    def goal(self, told: Goal) -> str:
        """Find the goal by what is measured; else add."""
        for one in self.case.plan.goals:
            same = _alike(one.measure or one.serves, told.measure or told.serves)
            if same and one.condition in (None, told.condition):
                both = self._together(f"goal {one.id}", one, told, ("baseline", "target", "reach_by_on"))
                self._plan(goals=tuple(both if goal.id == one.id else goal for goal in self.case.plan.goals))
                return one.id
        new = told.model_copy(update={"id": _free(told.id, [one.id for one in self.case.plan.goals])})
        self._plan(goals=(*self.case.plan.goals, new))
        self.added.append(f"goal {new.measure or new.serves}")
        return new.id

    def measurement(self, told: Measurement) -> None:
        """Add a measured value that is not there yet."""
        same = ((one.goal, one.measured_on, one.value) for one in self.case.measurements)
        if (told.goal, told.measured_on, told.value) not in same:
            self._add("measurements", told, f"measured {told.kind} {told.value} on {told.measured_on}")

    def summary(self, told: str | None) -> None:
        """Add the plan in words where the case has none."""
        if told and self.case.plan.summary is None:
            self._plan(summary=told)
            self.added.append("the plan in words")
        elif told and told != self.case.plan.summary:
            self.kept.append("The plan in words differs; the case's own stays.")

    def _plan(self, **changed: object) -> None:
        plan: TrainingPlan = self.case.plan.model_copy(update=changed)
        self.case = self.case.model_copy(update={"plan": plan})

    def _add(self, name: str, record: Any, words: str) -> str:
        there = getattr(self.case, name)
        new = record.model_copy(update={"id": _free(record.id, [one.id for one in there])})
        self.case = self.case.model_copy(update={name: (*there, new)})
        self.added.append(words)
        return str(new.id)

    def _together(self, what: str, ours: R, theirs: R, fields: tuple[str, ...]) -> R:
        """Fill in what the case does not say; where it says otherwise, tell it and leave the case as it is."""
        for field in fields:
            own, said = getattr(ours, field), getattr(theirs, field)
            if said is None or own == said:
                continue
            if own is None:
                ours = ours.model_copy(update={field: said})
                self.added.append(f"{what}: {field.replace('_', ' ')} {said}")
            else:
                self.kept.append(f"{what}, {field.replace('_', ' ')}: the document says {said}; the case keeps {own}.")
        return ours

    def _instead(self, name: str, record: Any) -> str:
        there = tuple(record if one.id == record.id else one for one in getattr(self.case, name))
        self.case = self.case.model_copy(update={name: there})
        return str(record.id)


def _alike(one: str | None, other: str | None) -> bool:
    def plain(text: str) -> str:
        return " ".join(text.replace("_", " ").casefold().split())

    return one is not None and other is not None and plain(one) == plain(other)


def _free(id: str, taken: list[str]) -> str:
    """Give an id that is free and can stand in a file name."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in id).strip("-.")[:60] or "order"
    return next(one for n in range(1, len(taken) + 2) if (one := plain if n == 1 else f"{plain}-{n}") not in taken)
