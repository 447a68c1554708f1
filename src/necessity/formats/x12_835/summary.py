"""What an 835 says, on one page: the payment, each claim's money, why it differs, what to do."""

from necessity.codesets.adjustment_reasons import Texts, group, provider_reason_words, reason, words_of
from necessity.domain.dates import spoken
from necessity.domain.message import Entry, Mark
from necessity.domain.money import dollars
from necessity.domain.remittance import ProviderAdjustment, RemittanceAdvice, RemittedClaim
from necessity.formats.x12 import Gathered, Part, X12Finding, at, clip
from necessity.formats.x12_835 import layout
from necessity.formats.x12_835.build import build_claim, build_header, build_provider_adjustments
from necessity.formats.x12_835.check import Ledger, found

__all__ = ["Summariser", "layout"]

_STATUSES = {
    "4": "refused",
    "19": "decided and forwarded",
    "20": "decided and forwarded",
    "21": "decided and forwarded",
    "22": "an earlier answer taken back",
    "23": "not theirs, forwarded",
    "25": "an estimate beforehand",
}
_METHODS = {"ACH": "bank transfer", "CHK": "cheque", "FWT": "wire", "NON": "no payment", "BOP": "as agreed"}
_QUIET = ("none", "patient_pays", "write_off", "record")
_LEFT_OUT = "The claim's amounts cannot all be read; it is left out."


class Summariser:
    """Takes the parts of 835 messages."""

    def __init__(self, texts: Texts | None = None) -> None:
        self.gathered = Gathered()
        self._texts = texts
        self._ledger = Ledger()
        self._header: Part | None = None

    def take(self, part: Part) -> list[X12Finding]:
        """Take one part; gives what is wrong with it beyond its form."""
        if part.loop == "HEADER":
            faults = [*self.close(), *self._ledger.check(part)]
            self._header = part._replace(segments=list(part.segments))
            return [*faults, *self._payment(part)]
        faults = self._ledger.check(part)
        if part.loop == "2100":
            faults += self._claim(part)
        elif part.loop == "PLB":
            self._balance(build_provider_adjustments(part))
        return faults

    def close(self) -> list[X12Finding]:
        """End a set; gives whether its payment adds up."""
        header, self._header = self._header, None
        return self._ledger.close(header) if header else []

    def _payment(self, part: Part) -> list[X12Finding]:
        advice = build_header(part.segments)
        self.gathered.count("payments")
        if advice is None:
            self.gathered.count("paid_cents", None)
            return [found(part, 0, "not_held", "Payment or trace number cannot be read.")]
        sign = -1 if advice.payment.is_debit else 1
        self.gathered.count("paid_cents", sign * advice.payment.paid_cents)
        said = advice.model_dump(
            mode="json",
            exclude_none=True,
            exclude={"claims": True, "provider_adjustments": True, "payment": {"bank_fields"}},
        )
        self.gathered.add_answer({"payment": said})
        self.gathered.about.setdefault("From", clip(advice.payer_name))
        self.gathered.about.setdefault("To", clip(advice.payee_name))
        self.gathered.add_entry(_payment_entry(advice))
        return []

    def _claim(self, part: Part) -> list[X12Finding]:
        claim, number = build_claim(part), at(part.segments[0][1], 1)
        self.gathered.count("claims")
        if claim is None:
            self.gathered.count("charged_cents", None)
            self.gathered.add_claim({"control_number": number, "segment": part.first, "held": False})
            self.gathered.add_entry(Entry(mark=Mark.BAD, title=f"{clip(number)}: its amounts cannot be read"))
            return [found(part, 0, "not_held", _LEFT_OUT)]
        self.gathered.count("charged_cents", claim.charged_cents)
        self.gathered.count("patient_cents", sum(a.amount_cents for a in claim.all_adjustments() if a.group == "PR"))
        self.gathered.count("denied_claims", int(claim.status == "4"))
        for step in _steps(claim):
            self.gathered.step(step)
        if self.gathered.has_room:
            read = claim.model_dump(mode="json", exclude_none=True)
            reasons = _reasons(claim, self._texts)
            self.gathered.add_claim({**read, "segment": part.first, "held": True, "reasons": reasons})
            self.gathered.add_entry(_claim_entry(claim, self._texts))
        else:
            self.gathered.claim_count += 1
            self.gathered.entry_count += 1
        return []

    def _balance(self, adjustments: tuple[ProviderAdjustment, ...]) -> None:
        for one in adjustments:
            self.gathered.count("provider_adjustments_cents", one.amount_cents)
            self.gathered.add_answer({"provider_adjustment": one.model_dump(mode="json", exclude_none=True)})
            moved = "taken from" if one.amount_cents > 0 else "added to"
            title = f"Provider balance {one.reason}: {dollars(abs(one.amount_cents))} {moved} the payment"
            why = provider_reason_words(one.reason)
            about = (f"{why}; refers to {one.reference}" if one.reference else why,)
            self.gathered.add_entry(Entry(title=title, lines=about))


def _payment_entry(advice: RemittanceAdvice) -> Entry:
    payment = advice.payment
    way = _METHODS.get(payment.method, payment.method)
    when = f", {spoken(payment.paid_on)}" if payment.paid_on else ""
    taken = " taken back" if payment.is_debit else ""
    return Entry(title=f"Payment {dollars(payment.paid_cents)}{taken} by {way}{when}, trace {payment.trace_number}")


def _claim_entry(claim: RemittedClaim, texts: Texts | None) -> Entry:
    status = _STATUSES.get(claim.status, "decided")
    share = sum(one.amount_cents for one in claim.all_adjustments() if one.group == "PR")
    money = (
        f"charged {dollars(claim.charged_cents)}, paid {dollars(claim.paid_cents)}, patient's share {dollars(share)}"
    )
    number = f"  payer's number {claim.payer_claim_number}" if claim.payer_claim_number else ""
    lines = [f"{one['words']}" for one in _reasons(claim, texts)]
    lines += [f"remark {code}: {words_of(code, texts)}" for code in _remarks(claim)]
    mark = Mark.OPEN if claim.is_reversal else Mark.GOOD if claim.paid_cents > 0 else Mark.BAD
    steps = _steps(claim)
    return Entry(
        mark=mark,
        title=f"{claim.control_number}  {status}: {money}{number}",
        lines=tuple(lines),
        next_step=" ".join(steps),
    )


def _remarks(claim: RemittedClaim) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*claim.remark_codes, *(code for line in claim.lines for code in line.remark_codes))))


def _reasons(claim: RemittedClaim, texts: Texts | None) -> list[dict[str, object]]:
    """Add the adjustments up by group and reason, with what each says and asks for."""
    sums: dict[tuple[str, str], int] = {}
    for one in claim.all_adjustments():
        sums[one.group, one.reason] = sums.get((one.group, one.reason), 0) + one.amount_cents
    found = []
    for (bearer, code), cents in sums.items():
        known, who = reason(code), group(bearer)
        bears = f" ({who.words})" if who else ""
        found.append(
            {
                "group": bearer,
                "reason": code,
                "amount_cents": cents,
                "words": f"{bearer} {code}  {dollars(cents)}: {words_of(code, texts)}{bears}",
                "action": known.action if known else None,
                "next_step": known.step if known else None,
            }
        )
    return found


def _steps(claim: RemittedClaim) -> tuple[str, ...]:
    """Give what the reasons ask for, without those that ask for nothing where the claim was paid."""
    if claim.is_reversal:
        return ("Take the earlier answer back before posting the one that follows.",)
    known = [found for one in claim.all_adjustments() if (found := reason(one.reason))]
    steps = [one.step for one in known if one.action not in _QUIET or claim.status == "4"]
    return tuple(dict.fromkeys(steps))
