"""Records and decisions: plain frozen values. No clock, no disk, no network, no database.

Every field may be missing (`None`) unless its line says otherwise, and missing always means *unknown*: never no,
never zero, never empty. A list is complete only where `Case.complete` says so.
"""
