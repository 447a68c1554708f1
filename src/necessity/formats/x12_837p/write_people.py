"""Names and addresses as segments: NM1, N3, N4, REF, PRV."""

from necessity.domain.full_claim import ClaimPerson, ClaimProvider
from necessity.domain.people import Address
from necessity.formats.x12 import Pen

_STREET = 55


def write_name(
    pen: Pen, role: str, who: ClaimPerson | ClaimProvider, field: str, qualifier: str = "", id: str = ""
) -> None:
    """Write NM1 for a person or an organisation; a provider with its NPI."""
    name = who.name
    last = pen.text(f"{field}.name.last", name.last, 60)
    first = pen.text(f"{field}.name.first", name.first, 35, needed=False)
    middle = pen.text(f"{field}.name.middle", name.middle, 25, needed=False)
    suffix = pen.text(f"{field}.name.suffix", name.suffix, 10, needed=False)
    if not name.is_person and (name.first or name.middle or name.suffix):
        pen.fault(f"{field}.name is an organisation's; it has no given name or suffix.")
    if isinstance(who, ClaimProvider) and who.npi:
        qualifier, id = "XX", who.npi
    kind = "1" if name.is_person else "2"
    pen.segment("NM1", role, kind, last, first, middle, "", suffix, qualifier if id else "", id)


def write_licence(pen: Pen, provider: ClaimProvider, field: str) -> None:
    """Write the licence number of somebody who has no NPI."""
    if provider.licence_number is not None and not provider.npi:
        pen.segment("REF", "0B", pen.text(f"{field}.licence_number", provider.licence_number, 50))


def write_address(pen: Pen, address: Address, field: str, *, needed: bool) -> None:
    """Write N3 and N4; an address is whole or, where it may be missing, not there at all."""
    if address == Address() and not needed:
        return
    street = _street(pen, address.street, f"{field}.street")
    city = pen.text(f"{field}.city", address.city, 30, 2)
    state = pen.text(f"{field}.state", address.state, 2, 2)
    zip_code = pen.text(f"{field}.zip_code", address.zip_code, 9, 5)
    if zip_code and (not zip_code.isdigit() or len(zip_code) not in (5, 9)):
        pen.fault(f"{field}.zip_code is {zip_code}; write five or nine digits, without a dash.")
    pen.segment("N3", *street)
    pen.segment("N4", city, state, zip_code)


def _street(pen: Pen, street: str | None, field: str) -> list[str]:
    """Give a street in one element or two; it is cut at a blank only, so that it reads back the same."""
    text = pen.text(field, street, 2 * _STREET + 1)
    if len(text) <= _STREET:
        return [text]
    for cut in range(min(_STREET, len(text) - 1), 0, -1):
        first, last = text[:cut], text[cut + 1 :]
        if text[cut] == " " and first == first.strip() and last == last.strip() and len(last) <= _STREET:
            return [first, last]
    return [pen.fault(f"{field} is longer than two lines of {_STREET} characters.")]
