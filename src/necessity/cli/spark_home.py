"""The Spark a book is decided on: what the command line says of it, started for one run and stopped after it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from necessity.errors import SettingError

if TYPE_CHECKING:
    from necessity.adjudication.spark.cluster import Cluster

_SHARES_A_CORE = 3
_INSTEAD = {
    "--threads": "Say it with --master, such as --master 'local[4]', or with --setting spark.executor.cores=4.",
    "--memory": "Say it with --setting spark.executor.memory=8g; for a local master spark.driver.memory=8g.",
    "--trace": "Decide the cases you want to read again with --engine duckdb --trace; the answers are the same.",
    "--trace-where": "Pick cases from lines.parquet and decide them again with --engine duckdb --trace.",
    "--requests": "Pick the pended cases from lines.parquet and decide them again with --engine duckdb --requests.",
    "--notices": "Pick the cases from lines.parquet and decide them again with --engine duckdb --notices.",
    "--payments": "Pick the cases from lines.parquet and decide them again with --engine duckdb --payments.",
    "--with": "It goes with messages, which only --engine duckdb reads; OUT/messages/tables are tables of them.",
}


def refuse(engine: str, given: dict[str, bool]) -> None:
    """Refuse options that an engine does not have, and say what to do instead.

    Args:
        engine: duckdb or spark.
        given: Options, and whether each was given.

    Raises:
        SettingError: one was.
    """
    for option, is_given in given.items():
        if is_given and engine == "spark" and option in _INSTEAD:
            raise SettingError(f"{option} is not there with --engine spark.", _INSTEAD[option], setting=option)
        if is_given and engine != "spark" and option not in _INSTEAD:
            raise SettingError(f"{option} is for Spark.", "Add --engine spark, or leave it out.", setting=option)


@contextmanager
def cluster(master: str | None, settings: tuple[str, ...], parts: int | None) -> Iterator["Cluster"]:
    """Start Spark for one run.

    Args:
        master: Where to run; None: as spark-submit says.
        settings: Spark's own settings, each as name=value.
        parts: Into how many shares the cases are laid out; None: three for each core that Spark has.

    Raises:
        SettingError: a setting that is none, or Spark does not start.
    """
    from necessity.adjudication.spark.cluster import Cluster  # it reads SQL, which takes long to load
    from necessity.adjudication.spark.session import open_session

    pairs = [setting.partition("=") for setting in settings]
    if wrong := next((name for name, sign, _ in pairs if not sign), None):
        raise SettingError(f"{wrong!r} is no setting.", "Write name=value.", setting="--setting")
    if parts is not None and parts < 1:
        raise SettingError(f"--parts is {parts}.", "Name 1 or more.", setting="--parts")
    session = open_session(master, {name: value for name, _, value in pairs})
    try:
        yield Cluster(session, parts or _SHARES_A_CORE * session.sparkContext.defaultParallelism)
    finally:
        with suppress(Exception):  # a Spark that has died has told it before
            session.stop()
