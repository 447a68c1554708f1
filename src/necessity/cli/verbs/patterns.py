"""`necessity patterns`: what a person should look at across a whole book."""

import json
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from necessity.cli.busy import busy


def patterns(
    tables: Path,
    *,
    output: Annotated[Path | None, Parameter(name=["-o", "--output"])] = None,
    marks: Path | None = None,
    limits: str = "",
    threads: int = 2,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Search a book for what a person should look at: same texts, too many letters, doubled claims, impossible days.

    Nothing is decided: every finding names why it is only a hint.

    Parameters
    ----------
    tables
        The folder of published tables.
    output
        The Parquet file to write every finding to.
    marks
        The folder with fingerprints of letters and receipts; `marks` beside the tables if left out.
    limits
        Other thresholds, such as letters_a_day.letters=30,same_text.patients=20.
    threads
        How many threads search; the findings do not depend on it.
    as_json
        One JSON document instead of words.
    """
    from necessity.workflow.patterns import find_patterns, read_limits

    with busy("Searching the book"):
        report = find_patterns(tables, output, marks=marks, limits=read_limits(limits), threads=threads)
    if as_json:
        print(json.dumps(_as_dict(report), indent=2))
    else:
        _show(report)
    return 0


def _as_dict(report: Any) -> dict[str, Any]:
    return {
        "file": report.file and str(report.file),
        "patterns": [
            {
                "pattern": count.pattern.id,
                "title": count.pattern.title,
                "findings": count.findings,
                "cents": count.cents,
                "largest": count.first
                and {"subject": count.first[0], "times": count.first[1], "examples": list(count.first[2])},
                "why_only_a_hint": count.pattern.hint_only,
                "not_searched_without": list(count.missing),
            }
            for count in report.counts
        ],
        "notice": NOTICE,
    }


NOTICE = "Hints for a person to look at. None of them decides a claim or says that anybody did wrong."


def _show(report: Any) -> None:
    from necessity.cli.sheet import Sheet

    page = Sheet()
    found = [count for count in report.counts if count.findings]
    for count in found:
        money = f", {count.cents / 100:,.2f} dollars" if count.cents else ""
        page.line(f"⚖ {count.pattern.title}: {count.findings:,}{money}", 0)
        subject, times, examples = count.first
        page.line(f"most: {subject} ({times:,}), such as {'; '.join(examples[:3])}")
        page.line(f"only a hint: {count.pattern.hint_only}")
        page.gap()
    clean = [count.pattern.id for count in report.counts if not count.findings and not count.missing]
    if clean:
        page.line(f"✔ Nothing found: {', '.join(clean)}", 0)
    for count in report.counts:
        if count.missing:
            page.line(f"? Not searched: {count.pattern.id} (no table {', '.join(count.missing)})", 0)
    if report.file:
        page.line(f"→ {report.file} holds every finding", 0)
    page.gap()
    page.line(NOTICE, 0)
