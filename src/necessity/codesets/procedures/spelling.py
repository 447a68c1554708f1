"""Understanding a procedure code as people write it, or refusing it with the right form."""

import re
from typing import NamedTuple

from necessity.codesets.procedures.tables import editions, procedures
from necessity.errors import RecordError

_SHAPE = re.compile(r"[0-9]{4}[0-9AFMTU]|[A-V][0-9]{4}")
_DIAGNOSIS = re.compile(r"([A-Z][0-9][0-9A-Z])\.?([0-9A-Z]{0,4})")
_WRITTEN = re.compile(
    r"(?:(?:CPT|HCPCS|HC)[\s:®#]*)?(?P<code>[0-9A-Z]{5})(?P<modifiers>(?:[\s:,;/_-]+[0-9A-Z]{2}){0,4})[\s.]*"
)
_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_FORM = "five characters such as 97110 or S9451, with up to four modifiers such as 97110-59"


class Written(NamedTuple):
    """A code with the modifiers written behind it."""

    code: str
    modifiers: tuple[str, ...]


def read_code(text: str) -> Written:
    """Read a code as written: `97110`, ` s9451 `, `97110-59`, `97110 GP 59`, `CPT 97110`, `HC:97110:59`.

    Args:
        text: As typed.

    Returns:
        The code in capitals and its modifiers.

    Raises:
        RecordError: no code can be read; the message shows the right form, or the likely slip.

    Examples:
        >>> read_code(" 97110-59 ")
        Written(code='97110', modifiers=('59',))
    """
    said = text.strip().upper().replace("–", "-")
    match = _WRITTEN.fullmatch(said)
    if match and _SHAPE.fullmatch(match["code"]):
        return Written(match["code"], tuple(re.findall(r"[0-9A-Z]{2}", match["modifiers"])))
    near = _nearest(match["code"]) if match else ""
    step = f"Did you mean {near}?" if near else f"{_diagnosis_hint(said)}Write {_FORM}."
    raise RecordError(
        f"{text.strip()[:40]!r} is not a procedure code.", step, field="procedure_code", value=text, allowed=_FORM
    )


def _nearest(code: str) -> str:
    """Undo the slip of a letter for a digit, where that gives a code that is loaded."""
    likely = code.translate(_LIKE)
    return likely if likely in procedures() else ""


def _diagnosis_hint(said: str) -> str:
    """Point at the diagnosis codes where it is shaped like one; empty where it is not."""
    match = _DIAGNOSIS.fullmatch(said)
    if not match:
        return ""
    dotted = f"{match[1]}.{match[2]}" if match[2] else match[1]
    return f"If it is a diagnosis, ask: necessity codes icd {dotted}. "


def not_loaded(code: str) -> str:
    """Say that a code is not among those loaded, and what is loaded until when."""
    edition = editions()["codes"]
    return (
        f"{code} is not among the {len(procedures())} codes loaded here ({edition.name.lower()}, edition "
        f"{edition.edition}, until {edition.loaded_until}). That says nothing about whether it exists. "
        f"{_diagnosis_hint(code)}"
    ).strip()
