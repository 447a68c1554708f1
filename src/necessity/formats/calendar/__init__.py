"""Reminders as a calendar file (iCalendar, RFC 5545) that any calendar takes."""
