"""A run over messages: decided like the single case, the same however it is cut, shown and refused in words."""

import json
from datetime import date
from pathlib import Path

import pytest

from necessity.adjudication.code_days import with_codes
from necessity.adjudication.decide import Judge
from necessity.adjudication.lines import Reader
from necessity.cli.main import run as necessity
from necessity.codesets.icd10cm.book import shipped
from necessity.errors import SettingError
from necessity.workflow.adjudicate import Wishes, adjudicate
from necessity.workflow.bulk.rows_again import CaseRows
from necessity.workflow.replay_tables import replay_tables
from tests.books import lines_of, results_of, write_csv
from tests.message_books import BESIDE, ON, therapy, write_beside, write_messages
from tests.messages import message_837p
from tests.shipped import book, program


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("book")
    bad = message_837p(therapy("CHEN-3")).replace("CLM*CHEN-3*170", "CLM*CHEN-3*171")
    good = message_837p(therapy(), therapy("CHEN-2"))
    return write_messages(folder / "in", bad=bad, good=good), write_beside(folder / "with")


@pytest.fixture(scope="module")
def whole(folders: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole")
    adjudicate(book(), shipped(), folders[0], out, wishes(folders, parts=1, threads=1))
    return out


def wishes(folders: tuple[Path, Path], parts: int = 2, threads: int = 2) -> Wishes:
    return Wishes(on=ON, parts=parts, threads=threads, beside=folders[1])


def test_messages_are_decided_like_the_single_case(folders: tuple[Path, Path], whole: Path) -> None:
    """One rulebook: what the administrator's run says of a claim is what the record alone would say."""
    judge = Judge(book(), program())
    reader, expected = Reader(judge.book, judge.program), {}
    with CaseRows(judge, folders[0], whole, wishes(folders)) as rows:
        cases = ["W000000001", "W000000001/2012-02-29/K"]
        for case, tables in rows.tables_of(cases, lambda *_: None, ""):
            for _, lines in reader.routes(judge.engine.run(with_codes(tables, judge.codes))):
                for line in lines:
                    expected[case, line.id, str(line.rows["route"]["funding_source_id"])] = line.outcome.value
    found = {key: line[5] for key, line in lines_of(whole).items()}
    assert found == {key: outcome for key, outcome in expected.items() if key[2] == "plan"}
    assert set(found.values()) == {"payable"}
    assert len(found) == 4


def test_claims_in_are_claims_decided_and_set_aside(whole: Path) -> None:
    """Nothing is lost between the folder and the summary, claims that cannot be taken included."""
    summary = json.loads((whole / "summary.json").read_text(encoding="utf-8"))
    assert summary["messages"] == {
        "files_with_claims": 2,
        "not_read": 0,
        "claims": {"read": 3, "decided": 2, "set_aside": 1},
        "lines": {"read": 6, "decided": 4, "set_aside": 2},
    }
    assert "bad.x12, segment 22, claim CHEN-3" in (whole / "quarantine.csv").read_text(encoding="utf-8")
    assert set(summary["beside"]) == set(BESIDE)


def test_a_case_with_a_faulty_row_beside_counts_as_set_aside(folders: tuple[Path, Path], tmp_path: Path) -> None:
    """A letter signed on no day sets its member's claims aside, and the count says so."""
    beside = write_beside(tmp_path / "with", letter=("member_id,id,signed_on", "W000000001,l1,soon"))
    messages = write_messages(tmp_path / "in", one=message_837p(therapy()))
    summary = adjudicate(book(), shipped(), messages, tmp_path / "out", wishes((messages, beside)))
    assert summary["messages"]["claims"] == {"read": 1, "decided": 0, "set_aside": 1}
    assert "signed_on (soon) is not a day" in (tmp_path / "out" / "quarantine.csv").read_text(encoding="utf-8")


def test_parts_threads_and_a_second_start_change_no_row(
    folders: tuple[Path, Path], whole: Path, tmp_path: Path
) -> None:
    """Also where the tables lie among the messages instead of apart."""
    adjudicate(book(), shipped(), folders[0], tmp_path / "cut", wishes(folders, parts=3))
    adjudicate(book(), shipped(), folders[0], tmp_path / "cut", wishes(folders, parts=3))
    assert results_of(tmp_path / "cut") == results_of(whole)
    for file in [*folders[0].iterdir(), *folders[1].iterdir()]:
        (tmp_path / "both").mkdir(exist_ok=True)
        (tmp_path / "both" / file.name).write_bytes(file.read_bytes())
    adjudicate(book(), shipped(), tmp_path / "both", tmp_path / "out", Wishes(on=ON, parts=1))
    assert results_of(tmp_path / "out") == results_of(whole)


def test_what_cannot_be_asked_of_messages_is_told(folders: tuple[Path, Path], tmp_path: Path) -> None:
    """A day is needed; tables stand in one place; tables take no tables beside; a replay takes the tables."""
    run = (book(), shipped(), folders[0], tmp_path / "out")
    with pytest.raises(SettingError, match="do not say for which day"):
        adjudicate(*run, Wishes(beside=folders[1]))
    both = write_messages(tmp_path / "both")
    write_beside(both)
    with pytest.raises(SettingError, match="Tables stand in"):
        adjudicate(book(), shipped(), both, tmp_path / "other", wishes((both, folders[1])))
    tables = write_csv(tmp_path / "tables", {"case_file": [{"case_id": "c", "decided_on": date(2026, 1, 1)}]})
    with pytest.raises(SettingError, match="holds no messages"):
        adjudicate(book(), shipped(), tables, tmp_path / "third", Wishes(beside=folders[1]))
    with pytest.raises(SettingError, match="holds messages"):
        replay_tables(folders[0], (book(), ON), (book(), ON), shipped(), tmp_path / "replay", Wishes(on=ON))


PAYER = "\n".join(
    f'{key} = "{value}"'
    for key, value in {
        **{"name": "PLAN ONE", "tax_id": "123456789", "street": "1 MAIN ST", "city": "ALBANY", "state": "NY"},
        **{"zip_code": "122070001", "phone": "5555550199", "sender_id": "PLANONE", "receiver_id": "CLEARINGHOUSE"},
    }.items()
)


def test_the_command_reads_decides_and_pays(
    folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One command from a folder of claims to a remittance, said in words an administrator reads."""
    (tmp_path / "payer.toml").write_text(PAYER, encoding="utf-8")
    allowed = "patient_control_number,line_number,allowed_cents\n"
    allowed += "".join(f"CHEN-{claim},{line},8000\n" for claim in (1, 2) for line in (1, 2))
    (tmp_path / "allowed.csv").write_text(allowed, encoding="utf-8")
    words = ["adjudicate", str(folders[0]), "-o", str(tmp_path / "out"), "--on", str(ON), "--with", str(folders[1])]
    pay = ["--payments", str(tmp_path / "pay"), "--pay-on", "2026-07-15", "--payer", str(tmp_path / "payer.toml")]
    assert necessity([*words, *pay, "--allowed", str(tmp_path / "allowed.csv"), "--trace", "W000000001"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "3 claims in messages = 2 decided + 1 set aside" in said
    assert "4 of unknown amount" in said
    assert "1 to providers, $320.00" in said
    assert (tmp_path / "out" / "traces" / "W000000001.txt").is_file()
    assert necessity([*words, *pay[:2]]) == 2
    assert "Say it with --pay-on" in capsys.readouterr().err
    assert necessity([*words, *pay[2:4]]) == 2
    assert "Add --payments DIR" in capsys.readouterr().err
    (tmp_path / "payer.toml").write_text('name = "PLAN ONE"\ntaxid = "1"\n', encoding="utf-8")
    assert necessity([*words, *pay]) == 2
    assert "taxid is not known; tax_id is missing" in " ".join(capsys.readouterr().err.split())
