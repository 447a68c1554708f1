"""A person who waits sees that something is being done; a program that reads along sees nothing of it."""

import io

import pytest

from necessity.cli.busy import busy


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_person_at_a_terminal_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence of two seconds looks like a crash."""
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with busy("Compiling the rulebook, once"):
        pass
    assert "Compiling the rulebook, once …" in stream.getvalue()


def test_nothing_is_said_where_no_terminal_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log or a pipe must hold what was asked for, and nothing else."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    with busy("Compiling the rulebook, once"):
        pass
    assert stream.getvalue() == ""


def test_a_failure_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong while somebody waits is told as ever."""
    monkeypatch.setattr("sys.stderr", Terminal())
    with pytest.raises(ValueError, match="no"), busy("Working"):
        raise ValueError("no")
