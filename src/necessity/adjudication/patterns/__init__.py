"""Patterns over a whole book for a person to look at: what no rule sees in one line. Nothing is decided here."""
