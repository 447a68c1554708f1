"""A TOML file of named texts that the user names in an option: who sends, who pays."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from necessity.errors import SettingError


def keyed_texts(file: Path, setting: str, must: Sequence[str], may: Sequence[str] = ()) -> dict[str, str]:
    """Read texts by their keys.

    Args:
        file: The TOML file.
        setting: The option that named it.
        must: Keys that have to be there, with a text that is not blank.
        may: Keys that can be there.

    Returns:
        The texts as they stand.

    Raises:
        SettingError: it cannot be read; a key is not known, or missing. All of it at once.
    """
    try:
        said: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingError(f"{file} cannot be read: {error}.", "Name a TOML file.", setting=setting) from None
    unknown = [key for key in said if key not in (*must, *may)]
    known = [key for key in (*must, *said) if key not in unknown]
    missing = [key for key in dict.fromkeys(known) if not isinstance(said.get(key), str) or not said[key].strip()]
    if unknown or missing:
        listed = [*(f"{key} is not known" for key in unknown), *(f"{key} is missing" for key in missing)]
        perhaps = f"; perhaps also {', '.join(may)}" if may else ""
        step = f'Write a line KEY = "…" for each of: {", ".join(must)}{perhaps}.'
        raise SettingError(f"{file}: {'; '.join(listed)}.", step, setting=setting)
    return said
