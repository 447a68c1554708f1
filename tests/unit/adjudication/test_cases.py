"""Cases beside the rules: how they are read, what they may say, and how they come out."""

from datetime import date
from pathlib import Path

import pytest

from necessity.adjudication.cases import run_cases
from necessity.domain.decision import Answer
from necessity.errors import RulebookError
from tests.operator_folder import CASES, Operator, case


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def broken(operator: Operator) -> RulebookError:
    with pytest.raises(RulebookError) as caught:
        operator.run()
    assert caught.value.file == "clinic/names.cases.toml"
    assert caught.value.next_step
    return caught.value


def test_a_case_says_what_is_known_and_the_rest_is_unknown(operator: Operator) -> None:
    """Met, not met and unknown are the three answers there are."""
    operator.rule()
    operator.cases(*CASES)
    results = operator.run()
    assert [r.answer for r in results] == [Answer.MET, Answer.NOT_MET, Answer.UNKNOWN]
    assert [r.asks for r in results] == [(), (), ("letter_names_diagnosis",)]
    assert all(r.passed for r in results)
    assert [r.case.line for r in results] == [1, 7, 13]


def test_a_wrong_expectation_fails_and_says_what_came_out(operator: Operator) -> None:
    """A failing case must be readable without opening the rule."""
    operator.rule()
    operator.cases({**CASES[0], "then": "not_met"}, {**CASES[2], "asks": []}, {**CASES[1], "asks": ["letter_kinds"]})
    results = operator.run()
    assert [r.passed for r in results] == [False, False, False]
    assert [r.words for r in results] == [
        "yes: should be not met, is met.",
        "nobody said: should ask for nothing, asks for letter_names_diagnosis.",
        "no: should ask for letter_kinds, asks for nothing.",
    ]


def test_only_what_can_still_change_the_answer_is_asked_for(operator: Operator) -> None:
    """One plain no, or one plain yes beside an OR, makes other questions idle."""
    condition = "letter_names_diagnosis AND (letter_is_signed OR letter_states_start) AND letter_stated_months <= 12"
    operator.versions({"condition": condition})
    start = {"letter_is_signed": True}
    operator.cases(
        {**case("unknown", **start), "asks": ["letter_names_diagnosis", "letter_stated_months"]},
        {**case("unknown", letter_names_diagnosis=True, letter_stated_months=6), "asks": ["letter_is_signed", "letter_states_start"]},
        {**case("not_met", letter_stated_months=13), "asks": []},
    )  # fmt: skip
    assert [r.words for r in operator.run() if not r.passed] == []


def test_a_rule_that_has_no_say_asks_for_nothing(operator: Operator) -> None:
    """Where group insurance is another rule's business, its questions are too."""
    operator.rule(applies="funding_source = 'hsa' AND is_tax_account")
    operator.cases(
        {**case("not_applicable", funding_source="group_plan"), "asks": []},
        {**case("unknown", funding_source="hsa", letter_names_diagnosis=False), "asks": ["is_tax_account"]},
        {**case("met", funding_source="hsa", letter_names_diagnosis=True), "asks": []},
    )
    assert [r.words for r in operator.run() if not r.passed] == []


def test_the_day_picks_the_version(operator: Operator) -> None:
    """A rule changes on a day; the case before and the case from that day on show it."""
    operator.versions(
        {"from": date(2025, 1, 1), "until": date(2025, 12, 31)},
        {"from": date(2026, 1, 1), "condition": "letter_is_signed"},
    )
    known = {"letter_names_diagnosis": True, "letter_is_signed": False}
    operator.cases(
        case("not_applicable", date(2024, 12, 31), **known),
        case("met", date(2025, 1, 1), **known),
        case("met", date(2025, 12, 31), **known),
        case("not_met", date(2026, 1, 1), **known),
        {**case("unknown", None, **known), "asks": ["letter_signed_on"]},
    )
    assert [r.words for r in operator.run() if not r.passed] == []


def test_between_two_versions_a_rule_has_no_say(operator: Operator) -> None:
    """What no version demands, nobody has failed."""
    operator.versions(
        {"until": date(2024, 12, 31)},
        {"from": date(2026, 1, 1), "gap": "The rule was vacated for a year."},
    )
    operator.cases(
        case("not_met", date(2024, 12, 31), letter_names_diagnosis=False),
        case("not_applicable", date(2025, 1, 1), letter_names_diagnosis=False),
        case("not_applicable", date(2025, 12, 31), letter_names_diagnosis=False),
        case("not_met", date(2026, 1, 1), letter_names_diagnosis=False),
    )
    assert [r.words for r in operator.run() if not r.passed] == []


def test_a_number_of_the_law_has_the_value_of_the_day(operator: Operator) -> None:
    """A year without a value is unknown, never last year's."""
    operator.parameter(
        "test_limit_cents",
        "cents",
        {"from": date(2025, 1, 1), "until": date(2025, 12, 31), "is": 60_00},
        {"from": date(2026, 1, 1), "until": date(2026, 12, 31), "is": 90_00},
    )
    version = {"condition": "charge_cents <= test_limit_cents", "citations": ["source"]}
    operator.rule(about="expense", dated_by="served_on", version=[version])
    operator.cases(
        case("not_met", date(2025, 6, 1), charge_cents=85_00),
        case("met", date(2026, 6, 1), charge_cents=85_00),
        {**case("unknown", date(2027, 6, 1), charge_cents=85_00), "asks": []},
        {**case("unknown", None, charge_cents=85_00), "asks": []},
        case("met", date(2027, 6, 1), charge_cents=85_00, test_limit_cents=85_00),
    )
    assert [r.words for r in operator.run() if not r.passed] == []


def test_an_administrators_list_can_be_set(operator: Operator) -> None:
    """Profiles speak through columns, and a case speaks for the profile."""
    operator.rule(version=[{"condition": "signer_licence IN accepted_licences", "citations": ["source"]}])
    operator.cases(
        case("met", signer_licence="MD", accepted_licences=["MD", "DO"]),
        case("not_met", signer_licence="DC", accepted_licences=["MD", "DO"]),
        {**case("unknown", accepted_licences=["MD", "DO"]), "asks": ["signer_licence"]},
        {**case("unknown", signer_licence="MD"), "asks": []},
    )
    assert [r.words for r in operator.run() if not r.passed] == []


def test_some_rules_can_be_run_alone(operator: Operator) -> None:
    """Whoever writes a rule wants its cases now, and not those of all the others."""
    for name in ("names", "names_too"):
        operator.rule(name)
        operator.cases(*CASES, name=name)
    book = operator.own()
    assert {r.case.rule for r in run_cases(book, "clinic")} == {"clinic.names", "clinic.names_too"}
    assert {r.case.rule for r in run_cases(book, "clinic.names")} == {"clinic.names"}
    assert run_cases(book, "clin") == run_cases(book, "elsewhere") == ()


def test_a_replaced_rule_brings_its_own_cases(operator: Operator, tmp_path: Path) -> None:
    """The cases of the rule it replaces speak about another text."""
    id = "us.tax_accounts.treats_a_diagnosed_condition"
    shipped = [r for r in run_cases(operator.load()) if r.case.rule == id]
    operator.write("rules/us/tax_accounts/treats_a_diagnosed_condition.toml", "")
    Operator(tmp_path).rule()
    text = (tmp_path / "rules/clinic/names.toml").read_text(encoding="utf-8").replace("clinic.names", id)
    operator.write("rules/us/tax_accounts/treats_a_diagnosed_condition.toml", text)
    assert shipped
    assert [r for r in run_cases(operator.load()) if r.case.rule == id] == []


@pytest.mark.parametrize(
    ("change", "word", "line"),
    [
        ({"expects": "met"}, "'expects'", 11),
        ({"name": ""}, "without a name", 7),
        ({"name": "yes"}, "twice", 8),
        ({"name": 7}, "no text", 2),
        ({"then": "maybe"}, "'maybe'", 10),
        ({"then": ["met"]}, "no text", 4),
        ({"on": "2026-05-01"}, "'2026-05-01'", 9),
        ({"asks": "letter_kinds"}, "no list", 11),
        ({"asks": ["letter_kindz"]}, "'letter_kindz'", 11),
        ({"facts": {"letter_names_diagnosys": True}}, "'letter_names_diagnosys'", 11),
        ({"facts": {"letter_names_diagnosis": "yes"}}, "'yes'", 11),
        ({"facts": {"letter_names_diagnosis": 1}}, "to 1", 11),
        ({"facts": {"letter_stated_months": True}}, "True", 11),
        ({"facts": {"letter_stated_months": 1.5}}, "1.5", 11),
        ({"facts": {"letter_effective_to": "soon"}}, "'soon'", 11),
        ({"facts": {"letter_kinds": "food"}}, "'food'", 11),
        ({"facts": {"letter_kinds": [1]}}, "[1]", 11),
        ({"facts": {"letter_signature": "crayon"}}, "'crayon'", 11),
        ({"facts": {"service_kind": "food"}}, "'service_kind'", 11),
    ],
)
def test_a_broken_case_is_refused_with_its_line(
    operator: Operator, change: dict[str, object], word: str, line: int
) -> None:
    """A case that is misread is worse than none: it looks like a proof."""
    operator.rule()
    good = {"name": "no", "on": date(2026, 5, 1), "then": "not_met"}
    operator.cases(CASES[0], {**good, **change})
    fault = broken(operator)
    assert word in fault.message
    assert fault.line == line


def test_a_misspelt_fact_comes_with_the_nearest(operator: Operator) -> None:
    """A typing mistake should take seconds to mend."""
    operator.rule()
    operator.cases(case("met", letter_names_diagnosys=True))
    assert "'letter_names_diagnosis'" in broken(operator).next_step


@pytest.mark.parametrize("text", ["[[case]]\nname = ", "case = 1", "[[kase]]", "case = []\nrule = 'x'", ""])
def test_a_file_that_holds_no_cases_is_refused(operator: Operator, text: str) -> None:
    """An empty proof proves nothing."""
    operator.rule()
    operator.write("rules/clinic/names.cases.toml", text)
    broken(operator)


def test_a_day_is_given_once(operator: Operator) -> None:
    """`on` is the day of `dated_by`; two different days would be two cases."""
    operator.rule(dated_by="letter_signed_on")
    operator.cases(case("met", date(2026, 5, 1), letter_signed_on=date(2026, 5, 2)))
    assert "letter_signed_on" in broken(operator).message
    operator.cases(case("unknown", date(2026, 5, 1), letter_signed_on=date(2026, 5, 1)))
    assert operator.run()[0].passed


def test_a_case_without_a_day_needs_a_rule_that_is_dated(operator: Operator) -> None:
    """Elsewhere a missing day is only forgotten."""
    operator.rule()
    operator.cases(case("unknown", None))
    assert "without a day" in broken(operator).message
