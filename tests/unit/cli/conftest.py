"""What the tests of the command line share: a shell."""

from tests.console import kept, shell

__all__ = ["kept", "shell"]
