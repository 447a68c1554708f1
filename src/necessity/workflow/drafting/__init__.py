"""The parts that `workflow/draft_letter.py` and `workflow/letter_papers.py` put together.

`desk` lays out which records of the case a letter is about; `sections`, `goals` and `evidence` write the text;
`asks` finds what the record does not say, or says too vaguely; `sheets` makes the papers beside the letter.
"""
