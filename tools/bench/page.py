"""The page of figures: what was measured is kept as JSON, and the page is written from that.

So one part can be measured anew without the rest, as with the hundred million lines; each part says under which load.
"""

import json
import os
import platform
import tomllib
from pathlib import Path
from typing import Any

from tools.bench.chart import svg
from tools.bench.figure import ROOT, Chart, Figure, Measured, commit, is_busy, machine, versions

PAGE = ROOT / "docs" / "benchmarks.md"
FOLDER = ROOT / "docs" / "benchmarks"
KEPT = FOLDER / "figures.json"

Kept = dict[str, Any]
"""One part as JSON has it: how it was measured, its figures, charts and notes."""

_HEAD = "| work | median | p95 | CPU | memory | size | goal | |\n|---|---|---|---|---|---|---|---|"


def kept(title: str, found: Measured, command: str, load: float) -> Kept:
    """Put one part together with the circumstances it was measured in."""
    cores = os.cpu_count() or 1
    return {
        "title": title,
        "machine": machine(),
        "load": round(load, 1),
        "busy": is_busy(load),
        "cores": cores,
        "command": command,
        "commit": commit(),
        "versions": {"Python": platform.python_version(), **versions()},
        "figures": [figure._asdict() for figure in found.figures],
        "charts": [chart._asdict() for chart in found.charts],
        "notes": list(found.notes),
    }


def read() -> dict[str, Kept]:
    """Read what is kept of earlier runs, by part."""
    parts: dict[str, Kept] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return parts


def write(parts: dict[str, Kept]) -> None:
    """Keep the figures, and write page and charts."""
    FOLDER.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(parts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    drawn = {f"{chart['name']}.svg": svg(Chart(**chart)) for part in parts.values() for chart in part["charts"]}
    for old in FOLDER.glob("*.svg"):
        if old.name not in drawn:
            old.unlink()
    for name, picture in drawn.items():
        (FOLDER / name).write_text(picture, encoding="utf-8")
    PAGE.write_text(page(parts), encoding="utf-8")


def page(parts: dict[str, Kept]) -> str:
    """Write the page, or what the terminal shows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = f"""# Benchmarks

necessity {project["version"]}, measured by `make bench ARGS=--write`; the hundred million lines by `make bench-huge`.
Compare within one part, not between machines: every ratio is of one run on one machine. *CPU* is the time of all
processors; of a ratio, the ratio of that. *Memory* is the most that the process held, *size* what was written. The last
column says whether the goal was reached.
"""
    return text + "".join(f"\n{_section(part)}" for part in parts.values())


def _section(part: Kept) -> str:
    lines = [f"## {part['title']}", ""]
    tools = ", ".join(f"{name} {number}" for name, number in part["versions"].items() if name != "Python")
    at = f" at commit {part['commit']}" if part["commit"] else ""
    lines += [f"`{part['command']}`{at} on {part['machine']}; load {part['load']} at the start. With {tools}.", ""]
    if part["busy"]:
        lines += [
            f"**The machine had other work (load {part['load']} on {part['cores']} cores): times by the clock and "
            "verdicts say little, only the CPU column counts.**",
            "",
        ]
    lines += [_HEAD, *(_row(Figure(**figure), busy=part["busy"]) for figure in part["figures"]), ""]
    lines += [f"![{chart['title']}: {chart['unit']}](benchmarks/{chart['name']}.svg)\n" for chart in part["charts"]]
    lines += [f"- {note}" for note in part["notes"]]
    return "\n".join(lines).rstrip() + "\n"


def _row(figure: Figure, *, busy: bool) -> str:
    verdict = f"**{figure.verdict}**" if figure.verdict in ("missed", "failure") else figure.verdict
    verdict += ", under load" if verdict and busy else ""
    return "| " + " | ".join((*figure[:-1], verdict)) + " |"


def path_of(file: Path) -> str:
    """Name a file as a reader of the repository would."""
    return str(file.relative_to(ROOT))
