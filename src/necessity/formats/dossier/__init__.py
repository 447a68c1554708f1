"""The tax-time dossier: as a PDF to keep with the return, and as a table."""
