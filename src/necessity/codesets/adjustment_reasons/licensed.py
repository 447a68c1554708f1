"""A user's own licensed texts of reason and remark codes, from a CSV file. They replace words and nothing else."""

import csv
from pathlib import Path

from necessity.codesets.adjustment_reasons.tables import Texts, spelled
from necessity.errors import FormatError

_CODES = ("code", "carc", "rarc", "reason code", "remark code")
_WORDS = ("description", "text", "words", "meaning")


def read_texts(path: Path) -> Texts:
    """Read texts from a CSV file with a column `code` and a column `description`.

    Args:
        path: The file, UTF-8, the first row naming the columns; other columns are ignored.

    Returns:
        Texts by code.

    Raises:
        FormatError: it cannot be read, or has no such columns.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            names = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
            code = next((names[one] for one in _CODES if one in names), None)
            words = next((names[one] for one in _WORDS if one in names), None)
            if code is None or words is None:
                raise _unreadable(path, "has no columns named code and description")
            found = {spelled(row[code] or ""): (row[words] or "").strip() for row in rows}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path, f"cannot be read ({type(error).__name__})") from None
    return {key: text for key, text in found.items() if key != "0" and key and text}


def _unreadable(path: Path, why: str) -> FormatError:
    step = "Name a CSV file in UTF-8 whose first row holds: code,description"
    return FormatError(f"{path} {why}.", step, format="CSV", place=str(path))
