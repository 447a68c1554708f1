"""Payment files: to the cent, once, balanced for outside judges, and silent about whatever is still open."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from necessity.adjudication.decide import Judge
from necessity.codesets.icd10cm.book import shipped
from necessity.domain.full_claim import FullClaim
from necessity.domain.remittance import RemittanceAdvice
from necessity.errors import FormatError, SettingError
from necessity.formats.x12_835.read import read as read_835
from necessity.workflow.adjudicate import Wishes, adjudicate
from necessity.workflow.bulk.payments.remit import adjustments
from necessity.workflow.bulk.payments.settings import Payer, PaymentWish
from necessity.workflow.bulk.payments.write import write_payments
from tests.books import copied, write_parquet
from tests.message_books import ON, therapy, write_beside, write_messages
from tests.messages import NPI, STREET, message_837p
from tests.properties.test_x12_promises import accepted_by_pyx12
from tests.shipped import book, program

PAYER = Payer("PLAN ONE", "123456789", STREET, "5555550199", "PLANONE", "CLEARINGHOUSE", id="60054")
DAY = date(2026, 7, 15)
ALLOWED = (
    "patient_control_number,line_number,allowed_cents,deductible_cents,coinsurance_cents,copay_cents",
    "CHEN-1,1,7000,1000,1200,0",
    "CHEN-1,2,8500,0,0,1500",
    "CHEN-2,1,7000,,,",
    "CHEN-2,2,7000,,,",
)


def decided(folder: Path, *claims: FullClaim, **beside: tuple[str, ...] | None) -> tuple[Path, Path, Wishes]:
    """Decide some claims of Chen's family; gives the messages, the run and how it ran."""
    texts = {"both": message_837p(*(claims or (therapy(), therapy("CHEN-2"))))}
    wishes = Wishes(on=ON, parts=1, beside=write_beside(folder / "with", **beside))
    messages = write_messages(folder / "in", **texts)
    adjudicate(book(), shipped(), messages, folder / "out", wishes)
    return messages, folder / "out", wishes


def paid(run: tuple[Path, Path, Wishes], folder: Path, **changes: Any) -> dict[str, Any]:
    """Write the payments of a run."""
    tables, out, wishes = run
    wish = PaymentWish(folder, DAY, PAYER)._replace(**changes)
    return write_payments(Judge(book(), program()), tables, out, wishes, wish, lambda *_: None)


def rows(summary: dict[str, Any], name: str) -> list[dict[str, str]]:
    with (Path(summary["folder"]) / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def remittance(summary: dict[str, Any]) -> tuple[str, RemittanceAdvice]:
    """Read the only 835 back."""
    (file,) = (Path(summary["folder"]) / "835").iterdir()
    text = file.read_text(encoding="ascii")
    found = read_835(text)
    assert found.findings == ()
    (advice,) = found.remittances
    return text, advice


def allowed(folder: Path, *lines: str) -> Path:
    file = folder / "allowed.csv"
    file.write_text("\n".join(lines or ALLOWED) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Wishes]:
    return decided(tmp_path_factory.mktemp("family"))


def test_a_remittance_is_balanced_for_every_judge(family: tuple[Path, Path, Wishes], tmp_path: Path) -> None:
    """A provider posts it to the cent: line, claim and payment add up for pyx12, oxedi and our own reader."""
    oxedi = pytest.importorskip("oxedi")
    summary = paid(family, tmp_path / "pay", allowed=allowed(tmp_path))
    text, advice = remittance(summary)
    assert accepted_by_pyx12(text), text
    parsed = oxedi.parse(text.encode())
    assert list(parsed.diagnostics) == []
    total = 4800 + 7000 + 7000 + 7000
    assert summary["providers"] == {"payments": 1, "paid_cents": total}
    assert (advice.payment.paid_cents, int(parsed.sum_payments() * 100)) == (total, total)
    chen, child = advice.claims
    assert [line.line_number for line in chen.lines] == ["CHEN-1-1", "CHEN-1-2"]
    first, second = ([(a.group, a.reason, a.amount_cents) for a in line.adjustments] for line in chen.lines)
    assert first == [("CO", "45", 1500), ("PR", "1", 1000), ("PR", "2", 1200)]
    assert second == [("PR", "3", 1500)]
    assert (chen.charged_cents, chen.paid_cents, chen.patient_owes_cents) == (17000, 11800, 3700)
    assert child.subscriber is not None
    assert child.patient is not None
    assert (child.subscriber.id, child.patient.first) == ("W000000001", "K")
    (one,) = rows(summary, "remittances.csv")
    assert (one["payee"], one["claims"], one["lines"], one["amount"]) == (NPI, "2", "4", "258.00")
    lines = rows(summary, "payment_lines.csv")
    assert sorted(row["paid"] for row in lines) == ["48.00", "70.00", "70.00", "70.00"]
    assert {row["payment_id"] for row in lines} == {one["payment_id"]} == {advice.payment.trace_number}
    assert rows(summary, "held.csv") == rows(summary, "payments.csv") == []


def test_nothing_is_paid_twice(family: tuple[Path, Path, Wishes], tmp_path: Path) -> None:
    """The same command writes the same bytes; another day, or another run of the same lines, finds them paid."""
    given = allowed(tmp_path)
    first = paid(family, tmp_path / "pay", allowed=given)
    text, _ = remittance(first)
    again = paid(family, tmp_path / "pay", allowed=given)
    assert (again, remittance(again)[0]) == (first, text)
    assert remittance(paid(family, tmp_path / "other", allowed=given))[0] == text, "the same run gives the same numbers"
    later = paid(family, tmp_path / "pay", allowed=given, pay_on=date(2026, 7, 16))
    assert later["providers"] == {"payments": 0, "paid_cents": 0}
    assert [one["lines"] for one in later["held"]] == [4]
    assert all("paid before, in run" in row["held_because"] for row in rows(later, "held.csv"))
    other = decided(tmp_path, therapy(), therapy("CHEN-2"), clause=("member_id,id,funding_source_id", "W9,x,plan"))
    third = paid(other, tmp_path / "pay", allowed=given)
    assert (third["providers"]["paid_cents"], third["members"]["paid_cents"]) == (0, 0)


def test_a_claim_with_an_open_line_waits_whole(family: tuple[Path, Path, Wishes], tmp_path: Path) -> None:
    """What is allowed is unknown for one line: none of its claim is answered, and the other claim does not wait."""
    summary = paid(family, tmp_path / "pay", allowed=allowed(tmp_path, *ALLOWED[:2], *ALLOWED[3:]))
    _, advice = remittance(summary)
    assert [claim.control_number for claim in advice.claims] == ["CHEN-2"]
    held = {row["line_id"]: row["held_because"] for row in rows(summary, "held.csv")}
    assert held == {
        "1": "another line of its claim is not settled",
        "2": "what the plan allows for it is not given (--allowed)",
    }


def test_pended_lines_are_in_no_file(tmp_path: Path) -> None:
    """Whether a plan of care was in force is not known for one line: it is neither paid nor refused."""
    lines = (
        "patient_control_number,line_number,needs_therapist_skill,gains_expected_within_a_month,"
        "is_maintenance_or_sport,has_plan_of_care",
        "CHEN-1,1,true,true,false,true",
        "CHEN-1,2,true,true,false,",
    )
    summary = paid(decided(tmp_path, therapy(), expense=lines), tmp_path / "pay", allowed=allowed(tmp_path))
    assert summary["providers"]["payments"] == summary["members"]["payments"] == summary["lines_refused"] == 0
    assert rows(summary, "denials.csv") == rows(summary, "payment_lines.csv") == []
    assert [row["line_id"] for row in rows(summary, "held.csv")] == ["1"]


def test_a_refusal_goes_out_with_its_number_and_who_bears_it(tmp_path: Path) -> None:
    """A named exclusion is the patient's to pay (PR 96 with its remark); the wrong licence is the provider's (CO 170)."""
    clause = (
        "group_number,funding_source_id,id,kind,names,words",
        "G100,plan,c1,exclusion,therapy,Therapy is excluded",
    )
    summary = paid(decided(tmp_path / "a", therapy(), clause=clause), tmp_path / "pay")
    text, advice = remittance(summary)
    assert accepted_by_pyx12(text), text
    (claim,) = advice.claims
    assert (claim.status, claim.paid_cents, advice.payment.handling, advice.payment.method) == ("4", 0, "H", "NON")
    (line, _) = claim.lines
    assert [(one.group, one.reason, one.amount_cents) for one in line.adjustments] == [("PR", "96", 8500)]
    assert line.remark_codes == ("N130",)
    (denial, _) = rows(summary, "denials.csv")
    assert (denial["rule"], denial["charged"], denial["told_to"]) == (
        "us.insurance.named_exclusion",
        "85.00",
        "provider",
    )
    nurse = decided(tmp_path / "b", therapy(), clinician=("id,name,npi,licence", f"pt,P Nurse,{NPI},RN"))
    assert [one["lines"] for one in paid(nurse, tmp_path / "pay")["held"]] == [2], "one refusal is sent once"
    summary = paid(nurse, tmp_path / "other")
    found = {(one.group, one.reason) for line in remittance(summary)[1].claims[0].lines for one in line.adjustments}
    assert found == {("CO", "170")}


def test_who_bears_what_is_above_the_allowed_amount() -> None:
    """The provider who accepted assignment; else whoever the table of allowed amounts names."""
    unit = {"outcome": "payable", "asked_cents": 100, "allowed_cents": 80, "deductible_cents": 0}
    unit |= {"coinsurance_cents": 0, "copay_cents": 0, "above_allowed_owed_by": None}
    (one,) = adjustments(unit)
    (other,) = adjustments({**unit, "above_allowed_owed_by": "patient"})
    assert (one.group, other.group) == ("CO", "PR")


def test_a_claim_whose_codes_do_not_hold_is_not_paid(tmp_path: Path) -> None:
    """Three units in twenty minutes: the expense is payable, its line on the claim is not."""
    minutes = ("patient_control_number,line_number,minutes", "CHEN-1,1,20", "CHEN-1,2,45")
    summary = paid(decided(tmp_path, therapy(), service_line=minutes), tmp_path / "pay", allowed=allowed(tmp_path))
    assert summary["providers"]["payments"] == 0
    held = {row["line_id"]: row["held_because"] for row in rows(summary, "held.csv")}
    assert held["1"] == "its claim line waits for us.codes.plan_timed_units_are_within_the_minutes"
    assert held["2"] == "another line of its claim is not settled"


def test_a_member_who_is_to_be_paid_is_in_the_other_file(tmp_path: Path) -> None:
    """Without assignment of benefits a plan pays the member, and no 835 is written."""
    run = decided(tmp_path, therapy(benefits_assigned=False))
    summary = paid(run, tmp_path / "pay", allowed=allowed(tmp_path), payer=None)
    assert summary["providers"]["payments"] == 0
    (payment,) = rows(summary, "payments.csv")
    assert (payment["member_id"], payment["lines"], payment["amount"]) == ("W000000001", "2", "118.00")
    assert not (Path(summary["folder"]) / "835").exists()


def test_what_is_missing_for_payments_is_told(family: tuple[Path, Path, Wishes], tmp_path: Path) -> None:
    """And nothing half-written stays behind."""
    with pytest.raises(SettingError, match="who pays them is not given"):
        paid(family, tmp_path / "pay", allowed=allowed(tmp_path), payer=None)
    with pytest.raises(SettingError, match="is no table"):
        paid(family, tmp_path / "pay", allowed=tmp_path / "none.csv")
    with pytest.raises(FormatError) as raised:
        paid(family, tmp_path / "pay", allowed=allowed(tmp_path, ALLOWED[0], "CHEN-1,1,70.00,,,", ",,7000,8000,,"))
    assert raised.value.faults == (
        "row 2: it names no line",
        "row 1: allowed_cents is no whole number of cents, 0 or more",
        "row 2: the patient's share is more than what is allowed",
    )
    assert [path.name for path in (tmp_path / "pay").iterdir() if not path.name.startswith(".")] == []


def test_a_name_that_no_835_can_carry_holds_its_claim_alone(tmp_path: Path) -> None:
    """Nothing is repaired in writing, and one claim does not stop the others of its payee."""
    run = decided(tmp_path)
    register = tmp_path / "out" / "messages" / "claims.parquet"
    import duckdb

    with duckdb.connect() as db:
        db.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet('{register}')")
        db.execute("UPDATE t SET patient_last = 'ĆHEN' WHERE control_number = 'CHEN-1'")
        db.execute(f"COPY t TO '{register}' (FORMAT parquet)")
    summary = paid(run, tmp_path / "pay", allowed=allowed(tmp_path))
    assert [claim.control_number for claim in remittance(summary)[1].claims] == ["CHEN-2"]
    assert all("an 835 cannot carry it" in row["held_because"] for row in rows(summary, "held.csv"))


# ── accounts ────────────────────────────────────────────────────────────────


def test_each_member_and_account_gets_one_payment(tmp_path: Path) -> None:
    """Payroll pays a sum with its lines behind it; a person's own HSA is paid by nobody here."""
    tables = copied(("12_journey_fsa_runs_dry", "01_hsa_back_pain", "15_journey_stipend_then_fsa"), 1)
    wishes = Wishes(parts=1)
    folder = write_parquet(tmp_path / "in", tables)
    adjudicate(book(), shipped(), folder, tmp_path / "out", wishes)
    summary = paid((folder, tmp_path / "out", wishes), tmp_path / "pay", payer=None)
    payments = {row["account"]: row for row in rows(summary, "payments.csv")}
    lines = rows(summary, "payment_lines.csv")
    assert {row["kind"] for row in payments.values()} <= {"health_fsa", "wellness_stipend"}
    assert len({row["payment_id"] for row in payments.values()}) == len(rows(summary, "payments.csv"))
    for payment in rows(summary, "payments.csv"):
        own = [row for row in lines if row["payment_id"] == payment["payment_id"]]
        assert len(own) == int(payment["lines"])
        assert sum(round(float(row["paid"]) * 100) for row in own) == round(float(payment["amount"]) * 100)
    assert len({row["line_reference"] for row in lines}) == len(lines)
    whole = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["outcomes"]
    of_person = [row for row in rows(summary, "held.csv") if "money of their own" in row["held_because"]]
    assert len(lines) + len(of_person) == whole["payable"]["lines"] + sum(
        r["outcome"] == "not_payable" for r in of_person
    )
    assert all(row["requirement_not_met"] and row["told_to"] == "member" for row in rows(summary, "denials.csv"))
