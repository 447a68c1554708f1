"""The page that `necessity letter lint` prints: score, facts with their places, findings with their fixes."""

from rich.console import Console
from rich.text import Text

from necessity.cli.page import console, day, line
from necessity.cli.sheet import source_words
from necessity.rulebook.words import words
from necessity.workflow.letter_lint.result import LetterLint, LintFinding, RequiredFact, Severity

_MARKS = {True: ("✔", "green"), False: ("✘", "red"), None: ("?", "yellow")}
_LONGEST_QUOTE = 72
_ASKED = 44


def show_lint(result: LetterLint) -> None:
    """Print the result of a lint."""
    out = console()
    kind = words().funding[result.kind].name
    payer = "any administrator" if result.payer == "generic" else result.payer_name
    out.print(Text.assemble((f"Letter for {payer}", "bold"), f"  {kind}, looked at on {day(result.on)}"))
    if result.facts:
        _score(out, result)
    for severity, title in ((Severity.REQUIRED, "Must be mended"), (Severity.ADVICE, "Would be better")):
        found = [one for one in result.findings if one.severity is severity]
        if found:
            out.print()
            out.print(Text(f"{title} ({len(found)})", style="bold"))
            for one in found:
                _finding(out, one)
    out.print()
    if not result.findings:
        line(out, "Nothing to say against it.", 0)
    line(out, "A clean letter is no promise: whoever pays decides. The clinician alone says what is medically true.", 0)


def _score(out: Console, result: LetterLint) -> None:
    total, met = len(result.facts), result.met
    style = "green" if met == total else "yellow" if met * 3 >= total * 2 else "red"
    out.print()
    out.print(
        Text.assemble(
            (f"{met} of {total}", f"bold {style}"),
            " facts asked for stand in it  ",
            ("■" * met, style),
            ("□" * (total - met), "dim"),
        )
    )
    for fact in result.facts:
        _fact(out, fact)


def _fact(out: Console, fact: RequiredFact) -> None:
    sign, style = _MARKS[fact.met]
    room = max(10, out.width - _ASKED - 16)
    read = (
        f"line {fact.line:<3} {_short(fact.words, room)}"
        if fact.line
        else ""
        if fact.met is False
        else "a text cannot show it"
    )
    if fact.met is None and fact.line:
        read = f"line {fact.line:<3} {_short(fact.words, room)}"
    row = Text.assemble("  ", (sign, style), f" {fact.what:<{_ASKED}}", (read, "dim"))
    row.rstrip()
    out.print(row, soft_wrap=True)


def _finding(out: Console, one: LintFinding) -> None:
    sign, style = ("✘", "red") if one.severity is Severity.REQUIRED else ("·", "yellow")
    out.print()
    place = f"line {one.line}: " if one.line else ""
    body = Text.assemble((f"{sign} ", style), (place, "bold"), one.message)
    line(out, body)
    if one.words:
        line(out, Text(f"“{_short(one.words, _LONGEST_QUOTE)}”", style="italic"), 4)
    line(out, Text(f"→ {one.fix}"), 4)
    line(out, Text(f"{source_words(one.citations)}  [{one.id}]", style="dim"), 4)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
