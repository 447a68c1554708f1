"""What the checks over the codes of one claim share: the codes as read, their editions, and how a finding is made."""

import functools
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from necessity.codesets.icd10cm.book import CodeBook, Place
from necessity.codesets.icd10cm.edition import bare
from necessity.codesets.icd10cm.rows import chapter_of
from necessity.domain.decision import Answer, Citation, Finding, KnownFact, Outcome, Value

FILE = Path(__file__).parent / "checks.toml"
SYMPTOMS, EXTERNAL_CAUSES, FACTORS = 18, 20, 21
"""Chapters that hold no diseases, or none for certain."""


class ClaimCodes(NamedTuple):
    """The diagnosis codes of one claim, letter or service line."""

    book: CodeBook
    """The editions."""
    codes: tuple[str, ...]
    """In the order they stand, each with its dot."""
    on: date
    """The day of service."""
    bmi_tenths: int | None = None
    """The body mass index in the record, in tenths of kg/m²; None is unknown."""
    age_years: int | None = None
    """The patient's age in full years on that day; None is unknown."""
    numbers: tuple[int, ...] = ()
    """Where each code stands in the claim, from 1; empty: one after the other."""

    @property
    def place(self) -> Place | None:
        """Give the edition in force that day; None where none is loaded."""
        return self.book.place_on(self.on)

    def chapter(self, code: str) -> int | None:
        """Give the chapter of a code."""
        return chapter_of(self.book, code, self.on)

    def where(self, code: str) -> str:
        """Name the place of a code in the claim."""
        place = self.codes.index(code)
        return f"diagnoses[{self.numbers[place] if self.numbers else place + 1}]"


@functools.cache
def settings() -> dict[str, Any]:
    """Read the lists and numbers of the checks."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@functools.cache
def sources() -> dict[str, tuple[str, tuple[Citation, ...]]]:
    """Read check id → (title, citations)."""
    citations = {one["id"]: Citation.model_validate(one) for one in settings()["citation"]}
    return {
        one["id"]: (one["title"], tuple(citations[name] for name in one["citations"])) for one in settings()["check"]
    }


def starts_with(code: str, families: list[str]) -> bool:
    """Say whether a code belongs to one of some families."""
    return bare(code).startswith(tuple(map(bare, families)))


def finding(
    check: str,
    message: str,
    where: str,
    next_step: str,
    *,
    effect: Outcome | None = None,
    answer: Answer = Answer.NOT_MET,
    because: dict[str, Value] | None = None,
) -> Finding:
    """Make a finding of a check; one without an effect only advises."""
    title, citations = sources()[check]
    return Finding(
        rule=f"icd10cm.{check}",
        title=title,
        weight="required" if effect else "advisory",
        answer=answer,
        effect=effect,
        message=message,
        where=where,
        because=tuple(KnownFact(fact=name, value=value, about=name) for name, value in (because or {}).items()),
        citations=citations,
        next_step=next_step,
    )
