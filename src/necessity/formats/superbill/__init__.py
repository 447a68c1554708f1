"""The superbill: a receipt with codes, for a member to send to a health plan. `write(paper)`, `read(pdf)`."""
