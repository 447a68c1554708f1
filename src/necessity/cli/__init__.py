"""The command line: one module a verb; `wiring` chooses what the verbs work with, `show` draws what they found."""
