"""TOML files of the rulebook, read once, each knowing the line its keys stand on."""

import re
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from necessity.domain.decision import Citation
from necessity.errors import RulebookError

_LONGEST = 1_000_000


class Source(NamedTuple):
    """One parsed file with its text, so that a fault can name its line."""

    name: str
    """Path below its folder, with forward slashes."""
    text: str
    """The file's text."""
    content: dict[str, Any]
    """What it holds."""

    def line_of(self, *words: str) -> int | None:
        """Find the first line on which all the words stand; None where there is none."""
        for number, line in enumerate(self.text.splitlines(), 1):
            if all(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", line) for word in words):
                return number
        return None

    def fault(self, message: str, next_step: str, *words: str, rule: str = "") -> RulebookError:
        """Make the error that names this file and the line the words stand on."""
        return RulebookError(message, next_step, file=self.name, line=self.line_of(*words), rule=rule)

    def check_keys(self, table: dict[str, Any], allowed: frozenset[str], what: str) -> None:
        """Refuse a key that means nothing here, naming the nearest that does.

        Raises:
            RulebookError: an unknown key.
        """
        for key in table:
            if key not in allowed:
                near = nearest(key, allowed)
                raise self.fault(f"{what} has an unknown key {key!r}.", f"Did you mean {near!r}?", key)

    def citations(self, tables: list[dict[str, Any]], what: str) -> dict[str, Citation]:
        """Read `[[citation]]` tables into citations by id.

        Raises:
            RulebookError: a citation without kind, where, says or read_on, or of an unknown kind.
        """
        found = {}
        for table in tables:
            try:
                citation = Citation.model_validate(table)
            except ValidationError as error:
                first = error.errors()[0]
                words = ("id", str(table["id"])) if "id" in table else ("citation",)
                field = ".".join(str(part) for part in first["loc"])
                raise self.fault(
                    f"A citation of {what} has a fault in {field}: {first['msg']}.",
                    "A citation needs id, kind, where, says and read_on.",
                    *words,
                ) from None
            found[citation.id] = citation
        return found


def nearest(word: str, known: frozenset[str] | set[str] | dict[str, Any]) -> str:
    """Find the known word most like this one, for a message; the first of all where none is like it."""
    from difflib import get_close_matches  # only a broken file pays for it

    return (get_close_matches(word, list(known), 1, 0.0) or [""])[0]


def parse(name: str, text: str) -> Source:
    """Read the text of one TOML file.

    Raises:
        RulebookError: not TOML, or far too long.
    """
    if len(text) > _LONGEST:
        raise RulebookError("The file is longer than a million characters.", "Split it.", file=name)
    try:
        return Source(name, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        line = int(at[1]) if at else None
        raise RulebookError(
            f"This is not TOML: {error}.", "Mend the line, or look at a neighbouring file.", file=name, line=line
        ) from None
    except RecursionError:
        raise RulebookError("The file nests too deeply.", "Write it flat.", file=name) from None


def sources(folder: Path, *, cases: bool = False) -> Iterator[Source]:
    """Read every TOML file below a folder in the order of their paths.

    Args:
        folder: Where to look; a folder that does not exist holds nothing.
        cases: Whether to read the files of cases (`*.cases.toml`) instead of the others.

    Raises:
        RulebookError: a file that cannot be read.
    """
    for path in sorted(folder.rglob("*.toml")):
        if path.name.endswith(".cases.toml") is cases:
            name = path.relative_to(folder).as_posix()
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise RulebookError(
                    f"The file cannot be read: {error}.", "Save it as UTF-8 text that you may read.", file=name
                ) from None
            yield parse(name, text)


def digest(folders: tuple[Path, ...]) -> str:
    """Hash the content of all rulebook files below some folders, whatever the order of the disk.

    Returns:
        SHA-256 in hex over relative paths and bytes of every .toml and .sql file.
    """
    total = sha256()
    for folder in folders:
        for path in sorted((*folder.rglob("*.toml"), *folder.rglob("*.sql"))):
            if not path.name.endswith(".cases.toml"):
                content = path.read_bytes()
                total.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
                total.update(content)
    return total.hexdigest()
