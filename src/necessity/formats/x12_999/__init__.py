"""The receiver's first answers: 999 for the form of a set (005010X231A1), TA1 for the envelope."""

from functools import partial
from pathlib import Path

from necessity.formats.x12 import Layout, load

layout = partial(load, Path(__file__).with_name("layout.toml"))
"""Give the layout: loops, segments, elements."""

__all__ = ["Layout", "layout"]
