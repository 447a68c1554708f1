"""Reading payers' answers: ClaimResponse, ExplanationOfBenefit (CARIN Blue Button's too), OperationOutcome."""

from collections.abc import Iterable
from datetime import date

from necessity.formats.fhir import systems
from necessity.formats.fhir.answer import AnswerAdjustment, AnswerLine, AnswerOutcome, PayerAnswer
from necessity.formats.fhir.reading.node import Node, Notes
from necessity.formats.fhir.reading.resources import Resources
from necessity.formats.fhir.writing.claim import ClaimUse

_GROUPS = frozenset(("CO", "OA", "PI", "PR"))
_SHARES = {"deductible": "1", "coinsurance": "2", "copay": "3"}
"""The patient's shares and the adjustment reason code that means the same."""
_NOT_AMOUNTS = frozenset(("eligpercent", "allowedunits"))
_KNOWN_AMOUNTS = frozenset(
    (*_SHARES, "submitted", "eligible", "benefit", "noncovered", "paidtoprovider", "paidtopatient", "memberliability")
)


def read_answers(resources: Resources) -> list[PayerAnswer]:
    """Read every answer of an open document; the findings stay with the document."""
    answers = [_Answering(resources, node).read() for node in resources.of("ClaimResponse", "ExplanationOfBenefit")]
    return [*answers, *(_refusal(node) for node in resources.of("OperationOutcome"))]


def _refusal(node: Node) -> PayerAnswer:
    """Read an OperationOutcome that came instead of an answer."""
    errors = []
    for issue in node.many("issue"):
        words = issue.get("diagnostics").text() or issue.at("details.text").text() or issue.get("code").text()
        places = [text for one in issue.get("expression") if (text := one.text())]
        severity = issue.get("severity").text() or "error"
        errors.append(f"{severity}: {words or 'no words given'}" + (f" ({', '.join(places)})" if places else ""))
    is_error = any(error.startswith(("error", "fatal")) for error in errors)
    outcome = AnswerOutcome.ERROR if is_error else None
    return PayerAnswer(resource="OperationOutcome", outcome=outcome, errors=tuple(errors), where=node.path)


class _Money:
    """The amounts and reasons under one `adjudication`, sorted into what they mean."""

    def __init__(self, adjudications: Iterable[Node], notes: Notes) -> None:
        self.amounts: dict[str, int] = {}
        self.remarks: list[str] = []
        self.stated: list[AnswerAdjustment] = []
        self.reasons: list[AnswerAdjustment] = []
        for one in adjudications:
            self._take(one, notes)

    def _take(self, one: Node, notes: Notes) -> None:
        category = _category(one.get("category"))
        cents = one.get("amount").cents()
        codes = [*one.get("category").codings(), *one.get("reason").codings()]
        group = next((code for system, code in codes if code in _GROUPS and "group" in system), None)
        carcs = [code for system, code in codes if _bare(system) == systems.CARC]
        self.remarks += [code for system, code in codes if _bare(system) == systems.RARC]
        if cents is not None and category and category not in _NOT_AMOUNTS:
            self._add(category, cents, one)
            if category not in _KNOWN_AMOUNTS and not (carcs or group):
                message = f"{one.path} gives an amount of a kind that is not read ({category})."
                notes.add("amount", message, one.path, "Look at it by eye.", weight="advisory")
        if (carcs or group) and category not in _SHARES:
            self._reason(carcs, group, cents if category != "noncovered" else None)

    def _reason(self, carcs: list[str], group: str | None, cents: int | None) -> None:
        if cents is None:
            self.reasons += [AnswerAdjustment(group=group, reason=carc) for carc in carcs]
        else:
            self.stated.append(AnswerAdjustment(group=group, reason=next(iter(carcs), None), amount_cents=cents))

    def _add(self, category: str, cents: int, one: Node) -> None:
        if category in self.amounts and category not in _SHARES and self.amounts[category] != cents:
            message = f"{one.path} states {category} a second time, with another amount; both were added."
            one.notes.add("amount", message, one.path, "Look at it by eye.", weight="advisory")
        if category in self.amounts and self.amounts[category] == cents and category not in _SHARES:
            return
        self.amounts[category] = self.amounts.get(category, 0) + cents

    @property
    def paid(self) -> int | None:
        """What the plan pays: to whom it went where that is said, else the benefit."""
        went = [self.amounts[name] for name in ("paidtoprovider", "paidtopatient") if name in self.amounts]
        benefit = self.amounts.get("benefit")
        return sum(went) if went and (any(went) or benefit is None) else benefit

    @property
    def patient(self) -> int | None:
        """What is left to the patient, as stated, else deductible, copay and coinsurance together."""
        shares = [self.amounts[name] for name in _SHARES if name in self.amounts]
        return self.amounts.get("memberliability", sum(shares) if shares else None)

    @property
    def adjustments(self) -> tuple[AnswerAdjustment, ...]:
        """Every reason, with its amount where the answer ties one to it."""
        said = {one.reason for one in (*self.stated, *self.reasons)}
        shares = [
            AnswerAdjustment(group="PR", reason=reason, amount_cents=self.amounts[name])
            for name, reason in _SHARES.items()
            if self.amounts.get(name) and reason not in said
        ]
        return (*shares, *self.stated, *self._denied())

    def _denied(self) -> list[AnswerAdjustment]:
        """Tie the amount that is no benefit to its reason, where there is one reason; else keep them apart."""
        not_covered = self.amounts.get("noncovered")
        if len(self.reasons) == 1:
            return [self.reasons[0].model_copy(update={"amount_cents": not_covered})]
        return [*self.reasons, *([AnswerAdjustment(amount_cents=not_covered)] if not_covered else [])]


def _bare(system: str) -> str:
    """Drop a version behind the system and read http as https, which X12's addresses are written with."""
    return system.split("|")[0].replace("http://x12.org", "https://x12.org")


def _category(concept: Node) -> str | None:
    known = concept.code(systems.CARIN_ADJUDICATION, systems.ADJUDICATION, systems.CARIN_DISCRIMINATOR)
    first = next((code for _, code in concept.codings()), None)
    return known or first or concept.get("text").text()


class _Answering:
    """One ClaimResponse or ExplanationOfBenefit on its way out of a document."""

    def __init__(self, resources: Resources, node: Node) -> None:
        self.resources, self.node, self.notes = resources, node, resources.notes
        self.kind = node.get("resourceType").text() or ""
        self._items = {
            number: item for item in self._claim().many("item") if (number := item.get("sequence").whole()) is not None
        }
        self.words = {
            number: text
            for one in node.many("processNote")
            if (number := one.get("number").whole()) is not None and (text := one.get("text").text())
        }

    def read(self) -> PayerAnswer:
        node = self.node
        lines = [self._line(item) for item in node.many("item")] + [self._line(item) for item in node.many("addItem")]
        whole = _Money(node.many("adjudication"), self.notes)
        stated = _Money(node.many("total"), self.notes)
        payment = node.get("payment")
        outcome, use = node.get("outcome").text(), node.get("use").text()
        used = {note for item in node.many("item") for note in self._note_numbers(item)}
        answer = PayerAnswer(
            resource=self.kind,
            use=ClaimUse(use) if use in set(ClaimUse) else None,
            outcome=AnswerOutcome(outcome) if outcome in set(AnswerOutcome) else None,
            is_cancelled=node.get("status").text() in ("cancelled", "entered-in-error"),
            claim_control_number=self._control_number(),
            payer_claim_number=next((t for one in node.many("identifier") if (t := one.get("value").text())), None),
            payer_name=self._payer(),
            decided_on=node.get("created").day(),
            disposition=node.get("disposition").text(),
            prior_authorization=self._authorization(),
            charged_cents=_first(stated.amounts.get("submitted"), _sum(line.charged_cents for line in lines)),
            allowed_cents=_first(stated.amounts.get("eligible"), _sum(line.allowed_cents for line in lines)),
            paid_cents=_first(stated.paid, whole.paid, _sum(line.paid_cents for line in lines)),
            patient_cents=_first(stated.patient, whole.patient, _sum(line.patient_cents for line in lines)),
            adjustments=whole.adjustments,
            remarks=_once(whole.remarks),
            payment_cents=payment.get("amount").cents(),
            paid_on=payment.get("date").day(),
            payment_number=payment.at("identifier.value").text(),
            lines=tuple(lines),
            notes=tuple(text for number, text in self.words.items() if number not in used) + self._unnumbered(),
            errors=tuple(self._errors()),
            where=node.path,
        )
        self._compare(answer, stated)
        return answer

    def _unnumbered(self) -> tuple[str, ...]:
        notes = [one for one in self.node.many("processNote") if not one.get("number")]
        return tuple(text for one in notes if (text := one.get("text").text()))

    def _line(self, item: Node) -> AnswerLine:
        added = item.get("itemSequence")
        sequence = item.get("sequence") if self.kind == "ExplanationOfBenefit" and item.get("sequence") else added
        first = next(iter(sequence), None) if isinstance(sequence.value, list) else sequence
        money = _Money(item.many("adjudication"), self.notes)
        asked = self._asked(first.whole() if first else None)
        service = item.get("productOrService") or asked.get("productOrService")
        charged = _first(money.amounts.get("submitted"), item.get("net").cents(), asked.get("net").cents())
        served = (
            item.get("servicedDate").day() or item.at("servicedPeriod.start").day() or asked.get("servicedDate").day()
        )
        return AnswerLine(
            sequence=first.whole() if first else None,
            line_id=_trace(item) or _trace(asked),
            procedure_code=service.code(systems.CPT, systems.HCPCS, systems.HCPCS_BY_CARIN),
            served_on=served,
            charged_cents=charged,
            allowed_cents=money.amounts.get("eligible"),
            paid_cents=money.paid,
            patient_cents=money.patient,
            not_covered_cents=money.amounts.get("noncovered"),
            adjustments=money.adjustments,
            remarks=_once(money.remarks),
            notes=tuple(self.words[number] for number in self._note_numbers(item) if number in self.words),
        )

    def _note_numbers(self, item: Node) -> list[int]:
        return [number for one in item.get("noteNumber") if (number := one.whole()) is not None]

    def _asked(self, sequence: int | None) -> Node:
        """Find the line of the claim that a line of the answer is about, where the claim is in the same file."""
        nothing = Node(None, self.node.path, self.notes)
        return self._items.get(sequence, nothing) if sequence is not None else nothing

    def _claim(self) -> Node:
        reference = self.node.get("request" if self.kind == "ClaimResponse" else "claim")
        return self.resources.behind(reference, "Claim")

    def _control_number(self) -> str | None:
        reference = self.node.get("request" if self.kind == "ClaimResponse" else "claim")
        number = reference.at("identifier.value").text() or self._claim().at("identifier.value").text()
        for one in self.node.many("supportingInfo"):
            if number is None and "patientaccountnumber" in [code for _, code in one.get("category").codings()]:
                number = one.get("valueString").text()
        if number is None:
            message = f"{self.node.path} does not give back our number of the claim."
            step = "Match it by patient, day and amount, by eye."
            self.notes.add("unmatched", message, self.node.path, step, weight="advisory")
        return number

    def _payer(self) -> str | None:
        insurer = self.node.get("insurer")
        return insurer.get("display").text() or self.resources.behind(insurer, "Organization").get("name").text()

    def _authorization(self) -> str | None:
        number = self.node.get("preAuthRef")
        if isinstance(number.value, list):
            return next((text for one in number if (text := one.text())), None)
        return number.text()

    def _errors(self) -> Iterable[str]:
        for one in self.node.many("error"):
            code = one.get("code")
            words = code.get("text").text() or ", ".join(code for _, code in code.codings()) or "no words given"
            line = one.get("itemSequence").whole()
            yield f"service line {line}: {words}" if line else words

    def _compare(self, answer: PayerAnswer, stated: "_Money") -> None:
        """Say where lines and totals disagree; the stated total is kept."""
        for name, words in (("charged_cents", "charged"), ("paid_cents", "paid"), ("allowed_cents", "allowed")):
            values = [getattr(line, name) for line in answer.lines]
            total = getattr(answer, name)
            if not values or None in values or total is None or not stated.amounts or sum(values) == total:
                continue
            message = f"{self.node.path}: the lines add up to {sum(values)} cents {words}, the total says {total}."
            self.notes.add("balance", message, f"{self.node.path}.total", "Ask the payer which is right.")
        if answer.outcome is None:
            message = f"{self.node.path} does not say how far the payer came (outcome)."
            self.notes.add("outcome", message, f"{self.node.path}.outcome", "Ask the payer.", weight="advisory")


def _days(item: Node) -> Iterable[date]:
    for day in (item.get("servicedDate").day(), item.at("servicedPeriod.start").day()):
        if day is not None:
            yield day


def _trace(item: Node) -> str | None:
    traces = [one for one in item.many("extension") if one.get("url").text() == systems.ITEM_TRACE_NUMBER]
    return next((text for one in traces if (text := one.at("valueIdentifier.value").text())), None)


def _sum(values: Iterable[int | None]) -> int | None:
    """Add up; unknown if one is, or if there is none."""
    known = list(values)
    return sum(value for value in known if value is not None) if known and None not in known else None


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def _once(codes: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
