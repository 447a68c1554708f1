"""The packet: everything bound for one payer, in one PDF. Start at `contents.py`; `write.py` makes it."""
