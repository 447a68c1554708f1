"""The published tables of a book of messages: what claims say, who is who, and what tables beside add."""

from collections.abc import Iterator

from necessity.domain.case import ListName
from necessity.domain.tables import TABLES
from necessity.workflow.bulk.columns import references
from necessity.workflow.bulk.survey import Database, quoted

_PROVIDERS = ("clinician", "trainer")
_MONEY_OF_A_YEAR = ("election_cents", "carried_in_cents", "spent_cents")
_NAMED_ONLY = 9
"""Rank of somebody whom only claims name; smaller ones stand in a table beside."""


class MessageTables:
    """The queries that give each published table, over `taken`, the claims that are not set aside."""

    def __init__(self, db: Database, on: str) -> None:
        self._db, self._on = db, on
        self._there = {
            str(row[0]) for row in db.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
        }
        self._people()

    def has(self, name: str) -> bool:
        """Say whether a table was made."""
        return name in self._there

    def queries(self) -> Iterator[tuple[str, str]]:
        """Give each table's query; its columns are those of the published table, as text."""
        for name in TABLES:
            made = getattr(self, f"_{name}", None)
            query = made() if made else self._placed(name)
            if query:
                yield name, query

    def _columns(self, table: str) -> list[str]:
        return [name for name in TABLES[table].columns if name != "case_id"]

    def _placed(self, table: str) -> str:
        if not self.has(f"placed_{table}"):
            return ""
        return (
            f"SELECT case_id, {', '.join(self._columns(table))} FROM placed_{table} "
            "WHERE case_id IN (SELECT case_id FROM taken)"
        )

    def _case_file(self) -> str:
        """Say which lists are complete, as a table beside says it for a case, or for all of them in one row."""
        flags = [f"{name}_complete" for name in ListName]
        one = f"SELECT one.case_id, {quoted(self._on)} AS decided_on"
        known = "(SELECT DISTINCT case_id FROM taken) AS one"
        if self.has("placed_case_file"):
            said = ", ".join(f"coalesce(min(CASE WHEN level = 0 THEN {f} END), min({f})) AS {f}" for f in flags)
            given = f"(SELECT case_id, min(service) AS service, {said} FROM placed_case_file GROUP BY case_id) AS given"
            shown = ", ".join(f"given.{name}" for name in ("service", *flags))
            return f"{one}, {shown} FROM {known} LEFT JOIN {given} ON given.case_id = one.case_id"
        if self.has("directory_case_file"):
            shown = ", ".join(f"given.{name}" for name in ("service", *flags))
            return f"{one}, {shown} FROM {known} LEFT JOIN directory_case_file AS given ON TRUE"
        return f"{one} FROM {known}"

    def _patient(self) -> str:
        """Take what all claims of a patient agree on, then what a table beside adds."""
        columns = self._columns("patient")
        said = ", ".join(f"CASE WHEN count(DISTINCT {c}) = 1 THEN min({c}) END AS {c}" for c in columns)
        made = (
            f"SELECT taken.case_id, {said} FROM made_patient AS made "
            "JOIN taken ON taken.claim_number = made.claim_number GROUP BY taken.case_id"
        )
        if not self.has("placed_patient"):
            return made
        filled = ", ".join(f"coalesce(given.{c}, made.{c}) AS {c}" for c in columns)
        return (
            f"SELECT made.case_id, {filled} FROM ({made}) AS made "
            "LEFT JOIN placed_patient AS given ON given.case_id = made.case_id"
        )

    def _condition(self) -> str:
        """Take the diagnoses of all claims, each once; a condition beside with the same code stands for it."""
        made = (
            "SELECT DISTINCT taken.case_id, made.id, made.code FROM made_condition AS made "
            "JOIN taken ON taken.claim_number = made.claim_number"
        )
        placed = self._placed("condition")
        if not placed:
            return made
        return (
            f"{placed} UNION ALL BY NAME SELECT made.* FROM ({made}) AS made WHERE NOT EXISTS (SELECT 1 "
            "FROM placed_condition AS given WHERE given.case_id = made.case_id AND given.code = made.code)"
        )

    # ── who is who ──────────────────────────────────────────────────────

    def _people(self) -> None:
        """Find, for everybody a claim names, who that is in the tables beside: `acting`."""
        self._db.execute(
            "CREATE OR REPLACE TEMP TABLE named AS SELECT DISTINCT taken.case_id, made.id, made.npi, made.name, "
            "made.licence_number FROM made_clinician AS made JOIN taken ON taken.claim_number = made.claim_number"
        )
        found = [f"SELECT case_id, id AS named_id, id, 'clinician' AS table_name, {_NAMED_ONLY} AS place FROM named"]
        for place_, (kind, table) in enumerate((k, t) for k in ("placed", "directory") for t in _PROVIDERS):
            if self.has(f"{kind}_{table}"):
                own = " AND own.case_id = named.case_id" if kind == "placed" else ""
                found.append(
                    f"SELECT named.case_id, named.id, min(own.id), '{table}', {place_} FROM named "
                    f"JOIN {kind}_{table} AS own ON own.npi = named.npi{own} WHERE own.id IS NOT NULL "
                    "GROUP BY named.case_id, named.id HAVING count(DISTINCT own.id) = 1"  # of two, neither
                )
        self._db.execute(
            f"CREATE OR REPLACE TEMP TABLE acting AS SELECT * FROM ({' UNION ALL '.join(found)}) "
            "QUALIFY row_number() OVER (PARTITION BY case_id, named_id ORDER BY place) = 1"
        )

    def _provider(self, table: str) -> str:
        """Give the people of one table: those beside, those of a directory that are needed, those only named."""
        parts = [self._placed(table)]
        columns = ", ".join(f"own.{c}" for c in self._columns(table))
        if self.has(f"directory_{table}"):
            needed = [f"SELECT case_id, id FROM acting WHERE table_name = '{table}' AND place > 1"]
            needed += self._referred(table)
            already = ""
            if self.has(f"placed_{table}"):
                already = (
                    f" WHERE NOT EXISTS (SELECT 1 FROM placed_{table} AS there "
                    "WHERE there.case_id = needed.case_id AND there.id = needed.id)"
                )
            parts.append(
                f"SELECT needed.case_id, {columns} FROM ({' UNION '.join(needed)}) AS needed "
                f"JOIN directory_{table} AS own ON own.id = needed.id{already}"
            )
        if table == "clinician":
            parts.append(
                "SELECT named.case_id, named.id, min(named.name) AS name, min(named.npi) AS npi, "
                "min(named.licence_number) AS licence_number FROM named JOIN acting ON acting.case_id = named.case_id "
                f"AND acting.named_id = named.id WHERE acting.place = {_NAMED_ONLY} GROUP BY named.case_id, named.id"
            )
        return " UNION ALL BY NAME ".join(filter(None, parts))

    def _referred(self, table: str) -> Iterator[str]:
        """Find the people that rows beside name by id."""
        for one in references():
            if table in one.targets and self.has(f"placed_{one.table}"):
                yield f"SELECT case_id, {one.column} FROM placed_{one.table} WHERE {one.column} IS NOT NULL"

    def _clinician(self) -> str:
        return self._provider("clinician")

    def _trainer(self) -> str:
        return self._provider("trainer")

    def _certification(self) -> str:
        if not self.has("directory_certification"):
            return self._placed("certification")
        columns = ", ".join(f"own.{c}" for c in self._columns("certification"))
        trainers = self._provider("trainer")
        if not trainers:
            return ""
        return (
            f"SELECT trainer.case_id, {columns} FROM ({trainers}) AS trainer "
            "JOIN directory_certification AS own ON own.trainer_id = trainer.id"
        )

    def _billing_provider(self) -> str:
        columns = self._columns("billing_provider")
        said = ", ".join(f"min(made.{c}) AS {c}" for c in columns if c != "id")
        made = (
            f"SELECT taken.case_id, made.id, {said} FROM made_billing_provider AS made "
            "JOIN taken ON taken.claim_number = made.claim_number GROUP BY taken.case_id, made.id"
        )
        if not self.has("directory_billing_provider"):
            return made
        filled = ", ".join(f"coalesce(own.{c}, made.{c}) AS {c}" for c in columns if c != "id")
        return (
            f"SELECT made.case_id, made.id, {filled} FROM ({made}) AS made "
            "LEFT JOIN directory_billing_provider AS own ON own.npi = made.npi"
        )

    # ── sources and claims ──────────────────────────────────────────────

    def _funding_source(self) -> str:
        columns = self._columns("funding_source")
        said = ", ".join(f"CASE WHEN count(DISTINCT made.{c}) = 1 THEN min(made.{c}) END AS {c}"
                         for c in columns if c not in ("id", "held"))  # fmt: skip
        return (
            "SELECT * REPLACE (coalesce(held, 'true') AS held) FROM merged_source "  # naming one says that it is there
            "WHERE case_id IN (SELECT case_id FROM taken) UNION ALL BY NAME "
            f"SELECT taken.case_id, made.id, 'true' AS held, {said} FROM made_funding_source AS made "
            "JOIN taken ON taken.claim_number = made.claim_number "
            "JOIN asked_of ON asked_of.claim_number = taken.claim_number AND asked_of.sources = 0 "
            "GROUP BY taken.case_id, made.id"
        )

    def _plan_year(self) -> str:
        """Give the years beside; money of a member that several patients draw on is known for none of them alone."""
        if not self.has("placed_plan_year"):
            return ""
        shared = (
            "(SELECT case_id FROM message_case WHERE member_id IN (SELECT member_id FROM message_case GROUP BY "
            "member_id HAVING count(DISTINCT case_id) > 1))"
        )
        columns = [
            f"CASE WHEN case_id NOT IN {shared} THEN {c} END AS {c}" if c in _MONEY_OF_A_YEAR else c
            for c in self._columns("plan_year")
        ]
        return (
            f"SELECT case_id, {', '.join(columns)} FROM placed_plan_year WHERE case_id IN (SELECT case_id FROM taken)"
        )

    def _acting(self, column: str, table: str) -> str:
        """Write who somebody named in a column is, if a row of that table."""
        return (
            f"(SELECT acting.id FROM acting WHERE acting.case_id = taken.case_id AND acting.named_id = made.{column} "
            f"AND acting.table_name = '{table}')"
        )

    def _claim(self) -> str:
        made_source = "(SELECT min(own.id) FROM made_funding_source AS own WHERE own.claim_number = made.claim_number)"
        special = {
            "funding_source": f"coalesce(asked_of.source, {made_source})",
            "supervising_provider": self._acting("supervising_provider", "clinician"),
            "ordering_provider": self._acting("ordering_provider", "clinician"),
            "rendering_provider": f"coalesce({self._acting('rendering_provider', 'clinician')}, "
            f"{self._acting('rendering_provider', 'trainer')})",
        }
        return self._filled("claim", special, "JOIN asked_of ON asked_of.claim_number = taken.claim_number")

    def _expense(self) -> str:
        special = {
            "clinician": self._acting("clinician", "clinician"),
            "trainer": self._acting("clinician", "trainer"),
            "supervisor": self._acting("supervisor", "clinician"),
        }
        return self._filled("expense", special)

    def _service_line(self) -> str:
        return self._filled("service_line", {})

    def _filled(self, table: str, special: dict[str, str], joins: str = "") -> str:
        """Give what the messages say of claims or lines, and what a table beside fills in where they say nothing."""
        given = self.has(f"beside_{table}")
        selected = []
        for column in self._columns(table):
            own = special.get(column, f"made.{column}")
            keep = not given or column in ("id", "claim_id", "expense", "funding_source")
            selected.append(f"{own} AS {column}" if keep else f"coalesce({own}, given.{column}) AS {column}")
        if given:
            line = (
                ""
                if table == "claim"
                else (" AND CAST(given.line_number AS BIGINT) = CAST(regexp_extract(made.id, '(\\d+)$', 1) AS BIGINT)")
            )
            member = " AND coalesce(given.member_id = taken.member_id, TRUE)"
            joins += f" LEFT JOIN beside_{table} AS given "
            joins += f"ON given.patient_control_number = taken.control_number{line}{member}"
        return (
            f"SELECT taken.case_id, {', '.join(selected)} FROM made_{table} AS made "
            f"JOIN taken ON taken.claim_number = made.claim_number {joins}"
        )
