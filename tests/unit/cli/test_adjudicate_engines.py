"""What the two engines of a book have, and what to do where one lacks it; Spark is never started here."""

import sys
from pathlib import Path

import pytest

from necessity.cli.main import run as necessity
from necessity.cli.spark_home import cluster
from necessity.errors import SettingError


@pytest.mark.parametrize(
    ("engine", "words", "told", "instead"),
    [
        ("spark", ["--threads", "4"], "--threads is not there with --engine spark", "--master 'local[4]'"),
        ("spark", ["--memory", "8GB"], "--memory is not there", "spark.executor.memory=8g"),
        ("spark", ["--trace", "case1"], "--trace is not there", "--engine duckdb --trace"),
        ("spark", ["--trace-where", "TRUE"], "--trace-where is not there", "--engine duckdb --trace"),
        ("spark", ["--requests"], "--requests is not there", "--engine duckdb --requests"),
        ("spark", ["--notices", "told"], "--notices is not there", "--engine duckdb --notices"),
        (
            "spark",
            ["--payments", "paid", "--pay-on", "2026-07-15"],
            "--payments is not there",
            "--engine duckdb --payments",
        ),
        ("spark", ["--with", "beside"], "--with is not there", "messages, which only --engine duckdb reads"),
        ("duckdb", ["--master", "local[2]"], "--master is for Spark", "Add --engine spark"),
        ("duckdb", ["--setting", "a=b"], "--setting is for Spark", "Add --engine spark"),
        ("sparkle", [], "--engine is 'sparkle'", "There is duckdb and spark."),
        ("spark", ["--setting", "spark.ui.port"], "'spark.ui.port' is no setting", "Write name=value."),
        ("spark", ["--parts", "0"], "--parts is 0", "Name 1 or more."),
    ],
)
def test_what_an_engine_lacks_is_told_with_what_to_do(
    engine: str, words: list[str], told: str, instead: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before a session is begun, which takes ten seconds, or a folder is made."""
    assert necessity(["adjudicate", str(tmp_path), "-o", str(tmp_path / "out"), "--engine", engine, *words]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert instead in said
    assert not (tmp_path / "out").exists()


def test_without_the_extra_the_command_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a gigabyte that most people do not need."""
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    words = ["adjudicate", str(tmp_path), "-o", str(tmp_path / "out"), "--engine", "spark", "--master", "local[2]"]
    assert necessity(words) == 2
    assert 'pip install "necessity[spark]"' in capsys.readouterr().err


def test_a_setting_may_hold_an_equals_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    """Java's own options do."""
    given = {}

    def opened(master: str | None, settings: dict[str, str]) -> None:
        given.update(settings)
        raise SettingError("enough", "", setting="")

    monkeypatch.setattr("necessity.adjudication.spark.session.open_session", opened)
    with pytest.raises(SettingError, match="enough"), cluster("local[2]", ("a=-Dx=1", "b="), None):
        pass
    assert given == {"a": "-Dx=1", "b": ""}
