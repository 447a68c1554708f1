"""The words of letters and of the papers beside them: data, read from two files, filled from the record."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from necessity.domain.letter_draft import DraftChoice, DraftQuestion, Speaker
from necessity.parameters.source import Source, parse

_FILE = Path(__file__).with_name("letter_words.toml")
_STATEMENT = frozenset({"id", "by", "words"})
_QUESTION = frozenset({"id", "of", "where", "required", "asks"})


class StatementWords(NamedTuple):
    """One sentence that a person must answer for."""

    id: str
    """Short name."""
    by: Speaker
    """Who may say it."""
    words: str
    """The sentence, with names in braces."""


class LetterWords(NamedTuple):
    """Every text a letter is made of."""

    heading: dict[str, str]
    """Headings by section."""
    say: dict[str, str]
    """Sentences and parts of sentences."""
    times: dict[str, str]
    """How often, by the number."""
    visit: dict[str, str]
    """How the clinician saw the patient."""
    signs: tuple[str, ...]
    """Signs at which a session stops."""
    signs_source: str
    """Id of the screen's citation that lists them."""
    vague_conditions: frozenset[str]
    """Names too general for a condition, in small letters."""
    vague_texts: frozenset[str]
    """Texts too general for a reason, a plan or a goal, in small letters."""
    statements: tuple[StatementWords, ...]
    """What is attested, in order."""
    questions: dict[str, dict[str, Any]]
    """Questions by id."""
    lacking: dict[str, str]
    """What a record may lack, as it is named in a question."""
    choice: dict[str, str]
    """Answers that are offered."""
    refusal: dict[str, str]
    """Why nothing is drafted."""
    purpose: dict[str, str]
    """What a person says the training is for."""

    def ask(
        self,
        id: str,
        *choices: DraftChoice,
        filled: Mapping[str, object] | None = None,
        field: str | None = None,
        required: bool | None = None,
        about: str | None = None,
    ) -> DraftQuestion:
        """Put a question.

        Args:
            id: Which one.
            choices: Answers that are offered.
            filled: What stands for the names in braces.
            field: Where the record keeps the answer.
            required: Whether the letter waits for it; None: as the file says.
            about: Which of several records it is about; becomes part of its id.
        """
        table = self.questions[id]
        return DraftQuestion(
            id=f"{id}:{about}" if about else id,
            asks=table["asks"].format(**(filled or {})),
            of=Speaker(table["of"]),
            where=table["where"],
            is_required=table["required"] if required is None else required,
            choices=choices,
            field=field,
        )


@cache
def letter_words() -> LetterWords:
    """Load the words that come with the program.

    Raises:
        RulebookError: a statement or question with a key missing or unknown.
    """
    source = parse(_FILE.name, _FILE.read_text(encoding="utf-8"))
    content = source.content
    for table in content["statement"]:
        _check(source, table, _STATEMENT, "Statement")
    for table in content["question"]:
        _check(source, table, _QUESTION, "Question")
    return LetterWords(
        **{
            key: content[key] for key in ("heading", "say", "times", "visit", "lacking", "choice", "refusal", "purpose")
        },
        signs=tuple(content["signs"]["list"]),
        signs_source=content["signs"]["source"],
        vague_conditions=frozenset(content["vague"]["conditions"]),
        vague_texts=frozenset(content["vague"]["texts"]),
        statements=tuple(StatementWords(t["id"], Speaker(t["by"]), t["words"]) for t in content["statement"]),
        questions={table["id"]: table for table in content["question"]},
    )


def _check(source: Source, table: dict[str, Any], keys: frozenset[str], what: str) -> None:
    named = f"{what} {table.get('id', '?')}"
    source.check_keys(table, keys, named)
    if lacking := sorted(keys - table.keys()):
        raise source.fault(f"{named} lacks {', '.join(lacking)}.", "Add what is missing.", str(table.get("id", "")))
