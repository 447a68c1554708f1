"""The receiver's answer claim by claim, before anything is decided: 277CA (005010X214)."""

from functools import partial
from pathlib import Path

from necessity.formats.x12 import Layout, load

layout = partial(load, Path(__file__).with_name("layout.toml"))
"""Give the layout: loops, segments, elements."""

__all__ = ["Layout", "layout"]
