"""The itemised statement: what was done, when, by whom, for how much, in plain words. `write(paper)`, `read(pdf)`."""
