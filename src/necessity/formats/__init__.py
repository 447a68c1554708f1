"""Papers and messages, one folder a format: written from a record, read, checked. No clock, no store."""
