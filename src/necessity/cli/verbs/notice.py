"""`necessity notice`: what an administrator writes to a member about lines that are not paid, or that wait."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.adjudication.decide import Judge
from necessity.cli import wiring
from necessity.cli.busy import busy
from necessity.cli.sheet import Sheet
from necessity.domain.decision import Outcome
from necessity.errors import SettingError, StoreError
from necessity.formats.notice.contents import NoticeContents
from necessity.formats.notice.text import as_text
from necessity.parameters.time_limits import load_plan_types
from necessity.workflow.notices.compose import LeftOut, Occasion
from necessity.workflow.notices.of_a_case import file_name, lacks_of, notices_of, write_papers
from necessity.workflow.notices.sender import NoticeSender, read_sender


def notice(
    case: Path,
    *,
    source: str | None = None,
    requests: bool = True,
    sender: Path | None = None,
    output: Annotated[Path | None, Parameter(name=["-o", "--output"])] = None,
    on: str | None = None,
    sent_on: str | None = None,
    rules: Path | None = None,
    profiles: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Write the notices of one case: refusals with reasons and the way to a review, requests for what is missing.

    One for each funding source. Ends with 1 where a notice lacks something before it can be sent; it says what.

    Parameters
    ----------
    case
        The case folder.
    source
        Only this funding source.
    requests
        Also those that ask for what is missing.
    sender
        A TOML file with what only the sender knows: name, address, where appeals go, sections of the plan's document.
    output
        A folder to write each notice into, as PDF and as text. Without it the text is printed.
    on
        The day to decide for; today if left out.
    sent_on
        The date of the notices, from which days are counted; today if left out.
    rules
        An operator's folder with rules of its own.
    profiles
        An operator's folder with payer profiles and time limits of its own.
    as_json
        One JSON document instead of words.
    """
    record = wiring.read_case(case)
    if source and source not in {one.id for one in record.funding_sources}:
        known = ", ".join(one.id for one in record.funding_sources) or "none"
        raise SettingError(f"The case has no funding source {source!r}.", f"Name one of: {known}.", setting="--source")
    occasion = occasion_of(wiring.judge(rules, profiles), sender, sent_on, profiles)
    wanted = frozenset({Outcome.NOT_PAYABLE} | ({Outcome.PENDED} if requests else set()))
    found = notices_of(record, wiring.today(on), occasion, wanted)
    notices = [one for one in found if isinstance(one, NoticeContents) and source in (None, one.funding_source)]
    if output:
        _write(notices, output)
    lacks = lacks_of(iter(notices))
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in notices], ensure_ascii=False, indent=2))
    else:
        _show(notices, [one for one in found if isinstance(one, LeftOut)], lacks, output)
    return 1 if lacks else 0


def occasion_of(judge: Judge, sender: Path | None, sent_on: str | None, profiles: Path | None) -> Occasion:
    """Put together what all notices of one command share."""
    parameters = judge.book.parameters
    limits = (parameters, load_plan_types(parameters, *wiring.folders(profiles)))
    return Occasion(judge, _sender(sender), wiring.today(sent_on), limits)


def _sender(file: Path | None) -> NoticeSender:
    """Read who sends notices; without a file nothing is known of it."""
    if file is None:
        return NoticeSender()
    try:
        return read_sender(file.read_text(encoding="utf-8"), file.name)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{file} cannot be read.", "Name a TOML file in UTF-8.", setting="--sender") from error


def _write(notices: list[NoticeContents], folder: Path) -> None:
    from necessity.formats.notice.write import write

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with busy("Writing notices"):
            for one in notices:
                write_papers(one, folder, write)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}.", "Name another folder with -o.") from error


def _show(notices: list[NoticeContents], left_out: list[LeftOut], lacks: list[str], folder: Path | None) -> None:
    page = Sheet()
    for one in notices:
        if folder:
            page.line(f"✔ {folder / file_name(one)}.pdf and .txt: {one.title}, {one.payer}", 0)
        else:
            print(as_text(one))
    if not notices:
        page.line("No line of this case needs a notice.", 0)
    for other in left_out:
        lines = "1 line" if other.lines == 1 else f"{other.lines} lines"
        page.line(f"– {lines} at {other.funding_kind.replace('_', ' ')}: {other.why}", 0)
    if lacks and folder:
        page.gap()
        page.line("Before they are sent", 0)
        for lack in lacks:
            page.item("?", lack)
