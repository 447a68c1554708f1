"""`necessity letter prescription`: a document that others can read, and theirs taken into a case."""

import json
import shutil
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle

from necessity.stores.folder import load_case
from tests.conftest import EXAMPLES
from tests.console import Shell
from tests.fhir_documents import judged


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "ada"
    shutil.copytree(EXAMPLES / "01_hsa_back_pain", folder)
    return folder


def write(shell: Shell, *words: str) -> bytes:
    done = shell("letter", "prescription", "ada", "-o", "order.json", *words)
    assert (done.code, done.err) == (0, "")
    return (shell.folder / "order.json").read_bytes()


def test_two_outside_readers_take_what_the_command_writes(shell: Shell, case: Path) -> None:
    """The one knows every element, the other every code."""
    document = write(shell)
    kinds = [entry.resource.get_resource_type() for entry in Bundle.model_validate_json(document).entry]
    assert {"ServiceRequest", "CarePlan", "Goal", "Condition", "Patient", "Practitioner"} <= set(kinds)
    (judgement,) = judged([document])
    assert [one for one in judgement if one["severity"] in ("error", "fatal")] == []


def test_the_document_is_read_and_says_what_to_do_with_it(shell: Shell, case: Path) -> None:
    """Whoever gets such a file must see what it is."""
    write(shell)
    told = shell("read", "order.json")
    assert told.code == 0
    assert "Order order1 by Dr. Ghali" in told.out
    assert "necessity letter prescription CASE --take FILE" in " ".join(told.out.split())


def test_an_order_goes_from_one_case_into_another_and_only_once(shell: Shell, case: Path) -> None:
    """A trainer's studio starts its record with the order, not with an empty page."""
    write(shell)
    name = load_case(case).case.patient.name
    (shell.folder / "studio").mkdir()
    (shell.folder / "studio" / "case.toml").write_text(f'# kept\nid = "studio"\n\n[patient]\nname = "{name}"\n')
    first = json.loads(shell("letter", "prescription", "studio", "--take", "order.json", "--json").out)
    assert first["order"] == "order1"
    taken, whole = load_case(shell.folder / "studio").case, load_case(case).case
    assert taken.orders[0].sessions_per_week == whole.orders[0].sessions_per_week
    assert [goal.target for goal in taken.plan.goals] == [goal.target for goal in whole.plan.goals]
    assert (shell.folder / "studio" / "case.toml").read_text().startswith("# kept\n")
    again = json.loads(shell("letter", "prescription", "studio", "--take", "order.json", "--json").out)
    assert (again["added"], again["kept"]) == ([], [])


def test_an_order_taken_back_into_its_own_case_changes_no_byte(shell: Shell, case: Path) -> None:
    """What is known already is left alone, comments and all."""
    write(shell)
    before = (case / "case.toml").read_bytes()
    done = shell("letter", "prescription", "ada", "--take", "order.json")
    assert (done.code, done.err) == (0, "")
    assert "nothing new in it" in done.out
    assert (case / "case.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("-o", "order.pdf"), 2),
        (("-o", "a.json", "--take", "b.json"), 2),
        (("-o", "order.json", "--order", "nothing"), 2),
        (("--take", "nowhere.json"), 3),
        (("--take", "ada/case.toml"), 3),
        (("--take", "empty.json"), 3),
    ],
)
def test_wrong_use_is_told_with_what_to_do(shell: Shell, case: Path, words: tuple[str, ...], code: int) -> None:
    """No traceback, no exit code of success."""
    (shell.folder / "empty.json").write_text('{"resourceType": "Bundle", "type": "collection"}')
    told = shell("letter", "prescription", "ada", *words)
    assert told.code == code
    assert "→" in told.err
