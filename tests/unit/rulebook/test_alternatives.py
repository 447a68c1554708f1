"""The words of the neighbours and the neighbours themselves stay in step."""

import re

from necessity.facts.load import BUILT_IN
from necessity.rulebook.alternatives import alternatives


def test_every_neighbour_that_is_decided_has_words_and_a_source() -> None:
    """A neighbour without words would break the decision of every case."""
    subject = (BUILT_IN / "subjects" / "alternative.sql").read_text(encoding="utf-8")
    listed = re.search(r"neighbour AS \(\s*SELECT unnest\(\[(.*?)\]\)", subject, re.DOTALL)
    assert listed is not None
    assert set(re.findall(r"'(\w+)'", listed[1])) == set(alternatives())


def test_no_neighbour_promises_anything() -> None:
    """What a plan pays is the plan's to say; our words must not say it first."""
    for one in alternatives().values():
        words = " ".join((one.title, one.cost, one.how, *one.brought_up_by)).lower()
        for word in ("covered", "approved", "qualif", "eligible", "guarantee", "payable"):
            assert word not in words, (one.id, word)
