"""`necessity evidence`: what guided exercise changes and saves for the conditions of a case, and whom to tell."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.parameters.evidence import load_evidence
from necessity.rulebook.argument import argument_words
from necessity.workflow.argument import argue


def evidence(
    case: Path,
    *,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
    profiles: Path | None = None,
) -> int:
    """Say what studies found of guided exercise for the case's conditions, what it saves, and whom to send that to.

    Parameters
    ----------
    case
        The case folder.
    as_json
        One JSON document instead of words.
    profiles
        An operator's folder with evidence/.
    """
    record = wiring.read_case(case)
    made = argue(record, load_evidence(*wiring.folders(profiles)), argument_words())
    if as_json:
        print(made.model_dump_json(indent=2))
    else:
        from necessity.cli.show_evidence import show_argument

        show_argument(made)
    return 0 if made.conditions else 1
