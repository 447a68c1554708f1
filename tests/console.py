"""Running commands the way a page shows them: `shell` runs one, `steps_of` reads what a page says to do.

A page shows commands in blocks marked `console`, each on a line that starts with `$ necessity`, its output
below. A line that holds only `…` stands for any lines. A block marked with a language and a path, such as
`toml my_case/case.toml`, is what the reader is told to put into that file.
"""

import difflib
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

from necessity.cli.main import run

WIDTH = "100"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


class Shell:
    """Runs commands in a folder, in this process, with a cache of its own."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self._cache = cache

    def __call__(self, *words: str) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, chdir(self.folder):
            patch.setenv("COLUMNS", WIDTH)
            patch.setenv("XDG_CACHE_HOME", str(self._cache))
            for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "NECESSITY_DEBUG"):
                patch.delenv(name, raising=False)
            with redirect_stdout(out), redirect_stderr(err):
                code = run(list(words))
        return Ran(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def program_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep the compiled rulebook for all tests of a run, so that it is compiled once a worker."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def shell(tmp_path: Path, program_cache: Path) -> Shell:
    """Run commands in an empty folder."""
    return Shell(tmp_path, program_cache)


class Write(NamedTuple):
    """A page tells the reader to put this into a file."""

    file: str
    text: str


class Copy(NamedTuple):
    """A page tells the reader to copy files into a folder."""

    files: tuple[str, ...]
    folder: str


class Command(NamedTuple):
    """A page tells the reader to run this, and shows what comes."""

    words: tuple[str, ...]
    """The words after `necessity`."""
    shown: tuple[str, ...]
    """The output it shows; empty: none is shown."""


def steps_of(page: str) -> Iterator[Write | Copy | Command]:
    """Read what a page tells the reader to do, in order; other commands than ours and `cp` are left out."""
    for language, file, text in _BLOCK.findall(page):
        if file:
            yield Write(file, text)
        elif language == "console":
            yield from _commands(text)


def _commands(block: str) -> Iterator[Copy | Command]:
    for part in re.split(r"^\$ ", block.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        line, *shown = part.splitlines()
        words = shlex.split(line, comments=True)
        if words[0] == "cp":
            yield Copy(tuple(words[1:-1]), words[-1])
        elif words[0] == "necessity":
            yield Command(tuple(words[1:]), tuple(_trimmed("\n".join(shown))))


def _trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()] if text.strip() else []


def difference(shown: tuple[str, ...], ran: Ran) -> str:
    """Say where the output of a command differs from what a page shows; empty where it does not."""
    came = _trimmed(ran.out + ran.err)
    pattern = "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in shown)
    if re.fullmatch(pattern, "".join(f"{line}\n" for line in came)):
        return ""
    return "\n".join(difflib.unified_diff(shown, came, "the page shows", "the command prints", lineterm=""))


def follow(page: str, shell: Shell) -> Iterator[str]:
    """Do everything a page says, and name each thing that does not come out as it shows."""
    for step in steps_of(page):
        if isinstance(step, Write):
            path = shell.folder / step.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8")
            continue
        if isinstance(step, Copy):
            for file in step.files:
                shutil.copy(shell.folder / file, shell.folder / step.folder)
            continue
        ran = shell(*step.words)
        line = f"$ necessity {shlex.join(step.words)}"
        if step.shown and (unlike := difference(step.shown, ran)):
            yield f"{line}\n{unlike}"
        elif not step.shown and ran.code > 1:
            yield f"{line}\nends with {ran.code}: {ran.err}"
