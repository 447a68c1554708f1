"""Write reminders as iCalendar. Pure: the same reminders and day give the same bytes."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from necessity.domain.reminder import Reminder

_PRODUCT = "-//necessity//reminders//EN"
_FIRST = date(2020, 1, 1)
_NEUTRAL = "See your own records: necessity letter status, necessity decide."


def write(reminders: Iterable[Reminder], on: date, *, detail: bool = False) -> bytes:
    """Write a calendar file.

    Args:
        reminders: What to remember.
        on: The day it is made for; a file of a later day replaces the entries of an earlier one.
        detail: Whether to write what it is about; a calendar is often shared, so by default it says little.

    Returns:
        The file, UTF-8, lines ending in CRLF.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for reminder in reminders:
        calendar.add_component(_event(reminder, on, detail=detail))
    written: bytes = calendar.to_ical()
    return written


def _event(reminder: Reminder, on: date, *, detail: bool) -> Event:
    event = Event()
    event.add("uid", reminder.uid)
    event.add("dtstamp", datetime.combine(on, time(), UTC))
    event.add("sequence", max(0, (on - _FIRST).days))
    event.add("dtstart", reminder.on)
    event.add("dtend", reminder.on + timedelta(days=1))
    event.add("summary", reminder.summary)
    event.add("description", reminder.detail if detail else _NEUTRAL)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add_component(_alarm(reminder))
    return event


def _alarm(reminder: Reminder) -> Alarm:
    """Ring at nine in the morning, on the day or some days before it."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", reminder.summary)
    alarm.add("trigger", timedelta(hours=9) - timedelta(days=reminder.warn_days))
    return alarm
