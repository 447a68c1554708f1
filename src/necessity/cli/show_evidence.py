"""What the terminal shows of the argument: findings in plain words, figures, limits, sources, addressees."""

from rich.text import Text

from necessity.cli.page import console, day, line
from necessity.rulebook.words import words
from necessity.workflow.argument import Argument, ConditionArgument

_SIGNS = {"effect": "+", "advice": "+", "saving": "$", "caveat": "!"}


def show_argument(made: Argument) -> None:
    """Draw the argument for the person whose case it is."""
    out = console()
    out.print(Text.assemble((made.case, "bold"), ", what studies found of guided exercise"))
    out.print()
    for condition in made.conditions:
        _condition(condition)
    for note in made.notes:
        line(out, f"? {note}", 0)
    if made.notes:
        out.print()
    if made.sources:
        out.print(Text("Sources", style="bold underline"))
        for source in made.sources:
            line(out, f"[{source.number}] {source.text} {', '.join(source.identifiers)} (read {day(source.read_on)})")
        out.print()
    if made.send_to:
        out.print(Text("Whom to send it to", style="bold underline"))
        for to in made.send_to:
            name = words().funding[to.kind].name
            line(out, Text.assemble((f"{name}: ", "bold"), to.who))
            for text in (to.how, to.limit, to.decided_by):
                line(out, text, 4)
        out.print()
    line(out, Text(made.notice, style="dim"), 0)


def _condition(condition: ConditionArgument) -> None:
    out = console()
    for paragraph in condition.paragraphs:
        sign = _SIGNS.get(paragraph.part)
        if paragraph.part == "opening":
            line(out, Text(paragraph.text, style="bold"), 0)
        elif paragraph.part == "caveat":
            line(out, Text(f"{sign} {paragraph.text}", style="dim"), 4)
        else:
            line(out, f"{sign} {paragraph.text}" if sign else paragraph.text)
    out.print()
