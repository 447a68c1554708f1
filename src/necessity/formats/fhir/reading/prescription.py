"""Reading exercise prescriptions out of a FHIR document: order, condition, who ordered, goals, what was measured.

Ids of a foreign document are addresses, so what is read gets short ids of its own, and belongs to no case yet.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from necessity.domain.codes import Icd10, Npi, read_icd10
from necessity.domain.letter import Condition, TrainingOrder
from necessity.domain.people import Clinician, Licence, Patient
from necessity.domain.record import Record
from necessity.domain.training import Goal, Measurement, ServiceKind, TrainingPlan
from necessity.formats.fhir import systems
from necessity.formats.fhir.reading.node import Node
from necessity.formats.fhir.reading.people import address_of, numbers_of, shape
from necessity.formats.fhir.reading.resources import Resources
from necessity.formats.fhir.writing.exercise import ORDERED, Aim, aim_in_words, kind_in_words
from necessity.formats.fhir.writing.prescription import NOTES, SERVES, Prescription

CLINICIAN, CONDITION = "clinician", "condition"
"""Ids of the two that an order may name."""
_MINUTES = {"min": 1, "h": 60}
_ACTIVE = ("active", "completed")


class ReadPrescription(Record):
    """One order as it was found in a document."""

    prescription: Prescription
    """The order and what belongs to it; of no case."""
    status: str | None = None
    """What the document says of it: active, draft, revoked …"""

    @property
    def is_in_force(self) -> bool:
        """Whether somebody ordered it and has not taken it back."""
        return self.status in _ACTIVE


def read_prescriptions(resources: Resources) -> list[ReadPrescription]:
    """Read every order of training in an open document; the findings stay with the document."""
    orders = [node for node in resources.of("ServiceRequest") if _is_training(node)]
    return [_Reading(resources, node, number).read() for number, node in enumerate(orders, start=1)]


def _is_training(node: Node) -> bool:
    """Say whether an order is about physical activity: by the guide's category, or by what is ordered."""
    marked = any(one.code(systems.PHYSICAL_ACTIVITY) for one in node.many("category"))
    return marked or node.get("code").code(systems.SNOMED) in ORDERED.values()


class _Reading:
    """One order on its way out of a document."""

    def __init__(self, resources: Resources, node: Node, number: int) -> None:
        self.resources, self.node, self.number = resources, node, number
        self.plan = self._plan_node()

    def read(self) -> ReadPrescription:
        clinician, condition = self._clinician(), self._condition()
        goals = list(self._goals(condition))
        order = self._order(clinician, condition)
        return ReadPrescription(
            prescription=Prescription(
                case="",
                order=order,
                patient=self._patient(),
                condition=condition,
                clinician=clinician,
                plan=TrainingPlan(summary=self.plan.get("description").text(), goals=tuple(goal for goal, _ in goals)),
                measurements=tuple(self._measurements(goals)),
            ),
            status=self.node.get("status").text(),
        )

    def _plan_node(self) -> Node:
        """Find the plan whose activity this order is; without one, the only plan there is."""
        plans = self.resources.of("CarePlan")
        for plan in plans:
            for activity in plan.many("activity"):
                if self.resources.behind(activity.get("reference")).value is self.node.value:
                    return plan
        return plans[0] if len(plans) == 1 else Node(None, f"{self.node.path}.plan", self.resources.notes)

    def _patient(self) -> Patient:
        node = self.resources.behind(self.node.get("subject"), "Patient")
        return Patient(name=_whole_name(node), born_on=node.get("birthDate").day())

    def _clinician(self) -> Clinician | None:
        node = self.resources.behind(self.node.get("requester"), "Practitioner")
        name = _whole_name(node)
        if not node or name is None:
            return None
        held = node.at("qualification")
        words = held.get("code").get("text").text()
        licence = Licence(words) if words in set(Licence) else None
        number = next((n for one in held.many("identifier") if (n := one.get("value").text())), None)
        npi = numbers_of(node).get("npi")
        return Clinician(
            id=CLINICIAN,
            name=name,
            npi=shape(Npi).validate_python(npi) if npi else None,
            licence=licence,
            licence_number=number,
            licence_state=held.at("issuer.display").text(),
            phone=next((one.get("value").text() for one in node.many("telecom")), None),
            address=address_of(node.at("address")),
        )

    def _condition(self) -> Condition | None:
        behind = next(
            (found for one in self.node.many("reasonReference") if (found := self.resources.behind(one, "Condition"))),
            Node(None, self.node.path, self.resources.notes),
        )
        told = behind.get("code") or next(iter(self.node.many("reasonCode")), behind.get("code"))
        code, name = self._icd10(told), told.get("text").text()
        if code is None and name is None:
            return None
        sure = behind.get("verificationStatus").code(systems.CONDITION_VERIFICATION)
        return Condition(
            id=CONDITION,
            name=name,
            code=code,
            is_diagnosed=True if sure == "confirmed" else None,
            diagnosed_on=behind.get("recordedDate").day(),
        )

    def _icd10(self, told: Node) -> Icd10 | None:
        for one in told.many("coding"):
            if one.get("system").text() == systems.ICD_10_CM:
                return one.get("code").kept(read_icd10, "diagnosis code")
        return None

    def _order(self, clinician: Clinician | None, condition: Condition | None) -> TrainingOrder:
        repeat = self.node.get("occurrenceTiming").get("repeat")
        starts_on, weeks = self._course(repeat)
        names = [one.get("value").text() for one in self.node.many("identifier")]
        notes = dict(self._notes())
        in_force = self.node.get("status").text() in _ACTIVE
        return TrainingOrder(
            id=next(filter(None, names), f"order{self.number}"),
            ordered_by=clinician.id if clinician else None,
            ordered_on=self.node.get("authoredOn").day() if in_force else None,
            kind=self._kind(),
            condition=condition.id if condition else None,
            sessions_per_week=self._often(repeat),
            minutes_per_session=self._minutes(repeat),
            weeks=weeks,
            starts_on=starts_on,
            **notes,
        )

    def _notes(self) -> Iterator[tuple[str, str]]:
        """Read the clinician's own words, each behind the heading under which we write it."""
        for one in self.node.many("note"):
            text = one.get("text").text() or ""
            for field, heading in NOTES.items():
                if text.startswith(heading) and text.removeprefix(heading).strip():
                    yield field, text.removeprefix(heading).strip()

    def _kind(self) -> ServiceKind | None:
        told = self.node.get("code")
        code, text = told.code(systems.SNOMED), (told.get("text").text() or "").casefold()
        by_words = next((kind for kind in ServiceKind if kind_in_words(kind).casefold() == text), None)
        return by_words or next((kind for kind, known in ORDERED.items() if known == code), None)

    def _course(self, repeat: Node) -> tuple[date | None, int | None]:
        """Read the first day and the number of weeks; a period of odd days is told, and its end is left out."""
        period = repeat.get("boundsPeriod")
        starts_on, ends_on = period.get("start").day(), period.get("end").day()
        if starts_on and ends_on and ends_on >= starts_on:
            weeks, rest = divmod((ends_on - starts_on + timedelta(days=1)).days, 7)
            if not rest:
                return starts_on, weeks
            self._odd(period, f"It lasts {weeks} weeks and {rest} days", "its end was left out")
        duration = repeat.get("boundsDuration")
        if duration and (duration.get("code").text() or duration.get("unit").text()) in ("wk", "week", "weeks"):
            return starts_on, duration.get("value").whole()
        return starts_on, None

    def _often(self, repeat: Node) -> int | None:
        times = repeat.get("frequency").whole()
        if times is None:
            return None
        if (repeat.get("period").number() or Decimal(1)) == 1 and repeat.get("periodUnit").text() == "wk":
            return times
        self._odd(repeat, "How often is not said by the week", "it was left out")
        return None

    def _minutes(self, repeat: Node) -> int | None:
        length, unit = repeat.get("duration").number(), repeat.get("durationUnit").text() or "min"
        if length is None:
            return None
        minutes = length * _MINUTES.get(unit, 0)
        if minutes > 0 and minutes == minutes.to_integral_value():
            return int(minutes)
        self._odd(repeat, "The length of a session is not in whole minutes", "it was left out")
        return None

    def _odd(self, node: Node, what: str, then: str) -> None:
        step = "Ask whoever ordered it how often, how long each time, and for how many weeks."
        self.resources.notes.add("order", f"{what}; {then}.", node.path, step, weight="advisory")

    def _goals(self, condition: Condition | None) -> Iterator[tuple[Goal, Node]]:
        for number, one in enumerate(self.plan.many("goal"), start=1):
            if node := self.resources.behind(one, "Goal"):
                yield self._goal(f"goal{number}", node, condition), node

    def _goal(self, id: str, node: Node, condition: Condition | None) -> Goal:
        target = node.at("target")
        amount = target.get("detailQuantity")
        serves = next((t for one in node.many("note") if (t := one.get("text").text() or "").startswith(SERVES)), "")
        made = Goal(
            id=id,
            condition=condition.id if condition else None,
            serves=serves.removeprefix(SERVES).strip() or None,
            measure=_measure(target.get("measure")) or None,
            unit=amount.get("unit").text() or amount.get("code").text(),
            target=amount.get("value").number(),
            reach_by_on=target.get("dueDate").day(),
        )
        words = node.get("description").get("text").text() or ""
        if made.measure is None and not made.serves:
            return made.model_copy(update={"serves": words or None})
        return made.model_copy(update={"baseline": _baseline(words, made)})

    def _measurements(self, goals: list[tuple[Goal, Node]]) -> Iterator[Measurement]:
        number = 0
        for goal, node in goals:
            for one in node.many("outcomeReference"):
                measured = self.resources.behind(one, "Observation")
                amount = measured.get("valueQuantity")
                if measured and (kind := _measure(measured.get("code"))):
                    number += 1
                    yield Measurement(
                        id=f"m{number}",
                        kind=kind,
                        value=amount.get("value").number(),
                        unit=amount.get("unit").text() or amount.get("code").text(),
                        measured_on=measured.get("effectiveDateTime").day(),
                        goal=goal.id,
                    )


def _measure(told: Node) -> str:
    """Read what is measured: the words; without any, ours for the guide's code."""
    code = told.code(systems.LOINC)
    ours = next((words for words, (known, _) in systems.PHYSICAL_ACTIVITY_MEASURES.items() if known == code), "")
    return told.get("text").text() or ours


def _baseline(words: str, goal: Goal) -> Decimal | None:
    """Find where a goal begins, which FHIR has no element for: in our own wording of it, or not at all."""
    start, found, rest = words.partition(": from ")
    number = rest.split(" ", 1)[0]
    if not found or not number.replace(".", "", 1).replace("-", "", 1).isdecimal():
        return None
    aim = Aim(measure=goal.measure, unit=goal.unit, baseline=Decimal(number), target=goal.target, serves=goal.serves)
    return aim.baseline if aim_in_words(aim).startswith(f"{start}: from {number}") else None


def _whole_name(node: Node) -> str | None:
    """Read a name as one text, from its text or its parts."""
    name = node.at("name") if node else node
    if whole := name.get("text").text():
        return whole
    given = [text for part in name.get("given") if (text := part.text())]
    return " ".join(filter(None, (*given, name.get("family").text()))) or None
