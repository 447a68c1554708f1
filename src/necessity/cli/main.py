"""The command `necessity`: finds the verb, runs it, turns every failure into words and an exit code.

Exit codes: 0 done and good, 1 done and not so, 2 wrong usage or setting, 3 input or rule file unreadable, 4 our own or
the outside's failure.
"""

import io
import os
import sys
import traceback
from contextlib import suppress

from cyclopts import App, CycloptsError

from necessity import __version__
from necessity.errors import FormatError, NecessityError, RecordError, RulebookError, SettingError, StoreError

app = App(
    name="necessity",
    version=__version__,
    help="Who can pay for exercise that a clinician prescribed: decided by cited rules, with the papers to be paid. "
    "Not legal, tax or medical advice.",
    result_action="return_value",
    suppress_keyboard_interrupt=False,  # `run` says it in our words
)
_VERBS = {
    "new": "Start a case folder; in a terminal, with the first questions.",
    "answer": "Add what is known to a case, and see what it changes.",
    "decide": "Who can pay for a case, how much, why, what is missing.",
    "claim": "One claim in one form: statement, superbill, claim form, electronic claim.",
    "outbox": "What goes out of a case by post, portal, fax or SFTP, and the answers picked up.",
    "calls": "What to ask a plan, administrator or employer, on a sheet to print.",
    "checklist": "What to do before the first session, in order: done, open or not needed.",
    "clauses": "Sentences of a plan document that may be clauses about exercise; keep those you confirm.",
    "request": "A letter to a plan before money is spent: predetermination, authorization, exception.",
    "handover": "What therapy handed over to training, on a page to give to whoever takes over.",
    "screen": "The safety questions before training: asked, or shown with what follows.",
    "evidence": "What guided exercise changes and saves for a case, with sources, and whom to tell.",
    "post": "Answers of payers (835, 277CA, 999, FHIR, a refusal on paper) to the claims of a case.",
    "follow": "Where each claim stands, what is due by when, the next step.",
    "notice": "What an administrator writes to a member: a refusal with its reasons, or what is missing.",
    "appeal": "The letter that disputes a refusal, with exhibits, and what is missing for it.",
    "dossier": "A year's medical money for the tax return: paid from where, deductible, papers, how long to keep.",
    "calendar": "Letters to renew and time limits, as a calendar file.",
    "read": "What a message (837P, 835, 999, TA1, 277CA, FHIR) or a PDF of ours says, and what is wrong with it.",
    "adjudicate": "Decide whole tables: every line of a plan's book, with reasons, nothing lost.",
    "report": "How a plan's money was used: lines, members, sessions, cents, from what a run left.",
    "sample": "A seeded sample of decided lines for quality review, and its filled-in form read back.",
    "replay": "The same claims before two rulebooks: who gets another answer, by which rule, how much money.",
    "plan": "Where the money for training ahead comes from, and how much to set aside.",
    "synth": "A synthetic book of any size, with the verdict each line must get.",
    "patterns": "What a person should look at across a whole book; it decides nothing.",
}
for _name, _help in _VERBS.items():
    app.command(f"necessity.cli.verbs.{_name}:{_name}", name=_name, help=_help)

_PACKET = "Everything one payer wants of a case, in one PDF; `packet verify` checks one."
app.command("necessity.cli.verbs.packet:app", name="packet", help=_PACKET)

codes = App(name="codes", help="One question about codes and numbers.")
codes.command("necessity.cli.verbs.codes:npi", name="npi", help="Whether a provider number could exist.")
_ICD_VERBS = {
    "icd": "A diagnosis code (ICD-10-CM) on a day.",
    "search": "Diagnosis codes by words.",
    "load": "Load the official diagnosis codes of a year.",
}
for _name, _help in _ICD_VERBS.items():
    codes.command(f"necessity.cli.verbs.codes_icd:{_name}", name=_name, help=_help)
_NCCI_VERBS = {
    "load-pairs": ("load_pairs", "Load CMS's code pairs (NCCI) of a quarter."),
    "load-maxima": ("load_maxima", "Load CMS's unit maxima (NCCI) of a quarter."),
}
for _name, (_function, _help) in _NCCI_VERBS.items():
    codes.command(f"necessity.cli.verbs.codes_load:{_function}", name=_name, help=_help)
codes.command("necessity.cli.verbs.codes_procedures:units", name="units", help="Timed units that minutes support.")
codes.command("necessity.cli.verbs.codes_procedures:pairs", name="pairs", help="Codes not simply paid on one day.")
codes.command("necessity.cli.verbs.codes_reasons:explain", name="reason", help="Why a payer changed an amount.")
app.command(codes)

_RULE_VERBS = {
    "list": "Every rule, what it is about, what it rests on.",
    "show": "One rule whole: condition by date, messages, sources.",
    "test": "Run the cases beside the rules.",
    "lint": "Check that the rulebook keeps its own rules.",
    "diff": "What differs between two rulebooks, in plain words.",
}
rules = App(name="rules", help="The rulebook: list, show, test, lint, diff.")
for _name, _help in _RULE_VERBS.items():
    rules.command(f"necessity.cli.verbs.rules:rules_{_name}", name=_name, help=_help)
app.command(rules)

_LETTER_VERBS = {
    "draft": ("letter_draft", "Draft a letter of medical necessity from a case, and see what is still open."),
    "lint": ("letter_lint", "What a payer and the law would miss in a letter, and what cannot be true."),
    "send": ("letter_send", "Keep a version of a letter and note to whom it went."),
    "review": ("letter_review", "A letter as its clinician sees it: what matters first, what to answer."),
    "sign": ("letter_sign", "Sign a letter by typed or drawn name."),
    "decline": ("letter_answer", "Decline to sign, with the reason, or recommend something instead."),
    "ask": ("letter_answer", "Ask a question about a letter, or answer one."),
    "attach": ("letter_attach", "Attach the photo of a letter signed in ink."),
    "check-signer": ("letter_check", "Note what was looked up about who signed."),
    "seal": ("letter_seal", "A signed letter as a sealed PDF."),
    "verify": ("letter_verify", "Whether a sealed letter is intact, who signed it, how and when."),
    "status": ("letter_status", "Where each letter stands, and the next step."),
    "renew": ("letter_renew", "Draft the letter that follows one that ends."),
    "revoke": ("letter_answer", "Withdraw a sent or signed letter."),
    "prescription": (
        "letter_prescription",
        "The exercise prescription for a chart or studio (FHIR), or one taken into a case.",
    ),
    "papers": (
        "letter_papers",
        "The papers beside it: order, statement, training plan, session note, report, renewal.",
    ),
}
letter = App(
    name="letter", help="The letter of medical necessity, from draft to seal and renewal, and the papers beside it."
)
for _name, (_home, _help) in _LETTER_VERBS.items():
    _function = f"letter_{_name.replace('-', '_')}"
    letter.command(f"necessity.cli.verbs.{_home}:{_function}", name=_name, help=_help)
_KEY_VERBS = {
    "show": "The certificates that seal or have sealed here.",
    "rotate": "A new key; what the old one sealed stays verifiable.",
    "use": "Seal with a certificate of your own (PFX file or token).",
}
letter_keys = App(name="keys", help="The keys that seal: show, rotate, use.")
for _name, _help in _KEY_VERBS.items():
    letter_keys.command(f"necessity.cli.verbs.letter_keys:keys_{_name}", name=_name, help=_help)
letter.command(letter_keys)
app.command(letter)

EXIT_CODES: dict[type[NecessityError], int] = {
    SettingError: 2,
    RecordError: 2,
    FormatError: 3,
    RulebookError: 3,
    StoreError: 4,
}
"""What each kind of failure ends with."""


def _tell(error: NecessityError) -> None:
    """Say on standard error what is wrong, every fault of it, and what to do."""
    lines = [error.message]
    faults = error.faults if isinstance(error, FormatError) else ()
    lines += [f"  {fault}" for fault in faults]
    lines += [f"→ {error.next_step}"] if error.next_step else []
    print("\n".join(lines), file=sys.stderr)


def _failed(error: BaseException) -> int:
    """Say in words what stopped a command, and give its exit code."""
    if isinstance(error, CycloptsError):
        print(f"{error}\n→ See: necessity --help", file=sys.stderr)
        return 2
    if isinstance(error, NecessityError):
        _tell(error)
        return EXIT_CODES.get(type(error), 4)
    if isinstance(error, KeyboardInterrupt):
        print("Stopped; no file is half-written.", file=sys.stderr)
        return 4
    if isinstance(error, (BrokenPipeError, SystemExit)):  # the reader has read enough; rich exits on that
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if os.environ.get("NECESSITY_DEBUG"):
        traceback.print_exception(error)
    if isinstance(error, OSError):
        said = f"This machine refused: {error.strerror or type(error).__name__}."
        print(f"{said}\n→ Check the path, what you may read and write there, and the disk.", file=sys.stderr)
        return 4
    print(f"This is a fault of ours ({type(error).__name__}); your files are as they were.", file=sys.stderr)
    step = "Run it again with NECESSITY_DEBUG=1 and report what it prints, without personal data."
    print(f"→ {step}", file=sys.stderr)
    return 4


def run(arguments: list[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The words after `necessity`; None: those of this process.

    Returns:
        The exit code.
    """
    given = sys.argv[1:] if arguments is None else arguments
    try:
        "".join(given).encode()
    except UnicodeEncodeError:
        print("What was typed holds bytes that are no text.\n→ Type it again, in UTF-8.", file=sys.stderr)
        return 2
    try:
        result = app(given, exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except BaseException as error:  # the last line of defence: told in words, never dumped on a person
        return _failed(error)
    return result if isinstance(result, int) else 0


def main() -> None:
    """Be the console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows a question mark
    sys.exit(run())
