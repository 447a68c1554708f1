"""From decided rows to findings: which answer a rule gave, what it does to the outcome, and what is missing beneath it."""

from datetime import date

import pytest

from necessity.adjudication.compile import compile
from necessity.adjudication.explain import Explainer, Rows, Unknown, answer_of, show
from necessity.adjudication.program import CompiledRule
from necessity.domain.decision import Answer, Outcome, SourceKind
from necessity.parameters.load import ProfileVersion
from necessity.rulebook.load import Rulebook
from necessity.rulebook.rule import Rule, RuleVersion
from tests.small_book import CITATION, EXPENSE, FACTS, LETTER, PAYMENT, book, derived, given, rule

T, F, N = True, False, None


def explainer(*rules: Rule, of: Rulebook | None = None) -> Explainer:
    made = of or book(*rules)
    return Explainer(made, compile(made))


def compiled(made: Explainer, id: str) -> CompiledRule:
    return next(one for rules in made.rules.values() for one in rules if one.id == id)


# ── answers and effects ──────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("says", "value", "answer"),
    [
        (T, T, Answer.MET),
        (T, F, Answer.NOT_MET),
        (T, N, Answer.UNKNOWN),
        (F, T, Answer.NOT_APPLICABLE),
        (N, T, Answer.MET),
        (N, N, Answer.UNKNOWN),
    ],
)
def test_an_answer_is_read_out_of_a_row(says: bool | None, value: bool | None, answer: Answer) -> None:
    """A rule is silent only where it is known to have no say."""
    row = {"says_0": says, "rule_0": value}
    assert answer_of(CompiledRule("clinic.a", "rule_0", "says_0", ()), row) is answer


def test_a_rule_that_always_has_a_say_is_never_silent() -> None:
    """It has no column that could say so."""
    assert answer_of(CompiledRule("clinic.a", "rule_0", "", ()), {"rule_0": F, "": F}) is Answer.NOT_MET


@pytest.mark.parametrize(
    ("changes", "answer", "ahead", "effect"),
    [
        ({}, Answer.MET, F, None),
        ({}, Answer.NOT_APPLICABLE, F, None),
        ({}, Answer.UNKNOWN, F, Outcome.PENDED),
        ({}, Answer.NOT_MET, F, Outcome.NOT_PAYABLE),
        ({}, Answer.NOT_MET, T, Outcome.NOT_PAYABLE),
        ({"while_ahead": Outcome.REVIEW}, Answer.NOT_MET, T, Outcome.REVIEW),
        ({"while_ahead": Outcome.REVIEW}, Answer.NOT_MET, F, Outcome.NOT_PAYABLE),
        ({"while_ahead": Outcome.REVIEW}, Answer.NOT_MET, N, Outcome.NOT_PAYABLE),
        ({"while_ahead": Outcome.REVIEW}, Answer.UNKNOWN, T, Outcome.PENDED),
        ({"required": False}, Answer.NOT_MET, F, None),
        ({"required": False}, Answer.UNKNOWN, F, None),
        ({"status": "draft"}, Answer.NOT_MET, F, None),
    ],
)
def test_what_one_answer_alone_makes_of_the_outcome(
    changes: dict[str, object], answer: Answer, ahead: bool | None, effect: Outcome | None
) -> None:
    """A finding names the consequence that the statement drew, and none where it drew none."""
    one = rule("a", "charge_cents > 1", "expense", **changes)
    rows: Rows = {"expense": {"service_is_ahead": ahead}}
    assert explainer(one).effect(one, answer, rows) is effect


# ── what is missing ──────────────────────────────────────────────────

LETTER_ROW = {"id_of_letter": "l", "letter_names_diagnosis": N, "letter_is_short": N, "letter_says_enough": N}


def test_the_question_beneath_an_unknown_is_a_given_fact_that_is_unknown() -> None:
    """Nobody can answer what is computed; what is known is not asked again."""
    made = explainer(rule("a", "letter_is_fine"))
    rows: Rows = {
        "letter": {**LETTER_ROW, "letter_is_fine": N, "letter_is_in_hand": T, "letter_months": N, "shortest_months": 6}
    }
    asked = made.unknown_of(compiled(made, "clinic.a"), rows)
    assert asked == (Unknown("letter_months", "l"), Unknown("letter_names_diagnosis", "l"))
    assert [unknown.name for unknown in asked] == ["letter_months@l", "letter_names_diagnosis@l"]


def test_each_question_is_asked_once_however_many_ways_lead_to_it() -> None:
    """Two facts that rest on the same one are one question."""
    made = explainer(rule("a", "letter_is_fine AND letter_names_diagnosis AND letter_says_enough"))
    rows: Rows = {"letter": {**LETTER_ROW, "letter_is_fine": N, "letter_is_in_hand": T, "letter_months": 12}}
    assert made.unknown_of(compiled(made, "clinic.a"), rows) == (Unknown("letter_names_diagnosis", "l"),)


def test_what_stands_in_no_record_cannot_be_asked() -> None:
    """Where no letter is there, nobody can say what it names."""
    made = explainer(rule("a"))
    nothing: Rows = {"letter": {"id_of_letter": None, "letter_names_diagnosis": None}}
    assert made.unknown_of(compiled(made, "clinic.a"), nothing) == ()
    assert list(made.unknowns(["letter_names_diagnosis"], {})) == []


def test_a_fact_that_a_case_has_once_is_asked_without_an_id() -> None:
    """There is only one patient."""
    pregnant = given("patient_is_pregnant", "letter", "boolean", "patient.is_pregnant")
    joined = LETTER._replace(source=f"{LETTER.source}\nLEFT JOIN patient ON patient.case_id = letter.case_id")
    made = explainer(of=book(facts=(*FACTS, pregnant), subjects=(joined, EXPENSE, PAYMENT)))
    rows: Rows = {"letter": {"patient_is_pregnant": None}}
    assert [unknown.name for unknown in made.unknowns(["patient_is_pregnant"], rows)] == ["patient_is_pregnant"]


def test_questions_are_found_through_what_a_fact_says_it_needs() -> None:
    """A fact over a query of its own cannot be read for names; it says what it rests on."""
    hidden = derived("paid_cents", "expense", "cents", "paid.cents")._replace(needs=("charge_cents",))
    facts = tuple(hidden if fact.name == "paid_cents" else fact for fact in FACTS)
    made = explainer(of=book(facts=facts))
    rows: Rows = {"expense": {"id_of_expense": "e", "owed_cents": N, "paid_cents": N, "charge_cents": N}}
    assert list(made.unknowns(["paid_cents"], rows)) == [Unknown("charge_cents", "e")]


def test_facts_that_need_each_other_are_asked_through_once() -> None:
    """What is left of an account needs what was paid, and what was paid needs what was left."""
    paid = derived("paid_cents", "expense", "cents", "paid.cents")._replace(needs=("owed_cents",))
    made = explainer(of=book(facts=tuple(paid if fact.name == "paid_cents" else fact for fact in FACTS)))
    rows: Rows = {"expense": {"id_of_expense": "e", "owed_cents": N, "paid_cents": N, "charge_cents": N}}
    assert list(made.unknowns(["owed_cents"], rows)) == [Unknown("charge_cents", "e")]


def test_questions_are_found_through_an_alias() -> None:
    """A fact that reads a column under another name rests on the given fact of that column."""
    half = derived("half_is_known", "expense", "boolean", "expense.charge_cents > 50 AND sent.letter_is_fine")
    made = explainer(of=book(facts=(*FACTS, half)))
    rows: Rows = {
        "expense": {"id_of_expense": "e", "half_is_known": N, "charge_cents": N},
        "letter": {**LETTER_ROW, "letter_is_fine": N, "letter_is_in_hand": T, "letter_months": 12},
    }
    assert [unknown.name for unknown in made.unknowns(["half_is_known"], rows)] == [
        "charge_cents@e",
        "letter_names_diagnosis@l",
    ]


def test_a_column_leads_to_the_given_fact_that_reads_it() -> None:
    """Whatever that fact is called: the question is its own."""
    raw = derived("letter_names_both", "letter", "boolean", "letter.names_diagnosis AND letter.names_treatment")
    made = explainer(of=book(facts=(*FACTS, raw)))
    rows: Rows = {"letter": {**LETTER_ROW, "letter_names_both": N, "letter_names_treatment": N}}
    assert [unknown.name for unknown in made.unknowns(["letter_names_both"], rows)] == [
        "letter_names_diagnosis@l",
        "letter_names_treatment@l",
    ]


def test_a_parameter_that_is_unknown_is_nobodys_to_answer() -> None:
    """A figure of the law that is not loaded is no question to a patient."""
    assert list(explainer().unknowns(["most_cents"], {"letter": {"most_cents": N}})) == []


# ── values and sources ──────────────────────────────────────────────────


def test_a_value_is_that_of_its_own_subject() -> None:
    """Two rows may hold a column of one name: a letter's fact is read from the letter."""
    made = explainer()
    rows: Rows = {"expense": {"letter_months": 3, "charge_cents": 5}, "letter": {"letter_months": 12}}
    assert made.value_of("letter_months", rows) == 12
    assert made.value_of("letter_months", {"expense": {"letter_months": 3}}) == 3
    assert made.value_of("charge_cents", rows) == 5
    assert made.value_of("most_cents", {"letter": {"most_cents": 7}}) == 7
    assert made.value_of("most_cents", rows) is None
    assert made.value_of("letter_covers", {"letter": {"letter_covers": ["training", 3]}}) == ("training", "3")


OLD, NEW = (CITATION.model_copy(update={"id": id, "where": id}) for id in ("old", "new"))


@pytest.mark.parametrize(
    ("day", "cited"),
    [
        (date(2025, 12, 31), "old"),
        (date(2026, 1, 1), "new"),
        (date(2025, 6, 30), "new"),  # before every version and where the day is not known, the newest
        (date(2025, 7, 1), "old"),
        (None, "new"),
    ],
)
def test_the_version_in_force_is_cited(day: date | None, cited: str) -> None:
    """A letter of last year was judged by last year's text."""
    versions = (
        RuleVersion(date(2025, 7, 1), date(2025, 12, 31), "letter_names_diagnosis", (OLD,)),
        RuleVersion(date(2026, 1, 1), None, "letter_names_diagnosis", (NEW,)),
    )
    one = rule("a", versions=versions, dated_by="letter_signed_on")
    made = explainer(one)
    found = made.citations(one, compiled(made, "clinic.a"), {"letter": {"letter_signed_on": day}})
    assert [citation.where for citation in found] == [cited]


def test_an_open_beginning_and_an_open_end_hold() -> None:
    """A version without a first day was always in force."""
    versions = (
        RuleVersion(None, date(2025, 12, 31), "letter_names_diagnosis", (OLD,)),
        RuleVersion(date(2026, 1, 1), date(2026, 3, 31), "letter_names_diagnosis", (NEW,)),
    )
    one = rule("a", versions=versions, dated_by="letter_signed_on")
    made = explainer(one)
    rows: Rows = {"letter": {"letter_signed_on": date(1999, 1, 1)}}
    assert [c.where for c in made.citations(one, compiled(made, "clinic.a"), rows)] == ["old"]


PAPER = CITATION.model_copy(update={"id": "paper", "kind": SourceKind.PAYER_DOCUMENT, "where": "Acme's form"})
OTHERS = CITATION.model_copy(update={"id": "others", "kind": SourceKind.PAYER_DOCUMENT, "where": "another's form"})


@pytest.mark.parametrize(
    ("payer", "kind", "where"),
    [
        ("acme", "hsa", ["Acme's form", "26 CFR 1.213-1"]),
        ("acme", "hra", ["26 CFR 1.213-1", "another's form"]),
        ("nobody", "hsa", ["26 CFR 1.213-1", "another's form"]),
    ],
)
def test_an_administrators_own_paper_is_cited_and_takes_the_place_of_others(
    payer: str, kind: str, where: list[str]
) -> None:
    """What one administrator asks for proves nothing about another; the law is cited in any case."""
    versions = (RuleVersion(None, None, "letter_is_fine OR wants_treatment", (CITATION, OTHERS)),)
    one = rule("a", versions=versions)
    acme = ProfileVersion("acme", "Acme", "hsa", date.min, date.max, {}, {"shortest_months": (PAPER,)})
    whole = book(one)
    made = explainer(of=whole._replace(parameters=whole.parameters._replace(profiles=(acme,))))
    rows: Rows = {"letter": {"payer_profile": payer, "funding_source": kind}}
    assert [c.where for c in made.citations(one, compiled(made, "clinic.a"), rows)] == where


def test_every_column_beneath_a_rule_brings_its_own_paper() -> None:
    """Those the condition names and those its facts rest on, floors down."""
    one = rule("a", "wants_treatment AND letter_is_fine")
    paper = {name: CITATION.model_copy(update={"id": name, "where": name}) for name in ("shortest", "wants")}
    cites = {"shortest_months": (paper["shortest"],), "wants_treatment": (paper["wants"],)}
    acme = ProfileVersion("acme", "Acme", "hsa", date.min, date.max, {}, cites)
    whole = book(one)
    made = explainer(of=whole._replace(parameters=whole.parameters._replace(profiles=(acme,))))
    row = {"id_of_letter": "l", "rule_0": F, "payer_profile": "acme", "funding_source": "hsa"}
    found = made.finding(compiled(made, "clinic.a"), {"letter": row}, "letter l")
    assert [c.where for c in found.citations] == ["wants", "shortest", "26 CFR 1.213-1"]


# ── findings ──────────────────────────────────────────────────


MESSAGES = {
    "met": "It states {letter_months}.",
    "not_met": "It states only {letter_months}.",
    "unknown": "Nobody said.",
    "remedy": "Ask for more than {letter_months}.",
}


def test_a_finding_says_what_holds_on_what_and_what_to_do() -> None:
    """The reader sees the facts it rests on; a remedy only where something is to be mended."""
    one = rule("a", "letter_months > 6", messages=MESSAGES)
    made = explainer(one)
    found = {}
    for months, value in ((12, T), (3, F), (None, N)):
        rows: Rows = {"letter": {"id_of_letter": "l", "rule_0": value, "letter_months": months}}
        found[months] = made.finding(compiled(made, "clinic.a"), rows, "letter l", ("e1",))
    assert [(f.answer, f.effect, f.message, f.next_step, f.asks) for f in found.values()] == [
        (Answer.MET, None, "It states 12.", "", ()),
        (Answer.NOT_MET, Outcome.NOT_PAYABLE, "It states only 3.", "Ask for more than 3.", ()),
        (Answer.UNKNOWN, Outcome.PENDED, "Nobody said.", "Ask for more than not known.", ("letter_months@l",)),
    ]
    one_found = found[3]
    assert (one_found.rule, one_found.weight, one_found.where, one_found.lines) == (
        *("clinic.a", "required", "letter l"),
        ("e1",),
    )
    assert [(known.fact, known.value, known.about) for known in one_found.because] == [
        ("letter_months", 3, "letter_months")
    ]
    assert one_found.citations == (CITATION,)


def test_a_rule_without_a_say_is_silent_and_one_that_advises_says_so() -> None:
    """It is listed, with nothing to do."""
    silent = rule("a", applies="letter_is_in_hand")
    advice = rule("b", required=False)
    made = explainer(silent, advice)
    rows: Rows = {"letter": {"id_of_letter": "l", "says_0": F, "rule_0": F, "rule_1": F, "letter_names_diagnosis": F}}
    first = made.finding(compiled(made, "clinic.a"), rows, "letter l", ("e1",))
    assert (first.answer, first.effect, first.next_step, first.where, first.because, first.weight) == (
        *(Answer.NOT_APPLICABLE, None, "", "letter"),
        *((), "required"),
    )
    assert first.message == first.title == "It holds"
    second = made.finding(compiled(made, "clinic.b"), rows, "letter l")
    assert (second.weight, second.effect, second.next_step, second.lines) == ("advisory", None, "Ask.", ())


def test_advice_that_has_no_say_is_listed_as_advice() -> None:
    """A reader sorts what is required from what is not."""
    made = explainer(rule("a", applies="letter_is_in_hand", required=False))
    rows: Rows = {"letter": {"says_0": F, "rule_0": F}}
    assert made.finding(compiled(made, "clinic.a"), rows, "letter l").weight == "advisory"


def test_what_has_failed_already_asks_nothing_more() -> None:
    """Another answer would not mend it."""
    made = explainer(rule("a", "letter_names_diagnosis AND letter_names_treatment"))
    row = {"id_of_letter": "l", "rule_0": F, "letter_names_diagnosis": F, "letter_names_treatment": N}
    assert made.finding(compiled(made, "clinic.a"), {"letter": row}, "letter l").asks == ()


def test_a_finding_has_the_effect_of_its_time() -> None:
    """What can still be got while the service is ahead weighs less."""
    made = explainer(rule("a", "charge_cents > 1", "expense", while_ahead=Outcome.PENDED))
    found = [
        made.finding(compiled(made, "clinic.a"), {"expense": {"rule_0": F, "service_is_ahead": ahead}}, "expense e")
        for ahead in (T, F)
    ]
    assert [one.effect for one in found] == [Outcome.PENDED, Outcome.NOT_PAYABLE]


def test_figures_of_the_law_and_of_a_profile_stand_in_words_like_facts() -> None:
    """An amount is dollars, wherever it comes from; and each is explained."""
    words = "{charge_cents} of {most_cents}, {shortest_months}, {wants_treatment}"
    names = ("charge_cents", "most_cents", "shortest_months", "wants_treatment")
    one = rule("a", "charge_cents > 1", "expense", messages={**MESSAGES, "not_met": words})
    made = explainer(one)
    row = {"rule_0": F, "charge_cents": 50, "most_cents": 5_000, "shortest_months": 6, "wants_treatment": T}
    found = made.finding(CompiledRule("clinic.a", "rule_0", "", names), {"expense": row}, "expense e")
    assert found.message == "$0.50 of $50.00, 6, yes"
    assert [known.about for known in found.because] == ["charge_cents", "Most.", "Shortest.", "Wants it."]


def test_a_question_is_written_with_its_choices() -> None:
    """Yes and no for what is true or false; else what may be answered."""
    kind = given("letter_is_about", "letter", "choice", "letter.covers")._replace(choices=("training", "food"))
    made = explainer(of=book(facts=(*FACTS, kind)))
    ask = made.ask(Unknown("letter_names_diagnosis", "l"), 2)
    assert (ask.fact, ask.question, ask.field, ask.type, ask.choices, ask.asked_of, ask.settles) == (
        *("letter_names_diagnosis@l", "letter_names_diagnosis?", "letter.names_diagnosis", "boolean"),
        *(("yes", "no"), "patient", 2),
    )
    assert made.ask(Unknown("letter_is_about", "l")).choices == ("training", "food")
    assert made.ask(Unknown("letter_is_about", "l")).settles == 0


@pytest.mark.parametrize(
    ("value", "type", "shown"),
    [
        (None, "cents", "not known"),
        (12_345, "cents", "$123.45"),
        (12_345, "number", "12345"),
        (1_250, "rate", "12.5 %"),
        (T, "boolean", "yes"),
        (F, "boolean", "no"),
        (date(2026, 3, 5), "date", "5 March 2026"),
        (("health_fsa", "hsa"), "list", "health fsa, hsa"),
        ("health_fsa", "choice", "health fsa"),
        ("a_b", "text", "a_b"),
    ],
)
def test_a_value_is_written_as_people_read_it(value: object, type: str, shown: str) -> None:
    """No reader should see how a fact is stored."""
    assert show(value, type) == shown  # type: ignore[arg-type]
