"""What the terminal shows: outcome by word, sign and colour; money; reasons with their kind of source; next steps."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from necessity.cli.page import SIGNS as _SIGNS
from necessity.cli.page import console as _console
from necessity.cli.page import day
from necessity.cli.page import line as _line
from necessity.domain.decision import (
    Answer,
    Ask,
    Decision,
    Finding,
    LineDecision,
    Outcome,
    RouteDecision,
    SourceKind,
    SubjectDecision,
)
from necessity.domain.funding import FundingKind
from necessity.domain.money import dollars
from necessity.rulebook.words import words
from necessity.workflow.answer import Edit

_ANSWER_SIGNS = {Answer.MET: "✔", Answer.NOT_MET: "✘", Answer.UNKNOWN: "?", Answer.NOT_APPLICABLE: "–"}
_KINDS = list(SourceKind)
_MOST_REASONS = 3
_MOST_MET = 2
_TELLING = ("tax_accounts", "insurance", "medicare", "employer", "tax_test", "letter", "letter_content")
_MOST_QUESTIONS = 5
_MOST_CHANGES = 4
_NOT_LISTED = re.compile(r"@(planned|.*#\d+)$")
"""Ids of what is to come and has no line of its own yet: the rest of a package, what was ordered."""
_MOST_NAMED = 3
_NOT_GIVEN = ("us.service.was_not_missed", "us.service.was_given")
_MOST_QUIET_LINES = 2
_NOT_APPLICABLE = Answer.NOT_APPLICABLE
_HELD_RULE = "us.routes.source_is_held"


def _days(lines: Sequence[LineDecision]) -> str:
    """Say which days some lines are about: all of a few, first and last of many."""
    dated = sorted(line.served_on for line in lines if line.served_on)
    undated = len(lines) - len(dated)
    said = ", ".join(day(d) for d in dated) if len(dated) <= 3 else f"{day(dated[0])} … {day(dated[-1])}"
    more = f"{undated} without a date" if undated else ""
    return "; ".join(part for part in (said, more) if part)


def _count(number: int) -> str:
    return f"{number} expense" if number == 1 else f"{number} expenses"


def _sources(finding: Finding) -> str:
    """Name the two strongest sources: law before agency, court and administrator, custom last."""
    ranked = sorted(finding.citations, key=lambda c: _KINDS.index(c.kind))
    said = list(dict.fromkeys(f"{words().source_kind[c.kind]}: {c.where}" for c in ranked))
    return "; ".join(said[:2]) + (f"; {len(said) - 2} more" if len(said) > 2 else "")


def _money(route: RouteDecision, lines: Sequence[LineDecision]) -> str:
    parts = []
    if route.outcome is Outcome.PAYABLE and route.payable_cents is not None:
        parts.append(f"{dollars(route.payable_cents)} meets the requirements")
    elif route.outcome is Outcome.PAYABLE and lines:
        parts.append("How much of it is paid is not in the record: the plan's own terms say that")
    if route.saves_cents:
        most = route.saves_at_most_cents
        more = f" to {dollars(most)}" if most and most != route.saves_cents else ""
        parts.append(f"worth about {dollars(route.saves_cents)}{more} after tax")
    if route.left_to_pay_cents and route.outcome is Outcome.PAYABLE:
        waiting = [line for line in lines if line.outcome in (Outcome.PENDED, Outcome.REVIEW)]
        waits = min(sum(line.charge_cents or 0 for line in waiting), route.left_to_pay_cents)
        parts += [f"{dollars(waits)} waits for an answer"] if waits else []
        parts += (
            [f"{dollars(route.left_to_pay_cents - waits)} stays with you"] if route.left_to_pay_cents > waits else []
        )
    return " · ".join(parts)


def _reasons(route: RouteDecision, lines: Sequence[LineDecision]) -> list[Finding]:
    """Choose the findings worth reading first: what stands against it, then what is open, then what only advises.

    What is open about an expense that is refused anyway is left to --explain.
    """
    came_to = {line.id: line.outcome for line in lines}
    against: list[Finding] = []
    explained: set[str] = set()
    for finding in (f for f in route.findings if f.weighs(route.outcome, came_to)):
        if not finding.lines or not explained.issuperset(finding.lines):
            against.append(finding)
        if finding.effect is Outcome.NOT_PAYABLE and finding.rule in _NOT_GIVEN:
            explained.update(finding.lines)  # of what was missed or refunded nothing else need be said
    if route.outcome is Outcome.NOT_PAYABLE:  # advice on how to be paid there would only raise hopes
        return against
    advice = [f for f in route.findings if not f.effect and f.weight == "advisory" and f.answer is Answer.NOT_MET]
    return against + advice


def _lines_summary(out: Console, lines: Sequence[LineDecision]) -> None:
    if len(lines) < 2:
        return
    for outcome in (Outcome.PAYABLE, Outcome.REVIEW, Outcome.PENDED, Outcome.NOT_PAYABLE):
        some = [line for line in lines if line.outcome is outcome]
        if some:
            sign, colour = _SIGNS[outcome]
            cents = [line.payable_cents for line in some if line.payable_cents is not None]
            known = outcome is Outcome.PAYABLE and len(cents) == len(some)
            money = f", {dollars(sum(cents))}" if known else ""
            text = f"{sign} {_count(len(some))}{money}: {words().of(outcome)} ({_days(some)})"
            _line(out, Text(text, style=colour))


def _route(out: Console, route: RouteDecision, lines: Sequence[LineDecision]) -> None:
    sign, colour = _SIGNS[route.outcome]
    name = words().funding[FundingKind(route.kind)].name
    own = "" if route.funding_source == route.kind else route.funding_source
    beside = ", ".join(part for part in (own, route.administrator) if part)
    label = f"{name} ({beside})" if beside else name
    _line(out, Text.assemble((f"{sign} {label}", f"bold {colour}"), (f"  {words().of(route.outcome)}", colour)), 0)
    money = _money(route, lines)
    if money:
        _line(out, money)
    if route.saves_cents and route.saves_assumes:
        _line(out, Text(f"That rests on this: {'; '.join(route.saves_assumes)}.", style="dim"))
    _lines_summary(out, lines)
    reasons = _reasons(route, lines)
    for finding in reasons[:_MOST_REASONS]:
        mark = _ANSWER_SIGNS[finding.answer] if finding.effect else "i"
        said = f"{mark} {finding.message}{_where(finding, lines)}"
        _line(out, Text.assemble(said, (f"  ({_sources(finding)})", "dim")))
    if route.outcome is Outcome.PAYABLE:
        _met(out, route)
    if len(reasons) > _MOST_REASONS:
        _line(out, Text(f"… and {len(reasons) - _MOST_REASONS} more; --explain shows all", style="dim"))
    for step in route.next_steps[:2]:
        _line(out, f"→ {step}")
    _line(out, Text(route.decided_by, style="italic dim"))
    if route.changes:
        needed = ", ".join(f"{c.fact}={_typed(c.to)}" for c in route.changes[:_MOST_CHANGES])
        more = len(route.changes) - _MOST_CHANGES
        rest = f" and {more} more answers of that kind (--json)" if more > 0 else ""
        _line(out, Text(f"It would meet them with: {needed}{rest}", style="cyan"))
    out.print()


def _where(finding: Finding, lines: Sequence[LineDecision]) -> str:
    """Say which expenses a finding is about: the days of a few, how many of more, nothing where it is all there are."""
    concerned = [line for line in lines if line.id in finding.lines]
    weighs = [line for line in concerned if finding.effect in (None, line.outcome)] or concerned
    if len(lines) < 2 or not weighs or len(weighs) == len(lines):
        return ""
    if len(weighs) <= _MOST_NAMED:
        return f" [{', '.join(day(line.served_on) if line.served_on else line.id for line in weighs)}]"
    return f" [{len(weighs)} of {len(lines)}]"


def _met(out: Console, route: RouteDecision) -> None:
    """Name the met requirements with the strongest sources, and count the rest."""
    met = [f for f in route.findings if f.answer is Answer.MET and f.weight == "required"]
    ranked = sorted(met, key=_telling)
    for finding in ranked[:_MOST_MET]:
        _line(out, Text.assemble(f"✔ {finding.message}", (f"  ({_sources(finding)})", "dim")))
    if len(met) > _MOST_MET:
        rest = f"✔ {len(met) - _MOST_MET} more requirements are met; --explain shows each with its source"
        _line(out, Text(rest, style="dim"))


def _telling(finding: Finding) -> tuple[int, int]:
    """Rank what a met requirement tells: what the money is for before dates and papers, law before custom."""
    area = finding.rule.split(".")[1]
    place = _TELLING.index(area) if area in _TELLING else len(_TELLING)
    return place, min((_KINDS.index(c.kind) for c in finding.citations), default=len(_KINDS))


def _own_pocket(out: Console, route: RouteDecision) -> None:
    """Say what is always there and never counts as an answer."""
    left = f": {dollars(route.left_to_pay_cents)}" if route.left_to_pay_cents else ""
    name = words().funding[FundingKind.OWN_POCKET].name
    _line(out, Text(f"· {name}{left}, if nobody else pays. Nobody pays that back. {route.decided_by}", style="dim"), 0)
    out.print()


def _typed(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _has_source(route: RouteDecision) -> Answer:
    """Say whether the person has this source, as far as the record knows."""
    return next((f.answer for f in route.findings if f.rule == _HELD_RULE), Answer.MET)


def _grouped(routes: Iterable[RouteDecision]) -> tuple[list[RouteDecision], list[str], list[str]]:
    shown: list[RouteDecision] = []
    lacking: list[str] = []
    unasked: list[str] = []
    for route in routes:
        name = words().funding[FundingKind(route.kind)].name
        match _has_source(route):
            case Answer.NOT_MET:
                lacking.append(name)
            case Answer.UNKNOWN:
                unasked.append(name)
            case _:
                shown.append(route)
    return shown, lacking, unasked


def _ask(out: Console, ask: Ask, folder: str) -> None:
    choices = f" ({', '.join(ask.choices[:8])})" if ask.choices else ""
    many = f" It is asked for {len(ask.also) + 1} records." if ask.also else ""
    _line(out, Text.assemble((ask.question, "bold"), choices, many))
    if ask.field.startswith("expense.") and _NOT_LISTED.search(ask.fact):
        _line(out, Text("Add it to sessions.csv, with its date and status.", style="cyan"), 4)
    else:
        out.print(Text(f"    necessity answer {folder} {ask.fact}=…", style="cyan"), soft_wrap=True)


def _questions(out: Console, decision: Decision, folder: str) -> None:
    """Ask what settles most first; a question that comes up for several records is asked once."""
    if not decision.questions:
        return
    out.print(Text("Questions worth asking", style="bold underline"))
    for ask in decision.questions[:_MOST_QUESTIONS]:
        _ask(out, ask, folder)
    if len(decision.questions) > _MOST_QUESTIONS:
        out.print(Text(f"  … {len(decision.questions) - _MOST_QUESTIONS} more in --json", style="dim"))
    out.print()


def _service_line(out: Console, line: SubjectDecision) -> None:
    """Show a line of a claim: what stands against it with what to do, what is advice, and how much is met."""
    sign, colour = _SIGNS[line.outcome]
    label = f"{sign} Line {line.id.partition('/')[2]} of the claim {line.id.partition('/')[0]}"
    out.print(Text.assemble((label, f"bold {colour}"), (f"  {words().of(line.outcome)}", colour)))
    open_ones = [f for f in line.findings if f.answer in (Answer.NOT_MET, Answer.UNKNOWN)]
    for finding in open_ones:
        mark = _ANSWER_SIGNS[finding.answer] if finding.effect else "i"
        _line(out, Text.assemble(f"{mark} {finding.message}", (f"  ({_sources(finding)})", "dim")))
        if finding.effect:
            _line(out, f"→ {finding.next_step}")
    met = sum(f.answer is Answer.MET and f.weight == "required" for f in line.findings)
    if met:
        _line(out, Text(f"✔ {met} requirements are met; --explain shows each with its source", style="dim"))
    out.print()


def _quiet_lines(decision: Decision) -> dict[str, list[str]]:
    """Group by claim the lines of which nothing is to be said; a claim with one or two shows each."""
    quiet: dict[str, list[str]] = {}
    for line in (one for one in decision.others if one.subject == "service_line"):
        if line.outcome is Outcome.PAYABLE and all(f.answer in (Answer.MET, _NOT_APPLICABLE) for f in line.findings):
            quiet.setdefault(line.id.partition("/")[0], []).append(line.id)
    return {claim: lines for claim, lines in quiet.items() if len(lines) > _MOST_QUIET_LINES}


def _others(out: Console, decision: Decision) -> None:
    quiet = _quiet_lines(decision)
    for claim, lines in quiet.items():
        sign, colour = _SIGNS[Outcome.PAYABLE]
        label = f"{sign} {len(lines)} lines of the claim {claim}"
        _line(out, Text.assemble((label, f"bold {colour}"), (f"  {words().of(Outcome.PAYABLE)}", colour)), 0)
        out.print()
    for other in decision.others:
        if other.subject == "service_line":
            if other.id not in quiet.get(other.id.partition("/")[0], ()):
                _service_line(out, other)
            continue
        sign, colour = _SIGNS[other.outcome]
        out.print(Text.assemble((f"{sign} {other.subject.replace('_', ' ')} {other.id}", f"bold {colour}")))
        for finding in other.findings:
            if finding.answer is not Answer.NOT_APPLICABLE:
                said = f"{_ANSWER_SIGNS[finding.answer]} {finding.message}"
                _line(out, Text.assemble(said, (f"  ({_sources(finding)})", "dim")))
        out.print()


def _alternatives(out: Console, decision: Decision) -> None:
    worth = [a for a in decision.alternatives if a.outcome in (Outcome.PAYABLE, Outcome.REVIEW)]
    open_ones = [a for a in decision.alternatives if a.outcome is Outcome.PENDED and _is_near(a.findings)]
    if not worth and not open_ones:
        return
    out.print(Text("Worth a look instead or beside it", style="bold underline"))
    for alternative in (*worth, *open_ones):
        sign, colour = _SIGNS[alternative.outcome]
        _line(out, Text.assemble((f"{sign} {alternative.title}", f"bold {colour}"), f"  {alternative.cost}"))
        _line(out, alternative.how, 4)
    _line(out, Text("Whoever pays for each of them decides, by its own terms.", style="italic dim"))
    out.print()


def _is_near(findings: Sequence[Finding]) -> bool:
    """Say whether at least one criterion of an alternative is known to be met."""
    return any(f.answer is Answer.MET for f in findings)


def decision(decision: Decision, *, explain: bool, folder: str) -> None:
    """Draw a decision for the person whose case it is."""
    out = _console()
    version = f"rulebook of {day(decision.rulebook.dated)}"
    out.print(
        Text.assemble((f"{decision.case}", "bold"), f", decided for {day(decision.on)}", (f"  ({version})", "dim"))
    )
    out.print()
    shown, lacking, unasked = _grouped(decision.routes)
    if not decision.lines and decision.others:
        shown = [route for route in shown if route.outcome is not Outcome.PENDED and route.kind != "own_pocket"]
    for route in shown:
        if route.kind != FundingKind.OWN_POCKET:
            _route(out, route, [line for line in decision.lines if line.funding_source == route.funding_source])
    met = [route for route in shown if route.outcome is Outcome.PAYABLE and route.kind != FundingKind.OWN_POCKET]
    if len(met) > 1:
        _line(
            out, "The amounts of different sources are alternatives: one expense, one payer. They are never added.", 0
        )
        out.print()
    _others(out, decision)
    for route in shown:
        if route.kind == FundingKind.OWN_POCKET:
            _own_pocket(out, route)
    if lacking:
        _line(out, Text(f"✘ You do not have: {', '.join(lacking)}", style="dim"), 0)
    if unasked:
        _line(out, Text(f"? Not asked about yet: {', '.join(unasked)}", style="dim"), 0)
    if lacking or unasked:
        out.print()
    _alternatives(out, decision)
    if decision.deadlines:
        out.print(Text("Dates to keep", style="bold underline"))
        for due in decision.deadlines[:6]:
            _line(out, f"{day(due.due_on)}  {due.what} ({due.about})")
        out.print()
    _questions(out, decision, folder)
    if explain:
        _trace(out, decision)
    _line(out, Text(decision.notice, style="dim italic"), 0)


def _trace(out: Console, decision: Decision) -> None:
    """Show every rule's answer with the facts and sources it rests on."""
    out.print(
        Text(f"Trace · rulebook {decision.rulebook.dated} · sha256 {decision.rulebook.sha256}", style="bold underline")
    )
    for holder, findings in (
        *((f"{r.funding_source}: {words().of(r.outcome)}", r.findings) for r in decision.routes),
        *((f"{a.title}: {words().of(a.outcome)}", a.findings) for a in decision.alternatives),
        *((f"{o.subject} {o.id}: {words().of(o.outcome)}", o.findings) for o in decision.others),
    ):
        out.print(Text(holder, style="bold"))
        for finding in findings:
            ids = f" [{len(finding.lines)} expenses]" if len(finding.lines) > 1 else f" [{finding.where}]"
            sign = _ANSWER_SIGNS[finding.answer]
            _line(out, f"{sign} {finding.rule} · {finding.weight} · {finding.answer}{ids}")
            if finding.answer is Answer.NOT_APPLICABLE:
                continue
            facts = ", ".join(f"{k.fact} = {'?' if k.value is None else _typed(k.value)}" for k in finding.because)
            _line(out, Text(facts, style="dim"), 6)
            for citation in finding.citations:
                kind = words().source_kind[citation.kind]
                cited = f"{kind} · {citation.where} · {citation.says} · read {citation.read_on}"
                _line(out, Text(cited, style="dim italic"), 6)
    out.print()


def answered(edits: Sequence[Edit], moved: Sequence[dict[str, Any]], after: Decision, folder: str) -> None:
    """Say what was saved and which routes it moved."""
    out = _console()
    for edit in edits:
        was = "not known" if edit.before is None else _typed(edit.before)
        out.print(
            Text(f"✔ {edit.fact}: {was} → {'not known' if edit.value is None else _typed(edit.value)}", style="green")
        )
    for move in moved:
        sign, colour = _SIGNS[move["after"]]
        text = f"{sign} {move['funding_source']}: {words().of(move['before'])} → {words().of(move['after'])}"
        out.print(Text(text, style=colour))
    if not moved:
        out.print("No route changed its answer.")
    if after.next_question:
        out.print(Text("Next question", style="bold underline"))
        _ask(out, after.next_question, folder)


def packet(path: Path, pages: int, size: int, missing: Sequence[str]) -> None:
    """Say where the packet is and what it lacks."""
    out = _console()
    out.print(Text(f"{'?' if missing else '✔'} {path}  {pages} pages, {size / 1_000_000:.1f} MB", style="bold"))
    for lack in missing:
        _line(out, Text(f"✘ {lack}", style="red"))
    if missing:
        out.print("  The cover says the same. Add what is missing and write it again.")


def note(sentence: str) -> None:
    """Say something worth knowing that is no fault."""
    _line(_console(), Text(f"i {sentence}", style="cyan"))
