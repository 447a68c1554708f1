"""The claim builder: which sessions, which lines, which units, which cents."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from necessity.adjudication.decide import Judge
from necessity.codesets.procedures.units import UnitRule
from necessity.domain.case import Case
from necessity.domain.claim import Claim, ClaimState, Frequency
from necessity.domain.people import Licence
from necessity.domain.training import ServiceStatus
from necessity.errors import RecordError
from necessity.workflow.draft_claim import ClaimRange, DraftedClaim, draft_claim, share_out
from tests import cast
from tests.claims import chen_in_therapy, therapy

DAY = date(2026, 5, 4)
ON = date(2026, 6, 1)


def drafted(judge: Judge, case: Case, **wanted: object) -> DraftedClaim:
    source = case.funding_sources[0].id
    return draft_claim(case, judge.decide(case, ON), ClaimRange(**{"funding_source": source, **wanted}), ON)  # type: ignore[arg-type]


def checks(done: DraftedClaim) -> set[str]:
    return {finding.check for finding in done.findings}


def test_one_line_for_each_code_and_day(judge: Judge) -> None:
    """CMS, example 1: 24 and 23 minutes support three units, the odd one to the longer."""
    [claim] = drafted(judge, chen_in_therapy(), rule=UnitRule.CMS).claims
    assert [(line.procedure_code, line.units, line.minutes) for line in claim.service_lines] == [
        ("97110", 2, 24),
        ("97112", 1, 23),
    ]
    assert sum(line.charge_cents or 0 for line in claim.service_lines) == 12_000
    assert claim.diagnoses == ("M54.50",)


def test_two_visits_of_one_day_stand_on_one_line_a_code(judge: Judge) -> None:
    """Since 2021 a timed code on two lines of one day is turned back."""
    visits = (therapy("s1", DAY, ("press", 20, "97110")), therapy("s2", DAY, ("press", 25, "97110")))
    [claim] = drafted(judge, chen_in_therapy(*visits), rule=UnitRule.CMS).claims
    [line] = claim.service_lines
    assert (line.minutes, line.units, line.charge_cents, line.expense, line.also) == (45, 3, 24_000, "s1", ("s2",))


def test_a_tie_is_told_and_not_broken_in_silence(judge: Judge) -> None:
    """CMS, example 2: the third unit may go either way; whoever treated chooses."""
    visit = therapy("s1", DAY, ("press", 20, "97110"), ("balance", 20, "97112"))
    assert "unit_choice" in checks(drafted(judge, chen_in_therapy(visit), rule=UnitRule.CMS))


def test_where_the_payers_rule_is_not_known_the_lower_count_stands(judge: Judge) -> None:
    """33 and 7 minutes: three units under one rule, two under the other; never the higher by guess."""
    visit = therapy("s1", DAY, ("press", 33, "97110"), ("manual", 7, "97140"))
    done = drafted(judge, chen_in_therapy(visit))
    assert "unit_rule" in checks(done)
    assert sum(line.units or 0 for line in done.claims[0].service_lines) == 2
    assert sum(line.charge_cents or 0 for line in done.claims[0].service_lines) == 12_000


def test_a_trainers_work_is_never_written_as_therapy(judge: Judge) -> None:
    """The gate: the code is left off, the reason and the honest way out are told."""
    visit = therapy("s1", DAY, ("press", 45, "97110")).model_copy(update={"clinician": None, "trainer": "fay"})
    done = drafted(judge, chen_in_therapy(visit, pays_trainers=False))
    [line] = done.claims[0].service_lines
    assert line.procedure_code is None
    assert line.words == "Personal training"
    assert "who_may_bill" in checks(done)


def test_an_account_needs_no_code(judge: Judge) -> None:
    """Papers for an HSA stand in plain words, one line a session."""
    [claim] = drafted(judge, cast.ada()).claims
    assert [line.procedure_code for line in claim.service_lines] == [None] * 4
    assert [line.charge_cents for line in claim.service_lines] == [8500] * 4


def test_what_was_not_held_or_lies_outside_the_days_is_left_out(judge: Judge) -> None:
    """A missed session is no service."""
    case = cast.ada()
    missed = case.sessions[0].model_copy(update={"status": ServiceStatus.MISSED})
    case = case.model_copy(update={"sessions": (missed, *case.sessions[1:])})
    [claim] = drafted(judge, case, last=date(2026, 3, 16)).claims
    assert [line.expense for line in claim.service_lines] == ["s2", "s3"]


def test_what_stands_on_a_filed_claim_is_not_claimed_again(judge: Judge) -> None:
    """Unless the new claim replaces it."""
    case = chen_in_therapy()
    first = drafted(judge, case, claim="c1", rule=UnitRule.CMS).claims[0]
    case = case.model_copy(update={"claims": (first.model_copy(update={"state": ClaimState.FILED}),)})
    again = drafted(judge, case, claim="c2")
    assert not again.claims
    assert {"claimed_before", "nothing_to_claim"} <= checks(again)
    replaced = drafted(judge, case, claim="c2", frequency=Frequency.REPLACEMENT, replaces="P-1")
    assert replaced.claims[0].replaces == "P-1"


def test_a_correction_names_the_payers_claim(judge: Judge) -> None:
    """Without its number the payer takes it for a duplicate."""
    with pytest.raises(RecordError, match="must name the payer's own number"):
        drafted(judge, chen_in_therapy(), frequency=Frequency.VOID)


def test_more_than_fifty_lines_become_several_claims(judge: Judge) -> None:
    """An electronic claim takes fifty."""
    visits = [therapy(f"s{n}", date(2026, 1, 2) + timedelta(days=n), ("press", 30, "97110")) for n in range(53)]
    claims: tuple[Claim, ...] = drafted(judge, chen_in_therapy(*visits), claim="big").claims
    assert [(claim.id, len(claim.service_lines)) for claim in claims] == [("big-1", 50), ("big-2", 3)]


@given(st.integers(0, 10_000_000), st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 600), min_size=1))
def test_shared_cents_add_up_again(cents: int, weights: dict[str, int]) -> None:
    """No cent is lost or made, whatever the minutes."""
    shared = share_out(cents, weights)
    assert sum(shared.values()) == cents
    assert all(part >= 0 for part in shared.values())


@pytest.mark.parametrize(
    ("licence", "in_force", "modifiers"),
    [
        (Licence.PT, True, ("GP",)),
        (Licence.OT, True, ("GO",)),
        (Licence.PT, None, ()),
        (Licence.PT, False, ()),
    ],
)
def test_a_line_names_the_plan_of_care_only_where_one_was_in_force(
    judge: Judge, licence: Licence, in_force: bool | None, modifiers: tuple[str, ...]
) -> None:
    """The modifier says that a plan was in force; what the record does not say is not said on a claim."""
    visit = therapy("s1", DAY, ("press", 24, "97110")).model_copy(update={"has_plan_of_care": in_force})
    case = chen_in_therapy(visit)
    clinicians = tuple(
        one.model_copy(update={"licence": licence}) if one.id == "pt" else one for one in case.clinicians
    )
    [claim] = drafted(judge, case.model_copy(update={"clinicians": clinicians}), rule=UnitRule.CMS).claims
    assert [line.modifiers for line in claim.service_lines] == [modifiers]


def test_one_visit_of_the_day_without_a_plan_of_care_leaves_the_line_bare(judge: Judge) -> None:
    """One line stands for both visits."""
    visits = (
        therapy("s1", DAY, ("press", 20, "97110")).model_copy(update={"has_plan_of_care": True}),
        therapy("s2", DAY, ("press", 25, "97110")),
    )
    [claim] = drafted(judge, chen_in_therapy(*visits), rule=UnitRule.CMS).claims
    assert claim.service_lines[0].modifiers == ()
