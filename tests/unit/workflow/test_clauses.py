"""Plan wording: what a person confirms is kept as it stands, and nothing else."""

import pytest

from necessity.domain.case import Case, ListName
from necessity.domain.funding import FundingKind, FundingSource, PlanClause
from necessity.domain.training import ServiceKind
from necessity.errors import RecordError
from necessity.workflow.clauses import chosen, keep_clauses, source_of, suggestions

TEXT = """Exclusions
(a) Exercise equipment, even if prescribed;
(b) Gyms.
Page 41
\fAsk about massage.
"""


def case(*clauses: PlanClause, complete: bool = False) -> Case:
    plan = FundingSource(id="plan", kind=FundingKind.GROUP_PLAN, payer="example", clauses=clauses)
    lists = (ListName.CLAUSES,) if complete else ()
    return Case(id="chen", funding_sources=(plan, FundingSource(id="hsa", kind=FundingKind.HSA)), complete=lists)


def test_what_is_kept_has_its_words_page_kind_and_services() -> None:
    """A clause that cannot be looked up proves nothing."""
    record = case()
    plan = record.funding_sources[0]
    kept = keep_clauses(record, plan, suggestions(plan, TEXT), chosen("1"))
    here = ("funding_sources", "plan", "clauses", "page-41")
    assert kept.changes == (
        ((*here, "kind"), "exclusion"),
        ((*here, "words"), "Exercise equipment, even if prescribed;"),
        ((*here, "page"), "41"),
        ((*here, "names"), (ServiceKind.EXERCISE_EQUIPMENT,)),
    )


def test_clauses_of_one_page_get_names_of_their_own() -> None:
    """Two clauses under one id would be one."""
    plan = (record := case(PlanClause(id="page-41", kind="limit"))).funding_sources[0]
    assert keep_clauses(record, plan, suggestions(plan, TEXT), chosen("1,2,2")).ids == ("page-41-2", "page-41-3")


def test_a_sentence_already_in_the_record_is_not_kept_twice() -> None:
    """The same page may be pasted again."""
    plan = (record := case(PlanClause(id="own", kind="exclusion", words="GYMS."))).funding_sources[0]
    found = suggestions(plan, TEXT)
    assert [one.kept_as for one in found] == ["", "own", ""]
    kept = keep_clauses(record, plan, found, chosen("2"))
    assert (kept.ids, kept.known, kept.changes) == ((), ("own",), ())


def test_a_person_says_what_kind_it_is() -> None:
    """A guess that nobody confirms is no clause; a wrong one can be put right."""
    plan = (record := case()).funding_sources[0]
    found = suggestions(plan, "Ask about massage.\n" + TEXT)
    with pytest.raises(RecordError, match="what kind of clause sentence 1 is") as caught:
        keep_clauses(record, plan, found, chosen("1"))
    assert "1=exclusion" in caught.value.next_step
    kinds = [
        value
        for path, value in keep_clauses(record, plan, found, chosen("1=benefit,2=limit")).changes
        if path[-1] == "kind"
    ]
    assert kinds == ["benefit", "limit"]


@pytest.mark.parametrize("held", [True, False])
def test_a_list_said_to_be_empty_is_so_no_longer(held: bool) -> None:
    """A record that says both would be read as neither."""
    record = case(*([PlanClause(id="own", kind="limit")] if held else []), complete=True)
    plan = record.funding_sources[0]
    kept = keep_clauses(record, plan, suggestions(plan, TEXT), chosen("1"))
    assert kept.takes_back_none is not held
    assert ((("complete", "clauses"), False) in kept.changes) is not held


def test_a_source_is_found_by_id_payer_or_kind() -> None:
    """People say what stands on their card."""
    record = case()
    assert {source_of(record, named).id for named in ("plan", "example", "group_plan")} == {"plan"}
    with pytest.raises(RecordError, match="no funding source") as caught:
        source_of(record, "fsa")
    assert "plan, hsa" in caught.value.next_step


@pytest.mark.parametrize("text", ["", "one", "1;2", "1=unknown", "0x1", "-1"])
def test_what_is_no_number_is_refused(text: str) -> None:
    """Keeping the wrong sentence would decide something."""
    with pytest.raises(RecordError):
        chosen(text)


@pytest.mark.parametrize("text", ["0", "4"])
def test_a_number_not_on_the_list_is_refused(text: str) -> None:
    """The text may have changed since the list was read."""
    plan = (record := case()).funding_sources[0]
    with pytest.raises(RecordError, match="it has 3"):
        keep_clauses(record, plan, suggestions(plan, TEXT), chosen(text))
