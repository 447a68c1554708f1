"""The page about the commands."""

from collections.abc import Iterator

from cyclopts import App

from necessity.cli.main import app
from necessity.rulebook.load import Rulebook
from tools.reference.markdown import Lines, fenced, heading, table, text

_TAKES = {
    "on": "DATE",
    "rules": "FOLDER",
    "profiles": "FOLDER",
    "output": "FILE",
    "to": "PAYER",
    "ptp": "FILE",
    "until": "DATE",
}
"""What stands behind an option, where its own name would not say it."""
_EXIT_CODES = (
    ("0", "done, and good: a route meets the requirements, or nothing was to decide; a number is valid"),
    ("1", "done, and not so: not met, still open, sources disagree, something is missing"),
    ("2", "wrong usage or setting"),
    ("3", "a case, paper or rule file that cannot be read"),
    ("4", "a failure of ours or of the outside, such as a full disk"),
)


def commands(above: App = app, name: str = "necessity") -> Iterator[tuple[str, App]]:
    """Walk to every command that does something, with its full name."""
    for word in above.resolved_commands():
        if not word.startswith("-"):
            inner, full = above[word], f"{name} {word}"
            if inner.default_command:
                yield full, inner
            yield from commands(inner, full)


def arguments(command: App) -> Iterator[tuple[str, str, bool, str]]:
    """List the arguments of a command: all spellings, the shortest, whether it is needed, its meaning."""
    for argument in command.assemble_argument_collection(parse_docstring=True):
        field = argument.field_info
        if field.kind is field.KEYWORD_ONLY:
            takes = "" if argument.hint is bool else f" {_TAKES.get(field.name, field.name.upper())}"
            names = [name for name in argument.names if name not in argument.negatives]
            spelt, short = ", ".join(f"`{name}{takes}`" for name in names), f"{min(names, key=len)}{takes}"
        else:
            short = f"{field.name.upper()}{' …' if field.kind is field.VAR_POSITIONAL else ''}"
            spelt = f"`{short}`"
        yield spelt, short, argument.required, argument.parameter.help or ""


def _command(name: str, command: App) -> Lines:
    usage, rows = [name], []
    for spelt, short, is_needed, meaning in arguments(command):
        if is_needed or not short.startswith("-"):
            usage.append(short if is_needed or short.endswith("…") else f"[{short}]")
        rows.append((f"{spelt}{' (needed)' if is_needed else ''}", meaning))
    yield from heading(2, f"`{name}`")
    yield from text(command.help)
    yield from fenced("", [" ".join(usage)])
    if rows:
        yield from table(("argument", "meaning"), rows)


def commands_page(book: Rulebook) -> Lines:
    yield from heading(1, "Commands")
    yield from text(
        "`necessity COMMAND --help` says the same. With `--json` a command prints one JSON document on "
        "standard output and nothing else; what went wrong is said on standard error, with what to do next."
    )
    yield from table(("exit code", "means"), _EXIT_CODES)
    for name, command in commands():
        yield from _command(name, command)
