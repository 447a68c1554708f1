"""What the terminal shows of claims after they were sent: what was posted, where each stands, what comes next."""

from collections.abc import Iterable
from datetime import date

from rich.console import Console
from rich.text import Text

from necessity.cli.page import console, day, line
from necessity.cli.sheet import source_words
from necessity.domain.answer import AnswerKind, AnswerLevel
from necessity.domain.balances import ledger_of
from necessity.domain.case import Case
from necessity.domain.ledger import ClaimLedger
from necessity.domain.money import dollars
from necessity.domain.next_step import ClaimStanding, FollowUp, NextStep, Standing, StepKind
from necessity.rulebook.next_steps import next_step_words
from necessity.workflow.next_step import due_dates
from necessity.workflow.post_answers import Fate, Posted, Posting
from necessity.workflow.posting.refusals import write_offs
from necessity.workflow.unplaced_words import one_unplaced, provider_change_words

_SIGNS = {
    Standing.DRAFT: ("·", ""),
    Standing.SENT: ("?", "yellow"),
    Standing.NOT_TAKEN_IN: ("✘", "red"),
    Standing.IN_DECISION: ("…", "yellow"),
    Standing.REFUSED: ("✘", "red"),
    Standing.APPEALED: ("…", "yellow"),
    Standing.IN_REVIEW: ("…", "yellow"),
    Standing.PAID_IN_PART: ("✔", "green"),
    Standing.PAID: ("✔", "green"),
    Standing.CLOSED: ("·", ""),
    Standing.NOBODY_DECIDES: ("·", ""),
}
_GROUPS = {
    "CO": "provider bears (CO)",
    "PR": "yours (PR)",
    "OA": "other (OA)",
    "PI": "payer's own (PI)",
    "": "no group",
}
_WAITS = (StepKind.WAIT, StepKind.WAIT_APPEAL, StepKind.WAIT_REVIEW)
_SOON = 30
_LOOKED_AT: dict[AnswerLevel | None, str] = {AnswerLevel.ENVELOPE: "envelope ", AnswerLevel.FORM: "form "}


def show_posting(
    before: Case, posting: Posting, after: FollowUp, denial: str | None, others: int, *, folder: str
) -> None:
    """Draw what became of each answer, and how the balances of their claims moved."""
    out = console()
    if not (posting.answers or denial):
        line(out, "Nothing to post: no file was named, and no answer kept aside has found its claim.", 0)
    for one in posting.answers:
        _posted(out, one)
    if denial:
        line(out, Text(f"✔ The refusal of {denial} is written down.", style="green"), 0)
    if others:
        said = "answer is about somebody else's claim and stays" if others == 1 else "answers are about others and stay"
        line(out, Text(f"· {others:,} {said} out of this record.", style="dim"), 0)
    touched = {denial, *(one.claim for one in posting.answers if one.fate is Fate.POSTED)}
    _moved(out, before, posting.case, after, touched)
    out.print()
    line(out, f"→ What comes next: necessity follow {folder}", 0)


def _posted(out: Console, one: Posted) -> None:
    told = Text(f"  ({one.answer.told_by})" if one.answer.told_by else "", style="dim")
    if one.fate is Fate.KEPT_ASIDE:
        line(out, Text(f"? Kept aside: {one_unplaced(one.answer)}", style="yellow"), 0)
        return
    if one.fate is Fate.POSTED_BEFORE:
        line(
            out,
            Text.assemble((f"· {one.claim or 'no claim'}: posted before as {one.record}; nothing moved", "dim"), told),
            0,
        )
        return
    answer = one.answer
    if answer.kind is AnswerKind.PROVIDER_AMOUNT:
        about = one.claim or (f"refers to {answer.control_number}" if answer.control_number else "no claim")
        changed = ((change.reason or "", change.amount_cents or 0) for change in answer.adjustments)
        said = "; ".join(provider_change_words(*change) for change in changed)
        line(out, Text.assemble(f"· {about}: {said}; no balance moves", told), 0)
        return
    if answer.paid_cents is not None:
        verb = "taken back" if answer.is_reversal else "paid"
        said = f"{dollars(abs(answer.paid_cents))} {verb}"
    else:
        what = _LOOKED_AT.get(answer.level, "")
        said = what + {True: "taken in", False: "not taken in", None: "an interim word"}[answer.is_accepted]
        said += f", “{answer.says.rstrip('.')}”" if answer.says else ""
    refused = ", a refusal in it" if one.refused else ""
    colour = "red" if one.refused or answer.is_accepted is False else "green"
    line(out, Text.assemble((f"✔ {one.claim}: {said}{refused}", colour), told), 0)


def _moved(out: Console, before: Case, after: Case, followed: FollowUp, claims: Iterable[str | None]) -> None:
    steps = {one.claim: one.next for one in followed.claims}
    old, new = ledger_of(before, write_offs()), ledger_of(after, write_offs())
    for id in sorted(filter(None, claims)):
        was, now = old.claim(id).open_cents, new.claim(id).open_cents
        out.print()
        line(out, Text(id, style="bold"), 0)
        line(out, _money(new.claim(id)))
        if was is not None and now is not None:
            moved = "stays open" if was == now else f"open, {dollars(was)} before"
            line(out, f"{dollars(now)} {moved}")
        line(out, Text.assemble((f"→ {steps[id].title}", "bold"), _when(steps[id], followed.on)))


def _money(money: ClaimLedger) -> str:
    parts = [
        f"charged {dollars(money.charged_cents)}" if money.charged_cents is not None else "charge not in the record"
    ]
    if money.paid_by_me_cents is not None:
        parts.append(f"paid by you {dollars(money.paid_by_me_cents)}")
    if money.allowed_cents is not None:
        parts.append(f"allowed {dollars(money.allowed_cents)}")
    parts.append(f"paid {dollars(money.paid_cents)}")
    parts += [f"{_GROUPS.get(one.group, one.group)} {dollars(one.amount_cents)}" for one in money.adjustments]
    parts += [provider_change_words(one.reason, one.amount_cents) for one in money.provider_changes]
    if money.elsewhere_cents:
        parts.append(f"came back elsewhere {dollars(money.elsewhere_cents)}")
    return " · ".join(parts)


def show_follow(followed: FollowUp, *, folder: str) -> None:
    """Draw where each claim stands, for the person whose claims they are."""
    out = console()
    out.print(Text.assemble((followed.case, "bold"), f", claims on {day(followed.on)}"))
    out.print()
    if not followed.claims:
        line(out, "The record holds no claim. A claim is added to case.toml as [[claim]] when it is sent.", 0)
    for one in followed.claims:
        _claim(out, one, followed.on, folder)
    _aside(out, followed)
    dates = due_dates(followed)
    if dates:
        out.print(Text("Days to keep", style="bold underline"))
        for due in dates:
            line(out, Text.assemble((f"{day(due.on):>11}", "bold"), f"  {due.what} ({due.about})"))
        out.print()
    line(out, Text(followed.notice, style="dim italic"), 0)


def _claim(out: Console, one: ClaimStanding, on: date, folder: str) -> None:
    sign, colour = _SIGNS[one.standing]
    head = Text.assemble((f"{sign} {one.claim}", f"bold {colour}"), (f" to {one.payer} ({one.funding_source})", "bold"))
    line(out, head, 0)
    line(out, one.says)
    line(out, Text(_money(one.money), style="dim"))
    if one.money.open_cents is not None:
        line(out, Text.assemble("open ", (dollars(one.money.open_cents), "bold")))
    _step(out, one.next, on, folder, first=True)
    if one.also:
        line(out, Text("beside it", style="dim"))
    for step in one.also:
        _step(out, step, on, folder, first=False)
    if one.no_review:
        own = " That is our own conclusion." if one.no_review.inference else ""
        said = f"– No review by somebody independent: {one.no_review.counted}{own}"
        line(out, Text.assemble(said, (f"  ({source_words(one.no_review.citations)})", "dim")))
    out.print()


def _when(step: NextStep, on: date) -> Text:
    if step.due_on is None:
        return Text("")
    by = "until" if step.kind in _WAITS else "by"
    left = (step.due_on - on).days
    if step.is_late:
        return Text(f", {by} {day(step.due_on)}: that day is past", style="bold red")
    tells = "today" if left == 0 else f"{left} day left" if left == 1 else f"{left} days left"
    return Text(f", {by} {day(step.due_on)} ({tells})", style="bold yellow" if left <= _SOON else "bold")


def _step(out: Console, step: NextStep, on: date, folder: str, *, first: bool) -> None:
    mark, style = ("→", "bold") if first else ("·", "")
    line(out, Text.assemble((f"{mark} {step.title}", style), _when(step, on)), 2 if first else 4)
    indent = 4 if first else 6
    if step.says != step.title:
        line(out, step.says, indent)
    draft = " Not verified, a draft: do not rely on the day." if step.is_draft else ""
    if step.counted or draft:
        counted = step.counted[:1].upper() + step.counted[1:]
        where = f" ({source_words(step.day_citations)})" if step.day_citations else ""
        line(out, Text(f"{counted.rstrip('.')}.{draft}{where}" if counted else draft.strip(), style="dim"), indent)
    beside = [one for one in step.citations if one not in step.day_citations]
    if beside:
        line(out, Text(f"({source_words(beside)})", style="dim"), indent)
    if step.command:
        name, _, rest = step.command.partition(" ")
        line(out, Text(f"necessity {name} {folder} {rest}".rstrip(), style="cyan"), indent)


def _aside(out: Console, followed: FollowUp) -> None:
    if followed.findings:
        out.print(Text("One expense, one payer", style="bold underline"))
    for finding in followed.findings:
        colour = "red" if finding.effect else "yellow"
        line(out, Text(f"{'✘' if finding.effect else 'i'} {finding.message}", style=colour))
        line(out, f"→ {finding.next_step}", 4)
    if followed.findings:
        line(out, Text(f"({source_words(next_step_words().paid_once_citations)})", style="dim"))
        out.print()
    _listed(out, "Between payer and provider, about no claim here", "·", followed.provider_changes)
    _listed(out, "Kept beside the claims", "?", followed.unplaced)


def _listed(out: Console, title: str, sign: str, texts: Iterable[str]) -> None:
    """Print a heading with a line for each text; nothing where there is none."""
    shown = list(texts)
    if shown:
        out.print(Text(title, style="bold underline"))
        for words in shown:
            line(out, f"{sign} {words}")
        out.print()
