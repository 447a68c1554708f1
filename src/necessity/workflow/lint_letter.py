"""Linting a letter: what one payer would miss in it, what the law would, and what cannot be true.

What must stand there is not listed here: the letter's reading becomes a small case and the rulebook says, by the
payer's own profile. Beside that stand checks of the text itself. Nothing is decided: a clean letter is not a promise.
"""

from collections.abc import Sequence
from datetime import date

from necessity.adjudication.decide import Judge
from necessity.codesets.icd10cm.book import shipped
from necessity.domain.case import Case
from necessity.domain.funding import FundingKind, FundingSource
from necessity.errors import SettingError
from necessity.intake.letter.reading import LetterReading
from necessity.parameters.load import Parameters, ProfileVersion
from necessity.parameters.source import nearest
from necessity.workflow.letter_lint import compare, days, facts, wording
from necessity.workflow.letter_lint.as_case import case_of
from necessity.workflow.letter_lint.catalogue import make
from necessity.workflow.letter_lint.compare import OtherLetter
from necessity.workflow.letter_lint.result import LetterLint, LintFinding, RequiredFact, Severity

_GENERIC = "generic"


def account(parameters: Parameters, payer: str | None, kind: FundingKind | None = None) -> FundingSource:
    """Make up the account a letter is looked at for: a payer's, of the kind named or the commonest it has.

    Args:
        parameters: The profiles.
        payer: Id of a payer's profile; None: the generic one.
        kind: Kind of account; None: the first of health FSA, HSA, HRA … that the payer has.

    Raises:
        SettingError: no such payer, or none of its accounts asks for letters.
    """
    named = payer or _GENERIC
    kinds = {profile.kind for profile in parameters.profiles if profile.payer == named}
    if not kinds:
        near = nearest(named, frozenset(parameters.payer_names))
        known = ", ".join(sorted(parameters.payer_names))
        raise SettingError(
            f"No payer {named!r} is known.", f"Did you mean {near!r}? Known are: {known}.", setting="--to"
        )
    usable = [one for one in wording.ACCOUNTS if one in kinds]
    chosen = kind or next(iter(usable), None)
    if chosen is None or chosen not in usable:
        told = ", ".join(usable) or "none of its accounts"
        raise SettingError(
            f"{parameters.payer_names[named]} has no such account that asks for letters.",
            f"Letters are for: {told}.",
            setting="--kind" if kind else "--to",
        )
    return FundingSource(id=chosen.value, kind=chosen, payer=None if named == _GENERIC else named)


def lint_letter(
    judge: Judge,
    reading: LetterReading,
    source: FundingSource,
    on: date,
    *,
    case: Case | None = None,
    others: Sequence[OtherLetter] = (),
) -> LetterLint:
    """Hold a letter against one payer's profile, the law, and, where given, its record and other letters.

    Args:
        judge: The rulebook.
        reading: What was read in the letter.
        source: The account it is for; `account` makes one up, a case has its own.
        on: The day.
        case: The record the letter belongs to.
        others: Letters of other cases.

    Returns:
        The required facts, met or not, and the findings, required before advice.

    Raises:
        SettingError: an account of this kind asks for no letter.
    """
    profile = _profile(judge, source, on)
    payer = profile.payer
    if not reading.is_english:
        return _result(payer, profile, source, on, (), [make("not_read", profile, 1)])
    patient = case.patient if case else None
    ruling = facts.ruling_of(judge, case_of(reading, source, patient), on)
    if ruling is None:
        raise SettingError("This account asks for no letter.", "Name another with --to or --source.", setting="--to")
    wanted, found = facts.facts(reading, ruling, profile)
    found += facts.by_rule(reading, ruling, profile)
    found += days.days(reading, ruling, profile, on)
    found += wording.remarks(reading, profile)
    found += wording.statements(reading, profile)
    found += wording.codes(reading, shipped(), profile, on)
    found += wording.signer(reading, profile)
    found += compare.against(reading, others, profile)
    if case:
        found += compare.record(reading, case, ruling, profile)
    return _result(payer, profile, source, on, tuple(wanted), found)


def _result(
    payer: str,
    profile: ProfileVersion,
    source: FundingSource,
    on: date,
    wanted: tuple[RequiredFact, ...],
    found: list[LintFinding],
) -> LetterLint:
    unique = dict.fromkeys(found)
    ordered = sorted(unique, key=lambda one: (one.severity is not Severity.REQUIRED, one.line or 0, one.id))
    return LetterLint(
        payer=payer,
        payer_name=profile.name,
        kind=source.kind,
        on=on,
        facts=wanted,
        findings=tuple(ordered),
    )


def _profile(judge: Judge, source: FundingSource, on: date) -> ProfileVersion:
    """Find the payer's version for this kind of account; where the payer has none, the generic one."""
    for payer in (source.payer, _GENERIC):
        for profile in judge.book.parameters.profiles:
            if profile.payer == payer and profile.kind == source.kind and profile.from_on <= on <= profile.until_on:
                return profile
    raise SettingError(
        f"Nothing is known of letters for an account of the kind {source.kind}.", "Name another.", setting="--source"
    )
