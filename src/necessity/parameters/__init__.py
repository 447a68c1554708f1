"""Numbers that law or an administrator fixes, by date, with their sources."""
