"""The professional claim as an X12 message: 837, edition 005010X222A1."""

from functools import partial
from pathlib import Path

from necessity.formats.x12 import Layout, load

layout = partial(load, Path(__file__).with_name("layout.toml"))
"""Give the layout: loops, segments, elements."""

__all__ = ["Layout", "layout"]
