"""The one clock of the command line; apart from the wiring, so that a question about a code loads no engine."""

from datetime import UTC, date, datetime

from necessity.errors import SettingError


def today(on: str | None) -> date:
    """Take the day from `--on`, else from this machine's calendar.

    Raises:
        SettingError: `--on` is no date.
    """
    if on is None:
        return datetime.now().date()
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise SettingError(f"--on is {on!r}, which is no date.", "Write it like 2026-06-30.", setting="--on") from None


def moment() -> tuple[datetime, date]:
    """Read the moment in UTC, to the second, and the local day it falls on.

    What is signed and sealed carries the true moment, so no option moves it.
    """
    read = datetime.now().astimezone()
    return read.astimezone(UTC).replace(microsecond=0), read.date()
