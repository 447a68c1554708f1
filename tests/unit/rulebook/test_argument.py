"""The words of the argument: an addressee for whoever decides, and no promise to anybody."""

from necessity.domain.funding import FundingKind
from necessity.rulebook.argument import argument_words


def test_every_funding_source_that_somebody_else_decides_has_an_addressee() -> None:
    """Own pocket has none: there is nobody to convince."""
    named = [kind for one in argument_words().addressees for kind in one.kinds]
    assert sorted(named) == sorted(set(FundingKind) - {FundingKind.OWN_POCKET})
    assert argument_words().addressee(FundingKind.OWN_POCKET) is None


def test_every_addressee_says_where_that_comes_from() -> None:
    """Advice on whom to write to is a claim like any other."""
    assert all(one.citations for one in argument_words().addressees)


def test_the_argument_always_ends_with_who_decides_and_what_nobody_knows() -> None:
    """It is sent to people who decide; it must not read as if it did."""
    closing = argument_words().paragraph["closing"]
    assert "decides" in closing
    assert "Nobody can say what one person will gain or save" in closing
