"""The case folder: what may stand in it, how faults are told, how it is saved and changed in place."""

import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from necessity.domain.case import Case, ListName
from necessity.domain.claim import Claim
from necessity.domain.funding import FundingSource
from necessity.domain.people import Patient
from necessity.domain.record import Record
from necessity.domain.training import Activity, TrainingSession
from necessity.errors import FormatError, RecordError, StoreError
from necessity.stores.case_csv import read_activities, write_activities
from necessity.stores.case_files import read_case_files, write_case_files
from necessity.stores.edit import set_field
from necessity.stores.folder import FolderStore, load_case, save_case
from necessity.stores.layout import disk_fields
from necessity.stores.template import CASE_TOML, new_case_folder, new_template
from necessity.stores.values import WHITE
from tests import cast
from tests.conftest import ROOT

SMALL = """\
id = "ada"            # short name
complete = ["letters"]
expenses = "none"

# who
[patient]
born_on = 1980-05-17

[[clinician]]
id = "ghali"
licence = "MD"

[[letter]]
id = "l1"
signed_by = "ghali"   # in ink
signed_on = 2026-03-02

[[funding_source]]
id = "fsa"
kind = "health_fsa"

[[funding_source.plan_year]]
id = "2026"
election = 3400.00
"""


def read(toml: str = SMALL, sessions: str = "", receipts: str = "") -> Case:
    files = {"case.toml": toml, "sessions.csv": sessions, "receipts.csv": receipts}
    return read_case_files({name: text.encode() for name, text in files.items()})


def faults(toml: str = SMALL, sessions: str = "", receipts: str = "") -> tuple[str, ...]:
    with pytest.raises(FormatError) as caught:
        read(toml, sessions, receipts)
    return caught.value.faults


def small(folder: Path) -> Path:
    (folder / "case.toml").write_text(SMALL)
    return folder


# ── reading what is right ──────────────────────────────────────────


def test_a_small_folder_reads_as_it_says() -> None:
    """The form a person writes by hand."""
    case = read(sessions="id,served_on,charge,supervisor_was_present\ns1,2026-03-09,$85,Yes\n\ns2,,,\n")
    assert case.complete == (ListName.LETTERS, ListName.EXPENSES)
    assert case.letters[0].signed_on == date(2026, 3, 2)
    assert case.funding_sources[0].plan_years[0].election_cents == 340_000
    assert case.sessions[0].charge_cents == 8500
    assert case.sessions[0].supervisor_was_present is True
    assert case.sessions[1] == TrainingSession(id="s2")


def test_what_is_blank_is_unknown() -> None:
    """Never no, never zero, never an empty text."""
    case = read('id = "x"\n[patient]\nname = ""\nphone = "  "\n', "id,minutes,note\ns1, ,\n")
    assert case.patient == Patient()
    assert case.sessions == (TrainingSession(id="s1"),)


@pytest.mark.parametrize("written", ["85", "85.0", "85.00", '"85"', '"$85.00"', '" 85.00 "'])
def test_an_amount_may_be_written_in_several_ways(written: str) -> None:
    """People copy amounts from receipts."""
    toml = f'id = "x"\n[[package]]\nid = "p"\nprice = {written}\n'
    assert read(toml).packages[0].price_cents == 8500


@pytest.mark.parametrize(("written", "rate"), [("22", 2200), ("7.65", 765), ('"22 %"', 2200), ("0", 0)])
def test_a_rate_is_written_in_per_cent(written: str, rate: int) -> None:
    """Nobody knows their tax rate per ten thousand."""
    assert read(f'id = "x"\n[tax]\nfederal_rate_percent = {written}\n').tax.federal_rate == rate


def test_an_adjustment_may_be_negative_and_stays_exact() -> None:
    """Negative adjustments raise a payment."""
    toml = """id = "x"
    [[funding_source]]
    id = "f"
    kind = "hsa"
    [[claim]]
    id = "c"
    funding_source = "f"
    [[remittance]]
    id = "r"
    claim = "c"
    adjustment = [{ group = "CO", amount = -0.10 }]
    """
    assert read(toml).remittances[0].adjustments[0].amount_cents == -10


def test_byte_order_mark_and_windows_line_ends_are_read() -> None:
    """Spreadsheets on Windows write both."""
    toml = b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()
    sessions = b'\xef\xbb\xbfid,note\r\ns1,"two\r\nlines"\r\n'
    case = read_case_files({"case.toml": toml, "sessions.csv": sessions})
    assert case.letters == read().letters
    assert case.sessions[0].note == "two\r\nlines"


def test_the_order_of_columns_is_free_and_empty_ones_without_heading_do_not_matter() -> None:
    """Spreadsheets add empty columns at the end."""
    case = read(sessions="note,id,,\nhello,s1,,\n,,,\n")
    assert case.sessions == (TrainingSession(id="s1", note="hello"),)


def test_a_formula_is_text_and_never_more() -> None:
    """Somebody else's spreadsheet may open this file; ours never evaluates."""
    case = Case(id="x", sessions=(TrainingSession(id="s1", note="=HYPERLINK(1)"),))
    written = write_case_files(case)["sessions.csv"].decode()
    assert written == "id,note\ns1,'=HYPERLINK(1)\n"
    assert read(sessions=written).sessions[0].note == "=HYPERLINK(1)"
    assert read(sessions="id,note\ns1,=HYPERLINK(1)\n").sessions[0].note == "=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("cell", "activities"),
    [
        ("squat 15; walk 20", [("squat", 15), ("walk", 20)]),
        ("squat", [("squat", None)]),
        ("squat 15 min; walk  20 minutes ;", [("squat", 15), ("walk", 20)]),
        ("15", [("15", None)]),
        ("set 3 ?", [("set 3", None)]),
        (r"push\; pull 5", [("push; pull", 5)]),
        (r"back\\slash 5", [("back\\slash", 5)]),
        (" ; ", []),
    ],
)
def test_activities_stand_in_one_cell(cell: str, activities: list[tuple[str, int | None]]) -> None:
    """A trainer writes them down in one line."""
    expected = [{"name": name, "minutes": minutes} for name, minutes in activities]
    assert (read_activities(cell) or []) == expected
    again = write_activities(Activity(name=name, minutes=minutes) for name, minutes in activities)
    assert (read_activities(again) or []) == expected


def test_blank_means_the_same_here_and_in_the_records() -> None:
    """If one stripped a character and the other did not, a text would come back changed."""
    both = [chr(n) for n in range(0x11000) if not 0xD800 <= n < 0xE000]
    assert "".join(one for one in both if Patient(name=one).name == "") == "".join(sorted(WHITE))


# ── telling what is wrong ──────────────────────────────────────────


def test_every_fault_is_told_at_once_with_file_line_field_and_mending() -> None:
    """A person mends a folder once, not once for each fault."""
    toml = SMALL.replace("signed_on = 2026-03-02", 'signed_on = "03/02/2026"').replace("3400.00", '"lots"')
    toml = toml.replace("born_on", "bornon").replace('signed_by = "ghali"', 'signed_by = "galhi"')
    sessions = "id,minutes,minuts\ns1,abc,\ns1,45,\n"
    assert faults(toml, sessions, "paid_on\n2026-03-09\n") == (
        "case.toml line 7, patient.bornon: found a name that is not known here; perhaps born_on was meant",
        "case.toml line 15, letter[1].signed_by: found 'galhi'; allowed: the id of one of the clinicians; "
        "perhaps ghali was meant",
        "case.toml line 16, letter[1].signed_on: found '03/02/2026'; allowed: a date, year first; "
        "write year-month-day such as 2026-04-07; another order could mean two days and is not guessed",
        "case.toml line 24, funding_source[1].plan_year[1].election: found 'lots'; allowed: dollars with at "
        "most two decimals, up to 999,999,999.99; write an amount such as 85.00",
        "sessions.csv line 1, column minuts: found a heading that is not known here; perhaps minutes was meant",
        "sessions.csv line 2, column minutes: found 'abc'; allowed: " + minutes_allowed() + "; "
        "write a number such as 45",
        "sessions.csv line 3, column id: found 's1', which is already the id in sessions.csv line 2; "
        "allowed: an id of its own; give one of the two another id",
        "receipts.csv line 1, column id: found no such column; allowed: an id of its own for each row; add the column",
    )


def minutes_allowed() -> str:
    """What the record says of minutes."""
    field = disk_fields(TrainingSession)["minutes"]
    return "whole minutes" + ("" if field.high is None else f" {field.low} to {field.high}")


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ('id = "x"\nservice = personal_training', "line 2: found something that cannot be read as TOML"),
        ('id = "x"\nid = "y"', "found something that cannot be read as TOML"),
        ('[[letter]]\nid = "l1"', "id: found nothing"),
        ('id = ""', "case.toml line 1, id: found nothing"),
        ('id = "x"\nservice = "personal-training"', "perhaps personal_training was meant"),
        ('id = "x"\ncomplete = "letters"', "a list"),
        ('id = "x"\ncomplete = ["leters"]', "perhaps letters was meant"),
        ('id = "x"\ncomplete = ["letters", ""]', "take the blank text out"),
        ('id = "x"\nletters = "no"', "write [[letter]] for each"),
        ('id = "x"\n[[letters]]\nid = "l"', "write [[letter]] for each"),
        ('id = "x"\n[letter]\nid = "l"', "write [[letter]] with double brackets"),
        ('id = "x"\n[[patient]]\nname = "A"', "write [patient]"),
        ('id = "x"\nletter = ["l1"]', "a table [[letter]] for each"),
        ('id = "x"\n[[session]]\nid = "s1"', "put it into sessions.csv"),
        ('id = "x"\nletters = "none"\n[[letter]]\nid = "l"', '"none", but one stands in case.toml line 3'),
        (
            'id = "x"\nplan_years = "none"\n[[funding_source]]\nid="f"\nkind="hsa"\n'
            '[[funding_source.plan_year]]\nid="y"',
            "one stands in case.toml line 6",
        ),
        ('id = "x"\n[[funding_source]]\nid = "hsa"', "funding_source[1].kind: found nothing"),
        ('id = "x"\n[[package]]\nid = "p"\nprice = 85.001', "at most two decimals"),
        ('id = "x"\n[[package]]\nid = "p"\nprice = -85', "price: found -85"),
        ('id = "x"\n[[package]]\nid = "p"\nprice = "1.700,00"', "price: found '1.700,00'"),
        ('id = "x"\n[[package]]\nid = "p"\nprice = nan', "price: found NaN"),
        ('id = "x"\n[[package]]\nid = "p"\nprice = 1e999999', "price: found 1E+999999"),
        ('id = "x"\n[[package]]\nid = "p"\nprice_cents = 8500', "perhaps price was meant"),
        ('id = "x"\n[[package]]\nid = "p"\nsessions = 10.5', "a whole number"),
        ('id = "x"\n[[package]]\nid = "p"\nsessions = true', "sessions: found true"),
        ('id = "x"\n[tax]\nfederal_rate_percent = 2200', "per cent, 0 to 100"),
        ('id = "x"\n[tax]\nitemises = "perhaps"', "yes or no"),
        ('id = "x"\n[patient]\nborn_on = 9999-99-99', "line 3: found something that cannot be read as TOML"),
        ('id = "x"\n[patient]\nborn_on = 1980-05-17T00:00:00', "a date, year first"),
        ('id = "x"\n[patient]\nborn_on = 19800517', "found 19800517"),
        ('id = "x"\n[patient]\nborn_on = "2026-02-30"', "found '2026-02-30'"),
        ('id = "x"\n[patient]\nname = 7', "put it in quotes"),
        ('id = "x"\n[patient]\nname = "a\\u0000b"', "take the character NUL out"),
        ('id = "x"\n[[clinician]]\nid = "g"\nnpi = "1234567890"', "The last digit should be 3"),
        (
            'id = "x"\n[[condition]]\nid = "c"\ncode = "backpain"',
            "line 4, condition[1].code: found 'backpain'",
        ),
        (
            'id = "x"\n[[expense]]\nid = "s1"\nkind = "food"',
            "expense[1].id: found 's1', which is already the id",
        ),
    ],
)
def test_a_fault_in_case_toml_is_told_in_words(toml: str, told: str) -> None:
    """Whoever wrote the file must be able to mend it without asking us."""
    (fault,) = faults(toml, "id\ns1\n")
    assert told in fault


@pytest.mark.parametrize(
    ("sessions", "told"),
    [
        ("id;served_on\ns1;2026-03-09\n", "save the file with commas"),
        ("id,id\ns1,s1\n", "the heading a second time"),
        ("id,note\ns1\n", "line 2: found 1 cells; allowed: 2"),
        ("id,note\ns1,a,b\n", "line 2: found 3 cells; allowed: 2"),
        ('id,note\ns1,"two\nlines"\ns2,x,y\n', "line 4: found 3 cells"),
        ('id,note\ns1,"open\n', "close the quotes"),
        ('id,note\ns1,"a"b\n', "cannot be told apart"),
        ("id,note,\ns1,,lost\n", "it stands under no heading"),
        ("id,note\n,hello\n", "line 2, column id: found nothing"),
        ("id,served_on\ns1,04/07/2026\n", "could mean two days and is not guessed"),
        ("id,served_on\ns1,20260407\n", "a date, year first"),
        ("id,starts_at\ns1,9:30 am\n", "a time such as 09:30"),
        ("id,starts_at\ns1,25:00\n", "a time of day"),
        ("id,charge\ns1,-5\n", "column charge: found '-5'"),
        ("id,charge\ns1,85 USD\n", "column charge: found '85 USD'"),
        ("id,minutes\ns1,45.5\n", "column minutes: found '45.5'"),
        ("id,minutes\ns1,٤٥\n", "column minutes: found '٤٥'"),
        ("id,status\ns1,done\n", "one of planned, held, missed, cancelled, refunded"),
        ("id,supervisor_was_present\ns1,maybe\n", "yes or no"),
        ("id,trainer\ns1,eli\n", "the id of one of the trainers; add the record it names"),
        ("id,charge_cents\ns1,8500\n", "perhaps charge was meant"),
        ("id,activities\ns1," + "a;" * 41 + "\n", "at most 40 activities"),
    ],
)
def test_a_fault_in_a_csv_file_is_told_in_words(sessions: str, told: str) -> None:
    """Whoever kept the log must be able to mend it without asking us."""
    (fault,) = faults(sessions=sessions)
    assert told in fault


def test_the_line_is_right_after_texts_of_several_lines_and_comments() -> None:
    """A wrong line number is worse than none."""
    toml = 'id = "x"\n[[letter]]\nid = "a"\n# [[letter]]\n[plan]\nsummary = """\n[[letter]]\n# = "\n"""\n'
    (fault,) = faults(toml + '[[letter]]\nid = "b"\ncovers = [\n  "food", # [\n]\nstates_frequency = 7\n')
    assert fault.startswith("case.toml line 15, letter[2].states_frequency: found 7")


def test_a_broken_file_does_not_blame_its_neighbours() -> None:
    """Sessions name a trainer of case.toml; while that cannot be read, nobody knows whether he is there."""
    (fault,) = faults("id = ", "id,trainer\ns1,eli\n")
    assert "as TOML" in fault
    (fault,) = faults('id = "x"\n[[package]]\nid = "p"\nreceipt = "r1"\n', "", 'id\nr1\n"')
    assert "close the quotes" in fault


def test_values_that_do_not_fit_together_are_told_where_they_stand() -> None:
    """Each may be fine alone; a record says why both cannot be."""
    with_both = SMALL.replace("signed_on = 2026-03-02", "effective_to = 2026-03-02\neffective_from = 2026-04-02")
    (fault,) = faults(with_both)
    assert fault.startswith("case.toml line 13, letter[1]: found values that do not fit together")


# ── saving ──────────────────────────────────────────


def test_no_two_fields_of_a_record_share_a_name_on_disk() -> None:
    """`charge_cents` loses its ending on disk; nothing else may be called `charge`."""

    def check(record: type[Record]) -> None:
        fields = disk_fields(record)
        assert len(fields) == len(record.model_fields)
        for field in fields.values():
            if not field.is_bare:
                check(field.record)

    check(Case)


@pytest.mark.parametrize("case", cast.everybody(), ids=lambda case: case.id)
def test_the_cast_survives_the_disk(tmp_path: Path, case: Case) -> None:
    """The people all other tests rely on."""
    save_case(tmp_path / "case", case, None)
    assert load_case(tmp_path / "case").case == case


def test_a_list_that_is_complete_and_empty_is_written_as_none() -> None:
    """It reads as what the person said: there are none."""
    written = tomllib.loads(write_case_files(cast.dana())["case.toml"].decode())
    assert (written["conditions"], written["letters"], "complete" in written) == ("none", "none", False)


def test_money_is_written_in_dollars_with_two_decimals() -> None:
    """The file is for people."""
    files = write_case_files(cast.ada())
    assert b"balance = 2000.00\n" in files["case.toml"]
    assert b"federal_rate_percent = 22.00\n" in files["case.toml"]
    assert b",85.00," in files["sessions.csv"]


def test_papers_are_never_touched(tmp_path: Path) -> None:
    """The original is the proof."""
    version = save_case(tmp_path, cast.ada(), None)
    paper = tmp_path / "papers" / "letter1.pdf"
    paper.write_bytes(b"%PDF original")
    before = paper.stat()
    save_case(tmp_path, cast.ada().model_copy(update={"service": None}), version)
    assert paper.read_bytes() == b"%PDF original"
    assert paper.stat().st_mtime_ns == before.st_mtime_ns
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "case.toml", "papers", "receipts.csv", "sessions.csv", "visits.csv",
    ]  # fmt: skip


def test_a_file_whose_records_stay_the_same_keeps_its_comments(tmp_path: Path) -> None:
    """Adding a session must not rewrite what the person wrote about the letter."""
    stored = load_case(small(tmp_path))
    session = TrainingSession(id="s1", minutes=45)
    version = save_case(tmp_path, stored.case.model_copy(update={"sessions": (session,)}), stored.version)
    assert (tmp_path / "case.toml").read_text() == SMALL
    assert load_case(tmp_path).version == version
    assert load_case(tmp_path).case.sessions == (session,)


def test_a_stray_log_is_never_overwritten_by_a_new_case(tmp_path: Path) -> None:
    """Somebody may have kept sessions.csv before there was a case."""
    (tmp_path / "sessions.csv").write_text("id\ns1\n")
    with pytest.raises(StoreError):
        save_case(tmp_path, cast.ada(), None)
    assert (tmp_path / "sessions.csv").read_text() == "id\ns1\n"


def test_what_the_disk_cannot_hold_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    """Blank is unknown on disk, so an empty text would come back as something else."""
    version = save_case(tmp_path, cast.ada(), None)
    for broken in (
        Patient.model_construct(**{**Patient().__dict__, "name": ""}),
        Patient(name="a\0b"),
        Patient(name="x" * 100_001),
    ):
        with pytest.raises(RecordError, match="cannot be kept in a folder") as caught:
            save_case(tmp_path, cast.ada().model_copy(update={"patient": broken}), version)
        assert caught.value.next_step
    assert load_case(tmp_path) == (cast.ada(), version)


def test_a_failed_save_leaves_the_old_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk must not cost the record."""
    version = save_case(tmp_path, cast.ada(), None)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="No space left") as caught:
        save_case(tmp_path, cast.ada().model_copy(update={"service": None}), version)
    assert "disk is not full" in caught.value.next_step
    assert load_case(tmp_path) == (cast.ada(), version)
    assert not list(tmp_path.glob(".*"))


def test_of_many_people_saving_at_once_one_wins_and_the_others_are_told(tmp_path: Path) -> None:
    """Whoever is not told would believe that the answer is kept."""
    version = save_case(tmp_path, cast.ada(), None)

    def save(number: int) -> bool:
        try:
            patient = Patient(name=f"Ada {number}")
            save_case(tmp_path, cast.ada().model_copy(update={"patient": patient}), version)
        except StoreError as error:
            return not error.try_again
        return True

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(save, range(16))) == 1


def test_a_folder_whose_case_has_another_name_is_told(tmp_path: Path) -> None:
    """Saving it would write into another folder."""
    save_case(tmp_path / "copy", cast.ada(), None)
    with pytest.raises(StoreError, match="calls itself 'ada'"):
        FolderStore(tmp_path).load("copy")
    assert load_case(tmp_path / "copy").case == cast.ada()


# ── changing one answer ──────────────────────────────────────────


@pytest.mark.parametrize(
    ("names", "value", "old", "new"),
    [
        (("patient", None, "born_on"), date(1981, 1, 1), "1980-05-17", "1981-01-01"),
        (("patient", "is_pregnant"), False, "1980-05-17\n", "1980-05-17\nis_pregnant = false\n"),
        (("letters", "l1", "signed_by"), None, 'signed_by = "ghali"   # in ink\n', ""),
        (("letters", "l1", "names_patient"), True, "03-02\n", "03-02\nnames_patient = true\n"),
        (("service",), "massage", '"none"\n', '"none"\nservice = "massage"\n'),
        (("funding_sources", "fsa", "plan_years", "2026", "election_cents"), 123, "3400.00", "1.23"),
        (("funding_sources", "fsa", "payer"), "p", 'fsa"\n\n', 'fsa"\npayer = "p"\n\n'),
        (("complete", "letters"), False, 'complete = ["letters"]\n', ""),
        (("complete", "claims"), True, '["letters"]', '["letters", "claims"]'),
        (("complete", "expenses"), False, 'expenses = "none"\n', ""),
        (("complete", "expenses"), True, "", ""),
        (("trainers", "eli", "name"), "Eli", "", '\n[[trainer]]\nid = "eli"\nname = "Eli"\n'),
        (
            ("plan", "goals", "g", "target"),
            Decimal("6.5"),
            "",
            '\n[plan]\n\n[[plan.goal]]\nid = "g"\ntarget = 6.5\n',
        ),
    ],
)
def test_one_answer_changes_one_place(
    tmp_path: Path, names: tuple[str, ...], value: object, old: str, new: str
) -> None:
    """The rest of the file belongs to the person who wrote it, down to the last comment."""
    set_field(small(tmp_path), names, value)
    expected = SMALL.replace(old, new, 1) if old else SMALL + new
    assert (tmp_path / "case.toml").read_text() == expected


def test_a_new_record_stands_with_its_relatives(tmp_path: Path) -> None:
    """A second letter belongs behind the first, a plan year under its own account."""
    small(tmp_path)
    set_field(tmp_path, ("letters", "l2", "stated_months"), 6)
    set_field(tmp_path, ("funding_sources", "hsa", "balance_cents"), 1)
    set_field(tmp_path, ("funding_sources", "fsa", "plan_years", "2027", "election_cents"), 100)
    case = set_field(tmp_path, ("statements", "massage", "would_buy_anyway"), False).case
    assert [letter.id for letter in case.letters] == ["l1", "l2"]
    assert [[year.id for year in source.plan_years] for source in case.funding_sources] == [
        ["2026", "2027"],
        [],
    ]
    assert case.statements[0].kind == "massage"
    headers = re.findall(r"^\[.*$", (tmp_path / "case.toml").read_text(), re.MULTILINE)
    assert headers[2:4] == ["[[letter]]", "[[letter]]"]


def test_an_answer_in_an_inline_table_is_changed_there(tmp_path: Path) -> None:
    """TOML has more than one way to write a table."""
    (tmp_path / "case.toml").write_text('id = "x"\nletter = [{ id = "l1" }] # mine\npatient = { name = "A" }\n')
    case = set_field(tmp_path, ("letters", "l1", "signed_on"), date(2026, 3, 2)).case
    case = set_field(tmp_path, ("patient", "address", "city"), "Springfield").case
    assert (case.letters[0].signed_on, case.patient.address.city) == (date(2026, 3, 2), "Springfield")
    assert "# mine" in (tmp_path / "case.toml").read_text()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_one_cell_changes_and_its_neighbours_stay(tmp_path: Path, end: str) -> None:
    """The trainer's own way of writing the log is left alone."""
    rows = ["\ufeffid,note", 's1,"quoted, but why"', "", 's2,"as ""said"""']
    small(tmp_path).joinpath("sessions.csv").write_text(end.join(rows), newline="")
    set_field(tmp_path, ("sessions", "s2", "note"), "=1")
    set_field(tmp_path, ("sessions", "s1", "charge_cents"), 8500)
    set_field(tmp_path, ("sessions", "s3", "starts_at"), time(9, 30))
    text = (tmp_path / "sessions.csv").read_bytes().decode()
    lines = [
        "\ufeffid,note,charge,starts_at",
        's1,"quoted, but why",85.00,',
        "",
        "s2,'=1,,",
        "s3,,,09:30",
        "",
    ]
    assert text == end.join(lines)


def test_sessions_may_be_answered_where_there_is_no_file_yet(tmp_path: Path) -> None:
    """The first session is an answer like any other."""
    case = set_field(small(tmp_path), ("sessions", "s1", "activities"), (Activity(name="squat", minutes=5),)).case
    assert case.sessions[0].activities == (Activity(name="squat", minutes=5),)


@pytest.mark.parametrize(
    ("names", "value"),
    [
        (("letters", "l1", "signed_on"), "soon"),
        (("letters", "l1", "condition"), "nowhere"),
        (("letters", "l1", "id"), None),
        (("submissions", "s", "sent_on"), date(2026, 3, 2)),
        (("complete", "nonsense"), True),
        (("sessions", "s1", "minutes"), "many"),
        (("expenses", "food", "charge_cents"), 5),
    ],
)
def test_an_answer_that_does_not_fit_leaves_the_old_bytes(
    tmp_path: Path, names: tuple[str, ...], value: object
) -> None:
    """A refused answer must not cost a good record."""
    small(tmp_path)
    with pytest.raises(FormatError) as caught:
        set_field(tmp_path, names, value)
    assert caught.value.faults
    assert (tmp_path / "case.toml").read_text() == SMALL
    assert not (tmp_path / "sessions.csv").exists()


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("letter",),
        ("letters",),
        ("letters", "l1"),
        ("patient",),
        ("complete",),
        ("sessions",),
        ("sessions", "s"),
        ("patient", "name", "first"),
        ("letters", "l1", "singed_on"),
    ],
)
def test_a_field_that_does_not_exist_is_told(tmp_path: Path, names: tuple[str, ...]) -> None:
    """With the nearest name, since it is mostly a slip."""
    with pytest.raises(RecordError, match="There is no single field"):
        set_field(small(tmp_path), names, "x")


# ── starting ──────────────────────────────────────────


def test_a_new_case_knows_nothing_and_reads_well(tmp_path: Path) -> None:
    """A template that answers questions would answer them wrong."""
    new_case_folder(tmp_path / "ada", "ada")
    assert load_case(tmp_path / "ada").case == Case(id="ada")
    assert (tmp_path / "ada" / "papers").is_dir()


def test_every_example_in_the_template_is_right() -> None:
    """A newcomer takes the # away and expects it to work."""
    examples = re.sub(r"^#(?=[\[a-z])", "", new_template("ada")["case.toml"], flags=re.MULTILINE)
    case = read_case_files({"case.toml": examples.encode()})
    assert case.letters[0].signed_by == case.clinicians[0].id
    assert len(re.findall(r"^#[\[a-z]", CASE_TOML, re.MULTILINE)) > 50


def test_a_new_case_never_overwrites_a_file(tmp_path: Path) -> None:
    """Somebody's record could stand there."""
    small(tmp_path)
    with pytest.raises(StoreError, match="there already"):
        new_case_folder(tmp_path, "ada")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case.toml"]
    assert (tmp_path / "case.toml").read_text() == SMALL


def test_an_id_that_needs_quoting_makes_a_sound_template() -> None:
    """A name with a quote in it must not break the file."""
    assert read_case_files({"case.toml": new_template('a"b')["case.toml"].encode()}).id == 'a"b'
    with pytest.raises(FormatError):
        new_template(" ")


# ── schemas ──────────────────────────────────────────


def test_the_published_schemas_are_in_step_with_the_records() -> None:
    """Somebody else's program checks our files with them."""
    command = [sys.executable, str(ROOT / "tools" / "make_schemas.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_published_field_says_what_it_means() -> None:
    """An undocumented field is filled in wrong."""
    from necessity.stores.schema import field_docs, schemas

    def check(schema: dict[str, object]) -> None:
        properties = schema.get("properties", {})
        assert isinstance(properties, dict)
        assert all(one["description"] for one in properties.values())

    for schema in schemas().values():
        check(schema)
        for definition in schema.get("$defs", {}).values():
            check(definition)
    assert field_docs(FundingSource)["opened_on"].startswith("HSA: when it was established")
    assert "patient control number" in field_docs(Claim)["id"]
