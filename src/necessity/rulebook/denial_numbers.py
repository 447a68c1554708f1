"""The number a payer would send for a line that a rule refuses, where one surely fits."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple


class DenialNumber(NamedTuple):
    """One claim adjustment reason."""

    number: str
    """Number on X12's list."""
    group: str
    """Who bears the amount, in the usual case: CO the provider, PR the patient."""
    remark: str
    """Remark code that the list demands beside it; empty where it demands none."""
    means: str
    """In our own words."""


@cache
def denial_numbers() -> dict[str, DenialNumber]:
    """Read the numbers by rule id; a rule that is not there has no number that surely fits.

    Source:
        X12, claim adjustment reason codes, in public copies; which rule a number fits is our own reading.
    """
    content = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    found = {}
    for one in content["number"]:
        for rule in one["rules"]:
            found[rule] = DenialNumber(one["number"], one["group"], one.get("remark", ""), one["means"])
    return found
