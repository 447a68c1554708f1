"""A small rulebook for tests of the compiler: three subjects, a dozen facts, and the rules a test puts in.

It has one of everything a tower is built of (keys, ids, what is inherited, answers that count further on, law and
profile, facts over facts), and compiles in a hundredth of the time that the shipped facts take.
"""

from datetime import date
from pathlib import Path
from typing import Any

from necessity.adjudication.case_engine import CaseEngine
from necessity.adjudication.compile import compile
from necessity.adjudication.engine import Engine
from necessity.adjudication.program import OUTCOMES, CompiledSubject, Decided, Program
from necessity.domain.decision import Citation, Outcome, SourceKind
from necessity.domain.tables import Row, Tables
from necessity.facts.fact import Fact, Subject
from necessity.facts.load import Facts
from necessity.parameters.load import Column, Dated, Parameter, Parameters, ProfileVersion
from necessity.parameters.source import parse
from necessity.rulebook.load import Rulebook
from necessity.rulebook.rule import Rule, RuleVersion

READ_ON = date(2026, 8, 1)
CITATION = Citation(id="source", kind=SourceKind.REGULATION, where="26 CFR 1.213-1", says="It must.", read_on=READ_ON)

LETTER = Subject(
    name="letter",
    keys={"case_id": "letter.case_id", "letter_id": "letter.id"},
    ids={"letter": "letter.id"},
    inherits={},
    answers={},
    prelude="",
    source=(
        "FROM letter\n"
        "LEFT JOIN law ON coalesce(letter.signed_on BETWEEN law.from_on AND law.until_on, FALSE)\n"
        "LEFT JOIN profile ON profile.payer = letter.file"
    ),
)
"""One letter; where its file stands is, in this book, who is to pay."""

EXPENSE = Subject(
    name="expense",
    keys={"case_id": "expense.case_id", "expense_id": "expense.id"},
    ids={"expense": "expense.id", "receipt": "receipt.id"},
    inherits={"letter": "sent"},
    answers={"letter": "letter_is_needed"},
    prelude="paid AS (\n    SELECT case_id, id, max(amount_cents) AS cents\n    FROM receipt\n    GROUP BY case_id, id\n)",
    source=(
        "FROM expense\n"
        "LEFT JOIN receipt ON receipt.case_id = expense.case_id AND receipt.id = expense.receipt\n"
        "LEFT JOIN paid ON paid.case_id = expense.case_id AND paid.id = expense.receipt\n"
        "LEFT JOIN letter_decided AS sent ON sent.case_id = expense.case_id AND sent.letter_id = expense.note"
    ),
)
"""One expense with the letter that its note names, which counts where a letter is needed."""

PAYMENT = Subject(
    name="payment",
    keys={"case_id": "expense.case_id", "expense_id": "expense.expense_id"},
    ids={},
    inherits={"expense": "expense"},
    answers={"expense": "always"},
    prelude="",
    source="FROM expense_decided AS expense",
)
"""The money of one expense."""


SETTLED = dict.fromkeys(("refused", "pending", "doubted", "supported"), "BOOLEAN")
"""The columns in which the answers of a subject's rules come together."""


def given(name: str, about: str, type: str, field: str) -> Fact:
    """Make a given fact."""
    question = f"{name}?"
    return Fact(name, about, type, name, field, field, question, "patient", (), None, (), "", ())


def derived(name: str, about: str, type: str, sql: str) -> Fact:
    """Make a derived fact."""
    return Fact(name, about, type, name, sql, "", "", "", (), None, (), "", ())


FACTS = (
    given("letter_is_in_hand", "letter", "boolean", "letter.names_patient"),
    given("letter_names_diagnosis", "letter", "boolean", "letter.names_diagnosis"),
    given("letter_names_treatment", "letter", "boolean", "letter.names_treatment"),
    given("letter_signed_on", "letter", "date", "letter.signed_on"),
    given("letter_months", "letter", "months", "letter.stated_months"),
    derived("letter_covers", "letter", "list", "letter.covers"),
    derived("letter_is_short", "letter", "boolean", "letter_months < shortest_months"),
    derived("letter_says_enough", "letter", "boolean", "letter_names_diagnosis AND NOT letter_is_short"),
    derived("letter_is_fine", "letter", "boolean", "letter_says_enough AND letter_is_in_hand"),
    given("served_on", "expense", "date", "expense.served_on"),
    given("charge_cents", "expense", "cents", "expense.charge_cents"),
    given("is_for_household", "expense", "boolean", "expense.is_used_by_household"),
    given("letter_is_needed", "expense", "boolean", "expense.is_itemised_apart"),
    given("service_is_ahead", "expense", "boolean", "expense.travel_is_essential"),
    derived("paid_cents", "expense", "cents", "paid.cents"),
    derived("owed_cents", "expense", "cents", "charge_cents - paid_cents"),
    derived("letter_names_all", "expense", "boolean", "letter_names_diagnosis AND letter_names_treatment"),
    derived("payable_cents", "payment", "cents", "owed_cents"),
)

_LAW = {
    "most_cents": Parameter(
        "most_cents",
        "cents",
        "Most.",
        (Dated(date(2026, 1, 1), date(2026, 12, 31), 5_000, (CITATION,)),),
        "us/most.toml",
    )
}
_COLUMNS = {
    "shortest_months": Column("shortest_months", "months", "Shortest."),
    "wants_treatment": Column("wants_treatment", "boolean", "Wants it."),
}
_SAYS = {"shortest_months": 6, "wants_treatment": True}
_PROFILES = (ProfileVersion("acme", "Acme", "hsa", date(2020, 1, 1), date(9999, 12, 31), _SAYS, {}),)


def rule(name: str, condition: str = "letter_names_diagnosis", about: str = "letter", **changes: Any) -> Rule:
    """Make a required rule in force, with some of it changed."""
    made = Rule(
        id=f"clinic.{name}",
        title="It holds",
        question="Does it hold?",
        about=about,
        dated_by="",
        required=True,
        if_not_met=Outcome.NOT_PAYABLE,
        while_ahead=None,
        status="in_force",
        applies="",
        messages={"met": "It does.", "not_met": "It does not.", "unknown": "Nobody said.", "remedy": "Ask."},
        versions=(RuleVersion(None, None, condition, (CITATION,)),),
        file=f"clinic/{name}.toml",
    )
    return made._replace(**changes)


def book(
    *rules: Rule, facts: tuple[Fact, ...] = FACTS, subjects: tuple[Subject, ...] = (LETTER, EXPENSE, PAYMENT)
) -> Rulebook:
    """Put rules over these facts."""
    return Rulebook(
        rules={one.id: one for one in rules},
        facts=Facts({one.name: one for one in subjects}, {one.name: one for one in facts}),
        parameters=Parameters(_LAW, _COLUMNS, _PROFILES, {"acme": "Acme"}),
        dated=READ_ON,
        sha256="0" * 64,
        files={
            one.id: parse(one.file, f'condition = "{one.versions[0].condition}"\napplies = "{one.applies}"\n')
            for one in rules
        },
        folders=(Path("clinic"),),
    )


def compiled(name: str, *rules: Rule, **changes: Any) -> CompiledSubject:
    """Compile these rules and hand out one subject."""
    return next(subject for subject in compile(book(*rules, **changes)).subjects if subject.name == name)


def run(program: Program, tables: Tables) -> Decided:
    """Decide with both engines, which must say the same of every column."""
    decided = Engine(program).run(tables)
    assert {name: [dict(row) for row in rows] for name, rows in CaseEngine(program).run(tables).items()} == decided
    return decided


def letter(id: str = "l", **says: Any) -> Row:
    """Write a row of the table of letters."""
    return {"case_id": "ada", "id": id, **says}


def expense(id: str = "e", **says: Any) -> Row:
    """Write a row of the table of expenses."""
    return {"case_id": "ada", "id": id, **says}


def outcomes(decided: Decided, subject: str) -> list[str]:
    """Read the outcomes of a subject's rows in the order of their keys."""
    return [OUTCOMES[row["outcome"]].value for row in decided[subject]]
