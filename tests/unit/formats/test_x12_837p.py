"""The professional claim: strict when written, lenient when read, and the two agree."""

from datetime import date

import pytest

from necessity.domain.full_claim import Frequency, ProviderRole
from necessity.domain.funding import FundingKind
from necessity.errors import FormatError
from necessity.formats.x12_837p.carried import carried
from necessity.formats.x12_837p.read import read
from necessity.formats.x12_837p.write import write
from tests.conftest import GOLDEN, Golden
from tests.messages import claim, dependent, message_837p
from tests.strategies_claims import envelope


def refused(*claims: object, **changes: object) -> tuple[str, ...]:
    """Write claims that cannot be written, and give every reason."""
    with pytest.raises(FormatError) as error:
        write(claims or [claim(**changes)], envelope())  # type: ignore[arg-type]
    return error.value.faults


def test_a_claim_looks_as_it_did(golden: Golden) -> None:
    """A person has read this one as the payer would."""
    text = write([claim(), dependent()], envelope(line_ends=True))
    golden.check(GOLDEN / "x12_837p" / "chen_and_child.expected", text)


def test_everything_that_is_missing_is_listed_at_once() -> None:
    """Mending one field at a time costs a day each."""
    bare = claim(member_id=None, diagnoses=(), place_of_service=None)
    bare = bare.model_copy(update={"payer": bare.payer.model_copy(update={"id": None, "filing_indicator": None})})
    faults = refused(bare)
    for field in ("member_id", "diagnoses", "place_of_service", "payer.id", "payer.filing_indicator"):
        assert any(field in fault for fault in faults), field
    assert any("points at diagnosis 1, but the claim lists 0" in fault for fault in faults)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"funding_kind": FundingKind.HSA}, "takes no 837P"),
        ({"funding_kind": FundingKind.MEDICARE}, "stands for group_plan"),
        ({"frequency": Frequency.REPLACEMENT}, "payer_claim_number is missing"),
        ({"payer_claim_number": "X1"}, "stands on a first claim"),
        ({"note": "a*b"}, "separates the parts"),
        ({"note": "naïve"}, "cannot carry"),
        ({"note": "x" * 81}, "81 characters"),
        ({"lines": ()}, "lines are 0"),
        ({"lines": claim().lines * 26}, "split it"),
        ({"lines": claim().lines[:1] * 2}, "with the id"),
    ],
)
def test_what_the_message_cannot_say_is_refused_with_its_field(changes: dict[str, object], words: str) -> None:
    """Writing never mends a record: the person who knows does."""
    assert any(words in fault for fault in refused(**changes))


def test_a_replacement_names_the_payers_number() -> None:
    """Frequency 7 and 8 without REF F8 come back from every payer."""
    again = claim(frequency=Frequency.REPLACEMENT, payer_claim_number="PAYER77")
    text = message_837p(again)
    assert "CLM*CHEN-1*170***11:B:7*" in text
    assert "REF*F8*PAYER77~" in text
    assert read(text).claims == (carried(again),)


def test_a_dependent_has_a_level_of_its_own() -> None:
    """SBR02 knows only 18; every other relation stands in PAT01 under HL 23."""
    text = message_837p(dependent())
    assert "HL*2*1*22*1~SBR*P**G100" in text
    assert "HL*3*2*23*0~PAT*19~NM1*QC*1*CHEN*K~" in text


def test_an_ordering_provider_stands_with_each_line_and_reads_back() -> None:
    """The guide names who ordered line by line."""
    ordered = claim(referring_role=ProviderRole.ORDERING)
    text = message_837p(ordered)
    assert text.count("NM1*DK*1*GHALI") == 2
    assert read(text).claims == (carried(ordered),)


def test_more_than_a_hundred_claims_of_one_patient_open_a_new_level() -> None:
    """A hundred claims a level is the guide's limit."""
    many = [claim(f"C{number}") for number in range(230)]
    text = write(many, envelope())
    assert text.count("*22*0~") == 3
    found = read(text)
    assert [one.control_number for one in found.claims] == [one.control_number for one in many]
    assert found.findings == ()


@pytest.mark.parametrize(
    ("was", "now", "check"),
    [
        ("CLM*CHEN-1*170*", "CLM*CHEN-1*171*", "lines_add_up"),
        ("*UN*3***1~", "*UN*3***2~", "pointer"),
        ("LX*2~", "LX*3~", "line_number"),
        ("HI*ABK:M5450", "HI*ABK:M54.50", "dot_in_code"),
        ("HI*ABK:M5450", "HI*ABK:M5450*ABK:I10", "code_not_used"),
        ("11:B:1*", "11:B:7*", "payer_claim_number"),
        ("XX*1234567893", "XX*1234567890", "npi"),
        ("20260504", "20260231", "no_such_day"),
        ("20260504", "20270504", "service_ahead"),
        ("*85*UN*3", "*85.*UN*3", "wrong_shape"),
        ("*85*UN*3", "*1,000.00*UN*3", "wrong_shape"),
        ("122070001~REF*EI", "12207~REF*EI", "zip_of_nine"),
        ("HL*2*1*22", "HL*2*7*22", "level_above"),
        ("*UN*3*", "*UN*0*", "units"),
        ("*FX***AC*ORDER1", "*FX", "paper_number"),
    ],
)
def test_each_front_end_check_speaks(was: str, now: str, check: str) -> None:
    """Each of these comes back from a payer's front door; better from ours."""
    text = message_837p(claim())
    assert was in text
    assert check in {finding.check for finding in read(text.replace(was, now)).findings}


def test_a_code_that_is_none_is_left_out_and_pointers_follow() -> None:
    """Dropping a diagnosis must not make a line point at another one."""
    two = claim(diagnoses=("M54.50", "I10"))
    lines = tuple(line.model_copy(update={"diagnosis_pointers": (2,)}) for line in two.lines)
    text = message_837p(two.model_copy(update={"lines": lines})).replace("ABK:M5450", "ABK:123456789")
    (found,) = read(text).claims
    assert (found.diagnoses, found.lines[0].diagnosis_pointers) == (("I10",), (1,))


def test_what_is_not_carried_is_left_out_and_nothing_else() -> None:
    """The projection is the promise of the README."""
    whole = claim(letter_signed_on=date(2026, 4, 20), filed_on=date(2026, 6, 1))
    line = whole.lines[0].model_copy(update={"minutes": 45, "words": "exercise"})
    kept = carried(whole.model_copy(update={"lines": (line,)}))
    assert (kept.letter_signed_on, kept.filed_on, kept.lines[0].minutes, kept.lines[0].words) == (None,) * 4
    assert kept.lines[0].units == 3
