"""Patterns over a whole book that a person should look at: what no rule can see in one line. Nothing is decided here."""
