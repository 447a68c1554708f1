"""The shapes of codes and numbers: ICD-10-CM, procedure, NPI, tax number. Which code is in force, no shape can say."""

import re
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator

from necessity.domain.record import Record

# A letter and a digit, or QA: the codes from QA0 on came with fiscal year 2026. Seven characters at most.
_ICD10 = re.compile(r"((?:[A-Z][0-9]|QA)[0-9A-Z])\.?([0-9A-Z]{1,4})?")
_PROCEDURE = re.compile(r"[0-9]{4}[0-9A-Z]|[A-V][0-9]{4}")


class NpiCheck(Record):
    """What the check digit says about a provider number."""

    npi: str
    """The number as given, blanks taken off."""
    valid: bool
    """Whether it could have been issued. It proves neither a licence nor a right to bill."""
    why: str
    """The reason, in plain words."""


def check_npi(number: str) -> NpiCheck:
    """Say whether a national provider identifier could exist.

    Ten digits, the first 1 or 2, the last a Luhn check digit over the prefix 80840 and the first nine.

    Args:
        number: As written; blanks around it are ignored.

    Returns:
        The verdict with its reason. A valid number may still belong to nobody.

    Source:
        CMS, NPI check digit requirements: the Luhn formula with the constant prefix 80840 (constant sum 24).

    Examples:
        >>> check_npi("1234567893").valid, check_npi("1234567890").why
        (True, 'The last digit should be 3, not 0: one digit is wrong or two are swapped.')
    """
    npi = number.strip()
    if not re.fullmatch(r"[0-9]{10}", npi):
        return NpiCheck(npi=npi, valid=False, why="A provider number has exactly ten digits.")
    if npi[0] not in "12":
        return NpiCheck(npi=npi, valid=False, why="A provider number starts with 1 or 2.")
    total = 24
    for place, digit in enumerate(npi[:9]):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    due = -total % 10
    if due != int(npi[9]):
        why = f"The last digit should be {due}, not {npi[9]}: one digit is wrong or two are swapped."
        return NpiCheck(npi=npi, valid=False, why=why)
    return NpiCheck(
        npi=npi, valid=True, why="The check digit fits. Whether it was issued, and to whom, only NPPES knows."
    )


def _npi(value: str) -> str:
    check = check_npi(value)
    if not check.valid:
        raise ValueError(check.why)
    return check.npi


@lru_cache(maxsize=8192)
def read_icd10(written: str) -> str:
    """Read an ICD-10-CM code the way people and files write it, and give it with its dot.

    Args:
        written: In any case, with or without the dot, blanks around it.

    Returns:
        The code in capitals with its dot. Only the shape is looked at, not whether such a code was ever in force.

    Raises:
        ValueError: it has another shape; the message says what is wrong and how to write it.

    Examples:
        >>> [read_icd10(written) for written in ("m5450", "M54.50 ", "i10", "s39012d")]
        ['M54.50', 'M54.50', 'I10', 'S39.012D']
    """
    code = written.strip().upper() if written.isascii() else ""
    if found := _ICD10.fullmatch(code):
        if not code.endswith("."):
            return f"{found[1]}.{found[2]}" if found[2] else found[1]
    elif _PROCEDURE.match(code) and code[0].isdigit():
        raise ValueError("that is a procedure code; a diagnosis code (ICD-10-CM) starts with a letter, such as M54.50")
    if code.endswith("-"):
        raise ValueError("a dash stands for characters that are missing; write the whole code, such as E66.811")
    raise ValueError("write an ICD-10-CM code as a letter and 2 to 6 more characters, such as E11.9, M54.50 or I10")


@lru_cache(maxsize=8192)
def _procedure(value: str) -> str:
    code = value.strip().upper()
    if not _PROCEDURE.fullmatch(code):
        raise ValueError("write five characters, such as 97110 or S9451")
    return code


def _tax_id(value: str) -> str:
    digits = value.replace("-", "").strip()
    if not re.fullmatch(r"[0-9]{9}", digits):
        raise ValueError("write nine digits, such as 12-3456789")
    return digits


Npi = Annotated[str, AfterValidator(_npi)]
"""A national provider identifier whose check digit fits."""
Icd10 = Annotated[str, AfterValidator(read_icd10)]
"""An ICD-10-CM code with its dot. The shape only."""
ProcedureCode = Annotated[str, AfterValidator(_procedure)]
"""A CPT or HCPCS Level II code. The shape only."""
TaxId = Annotated[str, AfterValidator(_tax_id)]
"""An employer or personal tax number, nine digits."""
