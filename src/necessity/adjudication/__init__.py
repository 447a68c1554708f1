"""Deciding: rulebook and facts compiled into SQL, run by one engine, explained in decisions."""
