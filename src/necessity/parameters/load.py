"""Loading what law and administrators fix: parameters by date, payer profiles by payer, kind and date.

A *parameter* (`us/*.toml`) is a number of the law: values by date, each with its citation. A *profile*
(`payers/*.toml`) is what one administrator asks for; its columns are declared once in `columns.toml`. Both become
tables with `from_on` and `until_on` that facts join by a date. A date outside every interval finds no row: unknown,
never last year's value.
"""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from necessity.domain.decision import Citation
from necessity.domain.funding import FundingKind
from necessity.parameters.shape import CITATION, check_shape
from necessity.parameters.source import Source, nearest, sources

BUILT_IN = Path(__file__).parent
FIRST_DAY = date(1, 1, 1)
LAST_DAY = date(9999, 12, 31)

SQL_TYPES = {
    "boolean": "BOOLEAN",
    "cents": "BIGINT",
    "number": "BIGINT",
    "days": "BIGINT",
    "months": "BIGINT",
    "rate": "BIGINT",
    "tenths": "BIGINT",
    "text": "VARCHAR",
    "choice": "VARCHAR",
    "date": "DATE",
    "list": "VARCHAR[]",
    "numbers": "BIGINT[]",
}
"""What each declared type is in SQL; amounts are whole cents, rates per ten thousand."""

_PARAMETER_KEYS = frozenset({"name", "type", "means", "value", "citation"})
_VALUE_KEYS = frozenset({"from", "until", "is", "citations"})
_PARAMETERS_SHAPE = {
    "parameter": [
        {
            **dict.fromkeys(("name", "type", "means"), str),
            "value": [{"from": date, "until": date, "citations": [str]}],
            "citation": [CITATION],
        }
    ]
}
_PROFILE_SHAPE = {
    **dict.fromkeys(("id", "name", "speaks_for"), str),
    "kinds": [str],
    "version": [{"from": date, "until": date, "kinds": [str]}],
    "citation": [CITATION],
}
_COLUMN_KEYS = frozenset({"name", "type", "means", "choices"})
_PROFILE_KEYS = frozenset({"id", "name", "kinds", "speaks_for", "version", "citation", "notes"})


class Dated(NamedTuple):
    """One value and the days it holds for, both ends included."""

    from_on: date
    until_on: date
    value: Any
    citations: tuple[Citation, ...]


class Parameter(NamedTuple):
    """One number, list or switch of the law by date."""

    name: str
    type: str
    means: str
    values: tuple[Dated, ...]
    file: str


class Column(NamedTuple):
    """One thing a payer profile may say."""

    name: str
    type: str
    means: str
    choices: tuple[str, ...] = ()


class ProfileVersion(NamedTuple):
    """What one payer asks for of one kind of account from one day to another; None is unknown."""

    payer: str
    name: str
    kind: str
    from_on: date
    until_on: date
    says: dict[str, Any]
    cites: dict[str, tuple[Citation, ...]]


class Parameters(NamedTuple):
    """Everything that is fixed by law or administrators."""

    law: dict[str, Parameter]
    columns: dict[str, Column]
    profiles: tuple[ProfileVersion, ...]
    payer_names: dict[str, str]

    def of(self, name: str, day: date) -> Any:
        """Give the value a parameter of the law has on a day; None is unknown, and never another year's value."""
        return next((d.value for d in self.law[name].values if d.from_on <= day <= d.until_on), None)

    def law_rows(self) -> list[dict[str, Any]]:
        """Cut time at every change and give the value of every parameter in each piece."""
        cuts = sorted({d.from_on for p in self.law.values() for d in p.values} | {FIRST_DAY} | _days_after(self.law))
        rows = []
        for start, following in zip(cuts, [*cuts[1:], None], strict=True):
            end = following - timedelta(days=1) if following else LAST_DAY
            row: dict[str, Any] = {"from_on": start, "until_on": end}
            for name, parameter in self.law.items():
                row[name] = next((d.value for d in parameter.values if d.from_on <= start <= d.until_on), None)
            rows.append(row)
        return rows

    def profile_rows(self) -> list[dict[str, Any]]:
        """Give every profile version as one flat row; `only_version` says that no other date has another."""
        counts: dict[tuple[str, str], int] = {}
        for p in self.profiles:
            counts[p.payer, p.kind] = counts.get((p.payer, p.kind), 0) + 1
        return [
            {
                "payer": p.payer,
                "kind": p.kind,
                "from_on": p.from_on,
                "until_on": p.until_on,
                "only_version": counts[p.payer, p.kind] == 1,
                **{name: p.says.get(name) for name in self.columns},
            }
            for p in self.profiles
        ]


def _days_after(law: dict[str, Parameter]) -> set[date]:
    ends = {d.until_on for p in law.values() for d in p.values if d.until_on < LAST_DAY}
    return {end + timedelta(days=1) for end in ends}


def _value(source: Source, type: str, value: Any, name: str) -> Any:
    """Check one value against its declared type; dollars become cents, percent becomes a rate."""
    expected = {"boolean": bool, "text": str, "choice": str, "date": date, "list": list}.get(type, int)
    good = isinstance(value, expected) and not (expected is int and isinstance(value, bool))
    if good and type == "list":
        good = all(isinstance(item, str) for item in value)
    if not good or (expected is int and value < 0):
        raise source.fault(f"{name} is {value!r}, which is no {type}.", f"Write a {type} ({expected.__name__}).", name)
    return value


def _parameter(source: Source, table: dict[str, Any]) -> Parameter:
    name = str(table.get("name", "?"))
    source.check_keys(table, _PARAMETER_KEYS, f"Parameter {name}")
    if table.get("type") not in SQL_TYPES or not table.get("means"):
        raise source.fault(f"Parameter {name} needs a type and a meaning.", f"Types: {', '.join(SQL_TYPES)}.", name)
    cites = source.citations(table.get("citation", []), name)
    values: list[Dated] = []
    for entry in table.get("value", []):
        source.check_keys(entry, _VALUE_KEYS, f"A value of {name}")
        missing = [c for c in entry.get("citations") or [None] if c not in cites]
        if missing:
            raise source.fault(
                f"A value of {name} cites {missing[0]!r}, which is not there.", "Give every value a citation.", name
            )
        values.append(
            Dated(
                entry.get("from", FIRST_DAY),
                entry.get("until", LAST_DAY),
                _value(source, table["type"], entry.get("is"), name),
                tuple(cites[c] for c in entry["citations"]),
            )
        )
    _refuse_overlap(source, name, [(v.from_on, v.until_on) for v in values])
    return Parameter(name, table["type"], table["means"], tuple(values), source.name)


def _refuse_overlap(source: Source, name: str, spans: list[tuple[date, date]], *words: str) -> None:
    spans.sort()
    for (_, end), (start, _) in pairwise(spans):
        if start <= end:
            raise source.fault(
                f"Two values of {name} both hold on {start}.", "End the first the day before.", *(words or (name,))
            )


def _profile(source: Source, columns: dict[str, Column]) -> list[ProfileVersion]:
    content = source.content
    source.check_keys(content, _PROFILE_KEYS, f"Profile {content.get('id', '?')}")
    check_shape(source, content, _PROFILE_SHAPE, f"Profile {content.get('id', '?')}")
    lacking = [key for key in ("id", "name", "kinds", "version") if not content.get(key)]
    if lacking:
        raise source.fault(f"A profile lacks {', '.join(lacking)}.", "Add what is missing.")
    cites = source.citations(content.get("citation", []), content["id"])
    found: list[ProfileVersion] = []
    spans: dict[str, list[tuple[date, date]]] = {}
    for version in content.get("version", []):
        says: dict[str, Any] = {}
        cited: dict[str, tuple[Citation, ...]] = {}
        for key, entry in version.items():
            if key in ("from", "until", "kinds"):
                continue
            if key not in columns:
                near = nearest(key, columns)
                raise source.fault(f"{key!r} is nothing a profile can say.", f"Did you mean {near!r}?", key)
            if not isinstance(entry, dict) or set(entry) != {"is", "cite"} or str(entry["cite"]) not in cites:
                raise source.fault(
                    f"{key} needs a value and a citation.", f"Write {key} = {{ is = …, cite = '…' }}.", key
                )
            says[key] = _value(source, columns[key].type, entry["is"], key)
            _refuse_other_words(source, columns[key], says[key])
            cited[key] = (cites[entry["cite"]],)
        span = (version.get("from", FIRST_DAY), version.get("until", LAST_DAY))
        if span[1] < span[0]:
            raise source.fault(
                f"A version of {content['id']} ends before it begins.", "Turn its dates round.", "until", str(span[1])
            )
        for kind in version.get("kinds", content["kinds"]):
            _refuse_other_kinds(source, content, kind)
            spans.setdefault(kind, []).append(span)
            found.append(ProfileVersion(content["id"], content["name"], kind, *span, says, cited))
    for kind in content["kinds"]:
        _refuse_other_kinds(source, content, kind)
    for kind, taken in spans.items():
        starts = [("from", str(start)) for start, _ in taken if start > FIRST_DAY]
        _refuse_overlap(source, f"{content['id']} for {kind}", taken, *max(starts, default=("version",)))
    return found


def _refuse_other_words(source: Source, column: Column, said: Any) -> None:
    """Refuse a word outside the few a column may hold, such as a licence nobody has."""
    for word in said if isinstance(said, list) else [said]:
        if column.choices and word not in column.choices:
            near = nearest(word, frozenset(column.choices))
            step = f"Did you mean {near!r}? Known are: {', '.join(column.choices)}."
            raise source.fault(f"{column.name} cannot hold {word!r}.", step, column.name, word)


def _refuse_other_kinds(source: Source, content: dict[str, Any], kind: str) -> None:
    """Refuse a kind that is no funding source, and one of a version that the profile as a whole leaves out."""
    if kind not in set(FundingKind):
        raise source.fault(f"{kind!r} is no kind of funding source.", f"Kinds: {', '.join(FundingKind)}.", kind)
    if kind not in content["kinds"]:
        step = "Add it to the profile's own kinds, or take it out here."
        raise source.fault(f"A version of {content['id']} speaks for {kind}, the profile does not.", step, kind)


def _with_generic(profiles: list[ProfileVersion]) -> list[ProfileVersion]:
    """Fill what a payer does not say with what the generic profile of the kind says on the same days.

    A payer's version must not straddle a change of the generic one; the generic profiles have a single version each,
    which the loader checks by taking the first.
    """
    generic = {p.kind: p for p in profiles if p.payer == "generic"}
    filled = []
    for p in profiles:
        base = generic.get(p.kind)
        if base and p.payer != "generic":
            p = p._replace(says={**base.says, **p.says}, cites={**base.cites, **p.cites})
        filled.append(p)
    return filled


def load(*folders: Path) -> Parameters:
    """Load the law's numbers and the payers' profiles, the shipped ones first, an operator's over them.

    Args:
        folders: Operators' folders, each with `us/`, `payers/` like the shipped one; a later one wins by id.

    Raises:
        RulebookError: a broken file, with file and line.
    """
    law: dict[str, Parameter] = {}
    columns: dict[str, Column] = {}
    versions: dict[str, list[ProfileVersion]] = {}
    for folder in (BUILT_IN, *folders):
        for source in sources(folder / "us"):
            check_shape(source, source.content, _PARAMETERS_SHAPE, "A file of parameters")
            for table in source.content.get("parameter", []):
                parameter = _parameter(source, table)
                law[parameter.name] = parameter
        if folder is BUILT_IN:
            for source in sources(folder / "columns"):
                for table in source.content.get("column", []):
                    source.check_keys(table, _COLUMN_KEYS, "A column")
                    columns[table["name"]] = Column(**{**table, "choices": tuple(table.get("choices", ()))})
        taken: dict[str, str] = {}
        for source in sources(folder / "payers"):
            profile = _profile(source, columns)
            id = source.content["id"]
            if id in taken:
                raise source.fault(f"{taken[id]} is the profile of {id} as well.", "Keep one of them.", "id", id)
            taken[id] = source.name
            versions[id] = profile
    profiles = _with_generic([p for payer in sorted(versions) for p in versions[payer]])
    return Parameters(law, columns, tuple(profiles), {p.payer: p.name for p in profiles})
