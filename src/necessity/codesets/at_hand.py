"""All code sets at hand: those that come with the program, and those an operator has loaded into a folder."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from necessity.codesets.icd10cm.book import CodeBook, code_book
from necessity.codesets.icd10cm.book import shipped as shipped_diagnoses
from necessity.codesets.procedures.kept import MAXIMA, PAIRS, kept_maxima, kept_pairs
from necessity.codesets.procedures.pairs import PairTable
from necessity.codesets.procedures.pairs import shipped as shipped_pairs
from necessity.codesets.procedures.tables import MaximaTable, maxima


class CodeSets(NamedTuple):
    """What decisions look codes up in."""

    diagnoses: CodeBook
    """The editions of ICD-10-CM."""
    pairs: tuple[PairTable, ...]
    """Tables of code pairs (NCCI), the shipped one first."""
    maxima: tuple[MaximaTable, ...]
    """Tables of unit maxima, the shipped one first, then by quarter."""


@cache
def shipped() -> CodeSets:
    """Find what comes with the program."""
    return CodeSets(shipped_diagnoses(), (shipped_pairs(),), (maxima(),))


def code_sets(folder: Path | None) -> CodeSets:
    """Find what comes with the program and what an operator has loaded into a folder.

    Args:
        folder: Holds tables written by `necessity codes load`, `load-pairs` and `load-maxima`; None: only what is
            shipped.

    Raises:
        SettingError: there is no such folder, or no table in it.
        FormatError: a table that cannot be read.
    """
    if folder is None:
        return shipped()
    pairs = tuple(kept_pairs(file) for file in sorted(folder.glob(PAIRS)))
    most = tuple(kept_maxima(file) for file in sorted(folder.glob(MAXIMA)))
    return CodeSets(diagnosis_book(folder), shipped().pairs + pairs, shipped().maxima + most)


def diagnosis_book(folder: Path | None) -> CodeBook:
    """Find the editions of ICD-10-CM alone; a folder that only holds other code sets adds none.

    Raises:
        SettingError: there is no such folder, or no table of any kind in it.
        FormatError: a table that cannot be read.
    """
    others = folder is not None and (any(folder.glob(PAIRS)) or any(folder.glob(MAXIMA)))
    if folder is not None and others and not any(folder.glob("icd10cm*.txt")):
        return shipped_diagnoses()
    return code_book(folder)
