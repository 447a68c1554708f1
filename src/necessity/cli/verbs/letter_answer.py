"""`necessity letter decline`, `ask` and `revoke`: what is done with a letter besides signing it."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli.letters import desk, moment
from necessity.domain.letter_life import EventKind, Instead
from necessity.errors import SettingError
from necessity.workflow.letter_record import with_revoked
from necessity.workflow.send_letter import noted
from necessity.workflow.sign_letter import decline


def letter_decline(
    case: Path,
    letter: str,
    *,
    reason: str,
    by: str,
    instead: Instead | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Note that the clinician does not sign, with the reason.

    Parameters
    ----------
    case
        The case folder.
    letter
        The letter's id.
    reason
        Why, in the clinician's words.
    by
        The clinician.
    instead
        What the clinician recommends in place of training: therapy, rehabilitation or therapy_or_rehabilitation.
    as_json
        One JSON document instead of words.
    """
    at = desk(case)
    version = at.version(letter)
    draft = at.sent(letter, version)
    events = decline(at.case, draft, reason, moment(by), instead)
    at.save(at.case.model_copy(update={"letter_events": events}))
    if as_json:
        print(json.dumps({"letter": letter, "version": version, "state": "declined", "instead": instead}))
    else:
        print(f"✔ {letter}, version {version}: declined by {by}. {reason}")
        if instead:
            words = instead.replace("_", " ")
            print(f"  → Recommended instead: {words}. See what pays for it: necessity decide {case}")
        else:
            print("  → Draft a new version that answers the reason, or ask what would help instead.")
    return 0


def letter_ask(
    case: Path,
    letter: str,
    *,
    question: str | None = None,
    answer: str | None = None,
    by: str,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Note a question about a letter that waits for its clinician, or the answer to one.

    Parameters
    ----------
    case
        The case folder.
    letter
        The letter's id.
    question
        What is asked.
    answer
        What is answered.
    by
        Who asks or answers.
    as_json
        One JSON document instead of words.
    """
    at = desk(case)
    version = at.version(letter)
    events = at.case.letter_events
    now = moment(by)
    for kind, words in ((EventKind.ASKED, question), (EventKind.ANSWERED, answer)):
        events = noted(events, letter, version, kind, now, note=words) if words else events
    if len(events) == len(at.case.letter_events):
        raise SettingError("Nothing is asked or answered.", "Give --question or --answer.", setting="--question")
    at.save(at.case.model_copy(update={"letter_events": events}))
    if as_json:
        print(json.dumps({"letter": letter, "version": version, "asked": question, "answered": answer}))
    else:
        print(f"✔ {letter}, version {version}: noted. {question or answer}")
    return 0


def letter_revoke(
    case: Path,
    letter: str,
    *,
    reason: str,
    by: str,
    version: int | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Withdraw a letter: a request before it is signed, or a signed letter, which then serves until the day before.

    Parameters
    ----------
    case
        The case folder.
    letter
        The letter's id.
    reason
        Why.
    by
        Who withdraws it.
    version
        Which version; the newest if left out.
    as_json
        One JSON document instead of words.
    """
    at = desk(case)
    number = at.version(letter, version)
    now = moment(by)
    events = noted(at.case.letter_events, letter, number, EventKind.REVOKED, now, note=reason)
    at.save(with_revoked(at.case, events, letter, number, now.on))
    if as_json:
        print(json.dumps({"letter": letter, "version": number, "state": "revoked", "on": str(now.on)}))
    else:
        print(f"✔ {letter}, version {number}: withdrawn on {now.on} by {by}. {reason}")
        print(f"  → See what that changes: necessity decide {case}")
    return 0
