"""The command `necessity` from outside: exit codes, which stream says what, and no traceback ever."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from necessity.cli import wiring
from necessity.cli.main import EXIT_CODES
from necessity.domain.decision import Outcome
from necessity.errors import NecessityError, RulebookError, StoreError
from necessity.stores.folder import save_case
from tests import cast
from tests.conftest import EXAMPLES, SRC
from tests.console import Kept, Ran, Shell

DAY = "2026-09-30"
RULE = "us.tax_accounts.treats_a_diagnosed_condition"


@pytest.fixture
def cases(shell: Shell) -> Shell:
    """Run commands beside the case folders of the cast, one that is broken and one that is empty."""
    for case in cast.everybody():
        save_case(shell.folder / case.id, case, None)
    (shell.folder / "broken").mkdir()
    (shell.folder / "broken" / "case.toml").write_text('id = "broken"\nservice = "dancing"\n', encoding="utf-8")
    (shell.folder / "empty").mkdir()
    return shell


def is_told(ran: Ran) -> bool:
    """Whether a failure is told on standard error alone, without a traceback, with something to do."""
    return ran.out == "" and "→ " in ran.err and "Traceback" not in ran.err


# ── 0 and 1: done ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", cast.everybody(), ids=lambda case: case.id)
def test_decide_ends_with_0_only_where_a_route_meets_the_requirements(cases: Shell, case: object) -> None:
    """A script goes by the exit code; own pocket never counts."""
    ran = cases("decide", getattr(case, "id"), "--on", DAY, "--json")  # noqa: B009
    routes = json.loads(ran.out)["routes"]
    met = [r for r in routes if r["outcome"] == Outcome.PAYABLE and r["kind"] != "own_pocket"]
    assert ran.code == (0 if met else 1)


def test_both_answers_of_decide_occur(shell: Shell) -> None:
    """The test above must not pass because all the cast end alike."""
    well, fitness = EXAMPLES / "01_hsa_back_pain", EXAMPLES / "04_general_fitness"
    assert shell("decide", str(well), "--on", DAY).code == 0
    assert shell("decide", str(fitness), "--on", DAY).code == 1


def test_new_starts_a_case_that_can_be_decided(shell: Shell) -> None:
    """The first two commands of everybody must fit together."""
    made = shell("new", "mine", "--on", DAY)
    assert (made.code, made.err) == (0, "")
    assert "necessity decide mine" in made.out
    assert {path.name for path in (shell.folder / "mine").iterdir()} >= {
        "case.toml",
        "sessions.csv",
        "papers",
    }
    decided = shell("decide", "mine", "--on", DAY)
    assert (decided.code <= 1, decided.err) == (True, "")


def test_answer_writes_into_the_case(cases: Shell) -> None:
    """What is answered must be there at the next question."""
    ran = cases("answer", "dana", "patient_relationship=spouse", "--on", DAY)
    assert (ran.code, ran.err) == (0, "")
    assert 'relationship = "spouse"' in (cases.folder / "dana" / "case.toml").read_text(encoding="utf-8")


def test_packet_ends_with_0_only_where_nothing_is_missing(cases: Shell) -> None:
    """A packet that lacks something says so on its cover and in its exit code."""
    for case in ("ada", "bruno"):
        (source,) = json.loads(cases("decide", case, "--on", DAY, "--json").out)["routes"][:1]
        ran = cases("packet", case, "--to", source["funding_source"], "-o", "out.pdf", "--on", DAY, "--json")
        if ran.code < 2:  # else there was nothing to claim
            assert ran.code == (1 if json.loads(ran.out)["missing"] else 0)
            assert (cases.folder / "out.pdf").read_bytes().startswith(b"%PDF")


def test_codes_npi_says_by_its_exit_code_whether_a_number_could_exist(shell: Shell) -> None:
    """A script asks in a condition."""
    assert shell("codes", "npi", "1234567893").code == 0
    assert shell("codes", "npi", "1234567890").code == 1


@pytest.mark.parametrize("words", [("rules", "list"), ("rules", "show", RULE)], ids=" ".join)
def test_the_rulebook_can_be_listed_and_shown(shell: Shell, words: tuple[str, ...]) -> None:
    """Everybody may read the rules they are judged by."""
    ran = shell(*words)
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("verb", ["test", "lint"])
def test_our_own_rulebook_keeps_its_rules(shell: Shell, verb: str) -> None:
    """What the rulebook asks of operators holds for us first."""
    ran = shell("rules", verb)
    assert ran.code == 0, ran.err


def operator(folder: Path, name: str = "extra", condition: str = "source_is_held", then: str = "met") -> Path:
    """Write an operator's folder with one rule and one case."""
    rules = folder / "house" / "rules" / "house"
    rules.mkdir(parents=True)
    (rules / f"{name}.toml").write_text(
        f'''id = "house.{name}"
title = "A house rule"
question = "Is it kept?"
about = "route"
weight = "advisory"
status = "in_force"
[message]
met = "It is kept."
not_met = "It is not kept."
unknown = "Nobody has said."
remedy = "Ask."
[[version]]
condition = "{condition}"
citations = ["custom"]
[[citation]]
id = "custom"
kind = "common_practice"
where = "House rules, page 1"
says = "It is kept here."
read_on = 2026-08-01
''',
        encoding="utf-8",
    )
    case = f'[[case]]\nname = "held"\non = 2026-05-01\nthen = "{then}"\nfacts.source_is_held = true\n'
    (rules / f"{name}.cases.toml").write_text(case, encoding="utf-8")
    return folder / "house"


def test_a_rule_case_that_fails_ends_with_1(shell: Shell) -> None:
    """An operator's build must stop on it."""
    house = operator(shell.folder, then="not_met")
    ran = shell("rules", "test", "house.extra", "--rules", str(house))
    assert ran.code == 1
    assert "held" in ran.err


def test_a_rulebook_with_a_complaint_ends_with_1(shell: Shell) -> None:
    """This house rule lacks cases for not met and unknown."""
    ran = shell("rules", "lint", "--rules", str(operator(shell.folder)))
    assert ran.code == 1
    assert "house/extra" in ran.err


def test_a_house_rule_takes_part(cases: Shell) -> None:
    """`--rules` adds to the shipped rulebook; it does not replace it."""
    house = str(operator(cases.folder))
    decision = json.loads(cases("decide", "ada", "--on", DAY, "--rules", house, "--json").out)
    (hsa,) = [route for route in decision["routes"] if route["funding_source"] == "hsa"]
    assert {"house.extra", RULE} <= {finding["rule"] for finding in hsa["findings"]}


# ── 2, 3, 4: not done ───────────────────────────────────────────────────────

WRONG_USE = [
    ("bogus",),
    ("rules", "bogus"),
    ("decide",),
    ("decide", "ada", "chen"),
    ("decide", "ada", "--on"),
    ("decide", "ada", "--on", "tomorrow"),
    ("decide", "ada", "--on", "2026-02-30"),
    ("decide", "ada", "--bogus"),
    ("decide", "ada", "--rules", "nowhere"),
    ("decide", "ada", "--profiles", "nowhere"),
    ("decide", "empty"),
    ("decide", "nowhere"),
    ("decide", ""),
    ("decide", "ada/case.toml"),
    ("decide", "ada", "--json=maybe"),
    ("answer", "nowhere", "patient_relationship=self"),
    ("answer", "ada", "patient_relationship"),
    ("answer", "ada", "patient_relationship=nobody"),
    ("answer", "ada", "bogus=yes"),
    ("answer", "ada", "letter_covers_the_day=yes"),
    ("answer", "ada", "served_on=2026-03-09"),
    ("answer", "ada", "served_on@s9=2026-03-09"),
    ("answer", "ada", "served_on@s1=yesterday"),
    ("packet", "ada"),
    ("packet", "ada", "--to", "hsa"),
    ("packet", "ada", "--to", "nobody", "-o", "x.pdf"),
    ("packet", "nowhere", "--to", "hsa", "-o", "x.pdf"),
    ("codes", "npi"),
    ("codes", "npi", "1", "2"),
    ("rules", "show"),
    ("rules", "show", "us.nothing"),
    ("rules", "list", "--rules", "nowhere"),
    ("rules", "test", "--rules", "nowhere"),
    ("rules", "test", "letter_content"),
    ("rules", "lint", "--rules", "nowhere"),
    ("new",),
    ("new", "mine", "--on", "tomorrow"),
]


@pytest.mark.parametrize("words", WRONG_USE, ids=" ".join)
def test_wrong_use_ends_with_2_and_says_what_to_do(cases: Shell, words: tuple[str, ...]) -> None:
    """Whoever mistypes must see at once what was meant."""
    ran = cases(*words)
    assert ran.code == 2, ran
    assert is_told(ran), ran


@pytest.mark.parametrize(
    "words",
    [
        ("decide", "broken"),
        ("answer", "broken", "patient_relationship=self"),
        ("packet", "broken", "--to", "hsa", "-o", "x.pdf"),
    ],
    ids=" ".join,
)
def test_a_case_that_cannot_be_read_ends_with_3_and_names_the_line(cases: Shell, words: tuple[str, ...]) -> None:
    """A person mends the file by what is said here."""
    ran = cases(*words)
    assert ran.code == 3, ran
    assert is_told(ran), ran
    assert "line 2" in ran.err


@pytest.mark.parametrize("verb", ["list", "test", "lint"])
def test_a_broken_rule_file_ends_with_3_and_names_it(shell: Shell, verb: str) -> None:
    """An operator mends the rule by what is said here."""
    house = operator(shell.folder, condition="source_is_hold")
    if verb == "list":
        (house / "rules" / "house" / "extra.toml").write_text("id = ", encoding="utf-8")
    ran = shell("rules", verb, "--rules", str(house))
    assert ran.code == 3, ran
    assert is_told(ran), ran
    assert "house/extra.toml" in ran.err


def test_a_packet_without_anything_to_claim_ends_with_1(cases: Shell) -> None:
    """An empty packet helps nobody; that nothing can be claimed yet is an answer, not a failure."""
    ran = cases("packet", "dana", "--to", "hsa", "-o", "x.pdf", "--on", DAY)
    assert (ran.code, ran.err) == (1, ""), ran
    assert "Nothing can be claimed" in ran.out
    assert "necessity decide dana" in ran.out
    told = cases("packet", "dana", "--to", "hsa", "-o", "x.pdf", "--on", DAY, "--json")
    assert json.loads(told.out)["file"] is None
    assert not (cases.folder / "x.pdf").exists()


def test_a_packet_that_cannot_be_written_ends_with_4(shell: Shell) -> None:
    """The disk's failure is told as what it is, not as a fault of ours."""
    (shell.folder / "taken").write_text("", encoding="utf-8")
    well = str(EXAMPLES / "01_hsa_back_pain")
    source = json.loads(shell("decide", well, "--on", DAY, "--json").out)["routes"][0]["funding_source"]
    ran = shell("packet", well, "--to", source, "-o", "taken/x.pdf", "--on", DAY)
    assert ran.code == 4, ran
    assert is_told(ran), ran
    assert "taken/x.pdf" in ran.err


def test_new_never_writes_over_a_case(cases: Shell) -> None:
    """A case is somebody's papers of a year."""
    before = (cases.folder / "ada" / "case.toml").read_bytes()
    ran = cases("new", "ada")
    assert (ran.code, is_told(ran)) == (4, True), ran
    assert (cases.folder / "ada" / "case.toml").read_bytes() == before


def raising(error: BaseException) -> Callable[..., object]:
    """Make something that fails."""

    def fail(*_: object) -> object:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StoreError("The disk is gone.", "Look for it."), 4),
        (RulebookError("Broken.", "Mend it.", file="x.toml"), 3),
        (RuntimeError("ada@example.org"), 4),
        (MemoryError(), 4),
        (RecursionError(), 4),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_failure_ends_with_its_code_and_in_words(
    cases: Shell, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int
) -> None:
    """A fault of ours is told as ours, and what is in the case stays out of it."""
    monkeypatch.setattr(wiring, "judge", raising(error))
    ran = cases("decide", "ada", "--on", DAY)
    assert (ran.code, is_told(ran)) == (code, True), ran
    assert "ada@example.org" not in ran.err


def test_every_class_of_failure_has_a_code() -> None:
    """A class without one would end with 4, whoever is to blame."""
    assert set(NecessityError.__subclasses__()) == set(EXIT_CODES)


def test_stopping_a_command_is_no_failure_of_ours(cases: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is an answer."""
    monkeypatch.setattr(wiring, "judge", raising(KeyboardInterrupt()))
    ran = cases("decide", "ada", "--on", DAY)
    assert (ran.code, ran.out) == (4, "")
    assert "Stopped" in ran.err


# ── --json ──────────────────────────────────────────────────────────────────

WITH_JSON = [
    ("decide", "ada", "--on", DAY),
    ("decide", "dana", "--on", DAY, "--explain"),
    ("answer", "dana", "patient_relationship=self", "--on", DAY),
    ("answer", "dana", "--on", DAY),
    ("codes", "npi", "1234567893"),
    ("codes", "npi", "hello"),
    ("rules", "list"),
    ("rules", "show", RULE),
    ("rules", "test", RULE),
    ("rules", "lint"),
]


@pytest.mark.parametrize("words", WITH_JSON, ids=" ".join)
def test_json_is_one_document_and_nothing_else(cases: Shell, words: tuple[str, ...]) -> None:
    """Programs read it; one line too many breaks them."""
    ran = cases(*words, "--json")
    assert ran.code <= 1, ran
    assert isinstance(json.loads(ran.out), dict)
    assert ran.err == ""


@pytest.mark.parametrize("words", [("decide", "broken"), ("decide", "nowhere"), ("rules", "show", "x")], ids=" ".join)
def test_a_failure_with_json_leaves_standard_output_empty(cases: Shell, words: tuple[str, ...]) -> None:
    """A program must not take half an answer for one."""
    ran = cases(*words, "--json")
    assert ran.code >= 2
    assert is_told(ran), ran


def test_the_document_of_decide_holds_what_is_promised(cases: Shell) -> None:
    """Programs of others lean on these names."""
    document = json.loads(cases("decide", "ada", "--on", DAY, "--json").out)
    assert {"case", "on", "rulebook", "routes", "lines"} <= set(document)
    route, line = document["routes"][0], document["lines"][0]
    assert {"funding_source", "kind", "outcome", "decided_by", "next_steps"} <= set(route)
    assert {"payable_cents", "saves_cents", "left_to_pay_cents"} <= set(route)
    assert {"findings", "asks", "changes", "alternatives"} <= set(route)
    assert {"rule", "answer", "message", "because", "citations"} <= set(route["findings"][0])
    assert {"id", "kind", "served_on", "funding_source", "outcome", "payable_cents"} <= set(line)


def test_the_document_of_codes_npi_holds_what_is_promised(shell: Shell) -> None:
    """Programs of others lean on these names."""
    assert set(json.loads(shell("codes", "npi", "1234567893", "--json").out)) == {"npi", "valid", "why"}


# ── hostile input ───────────────────────────────────────────────────────────

HOSTILE = [
    ("decide", "a\0b"),
    ("decide", "\udcff"),
    ("decide", "x" * 100_000),
    ("decide", "../" * 2_000),
    ("decide", "/dev/zero"),
    ("decide", "/proc/self/mem"),
    ("decide", "-"),
    ("decide", "--", "--on"),
    ("decide", "ada", "--on", "9" * 5_000),
    ("decide", "ada", "--on", "0000-00-00"),
    ("decide", "ada", "--on", "10000-01-01"),
    ("answer", "ada", "="),
    ("answer", "ada", "@=@"),
    ("answer", "ada", "served_on@s1=\0"),
    ("answer", "ada", "x" * 100_000 + "=y"),
    ("answer", "ada", "charge_cents_given@s1=" + "9" * 5_000),
    ("answer", "ada", "charge_cents_given@s1=-1"),
    ("answer", "ada", "charge_cents_given@s1=1e9999"),
    ("answer", "ada", "charge_cents_given@s1=NaN"),
    ("packet", "ada", "--to", "\0", "-o", "\0"),
    ("packet", "ada", "--to", "hsa", "-o", "ada"),
    ("packet", "ada", "--to", "hsa", "-o", "ada/case.toml/x.pdf"),
    ("codes", "npi", "\udcff"),
    ("codes", "npi", "١٢٣٤٥٦٧٨٩٣"),
    ("codes", "npi", "1" * 1_000_000),
    ("rules", "show", "\u202e\0"),
    ("rules", "test", "."),
    ("rules", "list", "--rules", "/dev/null"),
    ("new", "\0"),
    ("new", "ada/case.toml"),
    ("new", "/proc/x"),
    ("new", "."),
    ("new", ""),
    ("@/etc/passwd",),
    ("--install-completion",),
    ("", ""),
    ("--",),
]


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(" ".join(words))[:60])
def test_hostile_words_are_answered_in_words(cases: Shell, words: tuple[str, ...]) -> None:
    """No input makes a traceback, and none is taken for a fault of ours."""
    ran = cases(*words)
    assert ran.code in (0, 1, 2, 3, 4)
    assert "Traceback" not in ran.out + ran.err
    assert "fault of ours" not in ran.err, ran


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    "decide",
                    "rules",
                    "codes",
                    "npi",
                    "show",
                    "list",
                    "--json",
                    "--on",
                    "--help",
                    "--version",
                    "--",
                ]
            ),
            st.text(max_size=12),
            st.from_regex(r"-{1,3}[a-z=]{0,8}", fullmatch=True),
        ),
        max_size=5,
    )
)
def test_random_words_are_answered_in_words(shell: Shell, words: list[str]) -> None:
    """What nobody thought of must not blow up either."""
    ran = shell(*words)
    assert ran.code in (0, 1, 2, 3, 4)
    assert "Traceback" not in ran.out + ran.err
    assert "fault of ours" not in ran.err, ran


# ── in a process of its own ─────────────────────────────────────────────────

START = [sys.executable, "-c", "from necessity.cli.main import main; main()"]


def started(words: list[str], cache: Path, **more: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(SRC.parent), "XDG_CACHE_HOME": str(cache)} | more
    pipe = subprocess.PIPE
    return subprocess.Popen([*START, *words], stdin=pipe, stdout=pipe, stderr=pipe, env=environment)


@pytest.mark.parametrize(
    "words",
    [["--help"], ["rules", "list"], ["rules", "list", "--json"], ["codes", "npi", "1234567893"]],
    ids=" ".join,
)
def test_a_reader_who_has_had_enough_is_no_failure(words: list[str], kept: Kept) -> None:
    """`necessity rules list | head` must end in silence."""
    process = started(words, kept.programs)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    assert (process.wait(60), err) == (0, b"")
    process.communicate()


def test_a_terminal_that_lacks_a_sign_still_shows_the_words(kept: Kept) -> None:
    """Old terminals and log files take ASCII alone."""
    out, err = started(["codes", "npi", "1234567893"], kept.programs, PYTHONIOENCODING="ascii").communicate()
    assert out.startswith(b"? 1234567893")
    assert err == b""


def test_a_signal_from_the_keyboard_ends_in_words() -> None:
    """Ctrl-C during a long run leaves no traceback behind."""
    code = "import os, signal, necessity.cli.verbs.codes as c\n"
    code += "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a background job starts deaf to it
    code += "c.check_npi = lambda number: os.kill(os.getpid(), signal.SIGINT)\n"
    code += "from necessity.cli.main import main; main()"
    environment = os.environ | {"PYTHONPATH": str(SRC.parent)}
    words = [sys.executable, "-c", code, "codes", "npi", "1"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "Stopped" in done.stderr, "Traceback" in done.stderr) == (4, True, False)
