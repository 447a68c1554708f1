"""An operator's folder for tests: small rules, cases and parameters of one clinic, written where nobody minds."""

from datetime import date
from pathlib import Path
from typing import Any

import tomli_w

from necessity.adjudication.cases import run_cases
from necessity.parameters.source import sources
from necessity.rulebook.cases import CaseResult
from necessity.rulebook.lint import Complaint, lint
from necessity.rulebook.load import Rulebook, load, read_rule
from tests import shipped

READ_ON = date(2026, 8, 1)
CITATION = {
    "id": "source",
    "kind": "regulation",
    "where": "26 CFR 1.213-1",
    "says": "It must.",
    "read_on": READ_ON,
}
RULE: dict[str, Any] = {
    "title": "The letter names a diagnosis",
    "question": "Does the letter name a diagnosis?",
    "about": "letter",
    "weight": "required",
    "status": "in_force",
    "message": {
        "met": "It does.",
        "not_met": "It does not.",
        "unknown": "Nobody said.",
        "remedy": "Ask for it.",
    },
    "version": [{"condition": "letter_names_diagnosis", "citations": ["source"]}],
    "citation": [CITATION],
}
CASES: tuple[dict[str, Any], ...] = (
    {"name": "yes", "on": date(2026, 5, 1), "then": "met", "facts": {"letter_names_diagnosis": True}},
    {"name": "no", "on": date(2026, 5, 1), "then": "not_met", "facts": {"letter_names_diagnosis": False}},
    {"name": "nobody said", "on": date(2026, 5, 1), "then": "unknown", "asks": ["letter_names_diagnosis"]},
)


class Operator:
    """Writes an operator's folder and loads it over the shipped rulebook."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, path: str, text: str) -> None:
        """Write one file as it stands."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def rule(self, name: str = "names", **changes: Any) -> str:
        """Write a good rule with some keys changed (None: left out), and give its id."""
        content = {"id": f"clinic.{name}", **RULE, **changes}
        self.write(f"rules/clinic/{name}.toml", tomli_w.dumps({k: v for k, v in content.items() if v is not None}))
        return f"clinic.{name}"

    def versions(self, *versions: dict[str, Any], name: str = "names", **changes: Any) -> str:
        """Write a rule with these versions, dated by the letter's signing."""
        full = [{"condition": "letter_names_diagnosis", "citations": ["source"], **version} for version in versions]
        return self.rule(name, version=full, dated_by="letter_signed_on", **changes)

    def cases(self, *cases: dict[str, Any], name: str = "names") -> None:
        """Write a file of cases, the way a person writes it."""
        text = ""
        for table in cases:
            facts = "".join(f"facts.{tomli_w.dumps({key: value})}" for key, value in table.get("facts", {}).items())
            text += f"[[case]]\n{tomli_w.dumps({k: v for k, v in table.items() if k != 'facts'})}{facts}\n"
        self.write(f"rules/clinic/{name}.cases.toml", text)

    def parameter(self, name: str, type: str, *values: dict[str, Any]) -> None:
        """Write a number of the law with its values by date."""
        full = [{"citations": ["source"], **value} for value in values]
        table = {"name": name, "type": type, "means": "A number.", "value": full, "citation": [CITATION]}
        self.write(f"us/{name}.toml", tomli_w.dumps({"parameter": [table]}))

    def load(self) -> Rulebook:
        """Load it over the shipped rulebook."""
        return load(self.folder)

    def own(self) -> Rulebook:
        """Load its rules alone over the shipped facts and numbers: much quicker, and enough for most tests."""
        if (self.folder / "us").exists():
            whole = self.load()
            return whole._replace(rules={id: rule for id, rule in whole.rules.items() if id.startswith("clinic.")})
        folder = self.folder / "rules"
        files = {rule.id: (rule, source) for source in sources(folder) for rule in [read_rule(source)]}
        rules = {id: rule for id, (rule, _) in files.items() if rule.status != "retired"}
        sources_by_id = {id: source for id, (_, source) in files.items()}
        return shipped.book()._replace(rules=rules, files=sources_by_id, folders=(folder,))

    def run(self) -> tuple[CaseResult, ...]:
        """Run the cases of its rules."""
        return run_cases(self.own(), "clinic")

    def complaints(self) -> list[Complaint]:
        """Lint its rules."""
        book = self.own()
        return [c for c in lint(book, run_cases(book, "clinic")) if c.rule.startswith("clinic.")]


def case(then: str, on: date | None = date(2026, 5, 1), name: str = "", **facts: Any) -> dict[str, Any]:
    """Write one case."""
    table: dict[str, Any] = {"name": name or f"{then} {on} {facts}", "then": then, "facts": facts}
    return table if on is None else {**table, "on": on}
