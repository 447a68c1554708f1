"""What an 837P says, on one page: whose claims, how much, what is odd."""

from necessity.domain.claim import Frequency
from necessity.domain.dates import spoken
from necessity.domain.full_claim import FullClaim, Name, OtherCoverage
from necessity.domain.message import Entry, Mark
from necessity.domain.money import dollars
from necessity.formats.x12 import Gathered, Part, X12Finding, at, clip, read_cents
from necessity.formats.x12_837p import layout
from necessity.formats.x12_837p.build import Builder
from necessity.formats.x12_837p.check import check_part

__all__ = ["Summariser", "layout"]

_FREQUENCIES = {
    Frequency.FIRST: "first claim",
    Frequency.REPLACEMENT: "replaces {}",
    Frequency.VOID: "takes back {}",
}


class Summariser:
    """Takes the parts of 837P messages."""

    def __init__(self) -> None:
        self.gathered = Gathered()
        self._builder = Builder()

    def take(self, part: Part) -> list[X12Finding]:
        """Take one part; gives what is wrong with it beyond its form."""
        found = check_part(part)
        if part.loop == "2300":
            found += self._claim(part)
        elif part.loop == "HEADER":
            self._header(part)
        return found

    def close(self) -> list[X12Finding]:
        """End the file; nothing is left to tell."""
        return []

    def _header(self, part: Part) -> None:
        for key, elements in part.segments:
            if key == "1000A.NM1":
                self.gathered.about.setdefault("Sent by", clip(at(elements, 3)))
            elif key == "1000B.NM1":
                self.gathered.about.setdefault("Sent to", clip(at(elements, 3)))
            elif key == "HEADER.BHT":
                self.gathered.about.setdefault("Batch", clip(at(elements, 3)))

    def _claim(self, part: Part) -> list[X12Finding]:
        clm = part.segments[0][1]
        lines = [key for key, _ in part.segments].count("2400.SV1")
        self.gathered.count("claims")
        self.gathered.count("lines", lines)
        self.gathered.count("charged_cents", read_cents(at(clm, 2)))
        claim, faults = self._builder.build(part)
        number = at(clm, 1)
        if claim is None:
            self.gathered.add_claim({"control_number": number, "segment": part.first, "held": False})
            self.gathered.add_entry(Entry(mark=Mark.BAD, title=f"{clip(number)}: cannot be held as a claim"))
        elif self.gathered.has_room:
            read = claim.model_dump(mode="json", exclude_none=True)
            self.gathered.add_claim({**read, "total_cents": claim.total_cents, "segment": part.first, "held": True})
            self.gathered.add_entry(_entry(claim))
        else:
            self.gathered.claim_count += 1
            self.gathered.entry_count += 1
        return faults


def _entry(claim: FullClaim) -> Entry:
    days = sorted(line.served_on for line in claim.lines)
    when = "no day" if not days else spoken(days[0]) + (f" … {spoken(days[-1])}" if days[-1] != days[0] else "")
    kind = _FREQUENCIES[claim.frequency].format(claim.payer_claim_number or "a claim it does not name")
    codes = sorted({line.procedure_code for line in claim.lines if line.procedure_code})
    paid = f", patient paid {dollars(claim.patient_paid_cents)}" if claim.patient_paid_cents else ""
    count = f"{len(claim.lines)} line{'s' * (len(claim.lines) != 1)}"
    diagnoses, paid_to = ", ".join(claim.diagnoses), _spoken(claim.billing_provider.name)
    return Entry(
        title=f"{claim.control_number}  {dollars(claim.total_cents)}{paid} · {kind}",
        lines=(
            f"{count}, {when}: {', '.join(codes) or 'no procedure code'}; diagnoses {diagnoses or 'none'}",
            f"patient {_spoken(claim.patient.name)}, payer {claim.payer.name}, paid to {paid_to}",
            *(_other(coverage) for coverage in claim.other_coverages),
        ),
    )


def _other(coverage: OtherCoverage) -> str:
    number = f", its number {coverage.payer_claim_number}" if coverage.payer_claim_number else ""
    if coverage.paid_cents is not None:
        when = f" on {spoken(coverage.decided_on)}" if coverage.decided_on else ""
        return f"other payer {coverage.payer.name} paid {dollars(coverage.paid_cents)}{when}{number}"
    said = "covers none of it" if coverage.not_covered_cents is not None else "has not decided"
    return f"other payer {coverage.payer.name} {said}{number}"


def _spoken(name: Name) -> str:
    return " ".join(part for part in (name.first, name.middle, name.last, name.suffix) if part)
