"""Folders of 837P messages with what an administrator has beside them, for the bulk run to decide."""

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from necessity.domain.full_claim import FullClaim, Name
from necessity.workflow.bulk.messages.beside import survey_beside
from necessity.workflow.bulk.messages.lay_out import find_messages, lay_out_messages
from tests.messages import NPI, claim, dependent, message_837p

ON = date(2026, 6, 30)
THERAPIST = claim().billing_provider.model_copy(update={"name": Name(last="THERAPIST", first="P")})
BESIDE = {
    "clinician": ("id,name,npi,licence", f"pt,P Therapist,{NPI},PT"),
    "case_file": (
        "reimbursements_complete,clauses_complete,conditions_complete,letters_complete",
        "true,true,true,true",
    ),
    "funding_source": (
        "group_number,id,kind,opened_on,requires_authorization,is_grandfathered,market,follows_ncci,counts_units_by,"
        "pays_training_under_supervision",
        "G100,plan,group_plan,2020-01-01,false,false,employer,false,cms,false",
    ),
    "clause": (
        "group_number,funding_source_id,id,kind,names,words",
        "G100,plan,c1,benefit,therapy,Therapy is a benefit",
    ),
    "condition": (
        "member_id,patient_control_number,id,name,code,is_diagnosed,is_disease,diagnosed_by",
        *(f"W000000001,{n},back,Back pain,M54.50,true,true,pt" for n in ("CHEN-1", "CHEN-2")),
    ),
    "expense": (
        "patient_control_number,line_number,needs_therapist_skill,gains_expected_within_a_month,"
        "is_maintenance_or_sport,has_plan_of_care",
        *(f"CHEN-{n},{line},true,true,false,true" for n in (1, 2) for line in (1, 2)),
    ),
    "service_line": (
        "patient_control_number,line_number,minutes",
        *(f"CHEN-{n},{x},45" for n in (1, 2) for x in (1, 2)),
    ),
}
"""Tables with which Chen's claim and the child's become payable at Chen's plan."""


def therapy(control_number: str = "CHEN-1", **changes: object) -> FullClaim:
    """Make a claim of a physical therapist with a practice of their own, for Chen or, as CHEN-2, for Chen's child."""
    made = dependent(control_number) if control_number == "CHEN-2" else claim(control_number)
    return made.model_copy(update={"billing_provider": THERAPIST, "referring_provider": None, **changes})


def write_beside(folder: Path, **changes: tuple[str, ...] | None) -> Path:
    """Write the tables beside; a table that is given as None is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in {**BESIDE, **changes}.items():
        if lines:
            (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def write_messages(folder: Path, **texts: str | bytes) -> Path:
    """Write messages, each as a file of its own; without any, one with Chen's claim and the child's."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (texts or {"both": message_837p(therapy(), therapy("CHEN-2"))}).items():
        (folder / f"{name}.x12").write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


class Read(NamedTuple):
    """What came of reading a folder."""

    claims: dict[str, str | None]
    """Place and control number of every claim, with why it was set aside."""
    files: dict[str, str]
    """What else was set aside, with why."""
    folder: Path

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Read the rows of a table that was laid out."""
        with duckdb.connect() as db:
            found = db.execute(f"SELECT * FROM read_parquet('{self.folder}/tables/{table}.parquet')")
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def read_folder(messages: Path, out: Path, beside: Path | None = None) -> Read:
    """Lay a folder of messages out, without deciding it."""
    with duckdb.connect() as db:
        tables = survey_beside(beside, db) if beside else []  # type: ignore[arg-type]
        lay_out_messages(db, find_messages(messages), tables, ON, out, lambda *_: None)  # type: ignore[arg-type]
        rows = db.execute(
            f"SELECT file, segment, control_number, set_aside_because FROM read_parquet('{out}/claims.parquet')"
        ).fetchall()
        others = db.execute(
            f"SELECT row_id, reason FROM read_parquet('{out}/quarantine.parquet') WHERE row_id NOT LIKE '%, claim %'"
        ).fetchall()
    return Read({f"{file}:{segment} {number}": why for file, segment, number, why in rows}, dict(others), out)
