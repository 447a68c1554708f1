"""The argument from what exercise changes and saves: where it speaks, where it is silent, and how it cites."""

import re
from datetime import date

import pytest

from necessity.domain.case import Case
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.letter import CardiacEvent, Condition
from necessity.domain.training import Expense, Package, ServiceKind
from necessity.parameters.evidence import load_evidence
from necessity.rulebook.argument import argument_words
from necessity.workflow.argument import Argument, argue, services_of
from tests import cast

PLAN = FundingSource(id="plan", kind=FundingKind.GROUP_PLAN, held=True)


def argued(case: Case) -> Argument:
    return argue(case, load_evidence(), argument_words())


def having(*codes: str | None, service: ServiceKind | None = None, is_diagnosed: bool | None = True) -> Case:
    """A case with conditions of these codes."""
    conditions = tuple(
        Condition(id=f"c{n}", name=f"condition {n}", code=code, is_diagnosed=is_diagnosed)
        for n, code in enumerate(codes)
    )
    return Case(id="case", service=service, conditions=conditions, funding_sources=(PLAN,))


def parts(made: Argument, part: str) -> list[str]:
    return [p.text for condition in made.conditions for p in condition.paragraphs if p.part == part]


def test_bruno_hears_what_training_does_for_diabetes_with_figure_range_and_strength() -> None:
    """Everything a case manager asks for stands in one paragraph."""
    (first, *_) = parts(argued(cast.bruno()), "effect")
    for said in (
        "lowers A1C",
        "−0.67 percentage points (95 % interval −0.84 to −0.49)",
        "moderate",
        "23 trials",
        "[1]",
    ):
        assert said in first


def test_an_amount_comes_with_its_range_whose_money_it_is_and_its_source() -> None:
    """A saving without a range is an advertisement."""
    made = argued(cast.bruno())
    amount = made.conditions[0].amounts[0]
    assert (amount.low_cents, amount.value_cents, amount.high_cents) == (338_500, 528_000, 717_500)
    assert (amount.currency, amount.per) == ("USD", "person over 10 years")
    source = made.sources[amount.cites[0] - 1]
    assert "pmid:25147253" in source.identifiers
    assert any("$5,280 (range $3,385 to $7,175) saved" in text for text in parts(made, "saving"))


def test_a_programme_that_costs_more_is_told_as_well() -> None:
    """Whoever decides finds it anyway; leaving it out would cost us every other figure."""
    made = argued(cast.bruno())
    assert any("costs more than it saves" in text for text in parts(made, "saving"))


@pytest.mark.parametrize("case", cast.everybody(), ids=lambda case: case.id)
def test_every_marker_in_the_text_leads_to_a_source(case: Case) -> None:
    """A letter with a marker that leads nowhere is worse than none."""
    made = argued(case)
    assert [source.number for source in made.sources] == list(range(1, len(made.sources) + 1))
    cited = set()
    for paragraph in (p for condition in made.conditions for p in condition.paragraphs):
        marks = tuple(int(mark) for mark in re.findall(r"\[(\d+)\]", paragraph.text))
        assert marks == paragraph.cites
        cited.update(marks)
    assert cited == {source.number for source in made.sources}


def test_a_source_that_two_findings_share_has_one_number() -> None:
    """The list at the end is read by people."""
    made = argued(having("M54.50"))
    numbers = [p.cites for condition in made.conditions for p in condition.paragraphs if p.part == "effect"]
    assert numbers == [(1,), (1,)]


def test_each_condition_ends_with_what_nobody_knows() -> None:
    """Averages promise nobody anything."""
    made = argued(having("E11.9", "I10"))
    assert len(parts(made, "closing")) == len(made.conditions) == 2


def test_where_no_study_of_costs_was_found_it_says_so() -> None:
    """Silence could be read as a saving."""
    library = load_evidence()
    silent = library["hypertension"]
    silent = silent._replace(entries=tuple(entry for entry in silent.entries if entry.part != "saving"))
    made = argue(having("I10"), {**library, "hypertension": silent}, argument_words())
    assert made.conditions[0].amounts == ()
    assert parts(made, "no_saving") == [argument_words().paragraph["no_saving"]]


def test_costs_that_were_studied_for_another_service_are_not_said_to_be_unstudied() -> None:
    """Cardiac rehabilitation was; a trainer after a stent was not."""
    made = argued(having("I25.10", service=ServiceKind.PERSONAL_TRAINING))
    assert parts(made, "no_saving") == [argument_words().paragraph["other_saving"]]
    rehabilitation = argued(having("I25.10", service=ServiceKind.CARDIAC_REHABILITATION))
    assert parts(rehabilitation, "no_saving") == []
    assert len(parts(rehabilitation, "effect")) == 2


def test_two_codes_of_one_condition_make_one_argument() -> None:
    """The same paragraph twice helps nobody."""
    made = argued(having("I25.10", "Z95.5", "E66.811"))
    assert [condition.codes for condition in made.conditions] == [("I25.10", "Z95.5"), ("E66.811",)]
    assert "(codes I25.10, Z95.5)" in parts(made, "opening")[0]


def test_a_heart_event_needs_no_code() -> None:
    """What happened is in the record by its kind."""
    event = CardiacEvent(id="e", kind="heart_failure", happened_on=date(2026, 1, 1))
    made = argued(Case(id="case", cardiac_events=(event,)))
    assert [condition.evidence for condition in made.conditions] == ["heart_failure"]
    assert made.notes == ()


def test_a_suspicion_carries_no_argument() -> None:
    """No argument is built on what no clinician diagnosed."""
    made = argued(having("E11.9", is_diagnosed=False))
    assert (made.conditions, made.sources, made.send_to) == ((), (), ())
    assert "has not diagnosed it" in made.notes[0]


def test_a_diagnosis_nobody_spoke_of_is_asked_for() -> None:
    """Unknown is neither yes nor no."""
    made = argued(having("E11.9", is_diagnosed=None))
    assert len(made.conditions) == 1
    assert "nobody has said that a clinician diagnosed it" in made.notes[0]


def test_a_name_without_a_code_is_not_guessed_at() -> None:
    """`Diabetes` may be type 1, of which nothing is held."""
    made = argued(having(None))
    assert made.conditions == ()
    assert "it has no code" in made.notes[0]


def test_of_a_condition_that_is_not_held_nothing_is_said() -> None:
    """Nor is it said that there is nothing."""
    made = argued(having("M81.0"))
    assert made.conditions == ()
    assert "That does not mean that there is none." in made.notes[0]


def test_a_gym_card_is_not_guided_exercise() -> None:
    """What was studied had somebody who watches over it."""
    made = argued(having("M54.50", service=ServiceKind.GYM_MEMBERSHIP))
    assert made.conditions == ()
    assert "other services than gym membership" in made.notes[0]


def test_of_a_gym_card_only_what_was_studied_with_a_gym_card_is_said() -> None:
    """For diabetes there is one study of it, and none of its figures is a trainer's."""
    made = argued(having("E11.9", service=ServiceKind.GYM_MEMBERSHIP))
    (text,) = parts(made, "saving")
    assert "health club membership" in text
    assert parts(made, "effect") == []
    assert all("health club" not in text for text in parts(argued(cast.bruno()), "saving"))


def test_a_case_without_a_condition_is_asked_for_one() -> None:
    """There is nothing to argue about."""
    assert argued(Case(id="case")).notes == (argument_words().nothing["no_condition"],)


def test_services_come_from_wish_sessions_packages_and_expenses() -> None:
    """Without any, nothing is filtered: unknown is not none."""
    expense = Expense(id="e", kind=ServiceKind.WEIGHT_LOSS_PROGRAMME)
    package = Package(id="p", kind=ServiceKind.EXERCISE_CLASS)
    case = Case(id="case", service=ServiceKind.THERAPY, packages=(package,), expenses=(expense,))
    assert set(services_of(case)) == {"therapy", "exercise_class", "weight_loss_programme"}
    assert services_of(cast.bruno()) == ("personal_training",)
    assert len(argued(having("I25.10")).conditions[0].paragraphs) > 4


def test_each_funding_source_has_its_addressee_and_who_decides() -> None:
    """A plan's case manager and a tax return are not convinced by the same page."""
    sources = [
        FundingSource(id=kind, kind=kind, held=held)
        for kind, held in (("group_plan", True), ("hsa", True), ("wellness_stipend", False), ("own_pocket", True))
    ]
    made = argued(having("E11.9").model_copy(update={"funding_sources": tuple(sources)}))
    assert [to.kind for to in made.send_to] == ["group_plan", "hsa"]
    assert "Case management" in made.send_to[0].who
    assert all(to.decided_by and to.citations for to in made.send_to)
