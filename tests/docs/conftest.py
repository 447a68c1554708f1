"""What the tests of the pages share: a shell."""

from tests.console import kept, shell

__all__ = ["kept", "shell"]
