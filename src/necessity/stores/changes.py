"""Saving what changed in some lists of a case, in place: new records at the end, changed fields where they stand."""

from collections.abc import Iterator
from pathlib import Path

from necessity.domain.case import Case, ListName
from necessity.domain.record import Record
from necessity.domain.training import Goal, TrainingPlan
from necessity.stores.edit import Change, set_fields
from necessity.workflow.ports import StoredCase


def save_changes(folder: Path, stored: StoredCase, after: Case, lists: tuple[str, ...]) -> StoredCase:
    """Save what a use case changed in some lists; everything else in the folder stays as its owner wrote it.

    Args:
        folder: The case folder.
        stored: The case as it was loaded, with its version.
        after: The case as it is to be.
        lists: The lists to save, and `plan`; records are added or changed, never taken out.

    Returns:
        The case as it now reads.

    Raises:
        StoreError: somebody else saved in between, or the disk fails. FormatError: it would not read well.
    """
    changes = [change for name in lists for change in _changes_of(stored.case, after, name)]
    return set_fields(folder, changes, stored.version)


def _changes_of(before: Case, after: Case, name: str) -> Iterator[Change]:
    return _plan(before.plan, after.plan) if name == "plan" else _changes(before, after, name)


def _plan(before: TrainingPlan, after: TrainingPlan) -> Iterator[Change]:
    """Give what changed in the plan of training: its own fields, and those of its goals."""
    for field in (name for name in TrainingPlan.model_fields if name != "goals"):
        if getattr(after, field) != getattr(before, field):
            yield ("plan", None, field), getattr(after, field)
    old = {goal.id: goal for goal in before.goals}
    for goal in after.goals:
        known = old.get(goal.id, Goal(id=goal.id))
        for field in (name for name in Goal.model_fields if getattr(goal, name) != getattr(known, name)):
            yield ("plan", None, "goals", goal.id, field), getattr(goal, field)


def _changes(before: Case, after: Case, name: str) -> Iterator[Change]:
    old: dict[str, Record] = {record.id: record for record in getattr(before, name)}
    new = [record for record in getattr(after, name) if record.id not in old]
    if new and not old and name in list(ListName) and before.is_complete(ListName(name)):
        yield ("complete", name), False  # a list that was stated empty says so in another place
        yield ("complete", name), True
    for record in new:
        yield (name, record.id), record
    for record in getattr(after, name):
        for field in type(record).model_fields if record.id in old else ():
            if getattr(record, field) != getattr(old[record.id], field):
                yield (name, record.id, field), getattr(record, field)
