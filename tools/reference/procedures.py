"""The page about procedure codes: every table with its edition, its sources and the notice beside CPT numbers."""

from collections.abc import Iterator

from necessity.codesets.procedures import fit, tables
from necessity.rulebook.load import Rulebook
from tools.reference.markdown import Lines, code, heading, sources, table, text


def procedures_page(book: Rulebook) -> Lines:
    yield from heading(1, "Procedure codes")
    yield from text(tables.NOTICE)
    yield from heading(2, "Editions")
    rows = ((e.name, e.edition, str(e.loaded_until), e.limits) for e in tables.editions().values())
    yield from table(("table", "edition", "loaded until", "leaves out"), rows)
    yield from heading(2, "Codes")
    yield from table(("code", "our words", "counted", "setting", "Medicare", "a day", "who", "note"), _codes())
    yield from heading(2, "Pairs")
    yield from text(
        "The code of column one can be paid, that of column two is denied. 0 never, 1 with a modifier, 9 void."
    )
    yield from table(("column one", "column two, with indicator", "deleted"), _pairs())
    yield from heading(2, "Modifiers")
    rows4 = ((f"`{m.modifier}`", m.words, m.needs.replace("_", " "), m.note) for m in tables.modifiers().values())
    yield from table(("modifier", "our words", "needs", "note"), rows4)
    yield from heading(2, "Places of service")
    places = tables.places().values()
    yield from table(
        ("place", "words", "facility rate", "note"),
        ((f"`{p.place}`", p.words, "yes" if p.is_facility else "no", p.note) for p in places),
    )
    yield from _people()
    yield from _fit()
    yield from heading(2, "Sources")
    yield from (f"- {sources([one])}: {one.says}" for one in tables.sources().values())
    yield ""


def _codes() -> Iterator[tuple[str, ...]]:
    for one in tables.procedures().values():
        length = f" {one.unit_minutes} min" if one.unit_minutes else ""
        most = "" if one.mue is None else f"{one.mue}{f' (MAI {one.mai})' if one.mai else ''}"
        counted, setting = f"{one.counting}{length}", one.setting.replace("_", " ")
        who = ", ".join(one.billers).replace("_", " ")
        yield f"`{one.code}`", one.words, counted, setting, one.status, most, who, one.note


def _pairs() -> Iterator[tuple[str, ...]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for pair in tables.pair_rows():
        indicator = "?" if pair.indicator is None else pair.indicator
        key = (pair.column1, str(pair.deleted or ""))
        groups.setdefault(key, []).append(f"{pair.column2} ({indicator})")
    for (column1, deleted), others in groups.items():
        yield f"`{column1}`", ", ".join(others), deleted


def _people() -> Lines:
    yield from heading(2, "Provider taxonomy")
    found = tables.taxonomies().values()
    rows = ((f"`{t.taxonomy}`", t.words, "yes" if t.is_verified else "no") for t in found)
    yield from table(("taxonomy", "our words", "seen in copies of the list"), rows)
    yield from heading(2, "Trainers' credentials")
    held = tables.credentials().values()
    rows = ((f"`{c.credential}`", c.words, c.accreditor or "not read", c.scope.replace("_", " ")) for c in held)
    yield from table(("credential", "our words", "accreditor", "for"), rows)


def _fit() -> Lines:
    yield from heading(2, "Fit of diagnosis and service")
    yield from text(fit.LABEL)
    rows = (
        (g.words, code(g.codes), ", ".join(f"{c} {grade.value}" for c, grade in g.grades.items()), ", ".join(g.closer))
        for g in fit.groups()
    )
    yield from table(("diagnoses", "codes begin with", "grades", "nearer services"), rows)
    yield from heading(2, "Therapy amounts a year (KX)")
    amounts = tables.thresholds().values()
    kinds = (
        (str(t.year), f"${t.threshold_cents // 100:,}", "a contractor's page" if t.is_verified else "a secondary page")
        for t in amounts
    )
    yield from table(("year", "amount", "read on"), kinds)
