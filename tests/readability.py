"""How many years of school a text asks for: the Flesch-Kincaid grade, with a counter of syllables that is good enough.

Grade = 0.39 × words a sentence + 11.8 × syllables a word - 15.59 (Kincaid, Fishburne, Rogers and Chissom 1975). Only a
full stop, question mark or exclamation mark ends a sentence here, which is the strict reading. A text of a few words says
little about itself: one long word moves it by several years, so a bound on single texts should leave out the shortest.
"""

import re

_TWO_VOWELS = re.compile(r"(?<![ctsg])i(?=[aou])")  # di-agnosis, but physician, condition
_SILENT_E = re.compile(r"(?<![aeiouyl])e$|(?<=[aeiouy]l)e$")
_SILENT_ED = re.compile(r"(?<![aeioutd])ed$")
_SILENT_ES = re.compile(r"(?<![aeiousxzcg])(?<!sh)(?<!ch)es$")


def syllables(word: str) -> int:
    """Count the groups of vowels, without the silent endings; a number counts as one.

    Examples:
        >>> [syllables(word) for word in ("trainer", "plan", "named", "needed", "receipts", "diagnosis", "table", "2026")]
        [2, 1, 1, 2, 2, 4, 2, 1]
    """
    letters = _TWO_VOWELS.sub("i-", re.sub(r"[^a-z]", "", word.lower()))
    for silent in (_SILENT_E, _SILENT_ED, _SILENT_ES):
        letters = silent.sub("", letters) or letters
    return max(1, len(re.findall(r"[aeiouy]+", letters)))


def words_of(text: str) -> list[str]:
    """List the words; a name in braces stands for one word, a code or amount is one."""
    return re.findall(r"[A-Za-z0-9$€][A-Za-z0-9'’$€.,%/_-]*", re.sub(r"\{[^{}]*\}", "one", text))


def grade(text: str) -> float:
    """Say the school year that a text asks for.

    Examples:
        >>> round(grade("The plan pays. Keep the letter."), 1)
        -0.7
        >>> round(grade("Reimbursement necessitates contemporaneous documentation of medical necessity."), 1)
        31.0
    """
    found = words_of(text)
    sentences = [part for part in re.split(r"[.!?]+(?=[\s)]|$)", text) if re.search(r"\w", part)]
    return 0.39 * len(found) / len(sentences) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59
