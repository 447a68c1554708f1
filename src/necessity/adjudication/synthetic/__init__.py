"""The synthetic book: invented plans, members, letters, sessions and receipts, with known faults and expected verdicts."""
