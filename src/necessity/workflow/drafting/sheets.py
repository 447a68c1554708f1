"""The papers beside the letter, written from what lies on the desk."""

from collections.abc import Iterator

from necessity.domain.letter_draft import DraftSource, Speaker
from necessity.domain.letter_papers import (
    LetterPaper,
    PaperKind,
    PaperPart,
    PaperRow,
    PaperSignature,
    PaperTable,
)
from necessity.domain.people import Clinician, Relationship
from necessity.domain.training import ServiceStatus, TrainingSession
from necessity.rulebook.paper_words import PaperWords
from necessity.workflow.drafting.asks import account_holder
from necessity.workflow.drafting.desk import NONE, Desk, code_standing, named
from necessity.workflow.drafting.evidence import Sources, stop_signs_mark
from necessity.workflow.drafting.goals import Progress, amount, goals_of, is_measurable, measured, progress_line
from necessity.workflow.drafting.sections import ended, statements_of
from necessity.workflow.handover import day

_BLANK_LINES = 4
_RESPONSE_LINES = 2
_ASSESSMENT_LINES = 4
_NOTES = 8


class Sheets:
    """Makes the papers of one case."""

    def __init__(self, desk: Desk, say: PaperWords, *, names_condition: bool) -> None:
        """Take what is written from, the words, and whether the trainer may read which condition it is."""
        self.desk, self.say, self.names_condition = desk, say, names_condition
        self.sources = Sources()

    def _paper(self, kind: PaperKind, parts: Iterator[PaperPart], *signatures: PaperSignature) -> LetterPaper:
        made = tuple(part for part in parts if part != PaperPart(heading=part.heading))
        listed: tuple[DraftSource, ...] = self.sources.listed()
        return LetterPaper(
            kind=kind,
            case=self.desk.case.id,
            title=self.say.title[kind].format(treatment=self.desk.treatment),
            made_on=self.desk.on,
            parts=made,
            signatures=signatures,
            sources=listed,
        )

    def _row(self, label: str, value: str | None) -> PaperRow:
        return PaperRow(label=self.say.label[label], value=value)

    def _text(self, key: str, **filled: object) -> str:
        return self.say.text[key].format(**{"who": self.desk.who, **filled})

    def _patient(self, *, born: bool = True) -> list[PaperRow]:
        patient = self.desk.case.patient
        rows = [self._row("patient", patient.name)]
        return [*rows, self._row("born_on", day(patient.born_on) if patient.born_on else None)] if born else rows

    def _condition(self) -> str | None:
        condition, (standing, _) = self.desk.condition, code_standing(self.desk)
        if condition is None or condition.name is None or self.desk.is_vague(condition.name):
            return None
        if condition.code is None or standing == "not_valid":
            return condition.name
        return self._text("condition", name=condition.name, code=condition.code)

    def _prescribed(self) -> list[PaperRow]:
        order = self.desk.order
        times = minutes = weeks = starts = None
        if order:
            often = order.sessions_per_week
            times = often and self._text("a_week", times=self.desk.say.times.get(str(often), f"{often} times"))
            minutes = order.minutes_per_session and self._text("minutes", minutes=order.minutes_per_session)
            weeks = order.weeks and self._text("weeks", weeks=order.weeks)
            starts = order.starts_on and self._text("from_day", day=day(order.starts_on))
        treatment = self.desk.treatment if self.desk.kind else None
        rows = [self._row("treatment", treatment), self._row("frequency", times or None)]
        return [
            *rows,
            self._row("minutes", minutes or None),
            self._row("weeks", weeks or None),
            self._row("starts_on", starts or None),
        ]

    # ── who signs ─────────────────────────────────────────────────────

    def _clinician(self, role: str, says: str, clinician: Clinician | None) -> PaperSignature:
        label, details = self.say.label, []
        if clinician:
            numbers = [
                label["licence"].format(licence=clinician.licence)
                if clinician.licence and clinician.licence != NONE
                else "",
                label["licence_number"].format(number=clinician.licence_number) if clinician.licence_number else "",
                label["licence_state"].format(state=clinician.licence_state) if clinician.licence_state else "",
                label["npi"].format(npi=clinician.npi) if clinician.npi else "",
                label["phone"].format(phone=clinician.phone) if clinician.phone else "",
            ]
            details = [", ".join(number for number in numbers if number)]
        name = clinician.name if clinician else None
        return PaperSignature(
            role=self.say.signature[role],
            name=name,
            says=self.say.says[says],
            details=tuple(line for line in details if line),
        )

    def _trainer(self, says: str) -> PaperSignature:
        name = self.desk.trainer.name if self.desk.trainer else None
        return PaperSignature(role=self.say.signature["trainer"], name=name, says=self.say.says[says])

    def _countersigned(self, says: str) -> list[PaperSignature]:
        """Ask the supervising clinician to countersign where the record names one."""
        supervisor = self.desk.supervisor
        return [self._clinician("supervisor", says, supervisor)] if supervisor else []

    # ── the clinician's and the patient's ─────────────────────────────

    def order(self) -> LetterPaper:
        """Write the order (prescription) as a paper of its own."""
        desk, order = self.desk, self.desk.order

        def parts() -> Iterator[PaperPart]:
            yield PaperPart(rows=(*self._patient(), self._row("condition", self._condition())))
            recorded = order.ordered_on if order else None
            said = "order_recorded" if recorded else "order_new"
            dated = self._text(said, day=recorded and day(recorded), made_on=day(desk.on))
            yield PaperPart(heading=self.say.heading["prescribed"], rows=tuple(self._prescribed()), paragraphs=(dated,))
            reason = desk.meant(order.reason) if order else None
            if reason:
                yield PaperPart(heading=self.say.heading["reason"], paragraphs=(ended(reason),))
            yield PaperPart(heading=self.say.heading["precautions"], paragraphs=tuple(self._watch()))

        return self._paper(PaperKind.ORDER, parts(), self._clinician("clinician", "orders", desk.clinician))

    def statement(self) -> LetterPaper:
        """Write what only the patient can say, on a page with a signature of its own; nothing is ticked."""
        desk = self.desk
        own = [one.words for one in statements_of(desk) if one.by is Speaker.PATIENT]

        def parts() -> Iterator[PaperPart]:
            rows = [*self._patient(), self._row("account_holder", account_holder(desk))]
            if desk.payer.source:
                rows.append(self._row("payer", desk.payer.name))
            yield PaperPart(rows=tuple(rows), paragraphs=(self._text("statement_lead"),))
            true = (self._text("statement_true"),)
            yield PaperPart(heading=self.say.heading["statements"], ticks=tuple(own), paragraphs=true)

        states = self.say.says["states"]
        signers = [PaperSignature(role=self.say.signature["patient"], name=desk.case.patient.name, says=states)]
        if desk.case.patient.relationship not in (None, Relationship.SELF):
            holder = self.say.signature["account_holder"]
            signers.append(PaperSignature(role=holder, name=desk.case.account_holder.name, says=states))
        return self._paper(PaperKind.PATIENT_STATEMENT, parts(), *signers)

    # ── the trainer's ─────────────────────────────────────────────────

    def _team(self) -> list[PaperRow]:
        desk = self.desk
        trainer, clinician, supervisor = desk.trainer, desk.clinician, desk.supervisor
        held = (
            [one.name for one in trainer.certifications if not one.expires_on or one.expires_on >= desk.on]
            if trainer
            else []
        )
        rows = self._patient(born=False)
        if self.names_condition:
            rows.append(self._row("condition", self._condition()))
        rows.append(self._row("trainer", trainer.name if trainer else None))
        rows += [self._row("certifications", ", ".join(held))] if held else []
        rows.append(self._row("clinician", named(clinician, desk.say) if clinician else None))
        return [*rows, self._row("supervisor", named(supervisor, desk.say))] if supervisor else rows

    def _watch(self) -> Iterator[str]:
        order = self.desk.order
        if order and order.precautions and self.desk.meant(order.precautions):
            yield ended(order.precautions)
        if order and order.stop_when and self.desk.meant(order.stop_when):
            yield ended(order.stop_when)

    def _signs(self) -> str:
        mark = stop_signs_mark(self.desk, self.sources)
        return self._text("signs", mark=mark, signs="; ".join(self.desk.say.signs))

    def plan(self) -> LetterPaper:
        """Write the training plan that trainer and clinician agree on."""
        desk = self.desk
        doctor = named(desk.clinician, desk.say) if desk.clinician else self._text("a_clinician")

        def parts() -> Iterator[PaperPart]:
            yield PaperPart(rows=tuple(self._team()))
            summary = desk.meant(desk.case.plan.summary)
            said = (ended(summary),) if summary else ()
            scope = self._text("plan_scope", clinician=doctor)
            rows = tuple(self._prescribed())
            yield PaperPart(heading=self.say.heading["plan"], rows=rows, paragraphs=(*said, scope))
            goals = [one for one in goals_of(desk) if desk.meant(one.goal.measure)]
            yield PaperPart(heading=self.say.heading["goals"], table=self._goal_table(goals))
            if desk.case.plan.home_programme:
                home = (ended(desk.case.plan.home_programme),)
                yield PaperPart(heading=self.say.heading["home"], paragraphs=home)
            watch = (*self._watch(), self._signs())
            yield PaperPart(heading=self.say.heading["precautions"], paragraphs=watch)

        signers = [self._trainer("trains"), self._clinician("clinician_agrees", "agrees", desk.clinician)]
        return self._paper(PaperKind.TRAINING_PLAN, parts(), *signers, *self._countersigned("agrees"))

    def _goal_table(self, goals: list[Progress]) -> PaperTable:
        """List the goals; without any there are lines to write them on."""
        head = tuple(self.say.column[name] for name in ("measure", "start", "target", "by", "serves"))
        rows = [
            (
                one.goal.measure or "",
                self._value(one),
                amount(one.goal.target, one.goal.unit) if one.goal.target is not None else "",
                day(one.goal.reach_by_on) if one.goal.reach_by_on else "",
                one.goal.serves or "",
            )
            for one in goals
        ]
        return PaperTable(columns=head, rows=tuple(rows) or (("",) * 5,) * 3, widths=(4, 3, 2, 2, 3))

    def _value(self, one: Progress) -> str:
        if one.baseline is None:
            return ""
        value = amount(one.baseline, one.goal.unit)
        return self._text("days", value=value, day=day(one.baseline_on)) if one.baseline_on else value

    def note(self) -> LetterPaper:
        """Write the template of a session note: what was done, minutes, response, measure."""
        desk, column = self.desk, self.say.column

        def parts() -> Iterator[PaperPart]:
            yield PaperPart(rows=tuple(self._team()))
            when = tuple(self.say.label[name] for name in ("served_on", "starts_at", "held_minutes", "place"))
            yield PaperPart(table=PaperTable(columns=when, rows=(("",) * 4,), widths=(2, 2, 2, 3)))
            listed = self._text("signs_list", mark=stop_signs_mark(desk, self.sources), signs="; ".join(desk.say.signs))
            ticks = self._text("signs_today"), self._text("signs_seen")
            watch = (*self._watch(), listed)
            yield PaperPart(heading=self.say.heading["before"], ticks=ticks, paragraphs=watch)
            done = PaperTable(
                columns=(column["activity"], column["minutes"], column["response"]),
                rows=(("", "", ""),) * _BLANK_LINES,
                widths=(4, 1, 4),
            )
            yield PaperPart(heading=self.say.heading["done"], table=done)
            yield PaperPart(heading=self.say.heading["measures"], table=self._measures())
            asked = (self._text("response_ask"),)
            lines = PaperTable(columns=("",), rows=(("",),) * _RESPONSE_LINES, widths=(1,))
            yield PaperPart(heading=self.say.heading["response"], paragraphs=asked, table=lines)

        return self._paper(PaperKind.SESSION_NOTE, parts(), self._trainer("wrote"), *self._countersigned("present"))

    def _measures(self) -> PaperTable:
        desk, column = self.desk, self.say.column
        rows = []
        for one in goals_of(desk):
            if desk.meant(one.goal.measure):
                values = measured(desk.case, one.goal, desk.on)
                last = values[-1] if values else None
                told = amount(last.value, one.goal.unit) if last and last.value is not None else ""
                when = self._text("days", value=told, day=day(last.measured_on)) if last and last.measured_on else told
                rows.append((one.goal.measure or "", when, ""))
        head = (column["measure"], column["last"], column["today"])
        return PaperTable(columns=head, rows=tuple(rows) or (("", "", ""),) * 2, widths=(4, 3, 2))

    def report(self) -> LetterPaper:
        """Write the progress report for a renewal: sessions, measurements against goals, what changed."""
        desk = self.desk
        held = [
            s for s in desk.case.sessions if s.status is ServiceStatus.HELD and s.served_on and s.served_on <= desk.on
        ]
        held.sort(key=lambda s: (s.served_on or desk.on, s.id))
        goals = [one for one in goals_of(desk) if is_measurable(desk, one.goal)]

        def parts() -> Iterator[PaperPart]:
            yield PaperPart(rows=(*self._team(), *self._counts(held)))
            changed = tuple(progress_line(desk, one) for one in goals) or (self._text("progress_open"),)
            heading = self.say.heading["changed"]
            yield PaperPart(heading=heading, listed=changed, table=self._change_table(goals) if goals else None)
            notes = [(day(s.served_on), s.note) for s in held if s.note and s.served_on][-_NOTES:]
            if notes:
                head = (self.say.column["date"], self.say.column["note"])
                table = PaperTable(columns=head, rows=tuple(notes), widths=(1, 4))
                yield PaperPart(heading=self.say.heading["notes"], table=table)
            lines = PaperTable(columns=("",), rows=(("",),) * _ASSESSMENT_LINES, widths=(1,))
            asked = (self._text("assess_ask"),)
            yield PaperPart(heading=self.say.heading["assessment"], paragraphs=asked, table=lines)

        signers = [self._trainer("reported"), *self._countersigned("counter")]
        return self._paper(PaperKind.PROGRESS_REPORT, parts(), *signers)

    def _counts(self, held: list[TrainingSession]) -> Iterator[PaperRow]:
        days = [s.served_on for s in held if s.served_on]
        if not days:
            yield self._row("period", self._text("no_sessions"))
            return
        yield self._row("period", self._text("report_window", first=day(days[0]), last=day(days[-1])))
        yield self._row("sessions", self._text("held", count=len(held)))
        missed = sum(
            1
            for s in self.desk.case.sessions
            if s.status is ServiceStatus.MISSED and (s.served_on or self.desk.on) <= self.desk.on
        )
        yield self._row("missed", str(missed))
        minutes = [s.minutes for s in held]
        known = None if None in minutes else f"{sum(m or 0 for m in minutes):,}"
        yield self._row("total_minutes", known)

    def _change_table(self, goals: list[Progress]) -> PaperTable:
        column = self.say.column
        head = tuple(column[name] for name in ("measure", "start", "now", "target", "change"))
        rows = []
        for one in goals:
            latest, unit = one.latest, one.goal.unit
            now = change = self._text("not_measured")
            if latest and latest.value is not None and latest.measured_on:
                now = self._text("days", value=amount(latest.value, unit), day=day(latest.measured_on))
                change = ""
                if one.baseline is not None:
                    moved = latest.value - one.baseline
                    change = ("+" if moved > 0 else "") + amount(moved, unit).replace("-", "−")
            target = amount(one.goal.target, unit) if one.goal.target is not None else ""
            rows.append((one.goal.measure or "", self._value(one), now, target, change))
        return PaperTable(columns=head, rows=tuple(rows), widths=(4, 3, 3, 2, 2))
