"""`necessity letter sign`: the clinician signs by typed or drawn name."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.letters import Desk, desk, draft_from, moment, replies
from necessity.cli.sheet import Sheet
from necessity.cli.show_letter import show_differences
from necessity.domain.dates import spoken
from necessity.domain.letter_draft import DraftQuestion, LetterDraft
from necessity.domain.manifest import digest
from necessity.domain.signature import SignerLevel, SigningMethod
from necessity.domain.signer_level import LEVEL_WORDS, SignerEvidence
from necessity.errors import SettingError
from necessity.stores.papers import read_outside
from necessity.workflow.answer_draft import Ending, ending
from necessity.workflow.drawn_signature import checked_drawing
from necessity.workflow.kept_letters import LetterPaper, paper_of, pretty
from necessity.workflow.letter_record import with_signed
from necessity.workflow.screen import ScreenResult, screen_state
from necessity.workflow.send_letter import Moment
from necessity.workflow.sign_letter import Signed, SigningAct, check_signer, decline, sign


def letter_sign(
    case: Path,
    letter: str,
    *,
    name: str,
    agree: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    disagree: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    answer: list[str] | None = None,
    method: SigningMethod = SigningMethod.TYPED,
    drawing: Path | None = None,
    changed: Path | None = None,
    level_evidence: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    checked_by: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Sign the newest version of a letter; dated by this machine's clock, never by an option.

    Every statement of the clinician is answered with --agree or --disagree, and `intent` stands for the sentence of
    intent that `letter review` shows. What the letter still asks is answered with --answer and goes into its text; an
    answer such as `therapy or rehabilitation instead` declines it. A signature of level 0 is kept, and the letter is
    not in force: exit code 1.

    Parameters
    ----------
    case
        The case folder.
    letter
        The letter's id.
    name
        The clinician's name, as signed.
    agree
        Ids of the statements the clinician agrees to, `intent` among them.
    disagree
        Ids of the statements the clinician does not agree to.
    answer
        What the letter asks, as QUESTION=CHOICE or QUESTION="own words"; `letter review` shows both. Repeat it.
    method
        typed or drawn; ink comes in with `letter attach`.
    drawing
        The drawn signature: a PNG, or its strokes as JSON.
    changed
        The letter as the clinician changed it, as JSON; what differs is kept.
    level_evidence
        What was looked up about the signer, as KIND=WHERE: npi_matched, licence_matched, independent_contact.
    checked_by
        Who looked it up; needed with --level-evidence.
    as_json
        One JSON document instead of words.
    """
    if method is SigningMethod.WET_INK:
        raise SettingError("Ink is not signed here.", "Attach its photo: necessity letter attach", setting="--method")
    at = desk(case)
    version = at.version(letter)
    sent = at.sent(letter, version)
    now = moment(name)
    said = replies(answer)
    last = ending(sent, said)
    if last:
        return _declined(at, sent, last, now, as_json=as_json)
    drawn, sha = _drawing(at, letter, version, drawing)
    act = SigningAct(
        name=name,
        method=method,
        answers={**dict.fromkeys(disagree or (), False), **dict.fromkeys(agree or (), True)},
        changed=draft_from(changed) if changed else None,
        drawing=drawn,
        drawing_sha256=sha,
        replies=said,
    )
    both = sorted(set(agree or ()) & set(disagree or ()))
    if both:
        raise SettingError(f"{both[0]} is both agreed and not.", "Name it once.", setting="--agree")
    record = at.case
    for evidence, where in _evidence(level_evidence or []):
        looked = Moment(now.at, now.on, _checker(checked_by))
        events = check_signer(record, sent, evidence, where, looked)
        record = record.model_copy(update={"letter_events": events})
    stop = screen_state(wiring.judge(), record, now.on).result is ScreenResult.STOP
    signed = sign(record, sent, act, now, red_flag_stands=stop)
    if drawing and drawn:
        at.keep(letter, version, _kind(drawn), read_outside(drawing), instead=True)
    keep_signed(at, signed)
    return told(signed, as_json, tuple(q for q in sent.questions if q.id in said and _is_kept(q)))


def _is_kept(question: DraftQuestion) -> bool:
    """Say whether the case can keep the answer, beside the letter's own record that signing fills."""
    return question.field is not None and not question.field.startswith("letter")


def _declined(at: Desk, sent: LetterDraft, last: Ending, now: Moment, *, as_json: bool) -> int:
    """Note that an answer ends the letter; 1: there is none."""
    events = decline(at.case, sent, last.reason, now, last.instead)
    at.save(at.case.model_copy(update={"letter_events": events}))
    if as_json:
        said = {"letter": sent.letter, "version": sent.version, "state": "declined", "reason": last.reason}
        print(json.dumps({**said, "instead": last.instead, "in_force": False}))
    else:
        sheet = Sheet()
        sheet.line(f"✔ {sent.letter}, version {sent.version}: declined by {now.by}. {last.reason}", 0)
        pays = f"See what pays for something else: necessity decide {at.folder}"
        sheet.item("→", pays if last.instead else "Ask what would help instead.")
    return 1


def keep_signed(at: Desk, signed: Signed) -> None:
    """Keep what signing brought: the text as signed, the changes, the signature; then the history and the record."""
    draft = signed.draft
    changes = [difference.model_dump(mode="json") for difference in signed.differences]
    if changes:
        signature = signed.signature
        told = {"by": signature.name, "at": signature.signed_at.isoformat(), "differences": changes}
        at.keep(draft.letter, draft.version, LetterPaper.CHANGES, pretty(told), instead=True)
    at.keep(draft.letter, draft.version, LetterPaper.DRAFT, draft.as_json(), instead=True)
    at.keep_signature(signed.signature)
    at.save(with_signed(at.case, signed.events, draft, signed.signature))


def told(signed: Signed, as_json: bool, answered: tuple[DraftQuestion, ...] = ()) -> int:
    """Say what a signature comes to; 1 where it does not put the letter in force.

    Args:
        signed: What signing brought.
        as_json: One JSON document instead of words.
        answered: Questions that were answered and whose answers the record can keep as well.
    """
    signature = signed.signature
    is_known = signature.level is not SignerLevel.ADDRESS_FROM_PATIENT
    if as_json:
        said = {"letter": signature.letter, "version": signature.version, "signed_on": str(signature.day)}
        changes = [difference.model_dump(mode="json") for difference in signed.differences]
        print(json.dumps({**said, "level": signature.level.value, "in_force": is_known, "changes": changes}))
    else:
        sheet = Sheet()
        day = spoken(signature.day)
        sheet.line(f"✔ {signature.letter}, version {signature.version}, signed as {signature.name} on {day}", 0)
        sheet.item("✔" if is_known else "✘", f"Level {signature.level.value}. {LEVEL_WORDS[signature.level]}")
        show_differences(sheet, signed.differences)
        if not is_known:
            sheet.item("→", "Look the signer up, then: necessity letter check-signer")
        fields = ", ".join(dict.fromkeys(one.field for one in answered if one.field))
        if fields:
            sheet.item("→", f"So that the next letter need not ask, put the answers into case.toml as well: {fields}")
    return 0 if is_known else 1


def _evidence(given: list[str]) -> list[tuple[SignerEvidence, str]]:
    found = []
    for one in given:
        kind, _, where = one.partition("=")
        if kind not in list(SignerEvidence) or not where.strip():
            known = ", ".join(SignerEvidence)
            step = f"Write KIND=WHERE with one of {known}."
            raise SettingError(
                f"{one[:60]!r} does not say what was looked up and where.", step, setting="--level-evidence"
            )
        found.append((SignerEvidence(kind), where.strip()))
    return found


def _checker(name: str | None) -> str:
    if not name:
        raise SettingError("It is not said who looked the signer up.", "Add --checked-by NAME.", setting="--checked-by")
    return name


def _kind(file: str) -> LetterPaper:
    return LetterPaper.DRAWING if file.endswith(".png") else LetterPaper.STROKES


def _drawing(at: Desk, letter: str, version: int, file: Path | None) -> tuple[str | None, str | None]:
    """Check a drawn signature, and name where it will be kept."""
    if file is None:
        return None, None
    content = read_outside(file)
    what = LetterPaper.DRAWING if checked_drawing(content) == "png" else LetterPaper.STROKES
    return paper_of(letter, version, what), digest(content)
