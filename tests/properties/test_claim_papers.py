"""Whatever stands on a claim, each paper that can be written is read back as what it carries, and says no more."""

import pytest
from hypothesis import HealthCheck, given, settings

from necessity.domain.claim_paper import ClaimPaper
from necessity.errors import FormatError
from necessity.formats.cms1500.check import check
from necessity.formats.cms1500.read import read as read_print
from necessity.formats.cms1500.read import read_copy
from necessity.formats.cms1500.rebuild import carried as on_the_form
from necessity.formats.cms1500.write import Alignment, faults_of, write_copy
from necessity.formats.cms1500.write import write as write_print
from necessity.formats.statement.carried import carried as on_the_statement
from necessity.formats.statement.read import read as read_statement
from necessity.formats.statement.write import write as write_statement
from necessity.formats.superbill.carried import carried as on_the_superbill
from necessity.formats.superbill.read import read as read_superbill
from necessity.formats.superbill.write import write as write_superbill
from tests.strategies_papers import papers, wild_words

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(papers())
def test_the_print_is_read_back_from_its_places(paper: ClaimPaper) -> None:
    """Positions are the whole content of that paper: a value in another box is another value."""
    assert faults_of(paper.claim) == []
    assert read_print(write_print(paper, alignment=Alignment(0.06, -0.1))) == on_the_form(paper.claim)


@FEW
@given(papers(wild_words(), most_lines=3))
def test_strange_letters_and_long_names_are_cut_or_refused_in_words(paper: ClaimPaper) -> None:
    """Names come from all over the world; none of them may end in a traceback or in another box."""
    check(paper.claim)
    if faults_of(paper.claim):
        with pytest.raises(FormatError):
            write_print(paper)
    else:
        assert read_print(write_print(paper)) == on_the_form(paper.claim)


@FEW
@given(papers(wild_words(), most_lines=3))
def test_papers_with_a_claim_inside_give_it_back(paper: ClaimPaper) -> None:
    """A program must read what a person sees, and nothing beside it."""
    assert read_copy(write_copy(paper)) == paper
    assert read_superbill(write_superbill(paper)) == on_the_superbill(paper)
    assert read_statement(write_statement(paper)) == on_the_statement(paper)


@FEW
@given(papers(most_lines=3))
def test_what_is_carried_stays_when_carried_again(paper: ClaimPaper) -> None:
    """Writing a paper from what was read of it must not lose more."""
    assert on_the_statement(on_the_statement(paper)) == on_the_statement(paper)
    assert on_the_superbill(on_the_superbill(paper)) == on_the_superbill(paper)
    assert on_the_form(on_the_form(paper.claim)) == on_the_form(paper.claim)


@pytest.mark.parametrize("read", [read_print, read_copy, read_statement, read_superbill])
def test_what_is_none_of_ours_is_refused_in_words(read: object) -> None:
    """Somebody will hand over a photo."""
    with pytest.raises(FormatError):
        read(b"\xff\xd8 no pdf")  # type: ignore[operator]
