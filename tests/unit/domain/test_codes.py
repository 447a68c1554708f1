"""Shapes of codes and numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from necessity.domain.codes import Icd10, Npi, ProcedureCode, TaxId, check_npi, read_icd10
from tests.cast import NPI


def test_the_number_that_cms_prints_as_its_example_is_valid() -> None:
    """The one number everybody can check the formula with."""
    assert check_npi(NPI).valid
    assert check_npi(f" {NPI} ").npi == NPI


@given(st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: int, more: int) -> None:
    """A claim under somebody else's number is paid to somebody else, or never."""
    digit = (int(NPI[place]) + more) % 10
    assert not check_npi(NPI[:place] + str(digit) + NPI[place + 1 :]).valid


@given(st.from_regex(r"[12][0-9]{8}", fullmatch=True))
def test_exactly_one_last_digit_fits(first_nine: str) -> None:
    """The reason names the digit that would fit; it must be the right one."""
    fitting = [str(digit) for digit in range(10) if check_npi(first_nine + str(digit)).valid]
    assert len(fitting) == 1
    wrong = str((int(fitting[0]) + 1) % 10)
    assert f"should be {fitting[0]}" in check_npi(first_nine + wrong).why


@pytest.mark.parametrize("number", ["", "123", "12345678901", "3234567893", "123456789x", "١٢٣٤٥٦٧٨٩٣"])
def test_what_is_not_a_provider_number_is_told_why(number: str) -> None:
    """The reason is what the person mends by."""
    assert not check_npi(number).valid
    assert check_npi(number).why.endswith(".")


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        (Icd10, "m54.50", "M54.50"),
        (Icd10, "m5450", "M54.50"),
        (Icd10, "S72001A", "S72.001A"),
        (Icd10, "QA0.0101", "QA0.0101"),
        (Icd10, " I10 ", "I10"),
        (Icd10, "S72.001A", "S72.001A"),
        (ProcedureCode, "97110", "97110"),
        (ProcedureCode, "s9451", "S9451"),
        (ProcedureCode, "0591t", "0591T"),
        (TaxId, "12-3456789", "123456789"),
        (Npi, NPI, NPI),
    ],
)
def test_a_code_is_kept_in_one_form(kind: object, written: str, kept: str) -> None:
    """Two spellings of one code must compare as the same."""
    assert TypeAdapter(kind).validate_python(written) == kept


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Icd10, "97110-59"),
        (Icd10, "E66.81-"),
        (Icd10, "M54.50AAA"),
        (Icd10, "PAIN"),
        (Icd10, "back pain"),
        (Icd10, "M54."),
        (ProcedureCode, "9711"),
        (ProcedureCode, "97110-GP"),
        (ProcedureCode, "W1234"),
        (TaxId, "12345678"),
        (Npi, "1234567890"),
    ],
)
def test_what_has_not_the_shape_of_a_code_is_refused(kind: object, written: str) -> None:
    """A code is copied onto claims; a broken one is a denial."""
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(written)


@pytest.mark.parametrize(
    ("written", "told"),
    [("97110-59", "procedure code"), ("97110", "procedure code"), ("E66.81-", "whole code"), ("back", "M54.50")],
)
def test_what_is_no_diagnosis_code_is_told_how_to_write_one(written: str, told: str) -> None:
    """A refusal without the right form sends people to guess."""
    with pytest.raises(ValueError, match=told):
        read_icd10(written)
