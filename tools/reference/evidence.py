"""The page about what guided exercise changes and saves."""

from necessity.parameters.evidence import OUR_SCALE, RESULTS, ConditionEvidence, Entry, Study, load_evidence
from necessity.rulebook.argument import argument_words
from necessity.rulebook.load import Rulebook
from necessity.rulebook.words import words
from necessity.workflow.argument import amount_words, figure
from tools.reference.markdown import Lines, code, heading, sources, table, text

_PARTS = {"effect": "changes", "advice": "guideline", "saving": "costs"}


def _strength(entry: Entry) -> str:
    return f"{entry.strength} ({'our scale' if entry.scale == 'ours' else entry.scale})"


def _found(entry: Entry) -> str:
    if entry.part == "effect":
        return f"{entry.measure}: {figure(entry)}"
    return amount_words(entry, argument_words()) if entry.part == "saving" else ""


def _row(entry: Entry) -> tuple[str, ...]:
    studied = f"{entry.programme}, beside {entry.comparison}, in {entry.population}" if entry.programme else ""
    said = f"{entry.says} {f'*Not shown:* {entry.caveat}' if entry.caveat else ''}"
    cites = ", ".join(study.id for study in entry.studies)
    return _PARTS[entry.part], said, _found(entry), studied, _strength(entry), cites, code(entry.services)


def _study(study: Study) -> str:
    seen = ", ".join(f"<{address}>" for address in study.seen_at)
    kind = study.kind.replace("_", " ")
    identifiers = ", ".join(study.identifiers)
    authors = study.authors.removesuffix(".")
    return (
        f"- **{study.id}** ({kind}): {authors}. {study.title}. {study.journal}. {identifiers}. "
        f"Read {study.read_on} at {seen}"
    )


def _condition(condition: ConditionEvidence) -> Lines:
    yield from heading(2, condition.name)
    events = f" Heart events: {code(condition.events)}." if condition.events else ""
    yield from text(f"Codes that begin with {code(condition.codes)}.{events}")
    columns = ("part", "finding", "figure", "studied", "strength", "sources", "services")
    yield from table(columns, map(_row, condition.entries))
    studies = {study.id: study for entry in condition.entries for study in entry.studies}
    yield from (_study(study) for study in studies.values())
    yield ""


def evidence_page(book: Rulebook) -> Lines:
    library = load_evidence()
    entries = [entry for condition in library.values() for entry in condition.entries]
    studies = {study.identifiers for entry in entries for study in entry.studies}
    yield from heading(1, "Evidence")
    yield from text(
        "What studies found of guided exercise, by condition: what it changes, what guidelines say, what it costs or "
        f"saves. {len(entries)} findings from {len(studies)} sources. Where nothing solid was found, nothing is said: "
        "see [known limits](../known-limits.md). Nothing here decides a case."
    )
    yield from text("Our own scale:")
    yield from table(("step", "meaning"), OUR_SCALE.items())
    yield from text("What a study of costs can come to:")
    yield from table(("result", "meaning"), ((f"`{name}`", means) for name, means in RESULTS.items()))
    for condition in library.values():
        yield from _condition(condition)
    yield from heading(2, "Whom to send it to")
    rows = (
        (
            ", ".join(words().funding[kind].name for kind in one.kinds),
            one.who,
            one.how,
            one.limit,
            sources(one.citations),
        )
        for one in argument_words().addressees
    )
    yield from table(("funding sources", "who", "how", "limit", "source"), rows)
