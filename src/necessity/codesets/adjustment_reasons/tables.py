"""The tables of this room: reasons, remarks, groups; each read once, none with a text that is licensed."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from necessity.domain.decision import Citation

_DATA = Path(__file__).parent / "data"
NOT_LOADED = "its meaning is not in this table; look it up where the payer publishes it"

Texts = Mapping[str, str]
"""A user's own licensed texts, by code. They replace words, never the group or the next step."""


class Reason(NamedTuple):
    """One claim adjustment reason code (CARC)."""

    code: str
    words: str
    """What it stands for, in our words."""
    groups: tuple[str, ...]
    """The groups it is usually seen with."""
    action: str
    """What to do, in one word: patient_pays, correct, appeal, send_records, write_off, other_payer, other_way,
    check_coverage, check_plan, wait, record, read_remark or none."""
    step: str
    """What to do, in a sentence."""
    only: tuple[str, ...]
    """The groups the list binds it to; empty: none in particular."""
    needs_remark: bool
    """Whether it must stand with a remark code that is no mere alert."""


class Remark(NamedTuple):
    """One remittance advice remark code (RARC)."""

    code: str
    words: str
    is_alert: bool
    """An alert informs; it never explains a refusal alone."""


class Group(NamedTuple):
    """Who bears an adjustment."""

    code: str
    words: str
    bears: str
    """provider, patient or nobody."""


class Edition(NamedTuple):
    """What a table stands on."""

    edition: str
    loaded_until: Any
    licence: str
    limits: str


@cache
def _table(name: str) -> dict[str, Any]:
    with (_DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def known_reasons() -> dict[str, Reason]:
    """Give every reason of the table, by code."""
    return {
        one["code"]: Reason(
            code=one["code"],
            words=one["words"],
            groups=tuple(one["groups"]),
            action=one["action"],
            step=one["step"],
            only=tuple(one.get("only", ())),
            needs_remark=one.get("needs_remark", False),
        )
        for one in _table("reasons")["reason"]
    }


@cache
def known_remarks() -> dict[str, Remark]:
    """Give every remark of the table, by code."""
    rows = _table("remarks")["remark"]
    return {one["code"]: Remark(one["code"], one["words"], one.get("alert", False)) for one in rows}


@cache
def known_groups() -> dict[str, Group]:
    """Give the four groups, by code."""
    return {one["code"]: Group(one["code"], one["words"], one["bears"]) for one in _table("groups")["group"]}


def reason(code: str) -> Reason | None:
    """Look a reason up; None: it is not in the table, which says nothing about whether it exists.

    Examples:
        >>> reason("50").action, reason("50").groups
        ('appeal', ('CO', 'PR'))
        >>> reason("999") is None
        True
    """
    return known_reasons().get(spelled(code))


def remark(code: str) -> Remark | None:
    """Look a remark up; None: it is not in the table."""
    return known_remarks().get(spelled(code))


def group(code: str) -> Group | None:
    """Look a group up; None: there is no such group in this edition."""
    return known_groups().get(spelled(code))


@cache
def _provider_reasons() -> dict[str, str]:
    return {one["code"]: one["words"] for one in _table("provider_reasons")["provider_reason"]}


def provider_reason_words(code: str) -> str:
    """Say why a payment to a provider differs from its claims (PLB03-1).

    Examples:
        >>> provider_reason_words("WO"), provider_reason_words("ZZ")
        ('an overpayment is taken back', 'its meaning is not in this table; look it up where the payer publishes it')
    """
    return _provider_reasons().get(spelled(code), NOT_LOADED)


def spelled(code: str) -> str:
    """Spell a code as the tables do: capitals, no zeros in front of a number.

    Examples:
        >>> [spelled(code) for code in ("050", "ma130 ", "45")]
        ['50', 'MA130', '45']
    """
    written = code.strip().upper()
    return written.lstrip("0") or "0" if written.isdecimal() else written


def words_of(code: str, texts: Texts | None = None) -> str:
    """Say what a reason or remark stands for: the user's licensed text where there is one, else our words."""
    written = spelled(code)
    if texts and written in texts:
        return texts[written]
    found = known_reasons().get(written) or known_remarks().get(written)
    return found.words if found else NOT_LOADED


@cache
def edition(name: str = "reasons") -> Edition:
    """Say what the reasons or the remarks stand on."""
    return Edition(**_table(name)["edition"])


@cache
def citations(name: str = "reasons") -> "tuple[Citation, ...]":
    """Give the sources of the reasons or the remarks."""
    from necessity.domain.decision import Citation  # pydantic, which a look-up in bulk does not need

    return tuple(Citation(**one) for one in _table(name)["source"])
