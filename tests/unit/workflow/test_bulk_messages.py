"""Folders of claim messages: each claim is taken whole or set aside with its place and the reason, never half, never lost."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from necessity.domain.full_claim import ClaimProvider, Name
from necessity.errors import FormatError, SettingError
from necessity.workflow.bulk.messages.beside import survey_beside
from necessity.workflow.bulk.messages.lay_out import find_messages
from tests.message_books import read_folder, therapy, write_beside, write_messages
from tests.messages import NPI, STREET, damaged, message_835, message_837p


def reasons(folder: Path, out: Path) -> dict[str, str]:
    """Give why each claim was set aside, by its control number; empty where it was taken."""
    return {place.partition(" ")[2]: why or "" for place, why in read_folder(folder, out).claims.items()}


def test_a_claim_becomes_rows_that_say_what_the_message_says(tmp_path: Path) -> None:
    """What a message holds is taken over, what it cannot hold stays empty: unknown, and never guessed."""
    read = read_folder(write_messages(tmp_path / "in"), tmp_path / "out")
    assert set(read.claims.values()) == {None}
    assert [row["case_id"] for row in read.rows("case_file")] == ["W000000001", "W000000001/2012-02-29/K"]
    (child,) = (row for row in read.rows("patient") if row["case_id"].endswith("K"))
    assert (child["name"], child["born_on"], child["relationship"]) == ("K CHEN", "2012-02-29", "child")
    lines = {row["id"]: row for row in read.rows("expense")}
    assert sorted(lines) == [f"CHEN-{claim}@{NPI}/{line}" for claim in (1, 2) for line in (1, 2)]
    line = lines[f"CHEN-1@{NPI}/1"]
    known = ("kind", "status", "served_on", "charge_cents", "clinician")
    assert [line[name] for name in known] == ["therapy", "held", "2026-05-04", "8500", NPI]
    assert line["needs_therapist_skill"] is line["has_plan_of_care"] is line["receipt"] is None
    (person, _) = read.rows("clinician")
    assert person["licence"] is None, "a provider number is no licence"
    source = read.rows("funding_source")[0]
    assert (source["kind"], source["group_number"], source["member_id"]) == ("group_plan", "G100", "W000000001")
    assert source["opened_on"] is source["payer"] is None
    assert {row["funding_source"] for row in read.rows("claim")} == {source["id"]}
    assert [row["procedure_code"] for row in read.rows("service_line")] == ["97110"] * 4


BAD = {
    "adds up to something else": ("CLM*CHEN-3*170", "CLM*CHEN-3*171", "CLM02 asks $171.00"),
    "charged below zero": ("SV1*HC:97110:GP*85*UN*3***1", "SV1*HC:97110:GP*-85*UN*3***1", "no charge that can be read"),
    "no such day": ("DTP*472*D8*20260504", "DTP*472*D8*20260231", "There is no such day as 20260231."),
    "no day at all": ("DTP*472*D8*20260504~", "", "can be read; a claim is decided whole"),
    "points at nothing": ("*85*UN*3***1~", "*85*UN*3***4~", "points at diagnosis 4"),
    "no code": ("SV1*HC:97110:GP*85", "SV1*HC:9711:GP*85", "bears no procedure code that can be read"),
    "a replacement": ("11:B:1*Y", "11:B:7*Y", "replaces an earlier claim"),
    "another payer first": ("SBR*P*18", "SBR*S*18", "Another payer comes before"),
    "no member number": ("****MI*W000000001", "", "member number (NM109) is missing"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_claim_is_set_aside_with_its_place_and_reason(fault: str, tmp_path: Path) -> None:
    """Whoever asks where the claim has gone gets file, segment and reason; its neighbour does not wait."""
    was, now, why = BAD[fault]
    text = message_837p(therapy("CHEN-3"))
    assert was in text
    folder = write_messages(tmp_path / "in", bad=text.replace(was, now, 1), good=message_837p(therapy("CHEN-4")))
    read = read_folder(folder, tmp_path / "out")
    bad, good = read.claims
    assert bad.startswith("bad.x12:"), bad
    assert why in (read.claims[bad] or "")
    assert "segment " in (read.claims[bad] or "")
    assert (good.partition(" ")[2], read.claims[good]) == ("CHEN-4", None)
    assert {row["id"] for row in read.rows("claim")} == {f"CHEN-4@{NPI}"}


def test_what_is_wrong_above_a_claim_sets_aside_all_below_it(tmp_path: Path) -> None:
    """A provider whose number cannot be is paid for none of its claims, in whichever of them it was noticed."""
    others = ClaimProvider(name=Name(last="OTHER CLINIC", is_person=False), npi=NPI, tax_id="987654320", address=STREET)
    text = message_837p(therapy("CHEN-3"), therapy("CHEN-4"), therapy("CHEN-5", billing_provider=others))
    text = text.replace(f"NM1*85*1*THERAPIST*P****XX*{NPI}", "NM1*85*1*THERAPIST*P****XX*1234567890")
    found = reasons(write_messages(tmp_path / "in", one=text), tmp_path / "out")
    assert "no provider number" in found["CHEN-3"]
    assert "no provider number" in found["CHEN-4"]
    assert found["CHEN-5"] == ""


@pytest.mark.parametrize(
    ("was", "now", "why"),
    [
        ("SE*", "SE*9", "its transaction set: SE01 counts"),
        ("IEA*1*000000001", "IEA*1*000000002", "the file: IEA02 is 000000002"),
        ("IEA*1*000000001~", "", "the file: The interchange has no IEA"),
    ],
)
def test_a_message_changed_on_its_way_pays_nobody(was: str, now: str, why: str, tmp_path: Path) -> None:
    """Counts and numbers around the claims are there to show what was lost."""
    text = message_837p(therapy("CHEN-3"), therapy("CHEN-4"))
    found = reasons(write_messages(tmp_path / "in", one=text.replace(was, now)), tmp_path / "out")
    assert len(found) == 2
    assert all(why in reason for reason in found.values()), found


def test_a_claim_sent_twice_is_decided_once(tmp_path: Path) -> None:
    """The same file twice in a folder is an everyday slip, and must not pay twice."""
    text = message_837p(therapy("CHEN-3"))
    other = message_837p(therapy("CHEN-4")), message_837p(therapy("CHEN-4", place_of_service="12"))
    read = read_folder(write_messages(tmp_path / "in", a=text, b=text, c=other[0], d=other[1]), tmp_path / "out")
    first, again, *two = read.claims.values()
    assert first is None
    assert "The same claim stands in a.x12, segment 22; it is decided there." in (again or "")
    assert all("stands over another claim" in (why or "") for why in two), "which of the two counts cannot be told"


def test_one_member_number_is_one_person(tmp_path: Path) -> None:
    """Two people under one number would share letters and balances."""
    other = therapy("CHEN-4").patient.model_copy(update={"born_on": date(1950, 1, 1)})
    text = message_837p(therapy("CHEN-3"), therapy("CHEN-4", patient=other, subscriber=other))
    found = reasons(write_messages(tmp_path / "in", one=text), tmp_path / "out")
    assert all("different birth dates" in why for why in found.values())


def test_what_is_no_message_is_set_aside_by_file(tmp_path: Path) -> None:
    """A file that cannot be read counts; it must not look as if it had never come."""
    folder = write_messages(
        tmp_path / "in", answer=message_835(), empty="", gibberish="ISA*what", good=message_837p(), half="ISA"
    )
    read = read_folder(folder, tmp_path / "out")
    assert len(read.claims) == 2
    assert set(read.files) == {"answer.x12", "empty.x12", "gibberish.x12", "half.x12"}
    assert "of the kind 835" in read.files["answer.x12"]
    assert read.files["empty.x12"].startswith("The file is empty.")


def test_damaged_messages_are_taken_or_set_aside_and_never_lost(tmp_path: Path) -> None:
    """Every claim that is found in a message, however broken, is in the tables or among those set aside."""
    texts = {f"m{number:03}": text for number, text in enumerate(damaged(837, 150))}
    read = read_folder(write_messages(tmp_path / "in", **texts), tmp_path / "out")
    taken = sum(why is None for why in read.claims.values())
    assert taken == len(read.rows("claim"))
    named = {place.partition(":")[0] for place in read.claims} | set(read.files)
    assert named == {f"{name}.x12" for name in texts}, "of every file something is said"


# ── tables beside ───────────────────────────────────────────────────────────


def test_tables_beside_are_joined_by_member_claim_group_and_provider_number(tmp_path: Path) -> None:
    """Registers are kept by the numbers an administrator has, not by our case ids."""
    beside = write_beside(
        tmp_path / "with",
        letter=(
            "member_id,patient_control_number,id,signed_by,signed_on",
            "W000000001,CHEN-1,l1,pt,2026-04-01",
            "W9,,l2,,2026-04-01",
            "W000000001/2012-02-29/K,,l3,,2026-04-01",
        ),
    )
    read = read_folder(write_messages(tmp_path / "in"), tmp_path / "out", beside)
    assert set(read.claims.values()) == {None}
    assert [(row["case_id"], row["id"]) for row in read.rows("letter")] == [("W000000001", "l1")]
    sources = {row["case_id"]: row for row in read.rows("funding_source")}
    assert {row["id"] for row in sources.values()} == {"plan"}, "the plan beside stands for the one of the message"
    assert sources["W000000001"]["opened_on"] == "2020-01-01"
    assert sources["W000000001"]["member_id"] == "W000000001"
    assert {row["licence"] for row in read.rows("clinician")} == {"PT"}, "found by the provider number"
    assert {row["clinician"] for row in read.rows("expense")} == {"pt"}
    assert {row["needs_therapist_skill"] for row in read.rows("expense")} == {"true"}
    assert {row["letters_complete"] for row in read.rows("case_file")} == {"true"}
    with duckdb.connect() as db:
        counts = db.execute(f"SELECT * FROM read_parquet('{tmp_path}/out/beside.parquet')").fetchall()
    assert ("letter", 3, 1, 0, 2) in counts, "rows of members without a claim are counted, not lost"


def test_a_row_that_could_be_of_several_patients_sets_all_of_them_aside(tmp_path: Path) -> None:
    """A letter given to the wrong child would pay for a child without one."""
    beside = write_beside(tmp_path / "with", letter=("member_id,id", "W000000001,l1"))
    read = read_folder(write_messages(tmp_path / "in"), tmp_path / "out", beside)
    assert all("letter beside, row 1, could be about" in (why or "") for why in read.claims.values())
    assert read.files == {"row 1": "could be of several patients: W000000001, W000000001/2012-02-29/K"}
    child = write_messages(tmp_path / "child", one=message_837p(therapy("CHEN-2")))
    alone = read_folder(child, tmp_path / "alone", beside)
    assert all("letter beside, row 1" in (why or "") for why in alone.claims.values()), "it may be the subscriber's own"
    number = write_beside(tmp_path / "with", letter=("member_id,patient_control_number,id", "W000000001,CHEN-1,l1"))
    assert set(read_folder(child, tmp_path / "other", number).claims.values()) == {None}


def test_money_that_several_patients_draw_on_is_known_for_none_of_them(tmp_path: Path) -> None:
    """Each alone would be paid the whole of it."""
    years = (
        "member_id,funding_source_id,id,starts_on,ends_on,election_cents",
        "W000000001,plan,y,2026-01-01,2026-12-31,9",
    )
    both = read_folder(
        write_messages(tmp_path / "in"), tmp_path / "both", write_beside(tmp_path / "with", plan_year=years)
    )
    assert [(row["id"], row["election_cents"]) for row in both.rows("plan_year")] == [("y", None)] * 2
    one = write_messages(tmp_path / "one", one=message_837p(therapy()))
    alone = read_folder(one, tmp_path / "alone", tmp_path / "with")
    assert [row["election_cents"] for row in alone.rows("plan_year")] == ["9"]


def test_a_claim_that_could_ask_two_plans_is_set_aside(tmp_path: Path) -> None:
    """Which of two plans of one kind is meant is told by its number, or not at all."""
    columns = "member_id,id,kind,payer_electronic_id,group_number,held"
    rows = ("W000000001,one,group_plan,{},G1,true", "W000000001,two,group_plan,99999,G2,true")
    folder = write_messages(tmp_path / "in", one=message_837p(therapy()))
    for place, (number, why) in enumerate((("11111", "has several of the kind group_plan"), ("60054", ""))):
        given = (columns, rows[0].format(number), rows[1])
        beside = write_beside(tmp_path / f"with{place}", funding_source=given, clause=None)
        read = read_folder(folder, tmp_path / f"out{place}", beside)
        assert all(why in (said or "") and bool(said) is bool(why) for said in read.claims.values())
    medicare = write_beside(tmp_path / "with", funding_source=(columns, "W000000001,m,medicare,,,true"), clause=None)
    read = read_folder(folder, tmp_path / "out", medicare)
    assert all("knows of this member only: medicare" in (why or "") for why in read.claims.values())


@pytest.mark.parametrize(
    ("table", "lines", "said"),
    [
        (
            "letter",
            ("member_id,id,signd_on", "W1,l1,"),
            "letter.signd_on is no column of ours; did you mean signed_on?",
        ),
        ("letter", ("id,signed_on", "l1,"), "letter has none of the columns case_id, member_id"),
        ("letter", ("member_id,id", ",l1"), "letter: row 1 names nobody; fill in member_id"),
        ("letter", ("group_number,id", "G1,l1"), "letter.group_number cannot say whose a row is"),
        ("expense", ("member_id,id", "W1,e1"), "expense.patient_control_number is missing"),
        ("case_file", ("letters_complete", "true", "false"), "case_file without a key holds for every case"),
    ],
)
def test_what_cannot_be_meant_beside_is_told_at_once(
    table: str, lines: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    """Before a single message is read."""
    folder = tmp_path / "with"
    folder.mkdir()
    (folder / f"{table}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with duckdb.connect() as db, pytest.raises(FormatError) as raised:
        survey_beside(folder, db)  # type: ignore[arg-type]
    assert any(said in fault for fault in raised.value.faults), raised.value.faults
    with duckdb.connect() as db, pytest.raises(SettingError):
        survey_beside(tmp_path / "nowhere", db)  # type: ignore[arg-type]


def test_a_broken_line_beside_stops_the_reading(tmp_path: Path) -> None:
    """Whose row it is cannot be told, so no case can be decided rightly without it."""
    for number, table in enumerate(("letter", "clinician")):
        columns = ("member_id,id", "W1,l1", 'W1,"l2') if table == "letter" else ("id,npi", "pt,1,2")
        beside = write_beside(tmp_path / f"with{number}", **{table: columns})
        with pytest.raises(FormatError):
            read_folder(write_messages(tmp_path / "in"), tmp_path / f"out{number}", beside)
        assert not (tmp_path / f"out{number}").exists()


def test_files_that_are_neither_message_nor_table_are_told(tmp_path: Path) -> None:
    """An archive left among messages may hold claims that nobody would miss."""
    folder = write_messages(tmp_path / "in" / "monday")
    assert [one.name for one in find_messages(tmp_path / "in")] == ["monday/both.x12"]
    (folder / "more.zip").write_bytes(b"PK")
    with pytest.raises(FormatError) as raised:
        find_messages(tmp_path / "in")
    assert raised.value.faults == ("monday/more.zip is neither a message nor a table of ours",)
