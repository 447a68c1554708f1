"""The letters all tests share: good ones in many styles, faults planted into them, and the lint run on either."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from necessity.domain.funding import FundingKind
from necessity.intake.letter.read import read_letter
from necessity.workflow.letter_lint.result import LetterLint
from necessity.workflow.lint_letter import account, lint_letter
from tests.shipped import judge

FOLDER = Path(__file__).parent / "golden" / "letters"


class GoodLetter(NamedTuple):
    """One letter with nothing to say against it, for its payer on its day."""

    file: str
    text: str
    on: date
    to: str | None
    kind: FundingKind | None


class Fault(NamedTuple):
    """One fault planted into a good letter."""

    letter: GoodLetter
    finding: str
    also: frozenset[str]
    to: str | None
    on: date
    change: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        text = self.letter.text
        for old, new in self.change:
            assert old in text, f"{self.letter.file} has no {old!r}"
            text = text.replace(old, new)
        return text


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


@cache
def good_letters() -> dict[str, GoodLetter]:
    found = {}
    for one in _toml("good.toml")["letter"]:
        text = (FOLDER / "good" / one["file"]).read_text(encoding="utf-8")
        kind = FundingKind(one["kind"]) if "kind" in one else None
        found[one["file"]] = GoodLetter(one["file"], text, one["on"], one.get("to"), kind)
    return found


def faults() -> list[Fault]:
    found = []
    for one in _toml("faults.toml")["fault"]:
        letter = good_letters()[one["letter"]]
        change = tuple((old, new) for old, new in one.get("change", []))
        also = frozenset(one.get("also", []))
        found.append(Fault(letter, one["finding"], also, one.get("to", letter.to), one.get("on", letter.on), change))
    return found


def lint(text: str, on: date, to: str | None = None, kind: FundingKind | None = None) -> LetterLint:
    return lint_letter(judge(), read_letter(text), account(judge().book.parameters, to, kind), on)
