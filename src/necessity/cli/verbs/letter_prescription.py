"""`necessity letter prescription`: the exercise prescription as a FHIR document, and one taken into a case."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.key_home import read_file
from necessity.cli.sheet import Sheet
from necessity.cli.show_letter import write_file
from necessity.domain.case import Case
from necessity.errors import FormatError, SettingError

_MOST_BYTES = 50_000_000


def letter_prescription(
    case: Path,
    *,
    output: Annotated[Path | None, Parameter(name=["-o", "--output"])] = None,
    order: str | None = None,
    take: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Write the exercise prescription for a chart or a studio, or take one into the case.

    Order, plan, goals and what was measured, as FHIR R4 in the words of the US Physical Activity guide; nothing about
    accounts, claims or money. With --take, what the document says is added to the case where the case does not say it;
    where it says otherwise the case stays as it is, and you are told. Ends with 1 then.

    Parameters
    ----------
    case
        The case folder.
    output
        The document to write, FILE.json.
    order
        Which order; the only one, or the newest, if left out.
    take
        A FHIR document with an order, as a chart wrote it.
    as_json
        One JSON document instead of words.
    """
    if (output is None) == (take is None):
        step = "Write the order with -o FILE.json, or take one with --take FILE."
        raise SettingError("There is nothing to do, or two things at once.", step, setting="-o")
    if take is not None:
        return _take(case, take, order, as_json)
    if output is None or output.suffix.lower() != ".json":
        raise SettingError(f"{output} does not end with .json.", "FHIR is written as JSON.", setting="-o")
    record = wiring.read_case(case)
    return _write(record, _chosen(record, order), output, as_json)


def _chosen(record: Case, order: str | None) -> str:
    """Name the order that is meant: the newest where none is named."""
    if order is not None:
        return order
    if not record.orders:
        step = "Add the clinician's order to case.toml, or take one with --take."
        raise SettingError("The case holds no order.", step, setting="--order")
    return max(record.orders, key=lambda one: (one.ordered_on is not None, one.ordered_on, one.id)).id


def _write(record: Case, order: str, output: Path, as_json: bool) -> int:
    from necessity.formats.fhir.check import check
    from necessity.formats.fhir.write import prescription_bundle, prescription_of

    document = prescription_bundle(prescription_of(record, order))
    faults = check(document)
    write_file(output, document)
    if as_json:
        findings = [one.model_dump(mode="json") for one in faults]
        print(json.dumps({"file": str(output), "order": order, "findings": findings}))
    else:
        page = Sheet()
        page.line(f"✔ {output}: exercise prescription, order {order} (FHIR R4)", 0)
        for one in faults:
            page.item("✘", f"{one.message} {one.next_step}")
    return 1 if faults else 0


def _take(folder: Path, file: Path, order: str | None, as_json: bool) -> int:
    from necessity.formats.fhir.read import read
    from necessity.stores.changes import save_changes
    from necessity.workflow.take_prescription import CHANGED, take_prescription

    stored = wiring.read_stored(folder)
    reading = read(read_file(file, _MOST_BYTES))
    found = [one for one in reading.orders if order in (None, one.prescription.order.id)]
    if len(found) != 1:
        ids = ", ".join(one.prescription.order.id for one in reading.orders) or "none"
        step = (
            "Name one of them with --order." if reading.orders else "Ask the clinician for the order as FHIR R4 JSON."
        )
        raise FormatError(f"{file.name} holds these orders of training: {ids}.", step, format="fhir", place=file.name)
    taken = take_prescription(stored.case, found[0])
    save_changes(folder, stored, taken.case, CHANGED)
    odd = [one.message for one in reading.findings]
    if as_json:
        said = {"order": taken.order, "added": taken.added, "kept": taken.kept, "odd": odd}
        print(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        page = Sheet()
        page.line(f"✔ order {taken.order}{'' if taken.added else ': nothing new in it'}", 0)
        for words in taken.added:
            page.item("+", words)
        for words in (*taken.kept, *odd):
            page.item("?", words)
    return 1 if taken.kept or odd else 0
