"""Checks of weight: BMI codes beside a diagnosis; BMI codes and classes of obesity against the BMI measured."""

import re
from collections.abc import Iterator

from necessity.codesets.icd10cm.claim_codes import ClaimCodes, finding, settings, starts_with
from necessity.codesets.icd10cm.edition import bare
from necessity.codesets.icd10cm.notes import inherited, named_in
from necessity.domain.decision import Finding, Outcome

_BMI = ["Z68"]
_PERCENTILES = ["Z68.5"]
_TOP = 10_000


def bmi_has_weight_diagnosis(claim: ClaimCodes) -> Iterator[Finding]:
    """A BMI code alone says nothing; beside others, one of them should be a diagnosis the tabular list ties to BMI."""
    others = [code for code in claim.codes if not starts_with(code, _BMI)]
    for code in claim.codes:
        if not starts_with(code, _BMI):
            continue
        if not others:
            message = f"{code} only measures; no diagnosis stands beside it."
            step = "Ask the clinician for the diagnosis that the BMI bears on, such as the class of obesity."
            yield finding("bmi_has_weight_diagnosis", message, claim.where(code), step, effect=Outcome.PENDED)
        elif (
            claim.place and claim.place.edition.has_tabular and not any(_wants_bmi(claim, one, code) for one in others)
        ):
            message = f"No code beside {code} is one the tabular list ties to the BMI."
            step = "If the BMI bears on one of the conditions, the clinician's record has to say so."
            yield finding("bmi_has_weight_diagnosis", message, claim.where(code), step)


def _wants_bmi(claim: ClaimCodes, code: str, bmi: str) -> bool:
    notes = inherited(claim.place, bare(code), "ua") if claim.place else ()
    return any(named.takes(bare(bmi)) for _, text in notes for named in named_in(text))


def bmi_code_fits(claim: ClaimCodes) -> Iterator[Finding]:
    """A BMI code names a range, and belongs to adults or to the young."""
    for code in claim.codes:
        if not starts_with(code, _BMI):
            continue
        young = starts_with(code, _PERCENTILES)
        adult_from = settings()["bmi_adult_from_years"]
        if claim.age_years is not None and (claim.age_years < adult_from) is not young:
            message = f"{code} is not for a person of {claim.age_years} years."
            step = f"Adult BMI codes are for {adult_from} years and over; below, take the percentile (Z68.5-)."
            yield finding("bmi_code_fits", message, claim.where(code), step, effect=Outcome.REVIEW)
        span = bmi_range(claim, code)
        if claim.bmi_tenths is not None and span and not span[0] <= claim.bmi_tenths <= span[1]:
            message = f"{code} means a BMI of {_shown(span)}; the record holds {claim.bmi_tenths / 10:.1f}."
            step = "Take the BMI code of the measured value, or correct the measurement."
            because = {"bmi_tenths": claim.bmi_tenths}
            yield finding("bmi_code_fits", message, claim.where(code), step, effect=Outcome.REVIEW, because={**because})


def bmi_range(claim: ClaimCodes, code: str) -> tuple[int, int] | None:
    """Read from its title which BMI, in tenths, an adult BMI code means; None where the title names none."""
    title = claim.book.look_up(code, claim.on).title or ""
    if found := re.search(r"(\d+)\.(\d)-(\d+)\.(\d), adult", title):
        return int(found[1] + found[2]), int(found[3] + found[4])
    if found := re.search(r"(\d+)(?:\.(\d))? or greater, adult", title):
        return int(found[1] + (found[2] or "0")), _TOP
    if found := re.search(r"(\d+)\.(\d) or less, adult", title):
        return 0, int(found[1] + found[2])
    return None


def _shown(span: tuple[int, int]) -> str:
    low, high = (f"{end / 10:.1f}" for end in span)
    return f"{low} or more" if span[1] == _TOP else f"{high} or less" if span[0] == 0 else f"{low} to {high}"


def obesity_class_fits(claim: ClaimCodes) -> Iterator[Finding]:
    """The class of obesity of an adult follows from the BMI, the measured one or else that of a BMI code."""
    if claim.age_years is not None and claim.age_years < settings()["adult_from_years"]:
        return
    classes = {one["code"]: (one["low"], one.get("high", _TOP)) for one in settings()["obesity_class"]}
    spans = [span for code in claim.codes if starts_with(code, _BMI) and (span := bmi_range(claim, code))]
    measured = [(claim.bmi_tenths, claim.bmi_tenths)] if claim.bmi_tenths is not None else spans
    for code in claim.codes:
        for low, high in measured if code in classes else ():
            if high < classes[code][0] or low > classes[code][1]:
                fitting = next((one for one, span in classes.items() if span[0] <= low <= span[1]), None)
                bmi = f"{low / 10:.1f}" if low == high else _shown((low, high))
                message = (
                    f"{code} means a BMI of {_shown(classes[code])}; the record has {bmi} (classes are for adults)."
                )
                step = f"A BMI of {bmi} would be {fitting}. " if fitting else f"A BMI of {bmi} is in no class. "
                step += "Ask the clinician; a diagnosis is never changed to fit a claim."
                where = claim.where(code)
                yield finding(
                    "obesity_class_fits", message, where, step, effect=Outcome.REVIEW, because={"bmi_tenths": low}
                )
