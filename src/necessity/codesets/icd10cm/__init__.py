"""ICD-10-CM, the diagnosis codes of the United States, by date of service.

`tables/icd10cm.txt` is made by `tools/make_icd10cm.py` from published editions and is never edited by hand;
`known.toml` holds single cited changes for years of which no edition is at hand. `book` answers for a code and a day,
`checks` for the codes of one claim, `official` reads the yearly files of CMS and CDC, `rows` gives tables to join.
"""
