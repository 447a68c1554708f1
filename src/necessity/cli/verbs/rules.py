"""`necessity rules`: the rulebook, read and checked."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Column, Table

from necessity.cli import wiring
from necessity.cli.busy import busy
from necessity.errors import SettingError
from necessity.parameters.source import nearest
from necessity.rulebook.load import load
from necessity.rulebook.rule import Rule
from necessity.rulebook.words import words

Json = Annotated[bool, Parameter(name="--json")]


def rules_list(*, rules: Path | None = None, as_json: Json = False) -> int:
    """List every rule in force or in draft, with what it is about and what it rests on.

    Parameters
    ----------
    rules
        An operator's folder.
    as_json
        One JSON document instead of a table.
    """
    book = load(*wiring.folders(rules))
    if as_json:
        content = [
            {"id": r.id, "title": r.title, "about": r.about, "weight": _weight(r), "status": r.status}
            for r in book.rules.values()
        ]
        print(json.dumps({"dated": book.dated.isoformat(), "sha256": book.sha256, "rules": content}, indent=2))
        return 0
    table = Table(
        Column("rule", overflow="fold"),
        "about",
        "weight",
        "if not met",
        "rests on",
        title=f"{len(book.rules)} rules, {book.dated}",
    )
    for rule in book.rules.values():
        kinds = dict.fromkeys(words().source_kind[c.kind] for v in rule.versions for c in v.citations)
        effect = rule.if_not_met.replace("_", " ") if rule.decides else "–"
        table.add_row(f"{rule.id}\n[dim]{rule.title}[/dim]", rule.about, _weight(rule), effect, ", ".join(kinds))
    Console(highlight=False).print(table)
    return 0


def _weight(rule: Rule) -> str:
    return f"{'required' if rule.required else 'advisory'}{'' if rule.status == 'in_force' else f', {rule.status}'}"


def rules_show(rule: str, *, rules: Path | None = None, as_json: Json = False) -> int:
    """Show one rule whole: question, condition by date, messages, sources.

    Parameters
    ----------
    rule
        The rule's id.
    rules
        An operator's folder.
    as_json
        One JSON document instead of words.
    """
    book = load(*wiring.folders(rules))
    if rule not in book.rules:
        near = nearest(rule, book.rules)
        raise SettingError(
            f"There is no rule {rule!r}.", f"Did you mean {near}? See: necessity rules list", setting="RULE"
        )
    found = book.rules[rule]
    if as_json:
        print(json.dumps(_plain(found), indent=2))
        return 0
    out = Console(highlight=False)
    out.print(f"[bold]{found.id}[/bold]  {_weight(found)}, about {found.about}; if not met: {found.if_not_met}")
    out.print(f"{found.title}\n{found.question}")
    if found.applies:
        out.print(f"[dim]applies[/dim]    {found.applies}", markup=True)
    for version in found.versions:
        span = f"{version.from_on or 'ever'} … {version.until_on or 'now'}"
        out.print(f"[dim]{span}[/dim]  {version.condition}")
        for citation in version.citations:
            kind = words().source_kind[citation.kind]
            out.print(f"    {kind} · {citation.where} · read {citation.read_on}\n    {citation.says}")
    for key in ("met", "not_met", "unknown", "remedy"):
        out.print(f"[dim]{key:>8}[/dim]  {found.messages[key]}")
    return 0


def _plain(rule: Rule) -> dict[str, Any]:
    versions = [
        {
            "from": v.from_on.isoformat() if v.from_on else None,
            "until": v.until_on.isoformat() if v.until_on else None,
            "condition": v.condition,
            "citations": [c.model_dump(mode="json") for c in v.citations],
        }
        for v in rule.versions
    ]
    return {**rule._asdict(), "versions": versions}


def rules_test(rule: str | None = None, *, rules: Path | None = None, as_json: Json = False) -> int:
    """Run the cases that lie beside the rules.

    Parameters
    ----------
    rule
        One rule's id; all rules if left out.
    rules
        An operator's folder.
    as_json
        One JSON document instead of words.
    """
    from necessity.adjudication.cases import run_cases

    with busy("Running the cases of the rules"):
        book = load(*wiring.folders(rules))
        results = run_cases(book, rule)
    if rule and not results:
        near = nearest(rule, book.rules)
        raise SettingError(
            f"No rule or area is called {rule!r}.",
            f"Did you mean {near}? A rule's id or its beginning, such as us.letter, will do.",
            setting="rule",
        )
    failed = [result for result in results if not result.passed]
    if as_json:
        print(json.dumps({"passed": len(results) - len(failed), "failed": [str(f) for f in failed]}))
    else:
        for result in failed:
            print(f"✘ {result}", file=sys.stderr)
        print(f"{'✘' if failed else '✔'} {len(results) - len(failed)} cases pass, {len(failed)} fail")
    return 1 if failed else 0


def rules_lint(*, rules: Path | None = None, as_json: Json = False) -> int:
    """Check that rules, payer profiles and evidence keep their own rules: sources, cases on both sides, no odd names.

    Parameters
    ----------
    rules
        An operator's folder.
    as_json
        One JSON document instead of words.
    """
    from necessity.adjudication.cases import run_cases
    from necessity.rulebook.lint import lint
    from necessity.rulebook.lint_evidence import lint_evidence
    from necessity.rulebook.lint_profiles import lint_profiles

    folders = wiring.folders(rules)
    with busy("Looking through the rulebook"):
        book = load(*folders)
        complaints = (
            *lint(book, run_cases(book)),
            *lint_profiles(*folders),
            *lint_evidence(wiring.today(None), *folders),
        )
    payers = len(book.parameters.payer_names)
    if as_json:
        found = [c._asdict() for c in complaints]
        print(json.dumps({"rules": len(book.rules), "payers": payers, "complaints": found}))
    else:
        for complaint in complaints:
            print(f"✘ {complaint}", file=sys.stderr)
        mark = "✘" if complaints else "✔"
        print(f"{mark} {len(book.rules)} rules, {payers} payer profiles, {len(complaints)} complaints")
    return 1 if complaints else 0


def rules_diff(before: Path, after: Path | None = None, *, as_json: Json = False) -> int:
    """Say in plain words what differs between two rulebooks.

    Parameters
    ----------
    before
        An operator's folder; with only one named, it is what comes after the shipped rulebook.
    after
        Another operator's folder.
    as_json
        One JSON document instead of words.
    """
    from necessity.rulebook.diff import diff

    folders = [(), wiring.folders(before)] if after is None else [wiring.folders(before), wiring.folders(after)]
    with busy("Comparing the rulebooks"):
        found = diff(*(load(*named) for named in folders))
    if as_json:
        print(json.dumps([one._asdict() for one in found], indent=2, ensure_ascii=False))
        return 0
    out = Console(highlight=False)
    for one in found:
        out.print(f"[bold]{one.name}[/bold]  {one.what} {one.how}")
        for sentence in one.words:
            out.print(f"    {sentence}", markup=False)
    out.print(f"{len(found)} differences" if len(found) != 1 else "1 difference")
    return 0
