"""Calendar files: read back by a calendar library, the same bytes each time, silent about health unless asked."""

from datetime import date, timedelta

from icalendar import Calendar

from necessity.domain.reminder import Reminder
from necessity.formats.calendar.write import write

ON = date(2026, 11, 26)
RENEW = Reminder(
    uid="a1@necessity", on=date(2027, 1, 30), summary="Time to renew a letter", detail="Renew lmn for hsa."
)
LIMIT = Reminder(
    uid="b2@necessity",
    on=date(2027, 3, 31),
    summary="Last day of a time limit",
    detail="File; back pain, Ada.",
    warn_days=7,
)


def events(content: bytes) -> list:
    return Calendar.from_ical(content).walk("VEVENT")


def test_a_calendar_reads_back_what_was_written() -> None:
    """Whole days, with an alarm, not blocking the day."""
    renew, limit = events(write([RENEW, LIMIT], ON))
    assert (renew["UID"], renew.decoded("DTSTART"), renew.decoded("DTEND")) == (
        "a1@necessity", date(2027, 1, 30), date(2027, 1, 31),
    )  # fmt: skip
    assert (renew["TRANSP"], renew["CLASS"]) == ("TRANSPARENT", "PRIVATE")
    (alarm,) = limit.walk("VALARM")
    assert alarm.decoded("TRIGGER") == timedelta(hours=9) - timedelta(days=7)


def test_the_same_reminders_give_the_same_bytes() -> None:
    """A file made again can be compared."""
    assert write([RENEW, LIMIT], ON) == write([RENEW, LIMIT], ON)


def test_nothing_about_health_stands_in_it_unless_asked() -> None:
    """Family and employers see shared calendars."""
    silent = write([RENEW, LIMIT], ON).decode()
    assert not [word for word in ("back pain", "Ada", "hsa", "lmn") if word in silent]
    assert "back pain\\, Ada" in write([RENEW, LIMIT], ON, detail=True).decode()


def test_a_later_file_replaces_the_entries_of_an_earlier_one() -> None:
    """The same name, a higher count: a calendar moves the entry instead of doubling it."""
    moved = RENEW.model_copy(update={"on": date(2027, 2, 15)})
    (before,), (after,) = events(write([RENEW], ON)), events(write([moved], ON + timedelta(days=9)))
    assert before["UID"] == after["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_lines_end_as_the_standard_asks() -> None:
    """Some calendars refuse anything else; long lines are folded."""
    long = RENEW.model_copy(update={"detail": "Sessions after it stay with other money. " * 10})
    lines = write([long], ON, detail=True).split(b"\r\n")
    assert lines[-1] == b""
    assert not [line for line in lines if b"\n" in line or len(line) > 75]


def test_no_reminder_is_an_empty_calendar() -> None:
    """Nothing due is good news, and still a file."""
    assert events(write([], ON)) == []
