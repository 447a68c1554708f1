"""Papers that come from outside, read into fields: what was read, where it stands, and what could not be told."""
