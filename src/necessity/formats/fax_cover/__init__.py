"""The cover of a fax: to whom, from whom, how many pages, nothing about health. `write(cover)`, `read(pdf)`."""
