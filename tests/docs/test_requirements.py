"""The pins: complete, hashed, and silent about where anything is downloaded from."""

import fnmatch
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools.lock import download_addresses

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
BACKEND = PROJECT["build-system"]["requires"]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))

SPELLINGS = ("*requirements*.txt", "*.lock", "*-lock.*", "*lock.toml", ".npmrc", "pip.conf", "uv.toml")
NOT_OURS = {".git", ".venv", "build", "dist", "node_modules"}


def committed_locks() -> Iterator[Path]:
    yield from LOCKS
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [name for name in subfolders if name not in NOT_OURS]
        for name in names:
            if any(fnmatch.fnmatch(name, spelling) for spelling in SPELLINGS):
                yield Path(folder, name)


def package(requirement: str) -> str:
    """Give the normalised name that a requirement starts with."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


def entries(lock: Path) -> list[str]:
    """Split a lock into its requirements, each with the hashes on the lines that continue it."""
    lines = [line for line in lock.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [entry for entry in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines() if entry.strip()]


def test_no_committed_lock_says_where_to_download_from() -> None:
    """An address in a lock would tie everyone who installs to the network of whoever wrote it."""
    addresses = {str(path): download_addresses(path.read_text(encoding="utf-8")) for path in committed_locks()}
    assert {path: found for path, found in addresses.items() if found} == {}


def test_an_address_would_be_found() -> None:
    """The search above must not pass because it cannot fail."""
    for line in ("--index" + "-url x", "--find" + "-links x", "a @ https:" + "//x/a.whl"):
        assert download_addresses(f"rich==15.0.0\n{line}\n") == [line]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_requirement_is_pinned_and_hashed(lock: Path) -> None:
    """One line without a hash and anybody who can answer for that package can put code here."""
    found = entries(lock)
    assert found
    for entry in found:
        assert re.match(r"[\w.-]+==[\w.!+]+ ", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


@pytest.mark.parametrize("extra", ["core", *EXTRAS])
def test_all_that_pyproject_asks_for_is_pinned(extra: str) -> None:
    """The package is installed without looking at its dependencies: a missing pin is a missing import."""
    lines = [*PROJECT["project"]["dependencies"], *BACKEND, *EXTRAS.get(extra, [])]
    asked = {package(line) for line in lines}
    pinned = {package(entry) for entry in entries(ROOT / "requirements" / f"{extra}.txt")}
    assert asked - pinned == set()


def test_no_two_locks_disagree() -> None:
    """Extras are installed on top of one another in one environment."""
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for entry in entries(lock):
            pin, _, marker = entry.split(" --hash")[0].partition(";")
            name, version = pin.strip().split("==")
            versions.setdefault(f"{name} {marker.strip()}", set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
