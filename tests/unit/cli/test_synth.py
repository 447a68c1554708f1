"""What `necessity synth` says it wrote is what lies in the folder."""

import re

import pytest

from tests.console import Shell


@pytest.mark.parametrize("words", [(), ("--no-patterns",)])
def test_each_table_is_listed_where_it_lies(shell: Shell, words: tuple[str, ...]) -> None:
    """Whoever looks for a table must find it in the folder that was named."""
    told = shell("synth", "-o", "book", "--lines", "200", *words)
    assert (told.code, told.err) == (0, "")
    listed = dict(re.findall(r"^  (tables|marks)/ +([a-z_, ]+)", told.out, re.MULTILINE))
    assert ("marks" in listed) == (not words)
    for folder, tables in listed.items():
        names = [name.strip() for name in tables.split(",")]
        assert [name for name in names if not (shell.folder / "book" / folder / name).is_dir()] == []
    assert (shell.folder / "book" / "marks").exists() == (not words)
