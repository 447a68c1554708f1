"""The appeal letter: text and PDF, with its exhibits."""
