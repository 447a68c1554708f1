"""People and organisations of a message as records. Claims of one level share them: the same segments are read once."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from necessity.domain.codes import check_npi
from necessity.domain.full_claim import ClaimPayer, ClaimPerson, ClaimProvider, Name
from necessity.domain.people import Address, Sex
from necessity.formats.x12 import Segment, at, read_day

_NO_NAME = "(no name)"
_SEXES = {one.value: one for one in Sex}

Tell = Callable[..., None]
"""Takes what has to be left out: index of the segment, words, element, weight."""
Groups = dict[str, list[list[str]]]
"""Segments of one part by loop and id."""


def group(segments: list[Segment]) -> Groups:
    """Sort segments by loop and id, their order kept."""
    groups: Groups = {}
    for key, elements in segments:
        if key in groups:
            groups[key].append(elements)
        else:
            groups[key] = [elements]
    return groups


def first(groups: Groups, key: str) -> tuple[str, ...]:
    """Give the first segment of a kind; empty where there is none."""
    found = groups.get(key)
    return tuple(found[0]) if found else ()


def _name(nm1: Sequence[str]) -> dict[str, object]:
    """Read a name; fields only, the record around it makes it one with itself."""
    names = [*nm1, *[""] * 8]
    if names[2] == "2":
        return {"last": names[3] or _NO_NAME, "is_person": False}
    named = {"first": names[4] or None, "middle": names[5] or None, "suffix": names[7] or None}
    return {"last": names[3] or _NO_NAME, **named}


def address(groups: Groups, loop: str) -> Address:
    """Read N3 and N4 of a loop."""
    return Address(**_address(first(groups, f"{loop}.N3"), first(groups, f"{loop}.N4")))


def _address(n3: Sequence[str], n4: Sequence[str]) -> dict[str, str | None]:
    town = [*n4, *[""] * 4]
    return {
        "street": " ".join(part for part in n3[1:3] if part) or None,
        "city": town[1] or None,
        "state": town[2] or None,
        "zip_code": town[3] or None,
    }


def person(groups: Groups, loop: str) -> ClaimPerson:
    """Read the subscriber or the patient of a level."""
    dmg = [*first(groups, f"{loop}.DMG"), "", "", "", ""]
    return ClaimPerson.model_validate(
        {
            "name": _name(first(groups, f"{loop}.NM1")),
            "born_on": read_day(dmg[2]),
            "sex": _SEXES.get(dmg[3]),
            "address": _address(first(groups, f"{loop}.N3"), first(groups, f"{loop}.N4")),
        }
    )


def payer(groups: Groups, filing: str) -> ClaimPayer:
    """Read the payer of a subscriber's level."""
    return _payer(first(groups, "2010BB.NM1"), first(groups, "2010BB.N3"), first(groups, "2010BB.N4"), filing)


@lru_cache(maxsize=1024)
def _payer(nm1: tuple[str, ...], n3: tuple[str, ...], n4: tuple[str, ...], filing: str) -> ClaimPayer:
    return ClaimPayer(
        name=at(list(nm1), 3) or _NO_NAME,
        id=at(list(nm1), 9) or None,
        address=Address(**_address(n3, n4)),
        filing_indicator=filing or None,
    )


def provider(groups: Groups, loop: str, role: str) -> ClaimProvider | None:
    """Read a provider of a loop; None where nobody stands in that role."""
    for nm1 in groups.get(f"{loop}.NM1", ()):
        if at(nm1, 1) == role:
            numbers = {at(ref, 1): at(ref, 2) for ref in groups.get(f"{loop}.REF", ())}
            return _provider(tuple(nm1), at(list(first(groups, f"{loop}.PRV")), 3), numbers.get("0B", ""))
    return None


@lru_cache(maxsize=4096)
def _provider(nm1: tuple[str, ...], taxonomy: str, licence: str) -> ClaimProvider:
    number = at(list(nm1), 9) if at(list(nm1), 8) == "XX" else ""
    npi = number if number and check_npi(number).valid else None
    return ClaimProvider(
        name=Name.model_validate(_name(nm1)),
        npi=npi,
        taxonomy=taxonomy or None,
        licence_number=None if npi else licence or None,
    )


@lru_cache(maxsize=4096)
def read_procedure(text: str, sign: str) -> tuple[str | None, tuple[str, ...], bool]:
    """Read code and modifiers; the last says whether what stands there is a code, or nothing at all."""
    parts = text.split(sign)
    code = at(parts, 1).strip().upper()
    is_code = parts[0] in ("HC", "") and len(code) == 5 and code.isascii() and code.isalnum() and code[1:4].isdigit()
    is_code = is_code and (code[0].isdigit() or (code[0] <= "V" and code[4].isdigit()))
    return code if is_code else None, tuple(one for one in parts[2:6] if one), is_code or not any(parts)
