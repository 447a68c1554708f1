"""`necessity letter check-signer`: note what was looked up about who signed."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli.letters import desk, moment
from necessity.cli.sheet import Sheet
from necessity.domain.dates import spoken
from necessity.domain.letter_life import of_version, signer_level
from necessity.domain.signature import SignerLevel
from necessity.domain.signer_level import LEVEL_WORDS, SignerEvidence
from necessity.workflow.kept_letters import LetterPaper
from necessity.workflow.letter_record import with_signed
from necessity.workflow.letter_status import last_seal, level_when, still_needed
from necessity.workflow.sign_letter import LOOKED, check_signer, with_level


def letter_check_signer(
    case: Path,
    letter: str,
    *,
    evidence: SignerEvidence,
    where: str,
    by: str,
    failed: bool = False,
    version: int | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Note one thing that somebody looked up about the signer; the level follows from what is noted.

    Level 1 needs the provider number and the licence; level 2 a contact found without the patient. A look-up that did
    not agree puts the letter back to level 0 until it is looked up again.

    Parameters
    ----------
    case
        The case folder.
    letter
        The letter's id.
    evidence
        npi_matched, licence_matched or independent_contact.
    where
        Where it was looked up, or how the contact was found and what was said there.
    by
        Who looked.
    failed
        What was found did not agree.
    version
        Which version; the newest if left out.
    as_json
        One JSON document instead of words.
    """
    at = desk(case)
    number = at.version(letter, version)
    draft = at.draft(letter, number)
    events = check_signer(at.case, draft, evidence, where, moment(by), matched=not failed)
    level = signer_level(events, letter, number)
    after = at.case.model_copy(update={"letter_events": events})
    is_signed = at.has(letter, number, LetterPaper.SIGNATURE)
    if is_signed:
        signature = with_level(at.signature(letter, number), events)
        after = with_signed(at.case, events, draft, signature)
        at.keep_signature(signature)
    at.save(after)
    if as_json:
        said = {"letter": letter, "version": number, "evidence": evidence, "matched": not failed}
        print(json.dumps({**said, "level": level.value, "words": LEVEL_WORDS[level]}))
    else:
        sheet = Sheet()
        looked = "did not agree" if failed else "agreed"
        sheet.line(f"✔ {letter}, version {number}: noted that the {LOOKED[evidence]} {looked}; {where}", 0)
        sheet.line(f"{'Level' if is_signed else 'Once signed, level'} {level.value}. {LEVEL_WORDS[level]}")
        own = of_version(events, letter, number)
        if level is SignerLevel.ADDRESS_FROM_PATIENT:
            sheet.item("→", still_needed(own))
        sealed = last_seal(own)
        if sealed and level_when(own, sealed) != level:
            old = f"The file sealed on {spoken(sealed.day)} names level {level_when(own, sealed).value}."
            sheet.item("→", f"{old} Seal it again: necessity letter seal {case} {letter}")
    return 0 if level is not SignerLevel.ADDRESS_FROM_PATIENT else 1
