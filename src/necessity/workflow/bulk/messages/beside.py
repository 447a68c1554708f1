"""Tables given beside messages: letters, plans, balances, providers, joined to cases as an administrator keeps them.

They are the published tables with a key of the administrator's in place of `case_id`: the member number, the claim's
own number (patient control number), or for what belongs to a plan the group number. Columns may be left out: what
is left out is unknown. A table of clinicians, trainers or practices without a key is a directory, found by number.
"""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from necessity.domain.tables import TABLES
from necessity.errors import FormatError, SettingError
from necessity.workflow.bulk.checks import refuse_broken_lines
from necessity.workflow.bulk.survey import Database, Input, places, quoted, readable, reading, type_fault

KEYS = ("case_id", "member_id", "patient_control_number", "group_number")
"""What may say whose row it is; of several that are filled in, the claim's number says it first, then the member's."""
LINE = "line_number"
"""Which line of the claim a row about one line is of, counted from 1."""
OF_PLANS = ("case_file", "funding_source", "plan_year", "clause", "employer_plan")
"""Tables whose rows hold for everybody under a member number or in a group; all others are of one patient."""
OF_CLAIMS = {"claim": ("patient_control_number",), "expense": ("patient_control_number", LINE),
             "service_line": ("patient_control_number", LINE)}  # fmt: skip
"""Tables whose rows fill in what a claim or line of a message leaves open, and what they must be keyed by."""
DIRECTORIES = ("clinician", "trainer", "certification", "billing_provider")
_MOST_TOLD = 20


class Beside(NamedTuple):
    """One table given beside the messages."""

    input: Input
    keys: tuple[str, ...]
    """Which of `KEYS` and `LINE` it has."""

    @property
    def is_directory(self) -> bool:
        """Say whether its rows belong to nobody's case in particular."""
        return not self.keys and self.input.table in (*DIRECTORIES, "case_file")


def survey_beside(folder: Path, db: Database) -> list[Beside]:
    """Look at the tables beside messages.

    Args:
        folder: Where they are.
        db: A database that may read there.

    Returns:
        The tables found.

    Raises:
        SettingError: no such folder.
        FormatError: an unknown column, no key, a type that cannot be meant, a row that names nobody; all at once.
    """
    if not folder.is_dir():
        raise SettingError(f"{folder} is not a folder.", "Name a folder of tables.", setting="--with")
    faults: list[str] = []
    found = []
    for name, format, files, columns in readable(places(folder), db, faults):
        own = _faults(name, format, columns)
        faults += own
        if not own:
            found.append(Beside(Input(name, format, files, columns), _keys(name, columns)))
    for one in found:
        faults += _nameless(one, db)
    if faults:
        raise FormatError(
            f"{folder} cannot be used beside the messages as it is:",
            "Mend these and run it again; the how-to page decide-a-whole-book shows which keys a table may have.",
            format="tables",
            faults=tuple(faults),
        )
    return found


def _keys(name: str, columns: dict[str, str]) -> tuple[str, ...]:
    """List the keys a table has. A funding source's own member and group number are keys and columns alike."""
    return tuple(key for key in (*KEYS, LINE) if key in columns)


def _faults(name: str, format: str, columns: dict[str, str]) -> list[str]:
    table = TABLES[name].columns
    allowed = [*KEYS, LINE] if name in OF_CLAIMS else list(KEYS)
    faults = []
    for column, given in columns.items():
        if column not in table and column not in allowed:
            near = difflib.get_close_matches(column, [*table, *allowed], 1)
            faults.append(f"{name}.{column} is no column of ours{f'; did you mean {near[0]}?' if near else ''}")
        elif column in table and format == "parquet" and (said := type_fault(table[column], given)):
            faults.append(f"{name}.{column} is {given}, not {table[column]}: {said}")
    needed = OF_CLAIMS.get(name, ())
    faults += [f"{name}.{key} is missing: it says which claim or line a row fills in" for key in needed
               if key not in columns]  # fmt: skip
    if not needed and not _keys(name, columns) and name not in (*DIRECTORIES, "case_file"):
        faults.append(f"{name} has none of the columns {', '.join(KEYS)}: whose its rows are cannot be told")
    if "group_number" in columns and name not in OF_PLANS:
        faults.append(f"{name}.group_number cannot say whose a row is: it belongs to one patient, not to a group")
    return faults


def read_beside(one: Beside) -> str:
    """Write the query that reads a table beside as text, keys and all columns of the published table."""
    given, table = one.input.columns, TABLES[one.input.table].columns
    rows = reading(one.input.format, one.input.files, tuple(given))
    columns = [name for name in table if name != "case_id"]
    extra = [key for key in (*KEYS, LINE) if key not in columns]

    def text(name: str) -> str:
        # json writes a list as a list; a text that is empty is unknown
        return f"nullif(CAST({name} AS VARCHAR), '') AS {name}" if name in given else f"CAST(NULL AS VARCHAR) AS {name}"

    return f"SELECT row_number() OVER () AS beside_row, {', '.join(map(text, [*extra, *columns]))} FROM {rows}"


def _nameless(one: Beside, db: Database) -> Iterator[str]:
    """Find rows that name nobody: without them no case could be decided rightly, for they could be anybody's."""
    if one.is_directory:
        if one.input.table == "case_file":
            rows = db.execute(f"SELECT count(*) FROM ({read_beside(one)})").fetchone()
            if rows and int(str(rows[0])) > 1:
                yield "case_file without a key holds for every case, and has more than one row"
        return
    keys = [key for key in one.keys if key != LINE]
    nobody = " AND ".join(f"{key} IS NULL" for key in keys)
    if LINE in one.keys:
        nobody = f"({nobody}) OR patient_control_number IS NULL OR TRY_CAST({LINE} AS BIGINT) IS NULL"
    found = db.execute(f"SELECT beside_row FROM ({read_beside(one)}) WHERE {nobody} ORDER BY 1").fetchall()
    for (row,) in found[:_MOST_TOLD]:
        yield f"{one.input.table}: row {row} names nobody; fill in {' or '.join(one.keys)}"
    if len(found) > _MOST_TOLD:
        yield f"{one.input.table}: and {len(found) - _MOST_TOLD} more rows"


def take_beside(one: Beside, name: str, db: Database) -> None:
    """Read a table beside into a table of the database.

    Raises:
        FormatError: lines of a text file that are no rows.
    """
    db.execute("DROP TABLE IF EXISTS reject_errors")
    db.execute("DROP TABLE IF EXISTS reject_scans")
    db.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {read_beside(one)}")
    if one.input.format == "csv":
        refuse_broken_lines(db, one.input)


def place(one: Beside, db: Database) -> None:
    """Find the cases of a table's rows: tables `placed_…`, and `beside_lost` for rows that name several patients.

    Needs `message_case` (claim_number, case_id, member_id, group_number, control_number) of the claims that are taken.
    """
    table = one.input.table
    columns = [name for name in TABLES[table].columns if name != "case_id"]
    shown = ", ".join(f"given.{name}" for name in columns)
    take_beside(one, f"beside_{table}", db)
    db.execute("CREATE OR REPLACE TEMP TABLE beside_link (beside_row BIGINT, case_id VARCHAR, level INTEGER)")
    for link in _links(one):
        db.execute(f"INSERT INTO beside_link {link}")
    if table in OF_CLAIMS:
        lost = (
            "SELECT beside_row FROM beside_link JOIN message_case AS known ON known.case_id = beside_link.case_id "
            f"WHERE known.control_number = (SELECT patient_control_number FROM beside_{table} AS given "
            "WHERE given.beside_row = beside_link.beside_row) "
            "GROUP BY beside_row HAVING count(DISTINCT known.claim_number) > 1"
        )
    else:
        # a member number alone is the member's own: of a dependent it says too little
        lost = (
            f"SELECT link.beside_row FROM beside_link AS link JOIN beside_{table} AS given "
            "ON given.beside_row = link.beside_row GROUP BY link.beside_row HAVING count(DISTINCT link.case_id) > 1 "
            "OR coalesce(any_value(given.case_id), any_value(given.patient_control_number)) IS NULL "
            "AND min(link.case_id) <> any_value(given.member_id)"
        )
    if table not in OF_PLANS:
        db.execute(
            f"INSERT INTO beside_lost SELECT {quoted(table)}, beside_row, case_id FROM beside_link "
            f"WHERE beside_row IN ({lost})"
        )
    db.execute(
        f"INSERT INTO beside_count SELECT {quoted(table)}, (SELECT count(*) FROM beside_{table}), "
        "(SELECT count(DISTINCT beside_row) FROM beside_link), (SELECT count(DISTINCT beside_row) FROM beside_lost "
        f"WHERE table_name = {quoted(table)})"
    )
    db.execute(
        f"CREATE OR REPLACE TEMP TABLE placed_{table} AS SELECT link.case_id, link.level, {shown} "
        f"FROM beside_{table} AS given JOIN beside_link AS link ON link.beside_row = given.beside_row"
    )


def _links(one: Beside) -> Iterator[str]:
    """Write how each key leads from a row to cases, the surest first; a later one counts where none before is filled.

    A claim's number that is not in the book leads nowhere: its claim may have been a relative's under the same member.
    """
    names = {"patient_control_number": "control_number"}
    also = " AND coalesce(given.member_id = known.member_id, TRUE)" if "member_id" in one.keys else ""
    given_before = ""
    for key in ("case_id", "patient_control_number", "member_id", "group_number"):
        if key not in one.keys or (one.input.table in OF_CLAIMS and key != "patient_control_number"):
            continue
        yield (
            f"SELECT DISTINCT given.beside_row, known.case_id, {int(key == 'group_number')} "
            f"FROM beside_{one.input.table} AS given "
            f"JOIN message_case AS known ON known.{names.get(key, key)} = given.{key}"
            f"{also if key == 'patient_control_number' else ''} "
            f"WHERE given.beside_row NOT IN (SELECT beside_row FROM beside_link){given_before}"
        )
        given_before += f" AND given.{key} IS NULL"
