"""Making sentences of an appeal: each carries the places of the record, the rules and sources it rests on, or asks."""

from typing import NamedTuple

from necessity.domain.decision import Citation, SourceKind
from necessity.formats.appeal.contents import REQUEST, Sentence
from necessity.rulebook.appeal_words import appeal_words

_KINDS = list(SourceKind)


class Told(NamedTuple):
    """A value as it is printed, and where it comes from."""

    text: str
    at: str
    """A place in the record such as `denials/d1/received_on`, or a count such as `ledger/claim1/open_cents`."""


class Pen:
    """Writes the sentences of one letter and numbers its sources."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._words = appeal_words()

    def says(self, words: str, /, *cites: Citation, **values: Told) -> Sentence:
        """Write a sentence that the record fills; one that nothing stands behind is a fault of ours.

        Raises:
            ValueError: neither a value nor a source stands behind it.
        """
        rests = tuple(dict.fromkeys(value.at for value in values.values() if value.at))
        if not rests and not cites:
            raise ValueError(f"the sentence {words!r} rests on nothing")
        text = self._words.says[words].format(**{key: value.text for key, value in values.items()})
        return Sentence(text=text + self.marks(cites), rests_on=(*rests, *(f"source:{c.where}" for c in cites)))

    def asks(self, words: str, /, *cites: Citation, **values: Told) -> Sentence:
        """Write a request."""
        text = self._words.asks[words].format(**{key: value.text for key, value in values.items()})
        rests = (REQUEST, *(value.at for value in values.values()), *(f"source:{c.where}" for c in cites))
        return Sentence(text=text + self.marks(cites), rests_on=rests)

    def plain(self, text: str, *cites: Citation, at: str) -> Sentence:
        """Write a sentence that a rule or a study gives word for word."""
        return Sentence(text=text + self.marks(cites), rests_on=(at, *(f"source:{c.where}" for c in cites)))

    def studied(self, text: str, numbers: tuple[str, ...]) -> Sentence:
        """Write a sentence from studies, with the markers of their entries in the list."""
        marks = "".join(f"\u00a0[{self.number(words)}]" for words in numbers)
        return Sentence(text=text + marks, rests_on=tuple(f"source:{words}" for words in numbers))

    def marks(self, cites: tuple[Citation, ...]) -> str:
        """Number the strongest source of some, law before custom; one is enough in a letter."""
        strongest = sorted(dict.fromkeys(cites), key=lambda cite: _KINDS.index(cite.kind))[:1]
        return "".join(f"\u00a0[{self.number(cite.where)}]" for cite in strongest)

    def number(self, words: str) -> int:
        """Give a source its number, the same each time."""
        return self._numbers.setdefault(words, len(self._numbers) + 1)

    def sources(self) -> tuple[tuple[int, str], ...]:
        """List the sources by number."""
        return tuple((number, words) for words, number in self._numbers.items())
