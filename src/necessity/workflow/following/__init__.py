"""Parts of following claims: steps with their days, what is left after a refusal."""
