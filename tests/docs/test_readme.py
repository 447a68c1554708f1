"""The pages people read first: what they show is what happens, and what they point at is there."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT, Golden
from tests.console import Command, Heard, Shell, check_page, follow, renewed, steps_of
from tools.reference.commands import commands

README = ROOT / "README.md"
HAND_WRITTEN = [
    README,
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "how-to").glob("*.md")),
    *sorted((ROOT / "docs" / "explanation").glob("*.md")),
]
RUN = [page for page in HAND_WRITTEN if "```console" in page.read_text(encoding="utf-8")]
ALL = [
    *HAND_WRITTEN,
    *sorted((ROOT / "docs" / "decisions").glob("*.md")),
    *sorted((ROOT / "docs" / "reference").glob("*.md")),
    *sorted(EXAMPLES.glob("*/README.md")),
]

_LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`+[^`]*`+|^ {4}.*$", re.MULTILINE)
_NAMED = re.compile(r"(?<![\w./-])necessity((?: [a-z][a-z0-9-]*)+)")
_WORDS = [name.split()[1:] for name, _ in commands()]
GROUPS = {" ".join(words[:depth]) for words in _WORDS for depth in range(1, len(words))}
RUNNABLE = {name.removeprefix("necessity ") for name, _ in commands()}
COMMANDS = RUNNABLE | GROUPS


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_what_a_page_shows_is_what_happens(page: Path, shell: Shell, golden: Golden) -> None:
    """Whoever tries a page as a new user must see what it promises."""
    if EXAMPLES.is_dir():
        shutil.copytree(EXAMPLES, shell.folder / "examples")
    heard = Heard(shell)
    assert check_page(page, heard, rewrite=golden.rewrite) == ""
    if not golden.rewrite:  # a page that is right is not rewritten: only what commands print may change
        text = page.read_text(encoding="utf-8")
        assert renewed(text, heard.again()) == text


def test_the_readme_shows_a_decision_with_its_output() -> None:
    """One worked case says more than any description; its day is fixed, or tomorrow it would be wrong."""
    steps = [step for step in steps_of(README.read_text(encoding="utf-8")) if isinstance(step, Command)]
    decided = [step for step in steps if step.words[0] == "decide" and step.shown]
    assert decided
    assert all("--on" in step.words for step in decided)


def slugs(page: Path) -> set[str]:
    """List the places inside a page that a link can point at."""
    lines = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.strip().lower()).replace(" ", "-") for line in lines}


def dead_links(page: Path) -> Iterator[str]:
    for link in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        file, _, place = link.partition("#")
        if ":" in file:
            continue
        path = (page.parent / file).resolve() if file else page
        if not path.exists() or (place and path.suffix == ".md" and place not in slugs(path)):
            yield link


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    """A dead link is a promise broken in the first minute."""
    assert list(dead_links(page)) == []


def test_a_dead_link_would_be_found(tmp_path: Path) -> None:
    """The search above must not pass because it cannot fail."""
    page = tmp_path / "page.md"
    page.write_text("# One\n[a](#one) [b](#two) [c](gone.md) [d](page.md#one) `[e](f)`\n", encoding="utf-8")
    assert list(dead_links(page)) == ["#two", "gone.md"]


def commands_named(text: str) -> Iterator[str]:
    """Find the commands that a text names inside code."""
    for code in re.findall(r"```.*?```|`[^`\n]*`", text, re.DOTALL):
        for match in _NAMED.finditer(code):
            words = match[1].split()
            depth = 1
            while " ".join(words[:depth]) in GROUPS and depth < len(words):
                depth += 1
            above, named = " ".join(words[: depth - 1]), " ".join(words[:depth])
            takes_arguments = above in RUNNABLE  # such as `packet CASE`, beside `packet verify`
            yield above if takes_arguments and named not in COMMANDS else named


@pytest.mark.parametrize("page", HAND_WRITTEN, ids=name_of)
def test_a_page_names_only_commands_that_exist(page: Path) -> None:
    """A command that is planned is not there yet."""
    assert set(commands_named(page.read_text(encoding="utf-8"))) - COMMANDS == set()


def test_a_command_that_does_not_exist_would_be_found() -> None:
    """The search above must not pass because it cannot fail."""
    text = "`necessity dance CASE` and `necessity rules sing`, not necessity itself, but `necessity decide x`"
    assert set(commands_named(text)) - COMMANDS == {"dance", "rules sing"}


def test_a_difference_between_page_and_command_would_be_found(shell: Shell) -> None:
    """The comparison of output must not pass because it cannot fail."""
    right, wrong = "✔ 1234567893: …", "1234567893: good"
    page = "```console\n$ necessity codes npi 1234567893\n{}\n```\n"
    assert len(list(follow(page.format(wrong), shell))) == 1
    out = shell("codes", "npi", "1234567893").out.strip()
    assert out.startswith(right[:12])
    assert list(follow(page.format(out), shell)) == []
    assert list(follow(page.format("…"), shell)) == []


def test_a_page_that_is_wrong_is_rewritten(shell: Shell) -> None:
    """The new output stands where the old one stood, in the list it belongs to."""
    page = "1. Try:\n\n   ```console\n   $ necessity codes npi \\\n     12\n   good\n   ```\n\nEnd.\n"
    out = shell("codes", "npi", "12").out
    assert renewed(page, shell) == page.replace("good\n", out)


def test_every_page_can_be_reached_from_the_map() -> None:
    """A page that nothing points at is not read; a link to a folder points at all that lies in it."""
    seen: set[Path] = set()
    waiting = [README, ROOT / "docs" / "index.md"]
    while waiting:
        page = waiting.pop()
        if page.is_dir():
            waiting += page.glob("*.md")
        elif page not in seen and page.suffix == ".md" and page.exists():
            seen.add(page)
            links = _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8")))
            waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links if ":" not in link]
    assert {name_of(path) for path in set((ROOT / "docs").rglob("*.md")) - seen} == set()
