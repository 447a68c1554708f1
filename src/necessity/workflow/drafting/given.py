"""What each answer of the clinician does to the letter: one function a kind of question."""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from necessity.codesets.icd10cm.book import CodeBook
from necessity.codesets.icd10cm.edition import ABSENT, HEADER, VALID
from necessity.domain.codes import Icd10
from necessity.domain.letter_draft import CodeStanding, DraftChoice, DraftQuestion, LetterDraft
from necessity.domain.people import Licence
from necessity.errors import RecordError
from necessity.workflow.drafting.rewrite import (
    condition_sentence,
    duration_sentence,
    evaluation_sentence,
    is_vague,
    part_of,
    restated,
    treatment_sentence,
    with_paragraphs,
    with_part,
    with_points,
    write,
)
from necessity.workflow.drafting.sections import ended
from necessity.workflow.handover import day

_MOST = {"sessions_per_week": 21, "minutes_per_session": 480, "weeks": 156}
"""Beyond this a number is taken for a slip; no payer's rule."""
_WAYS = {"in_person": "in_person", "live_video": "live_video", "questionnaire": "questionnaire_only"}


class Given(NamedTuple):
    """One question with its answer."""

    question: DraftQuestion
    """What was asked."""
    choices: tuple[DraftChoice, ...]
    """Offered answers that were chosen."""
    own: tuple[str, ...]
    """The clinician's own words."""
    on: date
    """The day of the answer."""
    codes: CodeBook
    """Diagnosis codes by date."""

    def sentences(self) -> list[str]:
        """Write the answer as sentences: the words that were offered, then the clinician's own."""
        return [choice.words for choice in self.choices] + [ended(text) for text in self.own]

    def refused(self, why: str, step: str) -> RecordError:
        """Say that the answer cannot be used."""
        said = f"The answer to {self.question.id!r} {why}."
        return RecordError(said, step, field="questions", value=None, allowed=step)


def noted(draft: LetterDraft, said: Given) -> LetterDraft:
    """Leave the text as it is: the answer is kept beside the letter."""
    return draft


# ── reason, safety ────────────────────────────────────────────────────


def reason(draft: LetterDraft, said: Given) -> LetterDraft:
    """Put the clinician's reason first."""
    return with_paragraphs(draft, "rationale", said.sentences(), at=0)


def watch(draft: LetterDraft, said: Given) -> LetterDraft:
    """Say what to leave out or watch, before the signs at which a session stops."""
    lines = [
        write(draft, "nothing_to_watch")
        if text.strip(" .").lower() == "none"
        else write(draft, "watch", precautions=ended(text))
        for text in said.own
    ]
    return with_paragraphs(draft, "precautions", lines, at=_before_the_signs(draft))


def clearance(draft: LetterDraft, said: Given) -> LetterDraft:
    """Say that the clinician looked at the safety answers and clears the patient."""
    lines = [write(draft, "cleared_now")] if said.choices else []
    lines += [ended(text) for text in said.own]
    return with_paragraphs(draft, "precautions", lines, at=_before_the_signs(draft))


def _before_the_signs(draft: LetterDraft) -> int:
    return max(len(part_of(draft, "precautions").paragraphs) - 1, 0)


# ── condition and code ────────────────────────────────────────────────


def condition(draft: LetterDraft, said: Given) -> LetterDraft:
    """Name the condition as the chart does; an offered code brings its title."""
    if said.choices:
        return code(draft, said)
    name = " ".join(said.own).rstrip(".")
    if is_vague(name):
        raise said.refused("is too general for a letter", "Name the condition as the chart has it.")
    return _restate_condition(draft, draft.model_copy(update={"condition_name": name}), said)


def diagnosed(draft: LetterDraft, said: Given) -> LetterDraft:
    """Say who made the diagnosis."""
    lines = [write(draft, "mine", on="")] if said.choices else []
    lines += [ended(text) for text in said.own]
    return with_paragraphs(draft, "condition", lines)


def code(draft: LetterDraft, said: Given) -> LetterDraft:
    """Take the code that the chart supports, with what is known of it on the day; a yes leaves it as it is."""
    codes = [one.id for one in said.choices if _is_code(one.id)] + list(said.own)
    if not codes:
        return draft
    if len(codes) > 1 or not _is_code(codes[0]):
        raise said.refused("is no diagnosis code", "Give one ICD-10-CM code, such as M54.59.")
    found = said.codes.look_up(codes[0].upper(), draft.drafted_on)
    status = found.status if found.last_known is None else found.last_known[0]
    if status in (HEADER, ABSENT):
        raise said.refused(f"names {codes[0]}, which is not a valid code", "Give the code the chart supports.")
    standing, note = CodeStanding.VALID, None
    if found.status != VALID and found.last_known:
        edition = found.last_known[1]
        told = {"code": found.code, "edition": edition, "day": day(draft.drafted_on)}
        standing, note = CodeStanding.LAST_KNOWN_VALID, write(draft, "last_known", **told)
    elif found.status != VALID:
        note = write(draft, "code_unknown", code=found.code, day=day(draft.drafted_on))
        standing = CodeStanding.UNKNOWN
    changed: dict[str, object] = {"code": found.code, "code_standing": standing, "code_note": note}
    if said.question.where == "condition" and found.title:
        changed["condition_name"] = found.title
    return _restate_condition(draft, draft.model_copy(update=changed), said)


def _restate_condition(before: LetterDraft, after: LetterDraft, said: Given) -> LetterDraft:
    after = restated(before, after, "condition", partial(condition_sentence, codes=said.codes))
    if before.code_note == after.code_note:
        return after
    part = part_of(after, "condition")
    kept = [text for text in part.paragraphs if text != before.code_note]
    kept += [after.code_note] if after.code_note else []
    return with_part(after, part.model_copy(update={"paragraphs": tuple(kept)}))


def _is_code(text: str) -> bool:
    try:
        TypeAdapter(Icd10).validate_python(text.upper())
    except ValidationError:
        return False
    return True


# ── treatment ─────────────────────────────────────────────────────────


def _count(draft: LetterDraft, said: Given, field: str) -> LetterDraft:
    """Take a whole number, alone or with its unit behind it."""
    found = re.fullmatch(r"(\d{1,3})(?:\D[^\d]*)?", said.own[0]) if len(said.own) == 1 else None
    number = int(found[1]) if found else 0
    if not 0 < number <= _MOST[field]:
        raise said.refused("is no number that can be meant", f"Give a whole number from 1 to {_MOST[field]}.")
    after = draft.model_copy(update={field: number})
    after = restated(draft, after, "treatment", treatment_sentence)
    return restated(draft, after, "duration", duration_sentence)


frequency: Callable[[LetterDraft, Given], LetterDraft] = partial(_count, field="sessions_per_week")
minutes: Callable[[LetterDraft, Given], LetterDraft] = partial(_count, field="minutes_per_session")
weeks: Callable[[LetterDraft, Given], LetterDraft] = partial(_count, field="weeks")


def changed_treatment(draft: LetterDraft, said: Given) -> LetterDraft:
    """Go on as it is, or with fewer sessions: then the number must be said."""
    if "less" not in {choice.id for choice in said.choices}:
        return with_paragraphs(draft, "treatment", [ended(text) for text in said.own])
    if not said.own:
        step = f"Say how many a week as well: --answer {said.question.id}=less --answer {said.question.id}=1"
        raise said.refused("does not say how many sessions a week", step)
    return frequency(draft, said)


def plan(draft: LetterDraft, said: Given) -> LetterDraft:
    """Name the treatment plan the training belongs to."""
    summary = " ".join(said.own)
    after = draft.model_copy(update={"plan": summary.rstrip(".")})
    return with_paragraphs(after, "treatment", [write(draft, "belongs_to", summary=ended(summary))])


# ── goals, evaluation, the clinician ──────────────────────────────────


def goal(draft: LetterDraft, said: Given) -> LetterDraft:
    """Add what is measured and aimed at, in the clinician's words."""
    return with_points(draft, "goals", said.sentences())


def measured(draft: LetterDraft, said: Given) -> LetterDraft:
    """Add what was measured since the earlier letter."""
    return with_points(draft, "progress", said.sentences())


def goal_by(draft: LetterDraft, said: Given) -> LetterDraft:
    """Set a new day for a goal whose day has passed."""
    by = _date(said.own[0]) if len(said.own) == 1 else None
    if by is None or by < said.on:
        raise said.refused("is no day to come", "Give a date to come, such as 2026-12-31.")
    meant = next((one for one in draft.goals if f'"{one.measure}"' in said.question.asks and one.by), None)
    if meant is None or meant.by is None:
        return with_points(draft, "goals", [ended(f"{said.question.id.partition(':')[2]}: by {day(by)}")])
    old, new = (write(draft, "goal_by", day=day(one)) for one in (meant.by, by))
    part = part_of(draft, "goals")
    listed = tuple(line.replace(old, new, 1) if line.startswith(meant.measure) else line for line in part.listed)
    goals = tuple(one.model_copy(update={"by": by}) if one is meant else one for one in draft.goals)
    after = draft.model_copy(update={"goals": goals})
    return with_part(after, part.model_copy(update={"listed": listed}))


def seen(draft: LetterDraft, said: Given) -> LetterDraft:
    """Say when and how the clinician last saw the patient: a date, one of the ways, or both."""
    days = [found for found in map(_date, said.own) if found]
    ways = [_WAYS[choice.id] for choice in said.choices] + [_WAYS[text] for text in said.own if text in _WAYS]
    both = said.question.id in ("seen_since", "questionnaire")
    if len(days) + len(ways) != len(said.own) + len(said.choices) or (both and not (days and ways)):
        step = f"Say it like --answer {said.question.id}=in_person --answer {said.question.id}=2026-06-30"
        raise said.refused("does not say on which day and how", f"{step} (or live_video).")
    if days and (days[0] > said.on or (both and draft.last_seen_on and days[0] < draft.last_seen_on)):
        raise said.refused(f"names {days[0]}, which cannot be", "Give the true day of the last evaluation.")
    changed: dict[str, object] = {"last_seen_on": days[0] if days else draft.last_seen_on}
    changed["visit_basis"] = ways[0] if ways else draft.visit_basis
    return restated(draft, draft.model_copy(update=changed), "evaluation", evaluation_sentence)


def licence(draft: LetterDraft, said: Given) -> LetterDraft:
    """Put the licence behind the clinician's name."""
    named = said.own[0] if len(said.own) == 1 else ""
    found = next((one for one in Licence if named.replace(".", "").casefold() == one.value.casefold()), None)
    if found is None or draft.clinician is None:
        raise said.refused("is no licence known here", f"Give one of: {', '.join(Licence)}.")
    return draft.model_copy(update={"clinician": draft.clinician.model_copy(update={"licence": found})})


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
