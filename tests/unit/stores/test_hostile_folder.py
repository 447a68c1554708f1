"""Case folders made to hurt: refused or read, never a traceback, within 10 seconds and 1 GB."""

import codecs
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from necessity.domain.case import Case
from necessity.domain.record import Record
from necessity.errors import FormatError, StoreError
from necessity.stores.case_files import read_case_files
from necessity.stores.faults import MOST_FAULTS
from necessity.stores.folder import load_case, paper_path, save_case
from necessity.stores.layout import DiskField, Kind, disk_fields
from tests import cast
from tests.conftest import ROOT

HEAD = 'id = "ada"\n'
READ = """
import sys
from pathlib import Path
from necessity.errors import FormatError
from necessity.stores.folder import load_case
try:
    case = load_case(Path(sys.argv[1])).case
    print("read", len(case.sessions))
except FormatError as error:
    print("refused", len(error.faults), error.faults[0])
"""


def folder(path: Path, toml: str | bytes = HEAD, sessions: str | bytes | None = None) -> Path:
    """Write a case folder as it is told."""
    for name, content in (("case.toml", toml), ("sessions.csv", sessions)):
        if content is not None:
            (path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def numbered(line: str, count: int) -> str:
    """Write a line many times, its number in place of #."""
    return "".join(line.replace("#", str(n)) for n in range(count))


def faults_of(path: Path) -> tuple[str, ...]:
    """Read a folder that cannot be read, and say why."""
    with pytest.raises(FormatError) as caught:
        load_case(path)
    return caught.value.faults


def read_apart(path: Path) -> str:
    """Read a folder in a process of its own that has 10 seconds of work and 1 GB, its libraries included."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
        resource.setrlimit(resource.RLIMIT_CPU, (10, 10))

    command = [sys.executable, "-c", READ, str(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, preexec_fn=limit, env=environment, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


BIG_TOML: dict[str, Callable[[], str]] = {
    "a hundred megabytes": lambda: "# padding\n" * 10_000_000,
    "one key of many dots": lambda: HEAD + "a." * 200_000 + "b = 1",
    "an inline table with a key of many dots": lambda: HEAD + "x = { " + "a." * 200_000 + "b = 1 }",
    "a header of many dots": lambda: HEAD + "[" + "a." * 200_000 + "b]",
    "brackets in brackets": lambda: HEAD + "x = " + "[" * 450_000,
    "tables in tables": lambda: HEAD + "x = " + "{a=" * 150_000,
    "fifty thousand unknown names": lambda: HEAD + numbered("k#=1\n", 49_000),
    "fifty thousand empty letters": lambda: HEAD + "[[letter]]\n" * 45_000,
    "twenty thousand letters of one name": lambda: HEAD + "[[letter]]\nid='a'\n" * 24_000,
    "thirteen thousand wrong codes": lambda: HEAD + numbered("[[condition]]\nid='#'\ncode='x'\n", 13_000),
    "twelve thousand dead references": lambda: HEAD + numbered("[[letter]]\nid='#'\ncondition='x'\n", 12_000),
    "an endless number": lambda: HEAD + "x = " + "9" * 450_000,
    "an endless hexadecimal number": lambda: HEAD + "service = 0x" + "f" * 450_000,
    "an open text": lambda: HEAD + 'x = """' + '\\"""' * 100_000,
    "many quotes": lambda: HEAD + "x = " + "'''\"\"\"" * 75_000,
    "a long list": lambda: HEAD + "complete = [" + '"letters",' * 45_000 + "]",
    "one long text": lambda: HEAD + '[patient]\nname = "' + "x" * 450_000 + '"',
}  # fmt: skip

BIG_CSV: dict[str, Callable[[], str]] = {
    "a hundred megabytes": lambda: "id\n" + "s,,,,\n" * 17_000_000,
    "a million rows": lambda: "id\n" + "s\n" * 1_000_000,
    "as many rows as are read": lambda: "id,minutes,activities\n" + numbered("s#,45,squat 15;walk\n", 10_000),
    "rows of one name": lambda: "id\n" + "s\n" * 10_000,
    "rows of faults": lambda: "id,served_on,minutes\n" + numbered("s#,1/2/26,x\n", 10_000),
    "as many activities as fit": lambda: "id,activities\n" + numbered("#," + "a;" * 40 + "\n", 10_000),
    "one row of five million cells": lambda: "," * 4_999_999,
    "one cell of five megabytes": lambda: "id,note\ns1," + "x" * 4_900_000,
    "a quote never closed": lambda: 'id,note\ns1,"' + "x\n" * 2_400_000,
    "nothing but line ends": lambda: "\n" * 4_999_999,
    "one cell of many activities": lambda: "id,activities\ns1," + "a 1;" * 30_000,
    "a cell of backslashes": lambda: "id,activities\ns1," + "\\" * 130_000,
}  # fmt: skip

FINE = (
    "a long list", "as many rows as are read", "as many activities as fit", "nothing but line ends",
    "one row of five million cells", "a cell of backslashes",
)  # fmt: skip
"""Large or odd, but nothing is wrong with them."""


@pytest.mark.parametrize("name", BIG_TOML)
def test_a_huge_or_twisted_toml_file_is_answered_in_time(tmp_path: Path, name: str) -> None:
    """One upload must not stop the house."""
    answer = read_apart(folder(tmp_path, BIG_TOML[name]()))
    assert answer.startswith("read" if name in FINE else "refused")


@pytest.mark.parametrize("name", BIG_CSV)
def test_a_huge_or_twisted_csv_file_is_answered_in_time(tmp_path: Path, name: str) -> None:
    """One upload must not stop the house."""
    answer = read_apart(folder(tmp_path, HEAD, BIG_CSV[name]()))
    assert answer.startswith("read" if name in FINE else "refused")


STRANGE = [
    "0x" + "f" * 5000, "-1", "0", "true", "1.5", "-0.0", "nan", "-inf", "1e999999", "[]", "[[[]]]",
    "{}", "[{}]", "1979-05-27T07:32:00Z", "1979-05-27T07:32:00", "0001-01-01",
    "23:59:59.999999999", "''", "'none'", "'\u202e'",
]  # fmt: skip


def _headers(record: type[Record], path: tuple[str, ...]) -> Iterator[tuple[str, DiskField]]:
    """List every field there is, with the TOML that leads to it."""
    for field in disk_fields(record).values():
        yield "".join(path), field
        if not field.is_bare:
            name = ".".join([*(step.strip("[]\n").split(".")[-1] for step in path), field.key])
            header = f"[{name}]\n" if field.kind is Kind.RECORD else f"[[{name}]]\n"
            yield from _headers(field.record, (*path, header))


def test_every_field_reads_or_refuses_every_kind_of_value() -> None:
    """A value of the wrong type must end in a sentence, whichever field it stands in."""
    tried = 0
    for header, field in _headers(Case, ()):
        for strange in STRANGE:
            with suppress(FormatError):
                read_case_files({"case.toml": f"{header}{field.key} = {strange}\n".encode()})
            tried += 1
    assert tried > 300 * len(STRANGE)


# ── encodings ──────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (codecs.BOM_UTF16_LE + HEAD.encode("utf-16-le"), "UTF-16"),
        (codecs.BOM_UTF16_BE + HEAD.encode("utf-16-be"), "UTF-16"),
        (HEAD.encode("utf-16-le"), "the character NUL"),
        (HEAD.encode("utf-32"), "UTF-16"),
        (HEAD.encode() + '[patient]\nname = "Zoë"\n'.encode("latin-1"), "line 3: found the byte 0xEB"),
        (HEAD.encode() + b'[patient]\nname = "\xed\xa0\x80"\n', "line 3: found the byte 0xED"),
        (HEAD.encode() + b"# \x00", "line 2: found the character NUL"),
        (HEAD.encode() + b'[patient]\nname = "\\ud800"\n', "something that cannot be read as TOML"),
        (bytes(range(256)), "the byte 0x80"),
        (b"\x1f\x8b\x08\x00" * 100, "the byte 0x8B"),
        (HEAD.encode().replace(b"\n", b"\r"), "something that cannot be read as TOML"),
    ],
)
def test_an_odd_encoding_is_told_and_not_guessed(tmp_path: Path, content: bytes, told: str) -> None:
    """A wrong guess turns a name into another name."""
    (fault,) = faults_of(folder(tmp_path, content))
    assert told in fault


def test_an_odd_encoding_of_sessions_is_told_with_its_line(tmp_path: Path) -> None:
    """Spreadsheets still write Latin-1."""
    (fault,) = faults_of(folder(tmp_path, HEAD, "id,note\ns1,fine\ns2,Zoë\n".encode("latin-1")))
    assert fault.startswith("sessions.csv line 3: found the byte 0xEB; allowed: UTF-8; save the file as UTF-8")


def test_faults_are_listed_up_to_a_bound_and_then_counted(tmp_path: Path) -> None:
    """A list of a million faults helps nobody."""
    faults = faults_of(folder(tmp_path, HEAD, "id,minutes\n" + "".join(f"s{n},x\n" for n in range(1000))))
    assert len(faults) == MOST_FAULTS + 1
    assert faults[-1] == "and 800 more"


# ── what is not a plain file ──────────────────────────────────────────


@pytest.mark.parametrize("name", ["case.toml", "sessions.csv", "receipts.csv"])
def test_a_file_behind_a_link_is_refused(tmp_path: Path, name: str) -> None:
    """The link could lead to anybody's file, and saving would replace it."""
    (tmp_path / "secret").write_text(HEAD)
    case = tmp_path / "case"
    case.mkdir()
    folder(case)
    (case / name).unlink(missing_ok=True)
    (case / name).symlink_to(tmp_path / "secret")
    (fault,) = faults_of(case)
    assert fault.startswith(f"{name}: found a link, a pipe or a device")
    with pytest.raises((FormatError, StoreError)):
        save_case(case, cast.ada(), None)
    assert (tmp_path / "secret").read_text() == HEAD


@pytest.mark.parametrize("name", ["case.toml", "sessions.csv"])
def test_a_pipe_is_refused_and_never_waited_for(tmp_path: Path, name: str) -> None:
    """Opening a pipe the plain way waits for ever."""
    folder(tmp_path)
    (tmp_path / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / name)
    assert "a link, a pipe or a device" in faults_of(tmp_path)[0]


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    """It opens, and then cannot be read."""
    folder(tmp_path)
    (tmp_path / "sessions.csv").mkdir()
    assert "sessions.csv" in faults_of(tmp_path)[0]


@pytest.mark.parametrize("missing", ["", "not-there", "not/there"])
def test_a_folder_without_a_case_is_told(tmp_path: Path, missing: str) -> None:
    """Mostly a slip in the path."""
    with pytest.raises(StoreError) as caught:
        load_case(tmp_path / missing)
    assert caught.value.next_step


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    """`necessity decide case.toml` is an easy slip."""
    with pytest.raises(StoreError):
        load_case(folder(tmp_path) / "case.toml")


# ── papers ──────────────────────────────────────────


CLIMBING = [
    "/etc/passwd", "../secret", "papers/../../secret", "papers/..", "papers", "papers/", "secret", "./x", "",
    "papers\\letter.pdf", "C:\\letter.pdf", "file:///etc/passwd", "papers/../papers/letter.pdf",
]  # fmt: skip


@pytest.mark.parametrize("file", CLIMBING)
def test_a_paper_outside_of_papers_is_refused(tmp_path: Path, file: str) -> None:
    """A packet must not carry a file that the person did not put there."""
    (tmp_path / "papers").mkdir()
    with pytest.raises(FormatError, match="does not lie in papers/"):
        paper_path(tmp_path, file)
    if file:
        (fault,) = faults_of(folder(tmp_path, f"{HEAD}[[letter]]\nid = 'l'\nfile = '{file}'\n"))
        assert "a path under papers/" in fault


def test_a_paper_behind_a_link_is_refused(tmp_path: Path) -> None:
    """Links lead out as well as dots do."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "letter.pdf").write_text("x")
    papers = tmp_path / "case" / "papers"
    papers.mkdir(parents=True)
    (papers / "letter.pdf").symlink_to(tmp_path / "secret" / "letter.pdf")
    (papers / "deep").symlink_to(tmp_path / "secret")
    for file in ("papers/letter.pdf", "papers/deep/letter.pdf"):
        with pytest.raises(FormatError, match="not a plain file"):
            paper_path(tmp_path / "case", file)


def test_a_paper_that_is_no_file_is_refused(tmp_path: Path) -> None:
    """A pipe would hold the packet up for ever."""
    (tmp_path / "papers" / "deep").mkdir(parents=True)
    os.mkfifo(tmp_path / "papers" / "pipe")
    for file in ("papers/pipe", "papers/deep"):
        with pytest.raises(FormatError, match="not a plain file"):
            paper_path(tmp_path, file)


def test_a_missing_paper_is_told_and_a_good_one_found(tmp_path: Path) -> None:
    """The record may name a paper before it is scanned."""
    case = folder(tmp_path, f"{HEAD}[[letter]]\nid = 'l'\nfile = 'papers/2026/letter.pdf'\n")
    assert load_case(case).case.letters[0].file == "papers/2026/letter.pdf"
    with pytest.raises(StoreError, match="is not in") as caught:
        paper_path(case, "papers/2026/letter.pdf")
    assert "papers" in caught.value.next_step
    (case / "papers" / "2026").mkdir(parents=True)
    (case / "papers" / "2026" / "letter.pdf").write_text("x")
    assert paper_path(case, "papers/2026/letter.pdf").read_text() == "x"
