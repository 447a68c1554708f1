"""Signatures and hashes: what shows, years later, that a paper or a log is still what it was."""
