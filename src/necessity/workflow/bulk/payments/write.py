"""Payment files of a finished run: 835 for providers, CSV for members and payroll, denials, and what is held.

Each set of files is a folder of its own, named by what it is made of, and written whole. The same command finds it
there and writes nothing; another run, or the same one with more known, pays only lines that no folder beside it paid.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from necessity.adjudication.decide import Judge
from necessity.errors import SettingError
from necessity.workflow.adjudicate import Progress, Wishes
from necessity.workflow.bulk import disk
from necessity.workflow.bulk.payments.choose import choose
from necessity.workflow.bulk.payments.claim_lines import hold_faulty_lines
from necessity.workflow.bulk.payments.files import ANSWERED, FILES, UNITS, member_payments
from necessity.workflow.bulk.payments.given import take_prices, take_tables
from necessity.workflow.bulk.payments.remit import Refused, Remitted, Unit, number_of, remit
from necessity.workflow.bulk.payments.settings import PaymentWish
from necessity.workflow.bulk.rows_again import CaseRows
from necessity.workflow.bulk.survey import Database, Input, digest, quoted

SUMMARY = "summary.json"


def write_payments(
    judge: Judge, tables: Path, out: Path, wishes: Wishes, wish: PaymentWish, progress: Progress
) -> dict[str, Any]:
    """Write the payments of a finished run.

    Args:
        judge: The judge over the rulebook that decided.
        tables: The input, as for the run.
        out: The folder of the run, complete.
        wishes: As for the run.
        wish: Where to, by whom, on which day.
        progress: Told what is done.

    Returns:
        What was paid, refused and held, with the folder the files are in.

    Raises:
        SettingError: providers are to be paid and the payer is not given; or another run writes there.
        FormatError: the table of allowed amounts cannot be used.
        StoreError: disk or memory ran out.
    """
    folder = wish.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    wish = wish._replace(folder=folder, allowed=wish.allowed.resolve() if wish.allowed else None)
    run = _run(out)
    target = folder / number_of(run, *_made_of(wish))
    with disk.alone(folder), disk.told_in_words(folder):
        if not target.is_dir():
            also = (folder, *([wish.allowed.parent] if wish.allowed else []))
            with CaseRows(judge, tables, out, wishes, also) as rows, disk.whole_folder(target) as aside:
                _Payments(rows, wish, run, aside, progress).write()
        found: dict[str, Any] = json.loads((target / SUMMARY).read_text(encoding="utf-8"))
    return {**found, "folder": str(target)}


def _run(out: Path) -> str:
    """Name a run by what it is of, whatever it was cut into."""
    manifest = disk.manifest_of(out.resolve()) or {}
    return number_of(*(f"{key}={manifest.get(key)}" for key in ("input", "rulebook", "program", "on")))


def _made_of(wish: PaymentWish) -> Iterator[str]:
    yield str(wish.pay_on)
    yield repr(wish.payer)
    yield f"{wish.control_number} {wish.is_test}"
    yield digest([Input("allowed", "", (wish.allowed,), {})]) if wish.allowed and wish.allowed.is_file() else ""


class _Payments:
    """One set of files, from the decided lines to the summary."""

    def __init__(self, rows: CaseRows, wish: PaymentWish, run: str, target: Path, progress: Progress) -> None:
        self.rows, self.wish, self.run, self.target, self.progress = rows, wish, run, target, progress
        self.db: Database = rows.db

    def write(self) -> None:
        """Write everything."""
        take_tables(self.db, self.rows.source, self.rows.out)
        take_prices(self.db, self.wish.allowed)
        self._paid_before()
        if any(self.rows.out.glob("parts/*/lines.parquet")):
            choose(self.db, self.rows.decided, self.rows.out / "rules.parquet")
        else:
            choose(self.db, f"({_NO_LINES})", self.rows.out / "rules.parquet")
        hold_faulty_lines(self.rows, self.progress)
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE whole_unit AS {UNITS}")
        self._hold_nameless()
        self._hold_open_claims()
        self._providers()
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE member_payment AS {member_payments(self.run)}")
        for name, query in FILES.items():
            self._copy(query.format(pay_on=self.wish.pay_on, run=self.run), self.target / name)
        self._copy(ANSWERED.format(run=self.run), self.target / "answered.parquet")
        disk.write_whole(self.target / SUMMARY, disk.written(self._summary()))

    def _copy(self, query: str, target: Path) -> None:
        kind = "FORMAT csv, HEADER" if target.suffix == ".csv" else "FORMAT parquet"
        self.db.execute(f"COPY ({query}) TO {quoted(target)} ({kind})")

    def _paid_before(self) -> None:
        """Gather what the other sets of files in the folder paid or refused; a refusal that was paid later is paid."""
        columns = "case_id VARCHAR, expense_id VARCHAR, funding_source_id VARCHAR, line_id VARCHAR, answer VARCHAR"
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE paid_before ({columns}, run VARCHAR)")
        files = sorted(self.wish.folder.glob("[!.]*/answered.parquet"))
        if files:
            listed = ", ".join(quoted(file) for file in files)
            keys = "case_id, expense_id, funding_source_id, line_id"
            self.db.execute(
                f"INSERT INTO paid_before SELECT {keys}, max(answer), max_by(run, answer) "
                f"FROM read_parquet([{listed}]) GROUP BY {keys}"  # of denied and paid the second comes last
            )

    def _hold(self, why: str, condition: str) -> None:
        self.db.execute(
            f"UPDATE whole_unit SET held_because = {quoted(why)} WHERE held_because IS NULL AND ({condition})"
        )

    def _hold_nameless(self) -> None:
        self._hold("who is paid has neither a provider nor a tax number", "goes_to_provider AND payee IS NULL")

    def _hold_open_claims(self) -> None:
        """A claim is answered whole: as long as one of its lines waits, all of them do."""
        settled = (
            "SELECT case_id, claim_id FROM whole_unit WHERE held_because IS NULL AND goes_to_provider "
            "GROUP BY case_id, claim_id HAVING count(*) >= max(lines_of_claim)"
        )
        self._hold(
            "another line of its claim is not settled", f"goes_to_provider AND (case_id, claim_id) NOT IN ({settled})"
        )

    # ── providers ───────────────────────────────────────────────────────

    def _providers(self) -> None:
        """Write an 835 for each payee, and note which payment each line went into."""
        self.db.execute(
            "CREATE OR REPLACE TEMP TABLE remitted (payment_id VARCHAR, payee VARCHAR, file VARCHAR, cents BIGINT)"
        )
        self.db.execute("ALTER TABLE whole_unit ADD COLUMN payment_id VARCHAR")
        query = "SELECT DISTINCT payee FROM whole_unit WHERE goes_to_provider AND held_because IS NULL ORDER BY 1"
        self._names = [str(row[0]) for row in self.db.execute("DESCRIBE whole_unit").fetchall()]
        payees = [str(row[0]) for row in self.db.execute(query).fetchall()]
        if payees and self.wish.payer is None:
            raise SettingError(
                "Providers are to be paid, and who pays them is not given.",
                "Give --payer FILE; the how-to page decide-a-whole-book shows what is in it.",
                setting="--payer",
            )
        number = self.wish.control_number
        for place, payee in enumerate(payees, 1):
            for made in remit(payee, self._units(payee), self.run, self.wish, number):
                if isinstance(made, Refused):
                    self._mark(made.units, "held_because", made.why)
                else:
                    number += 1
                    self._keep(made)
            self.progress("Writing remittances", place, len(payees))

    def _units(self, payee: str) -> list[Unit]:
        found = self.db.execute(
            "SELECT * FROM whole_unit WHERE goes_to_provider AND held_because IS NULL AND payee = ? "
            "ORDER BY case_id, claim_id, line_place, line_id",
            [payee],
        )
        rows = found.fetchall()
        return [dict(zip(self._names, row, strict=True)) for row in rows]

    def _keep(self, made: Remitted) -> None:
        folder = self.target / "835"
        folder.mkdir(exist_ok=True)
        name = f"835-{re.sub('[^0-9A-Za-z]', '-', made.payee)}-{made.id}.x12"
        (folder / name).write_text(made.text, encoding="ascii")
        row = [made.id, made.payee, f"835/{name}", made.paid_cents]
        self.db.execute("INSERT INTO remitted VALUES (?, ?, ?, ?)", row)
        self._mark(made.units, "payment_id", made.id)

    def _mark(self, units: tuple[Unit, ...], column: str, value: str) -> None:
        keys = [f"({', '.join(quoted(unit[key]) for key in ('case_id', 'claim_id'))})" for unit in units]
        self.db.execute(
            f"UPDATE whole_unit SET {column} = {quoted(value)} WHERE goes_to_provider AND held_because IS NULL "
            f"AND (case_id, claim_id) IN ({', '.join(dict.fromkeys(keys))})"
        )

    # ── summary ─────────────────────────────────────────────────────────

    def _summary(self) -> dict[str, Any]:
        def one(query: str) -> list[int]:
            return [int(str(number or 0)) for number in self.db.execute(query).fetchone() or ()]

        providers = one("SELECT count(*), sum(cents) FROM remitted")
        members = one("SELECT count(DISTINCT payment_id), sum(paid_cents) FROM member_payment")
        held = self.db.execute(
            "SELECT held_because, count(*) FROM whole_unit WHERE held_because IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        ).fetchall()
        refused = one("SELECT count(*) FROM whole_unit WHERE held_because IS NULL AND outcome = 'not_payable'")
        return {
            "run": self.run,
            "pay_on": str(self.wish.pay_on),
            "providers": {"payments": providers[0], "paid_cents": providers[1]},
            "members": {"payments": members[0], "paid_cents": members[1]},
            "lines_refused": refused[0],
            "held": [{"why": str(why), "lines": int(str(count))} for why, count in held],
        }


_NO_LINES = (
    "SELECT '' AS case_id, '' AS expense_id, '' AS funding_source_id, '' AS funding_source, DATE '1900-01-01' AS "
    "served_on, '' AS service_status, '' AS outcome, 0 AS charge_cents, 0 AS payable_cents, '' AS reason, "
    "'' AS adjustment_reason, '' AS remark WHERE FALSE"
)
