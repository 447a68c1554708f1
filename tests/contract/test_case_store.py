"""What every store of cases must do. A new store is one more line in STORES."""

from collections.abc import Callable
from pathlib import Path

import pytest

from necessity.domain.case import Case
from necessity.domain.people import Patient
from necessity.errors import StoreError
from necessity.stores.folder import FolderStore
from necessity.stores.memory import MemoryStore
from necessity.workflow.ports import CaseStore
from tests import cast

STORES: dict[str, Callable[[Path], CaseStore]] = {"memory": lambda _: MemoryStore(), "folder": FolderStore}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> CaseStore:
    return STORES[request.param](tmp_path)


def renamed(case: Case, name: str) -> Case:
    return case.model_copy(update={"patient": Patient(name=name)})


@pytest.mark.parametrize("case", cast.everybody(), ids=lambda case: case.id)
def test_a_saved_case_is_loaded_as_it_was(store: CaseStore, case: Case) -> None:
    """A store that changes a record changes somebody's answer."""
    version = store.save(case, None)
    assert store.load(case.id) == (case, version)


def test_only_a_saved_case_exists(store: CaseStore) -> None:
    """Doors ask before they offer to start a new case."""
    assert not store.exists("ada")
    store.save(cast.ada(), None)
    assert store.exists("ada")
    assert not store.exists("bruno")


@pytest.mark.parametrize("case_id", ["nobody", "", "..", "../ada", "/etc", "a/b", "nul\0"])
def test_a_case_that_is_not_there_is_told_with_what_to_do(store: CaseStore, case_id: str) -> None:
    """A slip in a name, or a name that means harm, ends in a sentence and reaches nothing outside."""
    assert not store.exists(case_id)
    with pytest.raises(StoreError, match="There is no case") as caught:
        store.load(case_id)
    assert caught.value.next_step


def test_each_save_is_a_new_version(store: CaseStore) -> None:
    """The version is how a door knows what it has shown."""
    first = store.save(cast.ada(), None)
    second = store.save(renamed(cast.ada(), "Ada B."), first)
    assert first != second
    assert store.load("ada").version == second
    assert store.load("ada").case.patient.name == "Ada B."


def test_the_second_of_two_people_saving_at_once_is_told(store: CaseStore) -> None:
    """Both loaded the same version; the later save must not swallow the earlier one."""
    seen = store.save(cast.ada(), None)
    store.save(renamed(cast.ada(), "by the first"), seen)
    with pytest.raises(StoreError, match="Somebody else") as caught:
        store.save(renamed(cast.ada(), "by the second"), seen)
    assert caught.value.try_again
    assert store.load("ada").case.patient.name == "by the first"


def test_a_new_case_never_replaces_one_that_is_there(store: CaseStore) -> None:
    """Two people may start a case of the same name."""
    store.save(cast.ada(), None)
    with pytest.raises(StoreError, match="Somebody else"):
        store.save(renamed(cast.ada(), "another Ada"), None)
    assert store.load("ada").case == cast.ada()


def test_a_save_of_a_case_that_is_gone_is_refused(store: CaseStore) -> None:
    """A version of nothing cannot be the one it was loaded in, and a refused save leaves nothing behind."""
    with pytest.raises(StoreError, match="Somebody else"):
        store.save(cast.ada(), "1")
    assert not store.exists("ada")


def test_cases_do_not_disturb_each_other(store: CaseStore) -> None:
    """One store holds many people."""
    versions = {case.id: store.save(case, None) for case in cast.everybody()}
    store.save(renamed(cast.ada(), "Ada B."), versions["ada"])
    for case in cast.everybody()[1:]:
        assert store.load(case.id) == (case, versions[case.id])
