"""Letters of medical necessity and the papers beside them, as pages and as plain text.

`write` sets them in type; `text` writes what can be put on a letterhead; `view` puts drafts, signatures and papers
into the words of the templates. Nothing here decides, and nothing here signs.
"""
