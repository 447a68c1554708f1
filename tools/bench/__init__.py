"""The measuring: `python -m tools.bench`. Nothing here is part of the package that is installed."""
