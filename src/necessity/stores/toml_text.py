"""TOML as text: which line says what, and how we write it. What the keys mean is `case_toml`'s business."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from tomllib import TOMLDecodeError
from typing import NamedTuple, TypeGuard

Path = tuple[str | int, ...]
"""Keys from the top, with the place in the list (from 0) after the key of an array of tables."""

DEEPEST = 32
"""Most dots in one key and most brackets inside each other; what parses deeper ones takes time squared."""

_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n]*+)
    | (?P<text>\"{3}(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5}|\\?\Z)
      | '{3}(?:[^']++|'(?!''))*+(?:'{3,5}|\Z)
      | "(?:[^"\\\n]++|\\[^\n])*+(?:"|\\?(?=\n|\Z))
      | '[^'\n]*+(?:'|(?=\n|\Z)))
    | (?P<newline>\n)
    | (?P<opening>[\[{])
    | (?P<closing>[\]}])
    | (?P<dot>\.)
    | (?P<equals>=)
    | (?P<comma>,)
    | (?P<bare>[^\s\#"'\[\]{}=,.]++)
    """,
    re.VERBOSE | re.DOTALL,
)


class Statement(NamedTuple):
    """One header or one `key = value` of a TOML text."""

    path: Path
    """Where it stands."""
    line: int
    """Its first line, from 1."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset behind its last character, comments not included."""
    value: int | None
    """Offset where the value starts; None for a header."""


def _sentences(text: str) -> Iterator[tuple[int, list[re.Match[str]]]]:
    """Cut a text into statements, each a list of tokens without comments, with the line it starts on."""
    line, begun, depth, dots = 1, 1, 0, 0
    tokens: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        depth += (kind == "opening") - (kind == "closing" and depth > 0)
        dots = dots + 1 if kind == "dot" else dots if kind in ("bare", "text") else 0
        if depth > DEEPEST or dots > DEEPEST:
            raise TOMLDecodeError(f"nested deeper than {DEEPEST} (at line {line}, column 1)")
        if kind == "newline" and not depth and tokens:
            yield begun, tokens
            tokens = []
        elif kind not in ("comment", "newline"):
            begun = begun if tokens else line
            tokens.append(token)
        line += token.group().count("\n") if kind in ("newline", "text") else 0
    if tokens:
        yield begun, tokens


def _keys(tokens: list[re.Match[str]]) -> list[str]:
    return [token.group().strip("\"'") for token in tokens if token.lastgroup in ("bare", "text")]


def statements(text: str) -> list[Statement]:
    r"""List the statements of a TOML text with their places.

    The text need not be sound; what cannot be understood gets a path that nobody asks for.

    Args:
        text: The whole file, with `\n` or `\r\n` line ends.

    Returns:
        The statements in their order.

    Raises:
        TOMLDecodeError: brackets or dots beyond `DEEPEST`; with the line, as the parser says it.
    """
    found: list[Statement] = []
    lengths: dict[Path, int] = {}
    table: Path = ()
    for line, tokens in _sentences(text):
        start, end = tokens[0].start(), tokens[-1].end()
        if tokens[0].lastgroup == "opening":
            doubled = len(tokens) > 1 and tokens[1].group() == "["
            table = _table_path(_keys(tokens), doubled, lengths)
            found.append(Statement(table, line, start, end, None))
            continue
        equals = next((n for n, token in enumerate(tokens) if token.lastgroup == "equals"), len(tokens) - 1)
        path = (*table, *_keys(tokens[:equals]))
        value = tokens[min(equals + 1, len(tokens) - 1)].start()
        found.append(Statement(path, line, start, end, value))
    return found


def _table_path(keys: list[str], doubled: bool, lengths: dict[Path, int]) -> Path:
    """Find the path of a header; `lengths` counts the tables of each array so far."""
    path: Path = ()
    for number, key in enumerate(keys, start=1):
        path = (*path, key)
        if doubled and number == len(keys):
            lengths[path] = lengths.get(path, 0) + 1
        if path in lengths:
            path = (*path, lengths[path] - 1)
    return path


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    return f"\\u{ord(character):04X}" if ord(character) < 0x10000 else f"\\U{ord(character):08X}"


def _text(value: str) -> str:
    lines = ["".join(map(_escape, line)) for line in value.split("\n")]
    return f'"{lines[0]}"' if len(lines) == 1 else '"""\n' + "\n".join(lines) + '"""'


def toml_value(value: object) -> str:
    """Write one value: text of several lines as such, invisible characters as escapes so that nothing hides.

    Examples:
        >>> print(toml_value(Decimal("85.00")), toml_value(["x"]), toml_value({"a": True}))
        85.00 ["x"] { a = true }
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {toml_value(inner)}' for key, inner in value.items())} }}"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def toml_document(tree: Mapping[str, object]) -> str:
    """Write a whole document: bare values first, then tables in their order, a blank line before each header.

    Args:
        tree: Values, tables (mappings) and arrays of tables (lists of mappings) by key; keys are plain names.
    """
    return "\n".join(_table((), tree)).strip("\n") + "\n"


def is_tables(value: object) -> TypeGuard[list[Mapping[str, object]]]:
    """Say whether a value is a list of tables, with at least one in it."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _table(path: tuple[str, ...], tree: Mapping[str, object]) -> Iterator[str]:
    for key, value in tree.items():
        if not isinstance(value, Mapping) and not is_tables(value):
            yield f"{key} = {toml_value(value)}"
    for key, value in tree.items():
        name = ".".join((*path, key))
        if isinstance(value, Mapping):
            yield from ("", f"[{name}]", *_table((*path, key), value))
        elif is_tables(value):
            for one in value:
                yield from ("", f"[[{name}]]", *_table((*path, key), one))
