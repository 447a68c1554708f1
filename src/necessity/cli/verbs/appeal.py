"""`necessity appeal`: the letter that disputes a refusal, with numbered exhibits and a list of what is missing."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.busy import busy
from necessity.cli.sheet import Sheet
from necessity.errors import SettingError, StoreError
from necessity.formats.appeal.text import as_text
from necessity.parameters.evidence import load_evidence
from necessity.parameters.time_limits import load_plan_types
from necessity.stores.folder import paper_path
from necessity.workflow.appeal import appeal_pdf, write_appeal
from necessity.workflow.appealing.matter import Level


def appeal(
    case: Path,
    claim: str,
    *,
    output: Annotated[Path | None, Parameter(name=["-o", "--output"])] = None,
    level: Level | None = None,
    on: str | None = None,
    rules: Path | None = None,
    profiles: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Write the appeal of a refused claim, or the request for a review by somebody independent.

    Every sentence rests on the record or on a cited rule; what the record does not hold is listed, not said. Ends
    with 1 where something is missing.

    Parameters
    ----------
    case
        The case folder.
    claim
        The refused claim.
    output
        The file to write: .pdf with the exhibits, or .txt. Without it the text is printed.
    level
        1, 2 or external; the step that is next if left out.
    on
        The date of the letter; today if left out.
    rules
        An operator's folder with rules of its own.
    profiles
        An operator's folder with payer profiles, time limits and evidence of its own.
    as_json
        One JSON document instead of words.
    """
    day = wiring.today(on)
    if output and output.suffix not in (".pdf", ".txt"):
        raise SettingError(f"{output.name} is neither .pdf nor .txt.", "Name such a file with -o.", setting="-o")
    record = wiring.read_case(case)
    judge = wiring.judge(rules, profiles)
    parameters = judge.book.parameters
    own = wiring.folders(profiles)

    def paper(file: str) -> bytes | None:
        try:
            return paper_path(case, file).read_bytes()
        except (OSError, StoreError):  # not there: the list of what is missing says so
            return None

    book = (parameters, load_plan_types(parameters, *own))
    decided = judge.decide(record, day)
    contents = write_appeal(record, claim, decided, load_evidence(*own), paper, day, level, book)
    text = as_text(contents)
    if output:
        with busy("Writing the appeal"):
            made = text.encode() if output.suffix == ".txt" else appeal_pdf(contents)
        try:
            output.write_bytes(made)
        except OSError as error:
            raise StoreError(f"{output} cannot be written: {error.strerror}.", "Name another file with -o.") from error
    if as_json:
        exhibits = {"exhibits": {"__all__": {"content"}}}
        print(json.dumps(contents.model_dump(mode="json", exclude=exhibits), ensure_ascii=False, indent=2))
        return 1 if contents.missing else 0
    page = Sheet()
    if output:
        count = len(contents.exhibits)
        page.line(f"✔ {output}: {contents.title}, {count} {'exhibit' if count == 1 else 'exhibits'}", 0)
    else:
        print(text)
    if contents.missing:
        page.gap()
        page.line(contents.headings["missing"], 0)
    for one in contents.missing:
        page.item("?", one)
    page.gap()
    source = next(one.funding_source for one in record.claims if one.id == claim)
    file = output or "FILE"
    page.line(f"→ Sign it and send it: necessity outbox {case} add {file} --to {source} --by post", 0)
    page.line("Once it is noted as sent there, the record knows the day of the appeal.")
    page.line(contents.notice, 0)
    return 1 if contents.missing else 0
