"""Papers signed in ink: matched to their letter, taken as signed only by what a person saw."""

from datetime import date

import pytest

from necessity.domain.case import Case
from necessity.domain.letter_life import EventKind
from necessity.domain.return_code import ReturnCode, return_code
from necessity.domain.signature import SignerLevel, SigningMethod
from necessity.errors import RecordError
from necessity.workflow.attach_letter import PaperSign, SeenOnPaper, attach, matched, still_asked, take_as_signed
from necessity.workflow.send_letter import Reach, as_correction
from tests.letter_lives import STATEMENTS, draft
from tests.unit.workflow.test_sign_letter import now, sent

FILE = "papers/letters/lmn-v1.paper-0a1b2c3d.jpg"
SEEN = SeenOnPaper(dict.fromkeys(PaperSign, True), "Dr. Ghali", date(2026, 3, 4), dict.fromkeys(STATEMENTS, True))


def printed() -> Case:
    """Ada's letter, printed to be signed in ink."""
    return sent(to="the practice's desk", reach=Reach.PRINTED)


def attached() -> Case:
    """The same with its photo attached, three days later."""
    case = printed()
    events = attach(case, return_code(draft()), FILE, now(72))
    return case.model_copy(update={"letter_events": events})


CODE = return_code(draft())


def test_a_paper_finds_its_letter() -> None:
    """Case, letter, version and text agree."""
    assert matched(printed(), [CODE]) == CODE


@pytest.mark.parametrize(
    ("codes", "why"),
    [
        ([], "No return code"),
        ([CODE, CODE._replace(letter="other")], "several letters"),
        ([CODE._replace(case="bruno")], "belongs to the case 'bruno'"),
        ([CODE._replace(letter="other")], "not known here"),
        ([CODE._replace(version=2)], "not known here"),
        ([CODE._replace(sha8="00000000")], "another text"),
    ],
)
def test_a_paper_that_is_not_this_letters_is_refused(codes: list[ReturnCode], why: str) -> None:
    """A wrong paper must never be taken for a signed letter."""
    with pytest.raises(RecordError, match=why):
        matched(printed(), codes)


def test_an_outdated_version_comes_back_too_late() -> None:
    """It was signed, but not the letter that counts now."""
    case = sent(as_correction(draft(weeks=12), printed().letter_events), printed(), hours=1)
    with pytest.raises(RecordError, match="version 2 has taken its place"):
        matched(case, [CODE])


def test_the_same_photo_is_noted_once() -> None:
    """It is given again with the answers."""
    case = attached()
    assert attach(case, CODE, FILE, now(80)) == case.letter_events


def test_everything_a_camera_cannot_tell_is_asked() -> None:
    """Ink, letterhead, changes by hand, name, day, and each statement."""
    nothing = SeenOnPaper({}, None, None, {})
    assert len(still_asked(draft(), nothing)) == 3 + 2 + len(STATEMENTS)
    assert still_asked(draft(), SEEN) == ()


def test_ink_on_letterhead_is_level_2_and_keeps_the_day_on_the_paper() -> None:
    """The moment of recording stands beside it."""
    done = take_as_signed(attached(), draft(), FILE, SEEN, now(73, "Ada"))
    signature = done.signature
    assert (signature.level, signature.method) == (SignerLevel.INDEPENDENT_CONTACT, SigningMethod.WET_INK)
    assert (signature.day, signature.signed_at) == (date(2026, 3, 4), now(73).at)
    assert (signature.paper, signature.is_on_letterhead) == (FILE, True)
    assert [event.kind for event in done.events[-3:]] == [EventKind.CHECKED, EventKind.CHECKED, EventKind.SIGNED]


def test_ink_on_plain_paper_is_level_0() -> None:
    """Anybody can sign plain paper."""
    seen = SEEN._replace(signs={**SEEN.signs, PaperSign.LETTERHEAD: False})
    assert take_as_signed(attached(), draft(), FILE, seen, now(73)).signature.level is SignerLevel.ADDRESS_FROM_PATIENT


@pytest.mark.parametrize(("sign", "why"), [(PaperSign.INK, "not ink"), (PaperSign.UNCHANGED, "changed on the paper")])
def test_a_copy_or_a_paper_changed_by_hand_is_not_taken(sign: PaperSign, why: str) -> None:
    """What is kept must read like the paper, and be one."""
    with pytest.raises(RecordError, match=why):
        take_as_signed(attached(), draft(), FILE, SEEN._replace(signs={**SEEN.signs, sign: False}), now(73))


@pytest.mark.parametrize("day", [date(2026, 3, 2), date(2026, 3, 7), date(2026, 3, 20)])
def test_a_day_before_the_printing_or_after_today_is_refused(day: date) -> None:
    """The paper did not exist yet, or the day has not come."""
    with pytest.raises(RecordError, match=r"lies before|has not come"):
        take_as_signed(attached(), draft(), FILE, SEEN._replace(dated_on=day), now(73))
