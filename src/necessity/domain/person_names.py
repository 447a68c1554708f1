"""A person's name in the parts that claim forms ask for."""

import re

from necessity.domain.full_claim import Name

_TITLES = re.compile(r"(?:(?:dr|mr|mrs|ms|mx|prof|rev)\.?\s+)+", re.IGNORECASE)
_SUFFIX = re.compile(r"(jr|sr|ii|iii|iv|v)\.?", re.IGNORECASE)
_PARTICLES = {
    "van",
    "von",
    "der",
    "den",
    "de",
    "del",
    "della",
    "la",
    "le",
    "da",
    "dos",
    "das",
    "di",
    "du",
    "bin",
    "al",
    "st.",
}


def split_name(whole: str) -> Name:
    """Part a person's name as written into family name, given names and suffix.

    `Family, Given Middle` is read as it stands; otherwise the last word, with particles such as `van der` before it,
    is the family name. A title is left off; so is what follows a comma and is no given name (`MD`, `PT, DPT`).

    Args:
        whole: The name as the record has it.

    Returns:
        The parts. A single word is a family name.

    Examples:
        >>> split_name("Dr. Ana van der Berg Jr., MD")
        Name(last='van der Berg', first='Ana', middle=None, suffix='Jr.', is_person=True)
        >>> split_name("Berg, Ana Lise").first, split_name("Ada").last
        ('Ana', 'Ada')
    """
    before, comma, after = (part.strip() for part in whole.partition(","))
    after = after.partition(",")[0].strip()
    words = _TITLES.sub("", before, count=1).split() or [before]
    if comma and after and not _is_credential(after) and len(words) <= 3:
        given = after.split()
        words, suffix = _without_suffix(words)
        return _name(" ".join(words), given, suffix)
    words, suffix = _without_suffix(words)
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return _name(" ".join(words[start:]), words[:start], suffix)


def _is_credential(text: str) -> bool:
    """Say whether what follows a comma is a licence or suffix rather than given names."""
    letters = text.replace(".", "").replace("-", "").split()
    return all(word.isupper() and 2 <= len(word) <= 6 for word in letters) or bool(_SUFFIX.fullmatch(text))


def _without_suffix(words: list[str]) -> tuple[list[str], str | None]:
    if len(words) > 1 and _SUFFIX.fullmatch(words[-1]):
        return words[:-1], words[-1]
    return words, None


def _name(last: str, given: list[str], suffix: str | None) -> Name:
    return Name(last=last, first=given[0] if given else None, middle=" ".join(given[1:]) or None, suffix=suffix)
