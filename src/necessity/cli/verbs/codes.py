"""`necessity codes`: one question about a code or number."""

import json
from typing import Annotated

from cyclopts import Parameter

from necessity.domain.codes import check_npi


def npi(number: str, *, as_json: Annotated[bool, Parameter(name="--json")] = False) -> int:
    """Say whether a national provider identifier could exist.

    Parameters
    ----------
    number
        Ten digits.
    as_json
        One JSON document instead of words.
    """
    check = check_npi(number)
    if as_json:
        print(json.dumps(check.model_dump()))
    else:
        print(f"{'✔' if check.valid else '✘'} {check.npi}: {check.why}")
    return 0 if check.valid else 1
