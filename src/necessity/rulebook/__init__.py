"""Rules: declared requirements in TOML, each with its cases beside it; loaded, checked and linted here."""
