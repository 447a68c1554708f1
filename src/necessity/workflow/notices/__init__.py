"""Notices to members, from decided lines: refusals, and requests for what is missing."""
