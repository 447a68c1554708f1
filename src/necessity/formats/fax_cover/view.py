"""Every word of the cover as it will stand on the page."""

from necessity.domain.claim_paper import address_lines, spoken_phone
from necessity.domain.dates import spoken
from necessity.formats.fax_cover.contents import FaxCover, sender_words

TITLE = "Fax"
_PRIVATE = (
    "These pages are private and meant only for whoever is named above. If they reached you by mistake, please call "
    "the sender, and destroy them without keeping or passing on a copy."
)
_NOTHING = "Nothing about health stands on this page. What follows does not belong on a desk that others can see."


def view(cover: FaxCover) -> dict[str, object]:
    """Lay the cover out as plain values: what `fax_cover.typ` reads. An empty value is a line to write on."""
    rows = [
        ["To", cover.to.name],
        *([["", line] for line in address_lines(cover.to.address)]),
        ["Fax", spoken_phone(cover.to_fax)],
        ["From", sender_words(cover)],
        ["Telephone", spoken_phone(cover.sender_phone)],
        ["Day", spoken(cover.made_on)],
        ["Pages, with this one", str(cover.pages or "")],
        ["Claim" if cover.is_of_claim else "Sender's number", cover.control_number],
    ]
    if cover.payer_claim_number:
        rows.append(["Your claim number", cover.payer_claim_number])
    return {
        "title": TITLE,
        "author": sender_words(cover),
        "draft": "Draft. Not to be sent." if cover.is_draft else "",
        "number": "",
        "foot": f"Fax about claim {cover.control_number}" if cover.is_of_claim else f"Fax {cover.control_number}",
        "rows": rows,
        "follows": {"heading": "What follows", "listed": [paper.capitalize() for paper in cover.papers]},
        "notice": [_PRIVATE, _NOTHING],
    }
