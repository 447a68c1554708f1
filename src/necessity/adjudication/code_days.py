"""What the codes of a case were, by day: tables that stand beside the case's own for statements to join.

Some are of no case: codes with what they were, pairs of codes, maxima. Others lay lists inside a record out row by row.
All hold only what the codes and days at hand can ask for, so that one case stays cheap. Nothing is decided here: where
no table of a day is loaded, what it would say stays unknown.
"""

from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import NamedTuple, cast

from necessity.codesets.at_hand import CodeSets
from necessity.codesets.icd10cm.claim_rows import ClaimCodeSpan, ExclusionSpan, claim_code_rows, exclusion_rows
from necessity.codesets.procedures import rows as procedures
from necessity.domain.tables import Row, Tables

_SPAN = {"from_on": "DATE", "until_on": "DATE"}
CODE_TABLES: dict[str, dict[str, str]] = {
    "diagnosis_code": {
        **{"code": "VARCHAR", **_SPAN, "status": "VARCHAR", "is_valid": "BOOLEAN", "chapter": "BIGINT"},
        **{"may_be_first": "BOOLEAN", "words": "VARCHAR"},
    },
    "diagnosis_pair": {"code": "VARCHAR", "other": "VARCHAR", **_SPAN, "excludes": "BOOLEAN"},
    "procedure_code": {
        **{"code": "VARCHAR", "first_on": "DATE", "last_on": "DATE", "counting": "VARCHAR", "unit_minutes": "BIGINT"},
        **{"needs": "VARCHAR", "listed_until": "DATE", "pairs_until": "DATE", "maxima_until": "DATE"},
    },
    "procedure_pair": {"code": "VARCHAR", "other": "VARCHAR", **_SPAN, "denied": "VARCHAR", "verdict": "VARCHAR"},
    "unit_maximum": {"code": "VARCHAR", **_SPAN, "is_limited": "BOOLEAN", "most": "BIGINT", "mai": "BIGINT"},
    "diagnosis_fit": {"diagnosis": "VARCHAR", "procedure": "VARCHAR", "grade": "VARCHAR"},
    "place_of_service": {"place": "VARCHAR", "first_on": "DATE"},
}
"""Tables of no case, with their columns: all cases look into the same ones."""
LAID_OUT: dict[str, dict[str, str]] = {
    "claim_diagnosis": {"case_id": "VARCHAR", "claim_id": "VARCHAR", "number": "BIGINT", "code": "VARCHAR"},
    "line_pointer": {"case_id": "VARCHAR", "claim_id": "VARCHAR", "line_id": "VARCHAR", "number": "BIGINT"},
    "line_block": {
        **{"case_id": "VARCHAR", "claim_id": "VARCHAR", "line_id": "VARCHAR"},
        **{"starts_at": "BIGINT", "ends_at": "BIGINT"},
    },
}
"""Lists and times inside claims, laid out row by row: `line_block` holds minutes since midnight."""


class _Claim(NamedTuple):
    """The codes of one claim."""

    diagnoses: tuple[str, ...]
    procedures: tuple[str, ...]


def _days(tables: Tables, *columns: tuple[str, str]) -> list[date]:
    """List the days on which it may matter what a code was, in order."""
    found = {row[column] for table, column in columns for row in tables.get(table, [])}
    return sorted(day for day in found if isinstance(day, date))


def with_codes(tables: Tables, codes: CodeSets) -> Tables:
    """Add the tables of the codes that cases bear, over the days they speak of.

    Args:
        tables: Flat tables of one or many cases.
        codes: The code sets at hand.

    Returns:
        The same tables and more; those are empty where there is nothing to look up.
    """
    found: Tables = {name: [] for name in (*CODE_TABLES, *LAID_OUT)}
    claims = _claims(tables)
    borne = {str(row["code"]) for row in tables.get("condition", []) if row["code"]}
    borne |= {code for claim in claims for code in claim.diagnoses}
    line_days = _days(tables, ("service_line", "served_on"))
    dated = (("case_file", "decided_on"), ("letter", "signed_on"), ("expense", "served_on"))
    days = sorted([*line_days, *_days(tables, *dated)])
    if borne and days:
        found["diagnosis_code"] = _rows(claim_code_rows(codes.diagnoses, borne, days[0], days[-1]))
    if claims:
        found |= _laid_out(tables)
        found |= _of_lines(tables, codes, claims)
    if claims and line_days:
        found |= _of_days(codes, claims, line_days[0], line_days[-1])
    return {**tables, **found}


def _rows(
    found: Iterable[
        ClaimCodeSpan
        | ExclusionSpan
        | procedures.ProcedureRow
        | procedures.PairSpan
        | procedures.MaximumSpan
        | procedures.FitRow
        | procedures.PlaceRow
    ],
) -> list[Row]:
    return [one._asdict() for one in found]


def _claims(tables: Tables) -> list[_Claim]:
    lines: dict[tuple[object, object], list[str]] = {}
    for row in tables.get("service_line", []):
        lines.setdefault((row["case_id"], row["claim_id"]), []).extend([str(c) for c in (row["procedure_code"],) if c])
    return [
        _Claim(tuple(cast(list[str], row["diagnoses"] or ())), tuple(lines[row["case_id"], row["id"]]))
        for row in tables.get("claim", [])
        if (row["case_id"], row["id"]) in lines
    ]


def _of_lines(tables: Tables, codes: CodeSets, claims: list[_Claim]) -> Tables:
    """Lay out what holds of the codes and places of lines whatever the day."""
    borne = [code for claim in claims for code in claim.procedures]
    named = [str(row["place_of_service"]) for row in tables["service_line"] if row["place_of_service"]]
    return {
        "procedure_code": _rows(procedures.procedure_rows(borne, codes.pairs, codes.maxima)),
        "diagnosis_fit": _rows(procedures.fit_rows(claims)),
        "place_of_service": _rows(procedures.place_rows(named)),
    }


def _of_days(codes: CodeSets, claims: list[_Claim], first_on: date, last_on: date) -> Tables:
    """Lay out what changes with the day of service."""
    borne = [code for claim in claims for code in claim.procedures]
    together = [claim.procedures for claim in claims]
    diagnoses = [claim.diagnoses for claim in claims]
    return {
        "diagnosis_pair": _rows(exclusion_rows(codes.diagnoses, diagnoses, first_on, last_on)),
        "procedure_pair": _rows(procedures.pair_rows(codes.pairs, together, first_on, last_on)),
        "unit_maximum": _rows(procedures.maximum_rows(codes.maxima, borne, first_on, last_on)),
    }


def _laid_out(tables: Tables) -> Tables:
    begun = {(row["case_id"], row["id"]): row.get("starts_at") for row in tables.get("expense", [])}
    lines = tables["service_line"]
    return {
        "claim_diagnosis": [
            {"case_id": row["case_id"], "claim_id": row["id"], "number": number, "code": code}
            for row in tables["claim"]
            for number, code in enumerate(cast(list[str], row["diagnoses"] or ()), 1)
        ],
        "line_pointer": [
            {**_key(row), "number": number}
            for row in lines
            for number in cast(list[int], row["diagnosis_pointers"] or ())
        ],
        "line_block": [
            {**_key(row), **block}
            for row in lines
            for block in _block(begun.get((row["case_id"], row["expense"])), cast(int | None, row["minutes"]))
        ],
    }


def _key(line: Row) -> Row:
    return {"case_id": line["case_id"], "claim_id": line["claim_id"], "line_id": line["id"]}


def _block(starts_at: object, minutes: int | None) -> Iterator[Row]:
    """Say when the work of a line began and ended, in minutes since midnight, where the record knows the beginning."""
    if isinstance(starts_at, time):
        begins = starts_at.hour * 60 + starts_at.minute
        yield {"starts_at": begins, "ends_at": None if minutes is None else begins + minutes}
