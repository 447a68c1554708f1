"""What studies found for the condition and the treatment of a letter, with sources numbered as they are cited."""

from typing import NamedTuple

from necessity.domain.decision import Citation
from necessity.domain.letter_draft import DraftSource
from necessity.parameters.evidence import ConditionEvidence, Entry, Evidence, Study
from necessity.rulebook.screen import screen
from necessity.workflow.argument import figure
from necessity.workflow.drafting.desk import Desk

_PARTS = ("effect", "advice")  # savings play no part in a letter


class Sources:
    """Numbers sources in the order in which the text first cites them."""

    def __init__(self) -> None:
        self._texts: dict[str, int] = {}

    def study(self, study: Study) -> int:
        """Number a study."""
        where = f"{study.authors.removesuffix('.')}. {study.title}. {study.journal}. {', '.join(study.identifiers)}."
        return self._texts.setdefault(where, len(self._texts) + 1)

    def citation(self, citation: Citation) -> int:
        """Number a paper of another kind."""
        return self._texts.setdefault(f"{citation.where}.", len(self._texts) + 1)

    def listed(self) -> tuple[DraftSource, ...]:
        """List them by number."""
        return tuple(DraftSource(number=number, text=text) for text, number in self._texts.items())


class Found(NamedTuple):
    """What the library holds for a letter."""

    condition: ConditionEvidence
    entries: tuple[Entry, ...]
    """Effects and advice that speak of the prescribed kind of service, at least one."""


def found_for(desk: Desk, library: Evidence) -> Found | None:
    """Find what is known for the letter's condition and treatment; None where there is nothing solid.

    The code decides which condition of the library it is; a name alone never does.
    """
    if desk.condition is None or desk.condition.code is None or desk.kind is None:
        return None
    for condition in library.values():
        if condition.stands_for(desk.condition.code):
            fitting = tuple(e for e in condition.entries if e.part in _PARTS and desk.kind in e.services)
            if fitting:
                return Found(condition, fitting)
    return None


def marks(entry: Entry, sources: Sources) -> str:
    """Write the markers of an entry's sources."""
    return " ".join(f"[{sources.study(study)}]" for study in entry.studies)


def evidence_lines(desk: Desk, found: Found, sources: Sources) -> list[str]:
    """Write what was found, each with people, comparison, figure, strength, limits and source."""
    return [_line(desk, entry, sources) for entry in found.entries]


def _line(desk: Desk, entry: Entry, sources: Sources) -> str:
    ours = entry.scale == "ours"
    strength = desk.write("strength_ours" if ours else "strength_other", strength=entry.strength, scale=entry.scale)
    filled = {
        "says": entry.says,
        "programme": entry.programme,
        "comparison": entry.comparison,
        "population": entry.population,
        "measure": entry.measure,
        "figure": figure(entry),
        "strength": strength,
        "caveat": desk.write("caveat", caveat=entry.caveat) if entry.caveat else "",
        "marks": marks(entry, sources),
    }
    return desk.write(entry.part, **filled)


def stop_signs_mark(desk: Desk, sources: Sources) -> int:
    """Number the source that lists the signs at which a session stops."""
    cited = (citation for question in screen() for citation in question.citations)
    return sources.citation(next(citation for citation in cited if citation.id == desk.say.signs_source))
