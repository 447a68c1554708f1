"""The case as a whole: ids, references, completeness, first day."""

from datetime import date

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from necessity.domain.case import REFERENCES, Case, ListName, first_day_of_service, reference_faults
from necessity.domain.people import Clinician
from necessity.domain.receipt import Reimbursement
from necessity.domain.training import Expense, ServiceKind, TrainingSession
from tests import cast
from tests.strategies import cases


def test_a_case_needs_nothing_but_its_id() -> None:
    """Everything else may be unknown when a person starts."""
    case = Case(id="new")
    assert case.patient.name is None
    assert case.letters == ()
    assert not any(case.is_complete(name) for name in ListName)


def test_a_misspelt_field_is_refused() -> None:
    """A field that is dropped in silence is an answer lost."""
    with pytest.raises(ValidationError, match="letter_s"):
        Case.model_validate({"id": "x", "letter_s": []})


def test_a_case_cannot_be_changed_in_place() -> None:
    """Every save is a new version; a record that changes under a decision makes it a lie."""
    with pytest.raises(ValidationError, match="frozen"):
        cast.ada().id = "other"  # type: ignore[misc]


@given(cases())
@settings(max_examples=25)
def test_every_random_case_is_sound(case: Case) -> None:
    """The tests that build on random cases must not test nonsense."""
    assert list(reference_faults(case)) == []


@pytest.mark.parametrize(("name", "field", "targets"), REFERENCES)
def test_a_reference_that_leads_nowhere_is_named(name: str, field: str, targets: tuple[str, ...]) -> None:
    """A letter signed by nobody in the record would look like a letter that is not signed."""
    needed = {"id": "x", "letter": "l", "funding_source": "f", "expense": "e", "claim": "c", "kind": "other"}
    record = Case.model_fields[name].annotation.__args__[0]  # type: ignore[union-attr]
    values = {key: value for key, value in needed.items() if key in record.model_fields}
    kind = record.model_fields.get("kind")
    if kind is not None and not kind.is_required():
        del values["kind"]
    broken = record.model_construct(**{**values, field: "nobody"})
    faults = list(reference_faults(Case.model_construct(**{"id": "ada", name: (broken,)})))
    assert any(f"{field} names 'nobody'" in fault and targets[0] in fault for fault in faults)


def test_an_id_used_twice_is_named() -> None:
    """Two clinicians of one name: nobody could say who signed."""
    with pytest.raises(ValidationError, match="'ghali' is used twice"):
        Case(id="ada", clinicians=(Clinician(id="ghali"), Clinician(id="ghali")))


def test_sessions_and_expenses_share_their_ids() -> None:
    """A reimbursement names an expense; it must be clear which."""
    expense = Expense(id="s1", kind=ServiceKind.GYM_MEMBERSHIP)
    with pytest.raises(ValidationError, match="both use the id 's1'"):
        Case(id="ada", sessions=(TrainingSession(id="s1"),), expenses=(expense,))


def test_all_faults_are_told_at_once() -> None:
    """A person mends a record once, not once for each fault."""
    with pytest.raises(ValidationError) as caught:
        Case(
            id="ada",
            sessions=(TrainingSession(id="s1", trainer="nobody", receipt="none"),),
            reimbursements=(Reimbursement(id="b1", expense="s9"),),
        )
    assert all(word in str(caught.value) for word in ("'nobody'", "'none'", "'s9'"))


def test_the_first_day_of_service_looks_at_sessions_and_expenses() -> None:
    """Timing rules of letters hang on it, whichever kind of thing came first."""
    expense = Expense(id="e1", kind=ServiceKind.GYM_MEMBERSHIP, served_on=date(2026, 1, 5))
    sessions = (cast.session("s1", date(2026, 2, 1)), TrainingSession(id="s2"))
    case = Case(id="ada", trainers=(cast.trainer_eli(),), sessions=sessions)
    assert first_day_of_service(Case(id="ada")) is None
    assert first_day_of_service(case) == date(2026, 2, 1)
    assert first_day_of_service(case.model_copy(update={"expenses": (expense,)})) == date(2026, 1, 5)
