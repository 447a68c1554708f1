"""What all tests share: paths, the golden files, how hypothesis searches. The cast is in cast.py."""

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from necessity.adjudication.decide import Judge

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src" / "necessity"
EXAMPLES = ROOT / "examples"
GOLDEN = ROOT / "tests" / "golden"

hypothesis.settings.register_profile("person", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "person")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="write the golden files anew, compare nothing")


class Golden:
    """Compares what was made with what a person has read and kept."""

    def __init__(self, rewrite: bool) -> None:
        self.rewrite = rewrite

    def check(self, kept: Path, made: str | bytes) -> None:
        """Fail where the made text or bytes differ from the kept file; with --rewrite-golden, keep them."""
        new = made.encode() if isinstance(made, str) else made
        old = kept.read_bytes() if kept.exists() else None
        if new == old:
            return
        if self.rewrite:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(new)
            return
        name = kept.relative_to(ROOT) if kept.is_relative_to(ROOT) else kept
        advice = f'If the change is wanted, run "make golden" and read the diff of {name}.'
        if old is None:
            pytest.fail(f"There is no golden file {name}. {advice}", pytrace=False)
        difference = _difference(old, new)
        pytest.fail(f"What was made is not what {name} holds.\n{difference}\n{advice}", pytrace=False)


def _difference(old: bytes, new: bytes) -> str:
    try:
        kept, made = (text.decode().splitlines(keepends=True) for text in (old, new))
    except UnicodeDecodeError:
        pairs = enumerate(zip(old, new, strict=False))
        place = next((at for at, (kept, made) in pairs if kept != made), min(len(old), len(new)))
        return f"{len(old)} bytes kept, {len(new)} made; they part at byte {place}."
    return "".join(difflib.unified_diff(kept, made, "kept", "made")).rstrip("\n")


@pytest.fixture(scope="session")
def judge() -> "Judge":
    """Hand out the judge over the shipped rulebook, made once a worker."""
    from tests import shipped  # compiling takes two seconds: only where a test judges

    return shipped.judge()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(rewrite=request.config.getoption("--rewrite-golden"))
