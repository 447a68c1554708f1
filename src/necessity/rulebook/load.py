"""Loading rules: one TOML file each, whose path is its id."""

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from necessity.domain.decision import Citation, Outcome
from necessity.facts.load import BUILT_IN as FACTS_FOLDER
from necessity.facts.load import Facts
from necessity.facts.load import load as load_facts
from necessity.parameters.load import BUILT_IN as PARAMETERS_FOLDER
from necessity.parameters.load import Parameters
from necessity.parameters.load import load as load_parameters
from necessity.parameters.shape import CITATION, check_shape
from necessity.parameters.source import Source, digest, sources
from necessity.rulebook.rule import Rule, RuleVersion

BUILT_IN = Path(__file__).parent / "rules"

_KEYS = frozenset({
    "id", "title", "question", "about", "dated_by", "weight", "if_not_met", "while_ahead", "status", "applies",
    "message", "version", "citation",
})  # fmt: skip
_VERSION_KEYS = frozenset({"from", "until", "condition", "citations", "gap"})
_MESSAGE_KEYS = frozenset({"met", "not_met", "unknown", "remedy"})
_SHAPE = {
    **dict.fromkeys(("id", "title", "question", "about", "dated_by", "weight", "status", "applies"), str),
    **dict.fromkeys(("if_not_met", "while_ahead"), str),
    "message": dict.fromkeys(sorted(_MESSAGE_KEYS), str),
    "version": [{"from": date, "until": date, "condition": str, "citations": [str], "gap": str}],
    "citation": [CITATION],
}


class Rulebook(NamedTuple):
    """All rules with the facts and parameters they speak about."""

    rules: dict[str, Rule]
    """By id, in the order of ids; retired ones are left out."""
    facts: Facts
    parameters: Parameters
    dated: date
    """Newest day on which one of its sources was read."""
    sha256: str
    """Digest of every file it was loaded from."""
    files: dict[str, Source]
    """The rule files by rule id, for lint and messages."""
    folders: tuple[Path, ...]
    """Where rules were read from, ours first; their cases stand beside them and are read when asked for."""

    def about(self, subject: str) -> list[Rule]:
        """List the rules about one subject."""
        return [rule for rule in self.rules.values() if rule.about == subject]


def _version(source: Source, table: dict[str, Any], cites: dict[str, Citation], rule: str) -> RuleVersion:
    source.check_keys(table, _VERSION_KEYS, f"A version of {rule}")
    named = table.get("citations", [])
    missing = [c for c in named if c not in cites]
    if missing or not named:
        raise source.fault(
            f"A version of {rule} cites {missing[0]!r}, which is not there." if missing else f"{rule} cites nothing.",
            "Name at least one [[citation]] of this file in `citations`.",
            "citations",
            rule=rule,
        )
    condition = " ".join(str(table.get("condition", "")).split())
    return RuleVersion(table.get("from"), table.get("until"), condition, tuple(cites[c] for c in named))


def read_rule(source: Source) -> Rule:
    """Turn one parsed file into a rule.

    Raises:
        RulebookError: a key missing or unknown, no version, no citation, path and id that differ.
    """
    content = source.content
    expected = source.name.removesuffix(".toml").replace("/", ".")
    if content.get("id") != expected:
        raise source.fault(f"The id is {content.get('id')!r}.", f"Make it the path: {expected!r}.", "id", rule=expected)
    source.check_keys(content, _KEYS, f"Rule {expected}")
    check_shape(source, content, _SHAPE, f"Rule {expected}")
    message = content.get("message", {})
    source.check_keys(message, _MESSAGE_KEYS, f"[message] of {expected}")
    lacking = [k for k in ("title", "question", "about", "weight", "status") if not content.get(k)]
    lacking += [f"message.{k}" for k in sorted(_MESSAGE_KEYS) if not message.get(k)]
    lacking += [] if content.get("version") else ["version"]
    if lacking:
        raise source.fault(f"Rule {expected} lacks {', '.join(lacking)}.", "Add what is missing.", rule=expected)
    _check_words(source, content, expected)
    cites = source.citations(content.get("citation", []), expected)
    versions = [_version(source, table, cites, expected) for table in content["version"]]
    versions.sort(key=lambda v: v.from_on or date.min)
    if_not_met = Outcome(content.get("if_not_met", "not_payable"))
    ahead = content.get("while_ahead")
    return Rule(
        id=expected,
        title=content["title"],
        question=content["question"],
        about=content["about"],
        dated_by=content.get("dated_by", ""),
        required=content["weight"] == "required",
        if_not_met=if_not_met,
        while_ahead=Outcome(ahead) if ahead else None,
        status=content["status"],
        applies=" ".join(content.get("applies", "").split()),
        messages={key: " ".join(text.split()) for key, text in message.items()},
        versions=tuple(versions),
        file=source.name,
    )


def _check_words(source: Source, content: dict[str, Any], rule: str) -> None:
    """Refuse a word outside the few that weight, status and effect may be."""
    effects = ("not_payable", "pended", "review")
    allowed = {
        "weight": ("required", "advisory"),
        "status": ("draft", "in_force", "retired"),
        "if_not_met": effects,
        "while_ahead": effects,
    }
    for key, words in allowed.items():
        if key in content and content[key] not in words:
            raise source.fault(
                f"Rule {rule}: {key} is {content[key]!r}.", f"Write one of {', '.join(words)}.", key, rule=rule
            )
    dated = [v for v in content["version"] if v.get("from") or v.get("until")]
    if (dated or len(content["version"]) > 1) and not content.get("dated_by"):
        raise source.fault(f"Rule {rule} has dated versions but no `dated_by`.", "Name a date fact.", rule=rule)


def load(*operator_folders: Path) -> Rulebook:
    """Load the shipped rulebook and operators' folders over it.

    Args:
        operator_folders: Folders with `rules/`, `us/`, `payers/` of an operator; a rule with the same id replaces ours.

    Returns:
        The rulebook; conditions are not parsed yet (`necessity.rulebook.condition` does that when it is compiled).

    Raises:
        RulebookError: a broken file, with file, line and what to do.
    """
    parameters = load_parameters(*operator_folders)
    facts = load_facts(parameters)
    rules: dict[str, Rule] = {}
    files: dict[str, Source] = {}
    folders = (BUILT_IN, *(f / "rules" for f in operator_folders))
    for folder in folders:
        for source in sources(folder):
            rule = read_rule(source)
            if rule.about not in facts.subjects:
                raise source.fault(
                    f"Rule {rule.id} is about {rule.about!r}.", f"Subjects: {', '.join(facts.subjects)}.", "about"
                )
            rules[rule.id] = rule
            files[rule.id] = source
    rules = {id: rules[id] for id in sorted(rules) if rules[id].status != "retired"}
    read = [c.read_on for r in rules.values() for v in r.versions for c in v.citations]
    read += [c.read_on for p in parameters.law.values() for v in p.values for c in v.citations]
    sha = digest((BUILT_IN, FACTS_FOLDER, PARAMETERS_FOLDER, *operator_folders))
    return Rulebook(rules, facts, parameters, max(read, default=date.min), sha, files, folders)
