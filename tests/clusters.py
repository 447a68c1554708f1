"""A small Spark cluster on this machine: a driver and two workers, each a process of its own that can be killed."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pyspark
import pytest

MASTER = "local-cluster[2,1,700]"
EXECUTOR = b"CoarseGrainedExecutorBackend"
_QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # so short a life is not worth the best machine code
SETTINGS = {
    "spark.driver.extraJavaOptions": _QUICK_START,
    "spark.executor.extraJavaOptions": _QUICK_START,
    "spark.driver.memory": "1g",
    "spark.executor.memory": "700m",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.log.level": "OFF",  # a killed worker is told at length
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",  # so few rows are not worth compiling for
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@contextmanager
def spark_on_this_machine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let Spark find itself and keep to a folder, and wait for its driver to end."""
    monkeypatch.setenv("SPARK_HOME", str(Path(pyspark.__file__).parent))
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("SPARK_WORKER_DIR", str(folder / "work"))
    monkeypatch.setenv("SPARK_LOCAL_DIRS", str(folder / "local"))
    try:
        yield
    finally:
        gateway = pyspark.SparkContext._gateway
        if gateway is not None:
            gateway.shutdown()
            gateway.proc.stdin.close()  # the driver ends with its standard input
            gateway.proc.wait(timeout=60)
            pyspark.SparkContext._gateway = pyspark.SparkContext._jvm = None


def processes_beneath(process: int) -> Iterator[tuple[int, bytes]]:
    """Walk to every process that a process began, with its command line."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            command = stat.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if parent == process:
            yield int(stat.parent.name), command
            yield from processes_beneath(int(stat.parent.name))


def workers() -> list[int]:
    """List the worker processes that this process's Spark has."""
    return [id for id, command in processes_beneath(os.getpid()) if EXECUTOR in command]


def python_on_workers() -> list[int]:
    """List the Python processes that workers began; there should be none, since a cluster need not have our program."""
    return [id for id, command in processes_beneath(os.getpid()) if b"pyspark.daemon" in command]


class Killer(Thread):
    """Kills one worker as soon as the first lines are written, and remembers which."""

    def __init__(self, out: Path) -> None:
        super().__init__(daemon=True)
        self.out = out
        self.killed: int | None = None

    def run(self) -> None:
        while not list(self.out.glob("parts/*/lines.parquet/_SUCCESS")):
            time.sleep(0.1)
        self.killed = workers()[0]
        os.kill(self.killed, signal.SIGKILL)
