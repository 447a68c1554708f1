"""`necessity evidence` from outside: exit codes, one JSON document, an operator's own file."""

import json

import tomli_w

from necessity.stores.folder import save_case
from tests import cast
from tests.conftest import EXAMPLES
from tests.console import Shell
from tests.evidence_files import FILE


def test_it_ends_with_0_where_something_can_be_said_and_with_1_where_nothing_can(shell: Shell) -> None:
    """A script goes by the exit code."""
    assert shell("evidence", str(EXAMPLES / "02_fsa_diabetes_two_too_early")).code == 0
    silent = shell("evidence", str(EXAMPLES / "04_general_fitness"))
    assert silent.code == 1
    assert "names no condition" in silent.out


def test_json_is_one_document_with_paragraphs_amounts_sources_and_addressees(shell: Shell) -> None:
    """Letters and appeals are made from it."""
    ran = shell("evidence", str(EXAMPLES / "02_fsa_diabetes_two_too_early"), "--json")
    made = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, "")
    (condition,) = made["conditions"]
    assert {"part", "text", "plain", "cites"} == set(condition["paragraphs"][0])
    assert condition["amounts"][0]["value_cents"] == 528_000
    assert made["sources"][0]["seen_at"]
    assert made["send_to"][0]["kind"] == "health_fsa"


def test_an_operators_own_evidence_is_used(shell: Shell) -> None:
    """A clinic may know more of its own programme."""
    folder = shell.folder / "ours" / "evidence"
    folder.mkdir(parents=True)
    (folder / "neck.toml").write_text(tomli_w.dumps({**FILE, "codes": ["M54.2"]}), encoding="utf-8")
    bruno = cast.bruno()
    neck = bruno.conditions[0].model_copy(update={"code": "M54.2"})
    save_case(shell.folder / "bruno", bruno.model_copy(update={"conditions": (neck,)}), None)
    assert shell("evidence", "bruno").code == 1
    ran = shell("evidence", "bruno", "--profiles", "ours")
    assert (ran.code, "It eases pain." in ran.out) == (0, True)


def test_a_broken_file_of_evidence_ends_with_3_and_names_its_line(shell: Shell) -> None:
    """Half a library must not look like a whole one."""
    folder = shell.folder / "ours" / "evidence"
    folder.mkdir(parents=True)
    (folder / "neck.toml").write_text('id = "neck"\nname = "Neck"\nwrong = 1\n', encoding="utf-8")
    ran = shell("evidence", str(EXAMPLES / "04_general_fitness"), "--profiles", "ours")
    assert (ran.code, ran.out) == (3, "")
    assert "neck.toml:3" in ran.err


def test_a_folder_that_is_no_case_ends_with_2(shell: Shell) -> None:
    """As with every other command."""
    ran = shell("evidence", "nowhere")
    assert (ran.code, ran.out) == (2, "")
    assert "→ " in ran.err
