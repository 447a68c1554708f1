"""Why Spark does not start, in words; it is never started here."""

import socket
import sys
from pathlib import Path

import pytest

from necessity.adjudication.spark.session import first_line, open_session
from necessity.errors import SettingError


def test_without_pyspark_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is large, so most people lack it."""
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(SettingError, match=r"necessity\[spark\]"):
        open_session("local[2]", {})


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """PySpark itself prints a stack trace that names no package."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingError, match="no java on the PATH") as raised:
        open_session("local[2]", {})
    assert "apt-get install openjdk-17-jre-headless" in raised.value.next_step
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    with pytest.raises(SettingError, match="no java in JAVA_HOME"):
        open_session("local[2]", {})


def test_without_a_master_it_says_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spark would quietly take this machine, and a cluster's run would be mistaken for one."""
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    with pytest.raises(SettingError, match="not told where to run"):
        open_session(None, {})


@pytest.mark.parametrize("master", ["spark://127.0.0.1:{port}", "spark://127.0.0.1:{port},127.0.0.1:0", "spark://host"])
def test_a_master_that_nobody_answers_for_is_told_at_once(master: str) -> None:
    """Spark tries for a minute, then fails somewhere else."""
    with socket.socket() as taken:  # bound and not listening: nobody answers
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(SettingError, match="Nobody answers at spark://"):
            open_session(master.format(port=taken.getsockname()[1]), {})


def test_of_an_error_the_root_is_told() -> None:
    """What Spark was calling when it failed helps nobody."""
    said = "An error occurred while calling o9.parquet.\n: org.apache.spark.SparkException: Job aborted.\n\tat x\n"
    assert first_line(ValueError(said)) == "Job aborted"
    assert first_line(ValueError(f"{said}Caused by: java.io.IOException: No space left\n\tat y")) == "No space left"
    assert first_line(ValueError("[UNRESOLVED_COLUMN] There is no x.\nmore")) == "[UNRESOLVED_COLUMN] There is no x"
    assert first_line(KeyError()) == "KeyError"
