"""The shape of a TOML file: which key holds text, a day, a list, a table; looked at before all else."""

from datetime import date, datetime
from typing import Any

from necessity.parameters.source import Source

Shape = Any
"""A type; a list with the shape of its items; a dict with the shapes of some keys; `object` for anything."""

WORDS = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    date: "a date",
    list: "a list",
    dict: "a table",
}
"""What a value of each type is called in a message."""

CITATION: Shape = {"id": str, "kind": str, "where": str, "says": str, "read_on": date}


def check_shape(source: Source, value: Any, shape: Shape, what: str, key: str = "") -> None:
    r"""Refuse a value of another shape; keys the shape does not name are left alone.

    Args:
        source: The file, for the message.
        value: What was read.
        shape: What it should be.
        what: What is being read, for the message.
        key: The key it stands under; empty for the file itself.

    Raises:
        RulebookError: with file and line.

    Examples:
        >>> from necessity.parameters.source import parse
        >>> source = parse("a.toml", 'id = "a"\nkinds = "hsa"')
        >>> check_shape(source, source.content, {"id": str, "kinds": [str]}, "Profile a")
        Traceback (most recent call last):
        necessity.errors.RulebookError: a.toml:2: Profile a: `kinds` is no list. Write a list.
    """
    wanted = type(shape) if isinstance(shape, (dict, list)) else shape
    good = isinstance(value, wanted) and not (wanted is date and isinstance(value, datetime))
    if not good or (wanted is int and isinstance(value, bool)):
        word = WORDS[wanted]
        place = f"{what}: `{key}`" if key else what
        words = (key,) if key else ()
        raise source.fault(f"{place} is no {word.removeprefix('a ')}.", f"Write {word}.", *words)
    if isinstance(shape, list):
        for item in value:
            check_shape(source, item, shape[0], what, key)
    elif isinstance(shape, dict):
        for name, inner in shape.items():
            if name in value:
                check_shape(source, value[name], inner, what, name)
