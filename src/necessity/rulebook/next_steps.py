"""The words of the next step about a claim, and whom to complain to: data, read from one file."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from necessity.domain.decision import Citation
from necessity.parameters.source import parse

_FILE = Path(__file__).with_name("next_steps.toml")


class StepWords(NamedTuple):
    """One step in words."""

    title: str
    """What to do, in a few words."""
    says: str
    """The same in a sentence or two; names in braces are filled in."""
    citations: tuple[Citation, ...]
    """What it rests on beyond its time limit."""


class Complaint(NamedTuple):
    """Whom to complain to, for some types of plan."""

    types: tuple[str, ...]
    """Types of plan."""
    if_erisa: bool
    """Whether only a private employer's plan is meant."""
    to: str
    """Who takes it."""
    citations: tuple[Citation, ...]
    """Where that is said."""


class NextStepWords(NamedTuple):
    """Everything in the file."""

    step: dict[str, StepWords]
    complaints: tuple[Complaint, ...]
    unappealable_remark: str
    """The remark code that rules an appeal out."""
    unappealable_says: str
    """What it means."""
    paid_once: dict[str, str]
    """How it is said that one expense is paid, or asked for, twice."""
    paid_once_citations: tuple[Citation, ...]
    """Why that may not be."""

    def complaint(self, plan_type: str | None, is_erisa: bool | None) -> Complaint | None:
        """Find whom to complain to; None where that is not known here."""
        for one in self.complaints:
            if plan_type in one.types and (is_erisa or not one.if_erisa):
                return one
        return None


@cache
def next_step_words() -> NextStepWords:
    """Load the words that come with the program.

    Raises:
        RulebookError: a citation that is incomplete.
    """
    source = parse(_FILE.name, _FILE.read_text(encoding="utf-8"))
    content = source.content
    cites = source.citations(content["citation"], _FILE.name)
    steps = {
        name: StepWords(one["title"], one["says"], tuple(cites[id] for id in one.get("cites", ())))
        for name, one in content["step"].items()
    }
    complaints = tuple(
        Complaint(tuple(one["types"]), one.get("if_erisa", False), one["to"], tuple(cites[id] for id in one["cites"]))
        for one in content["complaint"]
    )
    refused, once = content["not_appealable"], dict(content["paid_once"])
    once_cites = tuple(cites[id] for id in once.pop("cites"))
    return NextStepWords(steps, complaints, refused["remark"], refused["says"], once, once_cites)
