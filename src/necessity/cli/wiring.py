"""What the command line works with: the one place here where store, clock, cache and engine are chosen."""

import atexit
import gc
import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from necessity.adjudication import keep
from necessity.adjudication.decide import Judge
from necessity.adjudication.program import Program
from necessity.cli.busy import busy
from necessity.cli.clock import today as today
from necessity.codesets.at_hand import CodeSets, code_sets
from necessity.domain.case import Case
from necessity.domain.tables import TABLES
from necessity.errors import SettingError
from necessity.rulebook.load import Rulebook
from necessity.rulebook.load import load as load_rulebook
from necessity.stores.folder import load_case
from necessity.workflow.ports import StoredCase


def folders(*given: Path | None) -> tuple[Path, ...]:
    """Check the operators' folders named on the command line.

    Raises:
        SettingError: one of them is not a folder.
    """
    found = tuple(dict.fromkeys(folder for folder in given if folder))
    for folder in found:
        if not folder.is_dir():
            raise SettingError(
                f"{folder} is not a folder.",
                "Name a folder that holds rules/, us/ or payers/.",
                setting="--rules or --profiles",
            )
    return found


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "necessity"


def _name_of(book: Rulebook) -> str:
    """Name a compiled rulebook by what it is made from: its content, the tables, the compiler's own code."""
    ours = Path(keep.__file__).parent
    total = sha256(book.sha256.encode())
    total.update(repr([(table.name, table.columns) for table in TABLES.values()]).encode())
    for path in (
        ours / "code_days.py",
        ours / "compile.py",
        ours / "dialects.py",
        ours / "program.py",
        ours.parent / "rulebook" / "condition.py",
    ):
        total.update(path.read_bytes())
    return f"program-{total.hexdigest()[:32]}.json"


def _program(book: Rulebook) -> Program:
    """Fetch the compiled rulebook from this user's cache, or compile it and keep it there."""
    kept = _cache() / _name_of(book)
    with suppress(OSError, ValueError):  # no cache, or a spoilt one: compiling again is always right
        return keep.restore(kept.read_text(encoding="utf-8"))
    from necessity.adjudication.compile import compile  # parsing SQL takes half a second to load: only when needed

    with busy("Compiling the rulebook, once"):
        program = compile(book)
    with suppress(OSError):  # a cache that cannot be written costs time, nothing else
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=kept.parent, encoding="utf-8", delete=False) as made:
            made.write(keep.dump(program))
        os.replace(made.name, kept)
    return program


def codes_at_hand(codes: Path | None = None) -> CodeSets:
    """Find the code sets: those shipped, and an operator's own from a folder or the setting NECESSITY_CODES.

    Raises:
        SettingError: a folder that is not there, or that holds no table.
        FormatError: a table that cannot be read.
    """
    said = os.environ.get("NECESSITY_CODES", "")
    return code_sets(codes or (Path(said) if said else None))


def rulebook(rules: Path | None = None, profiles: Path | None = None) -> Rulebook:
    """Load the shipped rulebook with the operator's folders.

    Raises:
        RulebookError: a broken rule, fact, parameter or profile.
        SettingError: a folder that is not there.
    """
    return load_rulebook(*folders(rules, profiles))


def judge(rules: Path | None = None, profiles: Path | None = None, codes: Path | None = None) -> Judge:
    """Make the judge over the shipped rulebook and the operator's folders.

    Raises:
        RulebookError: a broken rule, fact, parameter or profile.
        SettingError: a folder that is not there.
        FormatError: a table of codes that cannot be read.
    """
    at_hand = codes_at_hand(codes)
    book = rulebook(rules, profiles)
    return Judge(book, _program(book), at_hand)


def lasting_judge() -> Judge:
    """Make the judge over the shipped rulebook for a process that decides case after case.

    Everything there is by now is taken to last: looking through the rules for garbage took 50 ms every 30 cases.
    """
    made = judge()
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # some libraries complain of objects that are still there at the end
    return made


def read_case(folder: Path) -> Case:
    """Read a case folder.

    Raises:
        SettingError: there is no such folder.
        FormatError: it cannot be read; every fault is listed.
        StoreError: the disk failed.
    """
    if not (folder / "case.toml").exists() and not (folder / "case.toml").is_symlink():
        raise SettingError(
            f"{folder} is not a case folder: it has no case.toml.",
            f"Name a case folder, or start one with: necessity new {folder}",
            setting="CASE",
        )
    return load_case(folder).case


def read_stored(folder: Path) -> StoredCase:
    """Read a case folder together with the version it is in, for a change that must notice others'.

    Raises:
        As `read_case`.
    """
    read_case(folder)
    return load_case(folder)
