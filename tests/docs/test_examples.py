"""The examples are documentation that runs: each has its page, its command, and what comes out of it.

`expected/decision.txt` is what the command of the page prints, `expected/decision.json` (of the first
example) the same with --json.
The rulebook's digest changes with every comment in it, so it is not compared.
"""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, Golden
from tests.console import Command, Shell, check_page, steps_of

KEPT_WHOLE = ("01_hsa_back_pain",)
"""Examples whose JSON is kept as well: with every rule and source it is long, and one shows its shape."""
FOLDERS = sorted(path for path in EXAMPLES.glob("*/") if path.is_dir())
_RULEBOOK = re.compile(r'"rulebook": \{[^}]*\}|rulebook [0-9-]{10} · sha256 [0-9a-f ]{64,}')


@pytest.fixture
def examples(shell: Shell) -> Shell:
    """Run commands beside a copy of the examples, as from the root of the repository."""
    shutil.copytree(EXAMPLES, shell.folder / "examples")
    return shell


def command_of(folder: Path) -> Command:
    """Find the command by which a page decides its example."""
    page = folder / "README.md"
    assert page.exists(), f"{folder.name} has no README.md that shows its command"
    steps = [step for step in steps_of(page.read_text(encoding="utf-8")) if isinstance(step, Command)]
    decided = [step for step in steps if step.words[:2] == ("decide", f"examples/{folder.name}")]
    assert decided, f"the README of {folder.name} does not show: necessity decide examples/{folder.name} --on DAY"
    assert "--on" in decided[0].words, f"the README of {folder.name} names no day; tomorrow it would be wrong"
    return decided[0]


def same(kept: Path, made: str, golden: Golden) -> None:
    """Compare what was made with what is kept, but for the rulebook's digest and blanks at line ends."""
    made = "".join(f"{line.rstrip()}\n" for line in made.splitlines())
    if kept.exists() and _RULEBOOK.sub("", kept.read_text(encoding="utf-8")) == _RULEBOOK.sub("", made):
        return
    golden.check(kept, made)


def test_there_are_examples() -> None:
    """Without any, everything below would pass."""
    assert FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_example_is_decided_as_it_is_kept(folder: Path, examples: Shell, golden: Golden) -> None:
    """A change of an answer must be seen and read by somebody before it goes out."""
    words = command_of(folder).words
    shown, data = examples(*words), examples(*words, "--json")
    assert (shown.code <= 1, shown.err) == (True, "")
    assert shown.code == data.code
    same(folder / "expected" / "decision.txt", shown.out, golden)
    assert json.loads(data.out)["case"] == folder.name
    if folder.name in KEPT_WHOLE:
        same(folder / "expected" / "decision.json", data.out, golden)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_page_of_an_example_shows_what_happens(folder: Path, examples: Shell, golden: Golden) -> None:
    """Whoever tries it must see the same."""
    page = folder / "README.md"
    assert page.exists()
    assert check_page(page, examples, rewrite=golden.rewrite) == ""


def test_an_example_is_called_as_its_folder() -> None:
    """The id of a case stands on its papers, and leads back to its folder."""
    ids = {folder.name: (folder / "case.toml").read_text(encoding="utf-8") for folder in FOLDERS}
    assert {name for name, text in ids.items() if f'id = "{name}"' not in text} == set()
