"""Starting Spark, and saying in words why it does not start."""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from necessity.errors import NecessityError, SettingError, StoreError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JAVA = "openjdk-17-jre-headless"
"""Debian's package with the Java that Spark runs on."""
_SETTINGS = {
    "spark.sql.ansi.enabled": "true",  # a sum too large is an error and never a wrong number
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.requireAllClusterKeysForCoPartition": "false",  # laid out by case is laid out for every join
    "spark.sql.requireAllClusterKeysForDistribution": "false",
    "spark.sql.autoBroadcastJoinThreshold": "16MB",
    "spark.sql.adaptive.coalescePartitions.enabled": "false",  # or each step would be laid out anew
    "spark.sql.constraintPropagation.enabled": "false",  # for statements this wide it takes longer than the rows
    "spark.sql.timeType.enabled": "true",  # the tables hold times of day; no statement reads them
    "spark.checkpoint.compress": "true",
    "spark.cleaner.referenceTracking.cleanCheckpoints": "true",  # the steps of one kind go when the next one's stand
    "spark.ui.showConsoleProgress": "false",
}
_QUIET = "-Dlog4j2.configurationFile=" + (Path(__file__).parent / "log4j2.properties").as_uri()
_HOSTS = re.compile(r"spark://(.+)")
_SECONDS = 5
_CAUSE = re.compile(r"^(?:: |Caused by: )[\w.$]+: (.+)", re.MULTILINE)


def open_session(master: str | None, settings: Mapping[str, str]) -> SparkSession:
    """Start Spark, or take the session that spark-submit began.

    Args:
        master: Where to run: `local[2]`, `spark://host:7077`, `yarn` …; None: as spark-submit says.
        settings: More of Spark's own settings by name; they win over ours.

    Raises:
        SettingError: PySpark or Java is missing, or the master does not answer.
    """
    try:
        spark_faults()
        from pyspark.sql import SparkSession
    except ImportError as missing:
        raise SettingError(
            "Deciding on Spark needs PySpark, which is not installed.",
            'Install it with: pip install "necessity[spark]". It needs Java 17 as well.',
            setting="--engine",
        ) from missing
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    _need_java(submitted)
    if master is None and not submitted:
        raise SettingError(
            "Spark is not told where to run.",
            "Say it with --master, such as --master 'local[2]' or --master spark://host:7077, or use spark-submit.",
            setting="--master",
        )
    _need_master(master or "")
    builder = SparkSession.builder.appName("necessity")
    if master is not None:
        builder = builder.master(master)
    ours = _SETTINGS if submitted else {**_SETTINGS, "spark.driver.extraJavaOptions": _QUIET}
    for name, value in {**ours, **settings}.items():
        builder = builder.config(name, value)
    not_started: tuple[type[Exception], ...] = (*spark_faults(), RuntimeError, OSError, ValueError)
    try:
        return builder.getOrCreate()
    except not_started as fault:
        raise SettingError(
            f"Spark does not start with master {master or 'as given to spark-submit'}: {first_line(fault)}",
            "Check that java -version says 17 or later, and that the master's name is right, such as local[2].",
            setting="--master",
        ) from fault


def _need_java(submitted: bool) -> None:
    home = os.environ.get("JAVA_HOME")
    if not submitted and not (shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")):
        raise SettingError(
            f"Spark needs Java 17, and there is no java {f'in JAVA_HOME ({home})' if home else 'on the PATH'}.",
            f"Install it, on Debian with: apt-get install {JAVA}; or set JAVA_HOME to where it is.",
            setting="--engine",
        )


def _need_master(master: str) -> None:
    """Refuse a master that nobody answers for: Spark itself tries for a minute and says little."""
    found = _HOSTS.fullmatch(master)
    for place in (hosts := found[1].split(",") if found else []):
        host, _, port = place.rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), _SECONDS):
                return
        except (OSError, ValueError, OverflowError):
            continue
    if hosts:
        raise SettingError(
            f"Nobody answers at {master}.",
            "Check name and port, and that the master runs; its own page shows its address, such as spark://host:7077.",
            setting="--master",
        )


@contextmanager
def told_in_words() -> Iterator[None]:
    """Tell what Spark raises as a failure of the outside.

    Raises:
        StoreError: Spark gave up.
    """
    try:
        yield
    except NecessityError:
        raise
    except spark_faults() as fault:
        raise StoreError(
            f"Spark gave up: {first_line(fault)}",
            "Look into Spark's own log, then run the same command again: what a stopped run left is written over.",
            try_again=True,
        ) from fault


def spark_faults() -> tuple[type[Exception], ...]:
    """List what Spark raises."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return PySparkException, Py4JError


def first_line(fault: BaseException) -> str:
    r"""Take the line of an error of Spark's that says what happened; the rest is where in Spark it did.

    Examples:
        >>> first_line(ValueError("An error occurred.\n: java.io.IOException: no space\n\tat Some.place"))
        'no space'
    """
    said = str(fault)
    causes = _CAUSE.findall(said)
    found = causes[-1] if causes else next((line for line in said.splitlines() if line.strip()), type(fault).__name__)
    return str(found).strip().removesuffix(".")[:300]
