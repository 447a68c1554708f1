"""The administrator's run: whole tables in, decisions out, nothing lost on the way."""
