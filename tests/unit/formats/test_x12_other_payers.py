"""What other payers decided: written only where it adds up, read whole, told where it does not fit."""

import io

import pytest

from necessity.domain.full_claim import FullClaim, OtherCoverage, OtherPayment, PayerOrder
from necessity.errors import FormatError
from necessity.formats.x12_837p.carried import carried
from necessity.formats.x12_837p.read import read
from necessity.formats.x12_837p.write import write
from necessity.workflow.read_x12 import summarise
from tests.conftest import GOLDEN, Golden
from tests.messages import claim, message_837p, secondary
from tests.strategies_claims import envelope


def checks(text: str) -> set[str]:
    """Name what is found above advice."""
    return {one.check for one in read(text).findings if one.weight == "required"}


def with_coverage(**changes: object) -> FullClaim:
    """Change what the first payer decided on the claim."""
    made = secondary()
    return made.model_copy(update={"other_coverages": (made.other_coverages[0].model_copy(update=changes),)})


def with_payment(**changes: object) -> FullClaim:
    """Change what the first payer decided on the first line."""
    made = secondary()
    told = made.lines[0].other_payments[0].model_copy(update=changes)
    first = made.lines[0].model_copy(update={"other_payments": (told,)})
    return made.model_copy(update={"lines": (first, *made.lines[1:])})


def refused(one: FullClaim) -> str:
    """Write a claim that cannot be written; give every reason."""
    with pytest.raises(FormatError) as error:
        write([one], envelope())
    return " ".join(error.value.faults)


def test_a_claim_to_a_second_payer_looks_as_it_did(golden: Golden) -> None:
    """A person has read this one as the second payer would."""
    golden.check(GOLDEN / "x12_837p" / "second_payer.expected", write([secondary()], envelope(line_ends=True)))


def test_what_the_first_payer_decided_comes_back() -> None:
    """The second payer pays by it."""
    found = read(message_837p(secondary()))
    assert found.claims == (carried(secondary()),)
    assert not found.findings


def test_claims_to_a_first_and_a_second_payer_do_not_share_a_level() -> None:
    """In which turn a payer is asked stands on the level."""
    first = claim("CHEN-1")
    second = first.model_copy(
        update={
            "control_number": "CHEN-9",
            "payer_order": PayerOrder.SECOND,
            "other_coverages": with_coverage(paid_cents=None).other_coverages,
        }
    )
    assert read(message_837p(first, second)).claims == (carried(first), carried(second))


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (with_payment(paid_cents=5900), "That does not add up"),
        (with_coverage(paid_cents=11900), "AMT D says $119.00"),
        (with_coverage(paid_cents=None), "paid_cents is missing, but lines say"),
        (with_coverage(not_covered_cents=100), "not the whole charge"),
        (with_coverage(member_id=None), "member_id is missing"),
        (with_coverage(payer_order=PayerOrder.SECOND), "asked in the same turn"),
        (with_payment(payer_id="99999"), "number of none of the claim's other coverages"),
        (with_payment(decided_on=None), "decided_on is missing"),
        (with_payment(units_paid=None), "units_paid is missing"),
        (with_payment(bundled_into=3), "but the claim has 2 lines"),
        (with_payment(modifiers=("GP",) * 5), "at most four fit"),
        (secondary().model_copy(update={"other_coverages": secondary().other_coverages * 2}), "the same payer number"),
        (claim(payer_order=PayerOrder.SECOND), "other_coverages is empty"),
    ],
)
def test_what_does_not_fit_together_is_not_written(one: FullClaim, words: str) -> None:
    """A second payer sends it back; better here than in three weeks."""
    assert words in refused(one)


def test_a_strangers_message_is_told_where_it_does_not_add_up() -> None:
    """Line, claim and payer, each for itself."""
    text = message_837p(secondary())
    assert checks(text.replace("SVD*60054*60*", "SVD*60054*61*", 1)) == {
        "other_line_adds_up",
        "other_lines_add_up",
    }
    assert checks(text.replace("AMT*D*120~", "AMT*D*121~")) == {"other_lines_add_up", "other_claim_adds_up"}
    assert "other_payer_unknown" in checks(text.replace("SVD*60054*60*", "SVD*60056*60*", 1))
    assert "other_payer_paid" in checks(text.replace("AMT*D*120~", ""))
    assert "no_such_day" in checks(text.replace("DTP*573*D8*20260601", "DTP*573*D8*20260631", 1))


def test_a_line_taken_apart_adds_up_over_its_parts() -> None:
    """A payer may decide on one line as if it were two; only together they come to its charge."""
    text = message_837p(secondary())
    line = "SVD*60054*60*HC:97110:GP**3~CAS*CO*45*10~CAS*PR*2*15~DTP*573*D8*20260601~"
    part = "SVD*60054*{}*HC:97110:GP**1~CAS*PR*2*{}~DTP*573*D8*20260601~"
    assert line in text
    apart = text.replace(line, part.format(40, 5) + part.format(20, 20), 1)
    assert checks(apart) == {"count_differs"}  # of segments in the set; the sums agree
    assert [one.paid_cents for one in read(apart).claims[0].lines[0].other_payments] == [4000, 2000]


def test_what_cannot_be_held_is_left_out_and_told() -> None:
    """A coverage without payer, an amount that is none: the claim itself is still read."""
    text = message_837p(secondary())
    nameless = read(text.replace("NM1*PR*2*PLAN ONE*****PI*60054~", "", 1))
    assert nameless.claims[0].other_coverages == ()
    assert any("names no payer" in one.message for one in nameless.findings)
    odd = read(text.replace("SVD*60054*60*", "SVD*60054*sixty*", 1))
    assert [len(line.other_payments) for line in odd.claims[0].lines] == [0, 1]
    assert any("names no payer or no amount" in one.message for one in odd.findings)


def test_the_page_says_what_the_other_payer_paid() -> None:
    """Whoever reads a claim to a second payer asks this first."""
    (entry,) = summarise(io.BytesIO(message_837p(secondary()).encode())).entries
    assert "other payer PLAN ONE paid $120.00, its number PAYER77" in entry.lines


def test_records_say_what_is_usual_by_leaving_it_out() -> None:
    """A claim to the only payer needs none of it."""
    assert claim().payer_order is PayerOrder.FIRST
    assert (claim().other_coverages, claim().lines[0].other_payments) == ((), ())
    assert OtherCoverage.model_fields["paid_cents"].default is None
    assert OtherPayment.model_fields["adjustments"].default == ()
