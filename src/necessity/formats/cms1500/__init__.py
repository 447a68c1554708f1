"""The CMS-1500 02/12: `write` for pre-printed paper, `write_copy` for a page to read, and both read back."""
