"""Running commands the way a page shows them: `shell` runs one, `steps_of` reads what a page says to do.

A page shows commands in blocks marked `console`, each on a line that starts with `$ necessity`, its output
below. A line that holds only `…` stands for any lines. A block marked with a language and a path, such as
`toml my_case/case.toml`, is what the reader is told to put into that file.
"""

import difflib
import io
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

from necessity.adjudication.decide import Judge
from necessity.cli import wiring
from necessity.cli.main import run

WIDTH = "100"
_BLOCK = re.compile(r"^( *)```(\w+)(?: (\S+))?\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


_JUDGE = wiring.judge


class Kept:
    """What all commands of a run share: the judge over the shipped rulebook, and its compiled form on disk."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self._shipped: Judge | None = None

    def judge(self, rules: Path | None = None, profiles: Path | None = None, codes: Path | None = None) -> Judge:
        """Hand out the shipped judge, made once; over operators' folders a new one."""
        if rules or profiles or codes or os.environ.get("NECESSITY_CODES"):
            return _JUDGE(rules, profiles, codes)
        self._shipped = self._shipped or _JUDGE()
        return self._shipped

    def let_go(self) -> None:
        """Close the judge's database."""
        self._shipped = None


class Shell:
    """Runs commands in a folder, in this process."""

    def __init__(self, folder: Path, kept: Kept) -> None:
        self.folder = folder
        self.kept = kept

    def __call__(self, *words: str) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, chdir(self.folder):
            patch.setenv("COLUMNS", WIDTH)
            patch.setenv("XDG_CACHE_HOME", str(self.kept.programs))
            patch.setenv("XDG_DATA_HOME", str(self.folder / ".data"))
            for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "NECESSITY_DEBUG"):
                patch.delenv(name, raising=False)
            if wiring.judge is _JUDGE:  # unless a test has put its own there
                patch.setattr(wiring, "judge", self.kept.judge)
            with redirect_stdout(out), redirect_stderr(err):
                code = run(list(words))
        return Ran(code, out.getvalue(), err.getvalue())


class Heard(Shell):
    """A shell that remembers what came, so that it can be said again without running anything."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell.folder, shell.kept)
        self._ran: list[Ran] = []
        self._again: Iterator[Ran] | None = None

    def __call__(self, *words: str) -> Ran:
        if self._again is not None:
            return next(self._again)
        self._ran.append(super().__call__(*words))
        return self._ran[-1]

    def again(self) -> "Heard":
        """Say all of it again from the beginning, command by command."""
        said = Heard(self)
        said._again = iter(self._ran)
        return said


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """Make the judge once a worker."""
    made = Kept(tmp_path_factory.mktemp("programs"))
    yield made
    made.let_go()


@pytest.fixture
def shell(tmp_path: Path, kept: Kept) -> Shell:
    """Run commands in an empty folder."""
    return Shell(tmp_path, kept)


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
    for match in _BLOCK.finditer(page):
        yield from (step for step, _ in _steps(match) if step)


def _steps(match: re.Match[str]) -> Iterator[tuple[Write | Copy | Command | None, str]]:
    """Read one block: each step with the lines it stands on, output included."""
    indent, language, file, block = match.groups()
    text = "".join(line.removeprefix(indent) for line in block.splitlines(keepends=True))
    if file:
        yield Write(file, text), text
    elif language == "console":
        for part in re.split(r"^(?=\$ )", text, flags=re.MULTILINE):
            yield _command(part), part


def _command(part: str) -> Copy | Command | None:
    line, *shown = part.replace("\\\n", " ").splitlines() or [""]
    words = shlex.split(line.removeprefix("$ "), comments=True) if line.startswith("$ ") else []
    match words:
        case ["cp", *files, folder]:
            return Copy(tuple(files), folder)
        case ["necessity", *rest]:
            return Command(tuple(rest), tuple(_trimmed("\n".join(shown))))
    return None


def _trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()] if text.strip() else []


def _do(step: Write | Copy | Command, shell: Shell) -> Ran | None:
    """Do what a page says; what a command did comes back."""
    match step:
        case Write(file, text):
            path = shell.folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        case Copy(files, folder):
            for file in files:
                shutil.copy(shell.folder / file, shell.folder / folder)
        case Command(words, _):
            return shell(*words)
    return None


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
        ran = _do(step, shell)
        if ran is None or not isinstance(step, Command):
            continue
        line = f"$ necessity {shlex.join(step.words)}"
        if step.shown and (unlike := difference(step.shown, ran)):
            yield f"{line}\n{unlike}"
        elif not step.shown and ran.code > 1:
            yield f"{line}\nends with {ran.code}: {ran.err}"


def renewed(page: str, shell: Shell) -> str:
    """Write a page anew with what its commands print now; output that is partly left out stays as it is."""

    def block(match: re.Match[str]) -> str:
        parts = []
        for step, part in _steps(match):
            ran = _do(step, shell) if step else None
            if ran is not None and isinstance(step, Command) and step.shown and "…" not in step.shown:
                command = re.match(r"(?:.*\\\n)*.*\n", part)
                assert command
                printed = "".join(f"{line}\n" for line in _trimmed(ran.out + ran.err))
                part = command[0] + printed + ("\n" if part.endswith("\n\n") else "")
            parts.append(part)
        whole = "".join(parts)
        indented = "".join(match[1] + line if line.strip() else line for line in whole.splitlines(keepends=True))
        return match[0][: match.start(4) - match.start()] + indented + f"{match[1]}```" if parts else match[0]

    return _BLOCK.sub(block, page)


def check_page(path: Path, shell: Shell, *, rewrite: bool) -> str:
    """Say what a page shows and does not happen; with rewrite, mend the page instead."""
    page = path.read_text(encoding="utf-8")
    if not rewrite:
        unlike = list(follow(page, shell))
        advice = ["If that is wanted, run pytest tests/docs --rewrite-golden and read the difference."]
        return "\n\n".join(unlike + advice) if unlike else ""
    path.write_text(renewed(page, shell), encoding="utf-8")
    return ""
