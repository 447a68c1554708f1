"""Adding what is known: one answer to one question, turned into the field of the record it belongs to."""

import re
from datetime import date
from typing import Any, NamedTuple

from necessity.domain.case import Case
from necessity.domain.letter_life import EventKind, LetterEvent
from necessity.domain.money import cents
from necessity.domain.people import RED_FLAGS
from necessity.domain.tables import TABLES, parent_key, row_name, tables_of
from necessity.errors import RecordError
from necessity.facts.fact import Fact
from necessity.facts.load import Facts
from necessity.parameters.source import nearest
from necessity.workflow.letter_record import record_id
from necessity.workflow.send_letter import Moment, noted

_YES_NO = {"yes": True, "true": True, "y": True, "no": False, "false": False, "n": False}
_UNKNOWN = {"unknown", "not-sure", "?", ""}


class Edit(NamedTuple):
    """One field of the record and what it becomes."""

    path: tuple[str | None, ...]
    """List, id, field; or record, None, field; or `complete` and the list's name."""
    value: Any
    """None takes the answer back."""
    fact: str
    before: Any


def _wrong(fact: str, value: str, allowed: str) -> RecordError:
    return RecordError(
        f"{fact} cannot be {value!r}.", f"Answer {allowed}, or `unknown`.", field=fact, value=value, allowed=allowed
    )


def read_value(fact: Fact, text: str) -> Any:
    """Turn what a person typed into the value of a fact; `unknown` is an answer, and None.

    Raises:
        RecordError: the text is no value of the fact's type.
    """
    text = text.strip()
    if text.lower() in _UNKNOWN:
        return None
    if fact.type == "boolean":
        if text.lower() not in _YES_NO:
            raise _wrong(fact.name, text, "yes or no")
        return _YES_NO[text.lower()]
    if fact.type == "cents":
        return cents(text, fact.name)
    if fact.type == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise _wrong(fact.name, text, "a date like 2026-04-13") from None
    if fact.type in ("number", "days", "months", "tenths", "rate"):
        if not re.fullmatch("[0-9]{1,9}", text):
            raise _wrong(fact.name, text, "a whole number")
        return int(text)
    if fact.type == "numbers":
        parts = [part.strip() for part in text.split(",")]
        if not all(re.fullmatch("[0-9]{1,9}", part) for part in parts):
            raise _wrong(fact.name, text, "whole numbers, apart by commas")
        return tuple(map(int, parts))
    if fact.choices and text not in fact.choices:
        raise _wrong(fact.name, text, f"one of {', '.join(fact.choices)}")
    return tuple(part.strip() for part in text.split(",")) if fact.type == "list" else text


def _row_for(fact: Fact, id: str, case: Case, on: date) -> dict[str, Any]:
    """Find the row an answer belongs to; without an id there must be only one."""
    table = fact.field.partition(".")[0]
    rows = tables_of(case, on)[table]
    named = {row_name(table, row): row for row in rows}
    if id in named:
        return named[id]
    if not id and len(rows) == 1:
        return rows[0]
    known = ", ".join(sorted(n for n in named if n)) or "none yet"
    raise RecordError(
        f"{fact.name} needs to say which {table.replace('_', ' ')} it is about"
        + (f": {id!r} is not one of them." if id else "."),
        f"Write {fact.name}@ID with one of: {known}. A new one is added in case.toml.",
        field=fact.name,
        value=id,
        allowed=known,
    )


def _path(fact: Fact, row: dict[str, Any], case: Case) -> tuple[str | None, ...]:
    table, _, column = fact.field.partition(".")
    if table == "case_file":
        return ("complete", column.removesuffix("_complete"))
    if table == "expense":
        if row["origin"] in ("package", "order"):
            raise RecordError(
                f"{row['id']} is not in the record yet.",
                "Add it to sessions.csv with its date and status first.",
                field=fact.name,
                value=row["id"],
                allowed="a session or expense of the record",
            )
        return ("sessions" if row["origin"] == "session" else "expenses", str(row["id"]), column)
    path = TABLES[table].path
    if "." not in path:
        return (path, str(row["id"]) if "id" in row else None, column)
    outer, _, inner = path.partition(".")
    return (outer, str(row[parent_key(table)]), inner, str(row["id"]), column)


_TRUE_DAY = (
    "An earlier start of treatment is a statement of its own: the clinician may write it into the letter "
    "(treatment_started_on, effective_from) under the true date. "
)


def _check_signing_day(case: Case, letter: str, before: date | None, value: date | None, evidence: str | None) -> None:
    """Keep the true day of a signature: never blanked, never moved back, unless evidence shows that it was mistyped.

    A letter signed from here has its day from the clock or from the paper; that one is not corrected at all. Without
    the evidence, a later day and then the first one again would already be two steps back in time.
    """
    recorded = _signed_here(case, letter)
    if recorded is not None and value != recorded:
        raise RecordError(
            f"Letter {letter} was signed from here on {recorded}; that day is recorded and never corrected.",
            f"{_TRUE_DAY}A letter that says something wrong gets a new version.",
            field="letter.signed_on",
            value=value,
            allowed=str(recorded),
        )
    is_moved_back = value is not None and before is not None and value < before
    if before is not None and (value is None or (is_moved_back and not evidence)):
        raise RecordError(
            f"Letter {letter} was signed on {before}; that day is never blanked or moved back.",
            f"{_TRUE_DAY}Was the day mistyped? Then name the paper that shows the true one, with --evidence.",
            field="letter.signed_on",
            value=value,
            allowed=f"{before} or a later day",
        )


def _signed_here(case: Case, letter: str) -> date | None:
    """Find the day a letter was signed from here; None where it came as paper."""
    signed = [event for event in case.letter_events if event.kind is EventKind.SIGNED]
    return next((event.day for event in signed if record_id(event.letter, event.version) == letter), None)


def corrected_day(case: Case, edit: Edit, evidence: str, now: Moment) -> LetterEvent | None:
    """Note that a day of signing was corrected to an earlier one, by whom and by what evidence; else None."""
    is_day = edit.path[0] == "letters" and edit.path[-1] == "signed_on"
    if not (is_day and isinstance(edit.before, date) and isinstance(edit.value, date) and edit.value < edit.before):
        return None
    letter = str(edit.path[1])
    fields = {"was_on": edit.before, "note": f"corrected to {edit.value}: {evidence}"}
    return noted(case.letter_events, letter, 1, EventKind.DATE_CORRECTED, now, **fields)[-1]


def plan_edit(facts: Facts, case: Case, on: date, said: str, evidence: str | None = None) -> Edit:
    """Work out which field one `FACT=VALUE` or `FACT@ID=VALUE` changes, and to what.

    Args:
        facts: The facts; only given ones can be answered.
        case: The record as it stands.
        on: Today, for laying the case out.
        said: What the person typed.
        evidence: What shows that a day of signing was mistyped, such as the paper itself; None: nothing does.

    Raises:
        RecordError: no such fact, a derived one, no value of its type, no such record, a letter to be backdated.
    """
    name, sign, text = said.partition("=")
    name, _, id = name.strip().partition("@")
    given = {n: f for n, f in facts.facts.items() if f.is_given}
    if not sign or name not in given:
        near = nearest(name, given)
        known = "It is worked out from others" if name in facts.facts else f"Did you mean {near}"
        raise RecordError(
            f"{said[:80]!r} answers no question.",
            f"Write FACT=VALUE or FACT@ID=VALUE. {known}{'.' if name in facts.facts else '?'}",
            field=name,
            value=text,
            allowed="a given fact",
        )
    fact = given[name]
    value = read_value(fact, text)
    row = _row_for(fact, id, case, on)
    before = row[fact.field.partition(".")[2]]
    if fact.field == "letter.signed_on":
        _check_signing_day(case, str(row["id"]), before, value, evidence)
    return Edit(_path(fact, row, case), value, name + (f"@{id}" if id else ""), before)


def making_way(case: Case, edits: list[Edit]) -> list[Edit]:
    """Put before a yes to a red-flag question the edit that takes an older `no` of the whole screen back.

    The record holds no result at odds with an answer, and a yes about somebody's heart must never be turned away.
    """
    says_yes = any(edit.path == ("patient", None, flag) and edit.value for edit in edits for flag in RED_FLAGS)
    path = ("patient", None, "red_flag_found")
    if case.patient.red_flag_found is not False or not says_yes or any(edit.path == path for edit in edits):
        return edits
    return [Edit(path, None, "red_flag_found", False), *edits]
