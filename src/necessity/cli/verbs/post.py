"""`necessity post`: answers of payers meet their claims, and the balances move."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.message_home import sent_before
from necessity.cli.show_follow import show_posting
from necessity.domain.answer import ClaimStage, Denial
from necessity.domain.balances import ledger_of
from necessity.domain.case import Case
from necessity.domain.next_step import FollowUp
from necessity.domain.sent_message import SentMessage
from necessity.errors import FormatError, SettingError
from necessity.stores.changes import save_changes
from necessity.workflow.next_step import follow
from necessity.workflow.post_answers import CHANGED_LISTS, Fate, Posting, add_denial, post_answers
from necessity.workflow.posting.read_answers import ReadAnswers, read_answers
from necessity.workflow.posting.refusals import write_offs


def post(
    case: Path,
    *files: Path,
    claim: str | None = None,
    denial: str | None = None,
    reason: str | None = None,
    stage: ClaimStage | None = None,
    final: bool | None = None,
    medical_judgment: bool | None = None,
    notice: str | None = None,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Post answers to the claims of a case, each once; what meets no claim or came twice is kept and shown.

    Without files, answers kept aside from before are tried again.

    Parameters
    ----------
    case
        The case folder.
    files
        Answers as they came: 835, 277CA, 999, TA1, FHIR ClaimResponse or ExplanationOfBenefit.
    claim
        The claim that answers without a number are about: a 999 or TA1 names only its message. One that was written
        here is known with its claims.
    denial
        Write down a refusal that came on paper, to this claim.
    reason
        With --denial: the reason code or words of the notice.
    stage
        With --denial: pre_service, post_service or urgent.
    final
        With --denial: whether it is the plan's final answer, after its own appeals.
    medical_judgment
        With --denial: whether it turns on medical judgment (necessity, level of care) rather than on the contract.
    notice
        With --denial: the notice itself, a path under papers/.
    on
        The day the answers came; a time to appeal starts here. Today if left out.
    as_json
        One JSON document instead of words.
    """
    day = wiring.today(on)
    stored = wiring.read_stored(case)
    told = (reason, stage, final, medical_judgment, notice)
    if denial is None and any(one is not None for one in told):
        step = "Name the refused claim with --denial CLAIM."
        raise SettingError("There is something about a refusal, but not of which claim.", step, setting="--denial")
    record = stored.case
    if denial is not None:
        number = 1 + sum(one.claim == denial for one in record.denials)
        made = Denial(
            id=f"{denial}-no-{number}", claim=denial, received_on=day, stage=stage, is_final_internal=final,
            rests_on_medical_judgment=medical_judgment, reason=reason, file=notice,
        )  # fmt: skip
        record = add_denial(record, made)
    messages = sent_before(case)
    read = _read(files, record, claim, messages)
    posting = post_answers(record, (answer for one in read for answer in one.answers), day, messages)
    save_changes(case, stored, posting.case, CHANGED_LISTS)
    others = sum(one.about_others for one in read)
    after = follow(posting.case, day)
    if as_json:
        print(json.dumps(_document(posting, denial, others, after), ensure_ascii=False, indent=2))
    else:
        show_posting(stored.case, posting, after, denial, others, folder=str(case))
    return 1 if any(one.fate is Fate.KEPT_ASIDE for one in posting.answers) else 0


def _read(
    files: tuple[Path, ...], record: Case, claim: str | None, messages: tuple[SentMessage, ...]
) -> list[ReadAnswers]:
    read = []
    with ExitStack() as opened:
        for file in files:
            try:
                stream = opened.enter_context(file.open("rb"))
            except OSError as error:
                step = "Check the path, and that it is a file you may read."
                raise FormatError(f"{file} cannot be opened: {error.strerror}.", step, format="message") from None
            read.append(read_answers(stream, file.name, record, claim, messages))
    return read


def _document(posting: Posting, denial: str | None, others: int, after: FollowUp) -> dict[str, object]:
    ledger = ledger_of(posting.case, write_offs())
    answers = [
        {
            "fate": one.fate.value,
            "why": one.answer.why,
            "claim": one.claim,
            "record": one.record,
            "refused": one.refused,
            "told_by": one.answer.told_by,
            "paid_cents": one.answer.paid_cents,
            "says": one.answer.says,
            "is_accepted": one.answer.is_accepted,
        }
        for one in posting.answers
    ]
    touched = {one.claim for one in posting.answers} | {denial}
    return {
        "case": posting.case.id,
        "answers": answers,
        "about_others": others,
        "claims": [one.model_dump(mode="json") for one in ledger.claims if one.id in touched],
        "provider_changes": [one.model_dump(mode="json") for one in ledger.provider_changes],
        "next_steps": {one.claim: one.next.model_dump(mode="json") for one in after.claims if one.claim in touched},
    }
