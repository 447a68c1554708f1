"""A small, sound file of evidence for tests, to be written to disk with one thing changed."""

from datetime import date
from typing import Any

SOURCE: dict[str, Any] = {
    "id": "study",
    "kind": "systematic_review",
    "authors": "Author A",
    "title": "A review",
    "journal": "A journal 2020;1",
    "year": 2020,
    "identifiers": ["doi:10.1000/1"],
    "seen_at": ["https://example.org/study"],
    "read_on": date(2026, 8, 1),
}
EFFECT: dict[str, Any] = {
    "id": "pain",
    "says": "It eases pain.",
    "measure": "pain",
    "is": -1.5,
    "low": -2,
    "high": -1,
    "unit": "points",
    "programme": "training",
    "population": "adults",
    "comparison": "nothing",
    "services": ["personal_training"],
    "sources": ["study"],
    "strength": "low",
    "scale": "ours",
}
SAVING: dict[str, Any] = {
    **{
        key: EFFECT[key]
        for key in ("programme", "population", "comparison", "services", "sources", "strength", "scale")
    },
    "id": "costs",
    "says": "It saves money.",
    "result": "saves",
    "whose": "the insurer",
    "is_cents": 100,
    "currency": "USD",
    "per": "person",
}
FILE: dict[str, Any] = {
    "id": "neck",
    "name": "Neck pain",
    "plain": "neck pain",
    "codes": ["M54.2"],
    "effect": [EFFECT],
    "saving": [SAVING],
    "source": [SOURCE],
}
