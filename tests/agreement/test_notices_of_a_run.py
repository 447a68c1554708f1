"""Every notice of a whole run is read: nothing that the law asks for is left out, and no refused line goes unsaid."""

import csv
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from necessity.adjudication.decide import Judge
from necessity.cli.main import run as necessity
from necessity.codesets.icd10cm.book import shipped
from necessity.errors import SettingError
from necessity.formats.notice.contents import NoticeContents
from necessity.formats.notice.text import as_text
from necessity.formats.notice.write import read, write
from necessity.parameters.time_limits import load_plan_types
from necessity.rulebook.notice_words import notice_words
from necessity.workflow.adjudicate import Wishes, adjudicate
from necessity.workflow.bulk.notices import NoticesWritten, write_notices
from necessity.workflow.bulk.trace import Asking, write_requests
from necessity.workflow.notices.compose import Occasion
from necessity.workflow.notices.sender import NoticeSender
from necessity.workflow.synthesize import USUAL, plan_book, synthesize
from tests.books import rows_of
from tests.docs.test_words import SOURCES, promises
from tests.shipped import book, program

ON, SENT = date(2026, 6, 30), date(2026, 7, 1)
WISHES = Wishes(parts=3, threads=2)
SENDER = NoticeSender(name="Example", address=("1 Plan Road",), also=("Help in other languages: 555-0199.",))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("notices")
    synthesize(plan_book(2500, 11, ON, dict(USUAL)), folder / "book")
    adjudicate(book(), shipped(), folder / "book" / "tables", folder / "out", WISHES)
    return folder / "book" / "tables", folder / "out"


@pytest.fixture(scope="module")
def occasion() -> Occasion:
    return Occasion(Judge(book(), program()), SENDER, SENT, (book().parameters, load_plan_types(book().parameters)))


def written(occasion: Occasion, run: tuple[Path, Path], target: Path, where: str = "") -> NoticesWritten:
    return write_notices(occasion, (*run, WISHES), target, where, lambda *_: None)


def notices_in(folder: Path) -> list[NoticeContents]:
    """Read a list back; the words of headings are the same for all and do not stand in it."""
    rows = [json.loads(line) for line in (folder / "notices.ndjson").read_text(encoding="utf-8").splitlines()]
    whole = [{**row, "headings": notice_words().heading} for row in rows]
    return [NoticeContents.model_validate({k: v for k, v in row.items() if k != "is_ready"}) for row in whole]


@pytest.fixture(scope="module")
def refusals(
    occasion: Occasion, run: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, NoticesWritten]:
    folder = tmp_path_factory.mktemp("refusals")
    return folder, written(occasion, run, folder)


def test_every_refused_line_stands_in_one_notice_or_is_said_to_get_none(
    refusals: tuple[Path, NoticesWritten], run: tuple[Path, Path]
) -> None:
    """A line refused without a word is the one that ends in court."""
    folder, told = refusals
    backs = rows_of(f"{run[0]}/reimbursement/*.parquet")
    own = {(row["case_id"], row["expense"], row["funding_source"]) for row in backs}
    money = next(row for row in rows_of(f"{run[1]}/rules.parquet") if row["rule"] == "us.money.not_paid_back_already")
    lines = [row for row in rows_of(f"{run[1]}/parts/*/lines.parquet") if row["outcome"] == "not_payable"]
    words = dict.fromkeys(row["word"] for row in rows_of(f"{run[1]}/rules.parquet"))
    deciding = {
        word: sum(
            1 << row["bit"] for row in rows_of(f"{run[1]}/rules.parquet") if row["word"] == word and row["decides"]
        )
        for word in words
    }

    def key(row: dict[str, Any]) -> tuple[str, str, str]:
        return row["case_id"], row["expense_id"], row["funding_source_id"]

    def failed(row: dict[str, Any]) -> dict[str, int]:
        found = {word: row[f"failed_{word}"] & bits for word, bits in deciding.items()}
        return {word: bits for word, bits in found.items() if bits}

    paid = {key(row) for row in lines if failed(row) == {money["word"]: 1 << money["bit"]} and key(row) in own}
    assert paid
    wanted = Counter(
        (row["case_id"], row["funding_source_id"], row["expense_id"])
        for row in lines
        if row["funding_source"] not in notice_words().left_out and key(row) not in paid
    )
    found = Counter((one.case_id, one.funding_source, line.expense) for one in notices_in(folder) for line in one.lines)
    assert found == wanted
    assert told.lines == sum(wanted.values())
    assert sum(told.left_out.values()) == len(lines) - told.lines > 0


def test_every_refusal_holds_what_the_law_asks_for_or_says_that_it_lacks_it(
    refusals: tuple[Path, NoticesWritten],
) -> None:
    """29 CFR 2560.503-1(g)(1): reasons, provisions, what is missing and why, review with its time limits, court."""
    lacks = notice_words().lacks
    for one in notices_in(refusals[0]):
        text = " ".join(as_text(one).split())
        assert one.reasons
        assert all(line.numbers for line in one.lines)
        for told in one.reasons:
            assert told.says
            assert " ".join(told.says.split()) in text
            assert not re.search(r"[{}]", told.says)
            named = told.provisions and any("own document, as" not in text for text in told.provisions)
            assert named or any(told.title.removeprefix("Not met: ") in lack for lack in one.lacks)
            assert told.needed
            assert all("This is needed because the requirement is that" in needed for needed in told.needed)
        assert re.search(r"within \d+ days after you receive this notice", text) or lacks["appeal"] in one.lacks
        assert re.search(r"The plan answers within \d+ days", text) or lacks["answer"] in one.lacks
        assert "civil action under section 502(a) of ERISA" in text or "This is not a plan under ERISA" in text
        assert "free of charge" in text
        assert promises(text, SOURCES) == []


def test_a_review_from_outside_is_offered_only_where_it_exists(refusals: tuple[Path, NoticesWritten]) -> None:
    """Accounts have none; a health plan's only where more than its contract stands against the claim."""
    found = notices_in(refusals[0])
    assert {one.funding_kind for one in found} >= {"health_fsa", "hra", "group_plan"}
    for one in found:
        offers = "you may ask for a review by somebody independent" in " ".join(as_text(one).split())
        assert offers is (one.has_outside_review is True)
        if one.funding_kind != "group_plan" or all(told.rule in notice_words().contract for told in one.reasons):
            assert not offers


def test_the_flat_list_says_the_same(refusals: tuple[Path, NoticesWritten]) -> None:
    """Who merges letters from the CSV sends what the NDJSON says."""
    folder, told = refusals
    with (folder / "notices.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    notices = notices_in(folder)
    assert [row["notice"] for row in rows] == [one.id for one in notices]
    assert len(rows) == told.notices == len({row["notice"] for row in rows})
    for row, one in zip(rows, notices, strict=True):
        assert row["reasons"] == " | ".join(reason.says for reason in one.reasons)
        assert row["suit"]
        assert row["copies"]
        assert row["due_on"] == (one.due_on.isoformat() if one.due_on else "")
        assert (row["is_ready"] == "True") is (not row["lacks"])


def test_the_same_run_gives_the_same_notices(
    refusals: tuple[Path, NoticesWritten], occasion: Occasion, run: tuple[Path, Path], tmp_path: Path
) -> None:
    """Years later the letter can be made again."""
    assert written(occasion, run, tmp_path) == refusals[1]
    for name in ("notices.ndjson", "notices.csv"):
        assert (tmp_path / name).read_bytes() == (refusals[0] / name).read_bytes()


def test_pended_lines_get_requests_with_their_day(occasion: Occasion, run: tuple[Path, Path], tmp_path: Path) -> None:
    """What is missing, why, until when; the same condition that traces take."""
    told = written(occasion, run, tmp_path, "outcome = 'pended'")
    notices = notices_in(tmp_path)
    assert told.notices == len(notices) > 0
    for one in notices:
        text = " ".join(as_text(one).split())
        assert one.kind == "request"
        assert all(reason.needed for reason in one.reasons)
        assert "Please send it within 45 days" in text or notice_words().lacks["number"] in one.lacks
        assert "Nothing of it is refused." in text


def test_questions_say_why_and_until_when(occasion: Occasion, run: tuple[Path, Path], tmp_path: Path) -> None:
    """An administrator asks once, with a reason and a day."""
    asking = Asking(SENT, SENDER, occasion.limits)
    tables, out = run
    assert write_requests(occasion.judge, tables, out, WISHES, lambda *_: None, asking)
    rows = [json.loads(line) for line in (out / "requests.ndjson").read_text(encoding="utf-8").splitlines()]
    assert all(row["why"] and row["question"] for row in rows)
    days = {day for row in rows for day in row["until"].values()}
    assert days == {"2026-08-15"}
    kinds = {(row["case_id"], row["id"]): row["kind"] for row in rows_of(f"{tables}/funding_source/*.parquet")}
    for row in rows:
        assert all(kinds[row["case_id"], source] in ("health_fsa", "hra", "group_plan") for source in row["until"])


def test_a_condition_that_cannot_be_read_is_told(occasion: Occasion, run: tuple[Path, Path], tmp_path: Path) -> None:
    """A typing error must not send letters to everybody, nor to nobody."""
    with pytest.raises(SettingError, match="notices-where"):
        written(occasion, run, tmp_path, "outcome == denied")
    assert not (tmp_path / "notices.ndjson").exists()


def test_the_command_writes_lists_and_papers(run: tuple[Path, Path], tmp_path: Path) -> None:
    """One command after the run; a paper for each of a few chosen lines, whole and readable."""
    tables, out = run
    target = tmp_path / "notices"
    command = ["adjudicate", str(tables), "-o", str(out), "--parts", "3", "--notices", str(target), "--papers"]
    where = ["--notices-where", "outcome = 'not_payable' AND funding_source = 'hra'", "--sent-on", "2026-07-01"]
    assert necessity([*command, *where, "--json"]) == 0
    notices = notices_in(target)
    papers = sorted((target / "papers").glob("*.pdf"))
    assert len(papers) == len(notices) == len(list((target / "papers").glob("*.txt"))) > 0
    assert sorted(read(paper.read_bytes()).id for paper in papers) == sorted(one.id for one in notices)
    assert write(notices[0]) in {paper.read_bytes() for paper in papers}
    assert necessity([*command[:-1], *where]) == 0
    assert not (target / "papers").exists()
