"""What the terminal shows of a funding plan: accounts in order, what to elect, what is left, what is missing."""

from datetime import date

from rich.console import Console
from rich.text import Text

from necessity.cli.page import SIGNS, console, day, line
from necessity.domain.funding import FundingKind
from necessity.domain.funding_plan import AccountYear, Election, FundingPlan, Hindrance, PayIn
from necessity.domain.money import dollars
from necessity.rulebook.words import words

_MOST_HINDRANCES = 3
_MOST_QUESTIONS = 6


def plan(made: FundingPlan, *, folder: str) -> None:
    """Draw a funding plan for the person whose money it is."""
    out = console()
    version = f"rulebook of {day(made.rulebook.dated)}"
    out.print(Text.assemble((made.case, "bold"), f", planned from {day(made.on)}", (f"  ({version})", "dim")))
    _training(out, made)
    out.print()
    if not made.accounts:
        line(out, "No account with money for it is in the record.", 0)
        out.print()
    for number, account in enumerate(made.accounts, start=1):
        _account(out, number, account)
    for election in made.elections:
        _election(out, election)
    for pay_in in made.pay_ins:
        _pay_in(out, pay_in)
    _own_pocket(out, made)
    _questions(out, made, folder)
    if made.assumes:
        out.print(Text("The plan rests on this", style="bold underline"))
        for sentence in made.assumes:
            line(out, f"· {sentence}.")
        out.print()
    held = "Every session counts only once it is held and has a receipt that says what is asked for."
    line(out, Text(f"{held} {made.notice}", style="dim italic"), 0)


def _span(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    return day(first) if first == last else f"{day(first)} … {day(last)}"


def _sessions(number: int) -> str:
    return "1 session" if number == 1 else f"{number} sessions"


def _training(out: Console, made: FundingPlan) -> None:
    training = made.training
    if not training.sessions:
        line(out, "No training ahead is known.", 0)
        return
    parts = [_sessions(training.sessions), _span(training.first_on, training.last_on), ", ".join(training.weekdays)]
    if training.cost_cents is not None:
        parts.append(f"{dollars(training.cost_cents)} together")
    line(out, " · ".join(part for part in parts if part), 0)


def _account(out: Console, number: int, account: AccountYear) -> None:
    sign, colour = SIGNS[account.outcome]
    name = words().funding[FundingKind(account.kind)].name
    label = f"{account.funding_source} {account.plan_year or ''}".strip()
    whose = f", {account.owner}" if account.owner else ""
    outcome = words().of(account.outcome)
    line(
        out, Text.assemble((f"{number}. {sign} {name} ({label}{whose})", f"bold {colour}"), (f"  {outcome}", colour)), 0
    )
    line(out, Text(f"{account.order_words}.", style="dim"), 3)
    line(out, _takes(account), 3)
    if account.saves_cents:
        most = account.saves_at_most_cents
        more = f" to {dollars(most)}" if most and most != account.saves_cents else ""
        line(out, f"Worth about {dollars(account.saves_cents)}{more} after tax.", 3)
    if account.saves_assumes:
        line(out, Text(f"That rests on this: {'; '.join(account.saves_assumes)}.", style="dim"), 3)
    _rest(out, account)
    for hindrance in account.hindrances[:_MOST_HINDRANCES]:
        _hindrance(out, hindrance)
    if len(account.hindrances) > _MOST_HINDRANCES:
        line(out, Text(f"… and {len(account.hindrances) - _MOST_HINDRANCES} more reasons in --json", style="dim"), 3)
    line(out, Text(account.decided_by, style="italic dim"), 3)
    out.print()


def _takes(account: AccountYear) -> str:
    money = "an unknown amount" if account.money_cents is None else dollars(account.money_cents)
    held = f", {dollars(account.held_cents)} of it for sessions already held" if account.held_cents else ""
    if not account.sessions:
        return f"Holds {money}{held}; no session ahead has a place in it yet."
    span = _span(account.first_on, account.last_on)
    return f"Holds {money}{held}; {_sessions(account.sessions)} ahead take {dollars(account.planned_cents)} ({span})."


def _rest(out: Console, account: AccountYear) -> None:
    if account.runs_dry_on:
        line(out, Text(f"Empty on {day(account.runs_dry_on)}.", style="bold"), 3)
        return
    if not account.left_cents:
        return
    text = f"{dollars(account.left_cents)} is left"
    if account.plan_year is not None:
        if account.lost_cents is None:
            text += "; whether it would be lost is not known"
        elif account.lost_cents == account.left_cents:
            text += " and would be lost unless other care uses it"
        elif account.lost_cents:
            over = (
                f", {dollars(account.carried_over_cents)} goes into the next year" if account.carried_over_cents else ""
            )
            text += f"{over}; {dollars(account.lost_cents)} would be lost unless other care uses it"
        else:
            text += " and goes into the next year"
    line(out, f"{text}.", 3)


def _hindrance(out: Console, hindrance: Hindrance) -> None:
    sign, colour = SIGNS[hindrance.outcome]
    span = _span(hindrance.first_on, hindrance.last_on)
    head = f"{sign} {_sessions(hindrance.sessions)} ({span}): "
    line(out, Text.assemble((head, colour), hindrance.message), 3)
    if hindrance.next_step:
        line(out, f"→ {hindrance.next_step}", 5)


def _election(out: Console, election: Election) -> None:
    span = _span(election.starts_on, election.ends_on)
    line(out, Text(f"? To elect: {election.funding_source}, plan year {span}", style="bold cyan"), 0)
    if election.sessions:
        _amounts(out, election)
    else:
        line(out, "Nothing for this training, as the record stands.", 3)
    for hindrance in election.hindrances[:_MOST_HINDRANCES]:
        _hindrance(out, hindrance)
    out.print()


def _amounts(out: Console, election: Election) -> None:
    cost = f"{_sessions(election.sessions)} of that year, {dollars(election.training_cents)}"
    line(out, f"{cost}, meet the requirements we know and have no other money.", 3)
    if election.carried_in_cents:
        line(out, f"{dollars(election.carried_in_cents)} comes over from the year before.", 3)
    if election.elect_cents is None:
        line(out, "How much to elect cannot be said before the questions below are answered.", 3)
    else:
        line(out, Text(f"Set aside for this training alone: {dollars(election.elect_cents)}.", style="bold"), 3)
        if election.limit_cents is not None and election.limit_cents <= election.elect_cents:
            line(out, f"The law's limit of that year is {dollars(election.limit_cents)}.", 3)
    if election.at_risk_cents is not None:
        line(out, f"If no session took place, {dollars(election.at_risk_cents)} of it would be lost.", 3)
    if election.saves_cents:
        line(out, f"Worth about {dollars(election.saves_cents)} after tax.", 3)


def _pay_in(out: Console, pay_in: PayIn) -> None:
    line(out, Text(f"? To pay in: {pay_in.funding_source}, {pay_in.year}", style="bold cyan"), 0)
    cost = f"{_sessions(pay_in.sessions)}, {dollars(pay_in.training_cents)} beyond what the account holds"
    line(out, f"{cost}, meet the requirements we know.", 3)
    if pay_in.self_only_limit_cents is None or pay_in.family_limit_cents is None:
        line(out, "The law's limit of that year is not known here; ask before you pay in.", 3)
    else:
        alone, family = dollars(pay_in.self_only_limit_cents), dollars(pay_in.family_limit_cents)
        limits = f"{alone} with self-only coverage, {family} with family coverage"
        line(out, f"The law's limit of that year is {limits}, everything paid in counted.", 3)
    line(
        out,
        Text("Who may pay in hangs on the health plan; a general-purpose FSA, a spouse's too, bars it.", style="dim"),
        3,
    )
    out.print()


def _own_pocket(out: Console, made: FundingPlan) -> None:
    pocket = made.own_pocket
    if not pocket.sessions:
        return
    cost = "an unknown amount" if pocket.cents is None else dollars(pocket.cents)
    line(out, Text(f"· Own pocket, as the record stands: {cost} of {_sessions(pocket.sessions)}", style="bold"), 0)
    if pocket.open_cents:
        line(out, f"{dollars(pocket.open_cents)} of it hangs on questions that are still open.", 3)
    if pocket.may_be_deducted_cents:
        deducted = dollars(pocket.may_be_deducted_cents)
        who = words().funding[FundingKind.TAX_DEDUCTION].decided_by
        line(out, f"{deducted} of it rises above the floor of the tax deduction. {who}", 3)
    out.print()


def _questions(out: Console, made: FundingPlan, folder: str) -> None:
    if not made.asks:
        return
    out.print(Text("What is missing", style="bold underline"))
    for ask in made.asks[:_MOST_QUESTIONS]:
        line(out, Text.assemble(("? ", "yellow"), (ask.question, "bold")))
        line(out, Text(ask.answer_with.replace("CASE", folder), style="cyan"), 4)
    if len(made.asks) > _MOST_QUESTIONS:
        out.print(Text(f"  … {len(made.asks) - _MOST_QUESTIONS} more in --json", style="dim"))
    out.print()
