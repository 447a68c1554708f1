"""What the tests of the pages share: a shell."""

from tests.console import program_cache, shell

__all__ = ["program_cache", "shell"]
