"""Every finding of the letter lint stands in its how-to, with the weight it has."""

import re

from necessity.workflow.letter_lint.catalogue import kinds
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "how-to" / "check-a-letter.md"


def test_every_finding_is_documented_with_its_weight_and_no_other_is() -> None:
    """Undocumented means broken."""
    rows = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert rows == {kind.id: kind.severity.value for kind in kinds().values()}
