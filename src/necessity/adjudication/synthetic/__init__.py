"""The synthetic book: invented plans, members, letters and sessions, with known faults and expected verdicts."""
