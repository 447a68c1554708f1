"""How well a diagnosis supports a service: our own graded rule set, said to be ours wherever it shows."""

import tomllib
from collections.abc import Sequence
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from typing import NamedTuple

from necessity.codesets.procedures.finding import CodeFinding, Weight
from necessity.codesets.procedures.tables import DATA

LABEL = "Grade of our own rule set; no payer publishes such a table that we found."
"""Stands beside every grade a person sees."""


class Grade(StrEnum):
    """How well a diagnosis supports a service."""

    A = "A"
    """Supports it alone."""
    B = "B"
    """Needs a code of the impairment beside it."""
    C = "C"
    """Weak, or left out, where it stands alone."""


class Group(NamedTuple):
    """Diagnoses of one kind with their grades by service."""

    id: str
    words: str
    codes: tuple[str, ...]
    """Beginnings of codes without the dot; a star stands for any characters."""
    grades: dict[str, Grade]
    closer: tuple[str, ...]
    """Services nearer to the condition, for where they are what was given."""
    advice: str
    sources: tuple[str, ...]

    def holds(self, diagnosis: str) -> bool:
        """Whether a diagnosis code is of this kind."""
        bare = diagnosis.strip().upper().replace(".", "")
        return any(fnmatchcase(bare, code if "*" in code else f"{code}*") for code in self.codes)


class Support(NamedTuple):
    """What one diagnosis does for one service."""

    diagnosis: str
    group: Group | None
    """None where our table does not hold it: unknown, not weak."""
    grade: Grade | None


class Fit(NamedTuple):
    """How well a line's diagnoses support its service."""

    procedure: str
    grade: Grade | None
    """The best grade among the diagnoses; None where our table holds none of them for this service."""
    supports: tuple[Support, ...]
    finding: CodeFinding | None
    """What to do about it; None where the grade is A."""
    label: str = LABEL


@cache
def groups() -> tuple[Group, ...]:
    """List the groups of diagnoses."""
    tables = tomllib.loads((DATA / "fit.toml").read_text(encoding="utf-8"))["group"]
    return tuple(
        Group(
            one["id"],
            one["words"],
            tuple(one["codes"]),
            {code: Grade(grade) for code, grade in one["grades"].items()},
            tuple(one["closer"]),
            one.get("advice", ""),
            tuple(one["sources"]),
        )
        for one in tables
    )


def support_of(diagnosis: str, procedure: str) -> Support:
    """Grade what one diagnosis does for one service."""
    group = next((group for group in groups() if group.holds(diagnosis)), None)
    return Support(diagnosis, group, group.grades.get(procedure) if group else None)


def fit(diagnoses: Sequence[str], procedure: str) -> Fit:
    """Grade how well a line's diagnoses support its service.

    Closer services are named only as a question what was really given: a code follows the work, never the payment,
    and no diagnosis is ever proposed that the clinician has not made.

    Args:
        diagnoses: The codes the line points at, in order.
        procedure: Its procedure code.

    Returns:
        Grade, reasons, and what to do.

    Examples:
        >>> fit(["E11.9"], "97110").grade.value, fit(["M62.81", "E11.9"], "97110").grade.value
        ('B', 'A')
    """
    supports = tuple(support_of(one, procedure) for one in diagnoses)
    graded = [one.grade for one in supports if one.grade]
    best = min(graded, default=None)
    return Fit(procedure, best, supports, _finding(supports, procedure, best))


def _finding(supports: tuple[Support, ...], procedure: str, best: Grade | None) -> CodeFinding | None:
    if best is Grade.A:
        return None
    named = [one.group for one in supports if one.group]
    codes = ", ".join(one.diagnosis for one in supports) or "no diagnosis"
    sources = tuple(dict.fromkeys(id for group in named for id in group.sources)) or ("own-table",)
    if best is None:
        text = f"Our table does not say how well {codes} supports {procedure}. {LABEL}"
        fix = "Look at the payer's policy for the service."
        return CodeFinding("fit", Weight.ASK, procedure, text, fix, sources)
    words = " and ".join(dict.fromkeys(group.words for group in named))
    if best is Grade.B:
        text = f"{codes} ({words}) supports {procedure} only beside a code of the impairment. {LABEL}"
        fix = "If the clinician has found weakness, stiffness, or trouble with gait or balance, that code goes with it."
    else:
        text = f"{codes} ({words}) alone is weak for {procedure}: exercise for fitness or weight is refused. {LABEL}"
        fix = "Do not add a diagnosis to make it fit. A receipt in plain words with a letter can go to an HSA or FSA."
    closer = tuple(dict.fromkeys(code for group in named for code in group.closer))
    if closer:
        fix += f" Nearer to the condition, only where it is what was given: {', '.join(closer)}."
    advice = " ".join(dict.fromkeys(group.advice for group in named if group.advice))
    return CodeFinding("fit", Weight.ADVICE, procedure, text, f"{fix} {advice}".strip(), sources)
