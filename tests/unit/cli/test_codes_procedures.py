"""`necessity codes units` and `codes pairs` from outside."""

import json

import pytest

from tests.console import Shell
from tests.unit.codesets.test_official import PTP


def test_units_as_the_design_has_them(shell: Shell) -> None:
    """Scripts read these keys."""
    ran = shell("codes", "units", "97110=24", "97112=23", "97150=20", "--rule", "ama", "--json")
    said = json.loads(ran.out)
    assert ran.code == 0
    assert (said["total_minutes"], said["units"], said["choice"]) == (47, 4, None)
    assert [(one["code"], one["units"]) for one in said["allocations"]] == [("97110", 2), ("97112", 2)]
    assert said["both"]["cms"] == {"97110": 2, "97112": 1}
    assert [one["code"] for one in said["apart"]] == ["97150"]
    assert said["loaded_until"] == "2024-12-31"


def test_units_in_words_show_both_rules_the_choice_and_the_notice(shell: Shell) -> None:
    """Which rule counts the payer decides, and a tie is the reader's to break."""
    ran = shell("codes", "units", "97112=20", "97110=20")
    assert ran.code == 0
    assert "cms *" in ran.out
    assert "1 unit may go to any of 97112, 97110: you choose." in ran.out
    assert "CPT copyright American Medical Association" in ran.out


def test_a_code_given_twice_is_added_up_and_said_to_be(shell: Shell) -> None:
    """One line a code and day is what claims take."""
    said = json.loads(shell("codes", "units", "97110=10", "97110-59=13min", "--json").out)
    assert (said["total_minutes"], said["units"]) == (23, 2)
    assert "added up" in said["notes"][0]


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (("units",), 2, "97110=24"),
        (("units", "97110"), 2, "97110=24"),
        (("units", "97110=2.5"), 2, "97110=24"),
        (("units", "97110=-2"), 2, "97110=24"),
        (("units", "97110=1441"), 2, "0 to 1440"),
        (("units", "9711O=24"), 2, "Did you mean 97110?"),
        (("units", "97110=24", "--rule", "both"), 2, "--help"),
        (("units", "97110=24", "--on", "soon"), 2, "2024-08-01"),
        (("pairs", "97110"), 2, "codes pairs 97110 97150"),
        (("pairs", "97110", "97110-59"), 2, "codes pairs 97110 97150"),
        (("pairs", "97110", "m54.50"), 2, "codes icd M54.50"),
        (("pairs", "97110", "97150", "--ptp", "none.txt"), 2, "--until"),
        (("pairs", "97110", "97150", "--ptp", "none.txt", "--until", "2026-12-31"), 3, "unpacked"),
    ],
)
def test_bad_input_is_told_with_the_right_form(shell: Shell, words: tuple[str, ...], code: int, hint: str) -> None:
    """A person at a terminal needs the next thing to type."""
    ran = shell("codes", *words)
    assert (ran.code, ran.out) == (code, "")
    assert hint in ran.err


def test_an_unknown_code_is_told_what_is_loaded(shell: Shell) -> None:
    """Not loaded is not the same as not existing."""
    for words in (("units", "12345=20"), ("pairs", "97110", "12345")):
        ran = shell("codes", *words)
        assert ran.code == 1
        said = " ".join(ran.out.split())
        assert "12345 is not among the" in said
        assert "until 2024-12-31" in said


def test_pairs_as_the_design_has_them(shell: Shell) -> None:
    """Scripts read these keys; without a day the past is shown too."""
    ran = shell("codes", "pairs", "97110-59", "97150", "--json")
    said = json.loads(ran.out)
    assert ran.code == 0
    assert said["loaded_until"] == "2024-09-30"
    keys = ("column1", "column2", "indicator", "effective", "deleted")
    assert [tuple(pair[key] for key in keys) for pair in said["pairs"]] == [("97150", "97110", 1, None, None)]
    past = json.loads(shell("codes", "pairs", "97530", "97116", "--json").out)["pairs"]
    assert [(pair["indicator"], pair["deleted"]) for pair in past] == [(1, "2019-12-31"), (9, "2020-10-01")]


def test_pairs_on_a_day_are_those_in_force(shell: Shell) -> None:
    """Old advice about 97530 with 97116 is out of date, and the table says since when."""
    dead = shell("codes", "pairs", "97530", "97116", "--on", "2024-08-01", "--json")
    assert (dead.code, json.loads(dead.out)["pairs"]) == (0, [])
    live = shell("codes", "pairs", "97110", "97150", "--on", "2024-08-01")
    assert (live.code, "97110-59" in live.out) == (0, True)
    never = shell("codes", "pairs", "97161", "97750", "--on", "2024-08-01")
    assert "denied whatever modifier" in never.out


def test_a_day_that_is_not_loaded_is_never_answered_as_if_it_were(shell: Shell) -> None:
    """The figures at hand are shown with their date."""
    ran = shell("codes", "pairs", "97110", "97150", "--on", "2026-06-01")
    assert ran.code == 1
    assert "loaded until 2024-09-30" in ran.out
    assert "2026-06-01 is not loaded" in ran.out


def test_an_official_file_answers_for_its_quarter(shell: Shell) -> None:
    """Whoever has this quarter's file is not left with the shipped one."""
    (shell.folder / "pairs.txt").write_text(PTP, encoding="latin-1")
    ran = shell(
        *("codes", "pairs", "97110", "97150", "--ptp", "pairs.txt", "--until", "2026-12-31"),
        *("--on", "2026-11-26", "--json"),
    )
    said = json.loads(ran.out)
    assert (ran.code, said["loaded_until"], said["is_loaded"]) == (0, "2026-12-31", True)
    assert said["pairs"][0]["effective"] == "2020-01-01"
