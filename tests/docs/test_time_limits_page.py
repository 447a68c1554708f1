"""The page of time limits leaves no type of plan and no step out."""

import re

from necessity.parameters.time_limits import load_plan_types
from tests.shipped import book
from tools import make_docs


def the_page() -> str:
    return "\n".join(make_docs.PAGES["time-limits.md"](book()))


def test_every_type_of_plan_and_every_step_has_its_place() -> None:
    """Whoever counts days looks here for what they are counted from."""
    page = the_page()
    sections = dict(re.findall(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    types = load_plan_types(book().parameters)
    assert set(sections) == set(types)
    for id, plan_type in types.items():
        assert {step.step for step in plan_type.steps if f"| `{step.step}`" not in sections[id]} == set(), id


def test_a_draft_and_an_inference_are_marked() -> None:
    """What nobody verified must not look like law."""
    page = the_page()
    assert "| `breach_notice_media` (draft) |" in page
    assert "our own conclusion" in page
