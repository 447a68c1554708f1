"""Optional tables of bulk input that no rule reads: fingerprints of papers and moments, for a search over a whole book.

They hold no text and no picture, only what shows that two are the same. Who keeps none leaves
the tables out; what hangs on them is then not looked for, and said so.
"""

MARKS: dict[str, dict[str, str]] = {
    "letter_text": {
        "case_id": "VARCHAR",
        "letter_id": "VARCHAR",
        "text_sha256": "VARCHAR",
        "signed_at": "TIMESTAMP",
    },
    "receipt_image": {
        "case_id": "VARCHAR",
        "receipt_id": "VARCHAR",
        "image_sha256": "VARCHAR",
        "paid_at": "TIMESTAMP",
    },
}
"""Table to its columns with their SQL types. Moments are UTC."""

MEANINGS = {
    "letter_text.text_sha256": "SHA-256 of why the letter says the treatment is needed: small letters, single "
    "blanks, names, dates and numbers taken out.",
    "letter_text.signed_at": "Moment of signing, where the signature tells it.",
    "receipt_image.image_sha256": "SHA-256 of the file as it was sent in.",
    "receipt_image.paid_at": "Moment of payment, where the receipt or the card shows it.",
}
"""What the columns mean that are not keys."""
