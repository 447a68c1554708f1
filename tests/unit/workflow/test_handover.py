"""The hand-over from therapy: every known thing once, nothing invented."""

import re
from datetime import date
from decimal import Decimal
from itertools import combinations

from necessity.domain.case import Case
from necessity.domain.people import Clinician, Licence
from necessity.domain.training import Goal, Measurement, TherapyEnd, TrainingPlan
from necessity.workflow.handover import hand_over, summary

THERAPIST = Clinician(id="pt", name="Physical therapist of the clinic", licence=Licence.PT)
GOAL = Goal(
    id="walk",
    measure="six-minute walk distance",
    unit="m",
    baseline=Decimal("310"),
    target=Decimal("420"),
    serves="walking to the shop",
)
KNOWN: dict[str, object] = {
    "follows_therapy": True,
    "follows_therapy_that_ended_on": date(2026, 4, 20),
    "therapy_given_by": "pt",
    "therapy_ended_because": TherapyEnd.BENEFIT_EXHAUSTED,
    "therapy_did": "gait training and knee extension, 20 visits",
    "remaining_deficit": "knee bends to 95 degrees only",
    "home_programme_given": True,
}


def case(**plan: object) -> Case:
    return Case(id="ada", clinicians=(THERAPIST,), plan=TrainingPlan.model_validate(plan))


def test_everything_known_stands_in_it_and_nothing_is_missing() -> None:
    """A plan's reviewer reads this paragraph first."""
    said = hand_over(case(**KNOWN, goals=(GOAL,)))
    assert said.missing == ()
    assert said.text == (
        "Therapy with Physical therapist of the clinic, PT ended on 20 April 2026 because the plan's benefit for it was used up. "
        "In therapy: gait training and knee extension, 20 visits. "
        "What remains: knee bends to 95 degrees only. "
        "A home programme was given. "
        "The training works on: six-minute walk distance from 310 m to 420 m, for walking to the shop."
    )


def test_without_therapy_there_is_nothing_to_hand_over() -> None:
    """Most training follows no therapy."""
    assert hand_over(case()) == ((), ())
    assert hand_over(case(**{**KNOWN, "follows_therapy": False})) == ((), ())


def test_a_stated_nothing_is_said_and_a_blank_is_missing() -> None:
    """`none` is an answer; a blank is a question."""
    assert "left nothing unfinished" in hand_over(case(**{**KNOWN, "remaining_deficit": "none"})).text
    blank = hand_over(case(**{**KNOWN, "remaining_deficit": None}))
    assert blank.missing == ("what therapy left unfinished",)
    assert "remains" not in blank.text


def test_nothing_is_invented_whatever_is_left_out() -> None:
    """Every sentence of a record with gaps stands in the full one, or only says less; every gap is named."""
    full = hand_over(case(**KNOWN)).text
    words = set(re.findall(r"[a-z0-9]+", full.lower())) | {"came", "before", "this", "training"}
    names = [name for name in KNOWN if name != "follows_therapy"]
    for size in range(1, len(names) + 1):
        for gone in combinations(names, size):
            said = hand_over(case(**{name: value for name, value in KNOWN.items() if name not in gone}))
            assert set(re.findall(r"[a-z0-9]+", said.text.lower())) <= words, gone
            assert len(said.missing) == size, gone


def test_the_page_lists_what_is_missing_and_invents_nothing() -> None:
    """Whoever takes over must see what to ask the therapist."""
    page = summary(case(follows_therapy=True), date(2026, 6, 30))
    assert page.startswith("Hand-over from therapy to training\nPatient: (not in the record)\nWritten on 30 June 2026")
    missing = page.partition("Not in the record:\n")[2].partition("\n\n")[0].splitlines()
    assert missing == [f"- {name}" for name in hand_over(case(follows_therapy=True)).missing]
    assert summary(case(), date(2026, 6, 30)) == ""


def test_the_newest_measured_value_of_a_goal_is_told() -> None:
    """A goal says where it started; the reader asks where it stands."""
    values = (Decimal("330"), Decimal("350"), Decimal("340"))
    days = (date(2026, 5, 1), date(2026, 6, 1), date(2026, 5, 15))
    measured = tuple(
        Measurement(id=str(n), kind="walk", value=value, measured_on=day, goal="walk")
        for n, (value, day) in enumerate(zip(values, days, strict=True))
    )
    other = Measurement(id="bmi", kind="bmi", value=Decimal("27"), measured_on=date(2026, 6, 2))
    record = case(**KNOWN, goals=(GOAL,)).model_copy(update={"measurements": (*measured, other)})
    assert "Measured since: six-minute walk distance 350 m on 1 June 2026." in summary(record, date(2026, 6, 30))
