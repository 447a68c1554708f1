"""The tables of this room, read once: codes, pairs, places, modifiers, taxonomy, credentials, thresholds, sources."""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from necessity.domain.decision import Citation

DATA = Path(__file__).parent / "data"

NOTICE = (
    "CPT codes are the American Medical Association's: CPT copyright American Medical Association. All rights "
    "reserved. CPT is a registered trademark of the American Medical Association. The words beside the numbers are "
    "ours, not the AMA's; unit maxima and pairs are CMS's. Using CPT in a product needs the AMA's licence."
)
"""Stands wherever CPT numbers are shown to a person."""


class Edition(NamedTuple):
    """Which edition a table stands on, and until when it speaks."""

    name: str
    """What the table is."""
    edition: str
    """The edition as its maker calls it."""
    from_on: date
    """First day of the edition."""
    loaded_until: date
    """Last day it was made for; later days are answered with the words "not loaded"."""
    licence: str
    """Whose it is."""
    sources: tuple[str, ...]
    """Ids of its sources."""
    limits: str
    """What it leaves out."""


class Procedure(NamedTuple):
    """One procedure code in words of our own."""

    code: str
    words: str
    family: str
    """therapy, evaluation, modality, rehabilitation, counselling, nutrition, class, equipment …"""
    counting: str
    """pooled (15-minute codes counted together), midpoint, full (whole blocks only), session or item."""
    unit_minutes: int | None
    """Length of a unit where it is timed."""
    setting: str
    """one_to_one, group, either, programme, remote, no_patient; empty where it does not matter."""
    discipline: str
    """Whose field it is."""
    status: str
    """Medicare's status: A R B C N I X; empty where it was not read."""
    mue: int | None
    """Most units a day for a practitioner; None where it was not read or CMS publishes none."""
    mai: int | None
    """1 judges lines, 2 is absolute for the day, 3 is for the day and open to appeal."""
    mue_hospital: int | None
    """Most units a day for a hospital, where it was read."""
    always_therapy: bool
    """Whether Medicare wants a therapy modifier on every line of it."""
    billers: tuple[str, ...]
    """Who may bill it, as groups of `billing.GROUPS`; empty where it was not read."""
    from_on: date | None
    """First day, where it was read."""
    until_on: date | None
    """Last day, where one was read."""
    needs: str
    """The code it is an addition to; empty where it stands alone."""
    better: str
    """The code Medicare wants instead; empty where there is none."""
    note: str
    sources: tuple[str, ...]

    @property
    def is_timed(self) -> bool:
        """Whether minutes make its units."""
        return self.counting in ("pooled", "midpoint", "full")


class Pair(NamedTuple):
    """Two codes that are not simply paid on one day: column one can be, column two is denied."""

    column1: str
    column2: str
    indicator: int | None
    """0 never together, 1 with a modifier where truly separate, 9 void; None where it was not read."""
    effective: date | None
    """First day; None where it was not read."""
    deleted: date | None
    """Last day; None while it stands. The first day itself: void from the start."""
    note: str
    sources: tuple[str, ...]


class UnitMaximum(NamedTuple):
    """The most units of a code a day (MUE)."""

    code: str
    units: int
    mai: int | None
    """1 judges lines, 2 is absolute for the day, 3 is for the day and open to appeal; None where it was not read."""


class MaximaTable(NamedTuple):
    """Unit maxima of one edition."""

    edition: Edition
    by_code: Mapping[str, UnitMaximum]

    @classmethod
    def of(cls, rows: Iterable[UnitMaximum], edition: Edition) -> "MaximaTable":
        """Build a table from rows, such as those of an official file."""
        return cls(edition, {row.code: row for row in rows})


class Modifier(NamedTuple):
    """One modifier in words of our own."""

    modifier: str
    words: str
    needs: str
    """What must be there: plan_of_care, pair, therapy_modifier, or another modifier; empty: nothing."""
    not_with: tuple[str, ...]
    """Modifiers that never stand beside it."""
    from_on: date | None
    until_on: date | None
    note: str
    sources: tuple[str, ...]


class Place(NamedTuple):
    """One place of service."""

    place: str
    words: str
    is_facility: bool
    """Whether Medicare pays the facility rate there."""
    from_on: date | None
    until_on: date | None
    note: str
    sources: tuple[str, ...]


class Taxonomy(NamedTuple):
    """One code of the provider taxonomy: what a provider says of itself."""

    taxonomy: str
    words: str
    role: str
    is_verified: bool
    """Whether the code was seen in public copies of the list."""
    sources: tuple[str, ...]


class Credential(NamedTuple):
    """One trainer's credential: whose it is, who accredits the programme, what it is for."""

    credential: str
    issuer: str
    words: str
    accreditor: str
    """NCCA, ISO17024, or empty where it was not read."""
    scope: str
    """clinical, controlled_disease, medical_exercise, strength or general."""
    needs_degree: bool | None
    issued_until: date | None
    """The last day it was issued, where it no longer is."""
    is_verified: bool
    """Whether the accreditor's own list was read."""
    sources: tuple[str, ...]


class Threshold(NamedTuple):
    """The amount of one calendar year above which Medicare wants KX on therapy."""

    year: int
    threshold_cents: int
    review_cents: int
    is_verified: bool
    """Whether a Medicare contractor's page was read for it."""
    sources: tuple[str, ...]


def rows_of(name: str) -> list[dict[str, str]]:
    """Read one CSV file of this room."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _whole(text: str) -> int | None:
    return int(text) if text else None


@cache
def editions() -> dict[str, Edition]:
    """Find every edition by the name of its table."""
    return {
        name: Edition(
            one["name"],
            one["edition"],
            one["from"],
            one["loaded_until"],
            one["licence"],
            tuple(one["sources"]),
            one["limits"],
        )
        for name, one in _toml("editions.toml").items()
    }


@cache
def sources() -> "dict[str, Citation]":
    """Find every source by its id."""
    from necessity.domain.decision import Citation

    return {one["id"]: Citation.model_validate(one) for one in _toml("sources.toml")["source"]}


def cite(*ids: str) -> "tuple[Citation, ...]":
    """Find the citations behind some ids, each once."""
    return tuple(sources()[id] for id in dict.fromkeys(ids))


def said_of(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Write sources as a line each, their kind first, without building records: for a command that must be quick."""
    by_id = {one["id"]: one for one in _toml("sources.toml")["source"]}
    kinds = {"common_practice": "custom", "payer_document": "administrator's own rule"}
    return tuple(
        f"{kinds.get(one['kind'], one['kind'].replace('_', ' '))}: {one['where']} (read {one['read_on']})"
        for one in (by_id[id] for id in dict.fromkeys(ids))
    )


@cache
def procedures() -> dict[str, Procedure]:
    """Find every procedure code that is loaded."""
    found = {}
    for row in rows_of("codes.csv"):
        found[row["code"]] = Procedure(
            row["code"],
            row["words"].replace(";", ","),
            row["family"],
            row["counting"],
            _whole(row["unit_minutes"]),
            row["setting"],
            row["discipline"],
            row["status"],
            _whole(row["mue"]),
            _whole(row["mai"]),
            _whole(row["mue_hospital"]),
            row["always_therapy"] == "yes",
            tuple(row["billers"].split()),
            _day(row["from"]),
            _day(row["until"]),
            row["needs"],
            row["better"],
            row["note"],
            tuple(row["sources"].split()),
        )
    return found


@cache
def maxima() -> MaximaTable:
    """Find the unit maxima that are shipped."""
    known = (UnitMaximum(one.code, one.mue, one.mai) for one in procedures().values() if one.mue is not None)
    return MaximaTable.of(known, editions()["units"])


@cache
def pair_rows() -> tuple[Pair, ...]:
    """List the pairs that are shipped, deleted ones too."""
    return tuple(
        Pair(
            row["column1"],
            row["column2"],
            _whole(row["indicator"]),
            _day(row["effective"]),
            _day(row["deleted"]),
            row["note"],
            tuple(row["sources"].split()),
        )
        for row in rows_of("pairs.csv")
    )


@cache
def modifiers() -> dict[str, Modifier]:
    """Find every modifier that is loaded."""
    return {
        row["modifier"]: Modifier(
            row["modifier"],
            row["words"].replace(";", ","),
            row["needs"],
            tuple(row["not_with"].split()),
            _day(row["from"]),
            _day(row["until"]),
            row["note"],
            tuple(row["sources"].split()),
        )
        for row in rows_of("modifiers.csv")
    }


@cache
def places() -> dict[str, Place]:
    """Find every place of service that is loaded."""
    return {
        row["place"]: Place(
            row["place"],
            row["words"].replace(";", ","),
            row["facility_rate"] == "yes",
            _day(row["from"]),
            _day(row["until"]),
            row["note"],
            tuple(row["sources"].split()),
        )
        for row in rows_of("places.csv")
    }


@cache
def taxonomies() -> dict[str, Taxonomy]:
    """Find every taxonomy code that is loaded."""
    return {
        row["taxonomy"]: Taxonomy(
            row["taxonomy"],
            row["words"].replace(";", ","),
            row["role"],
            row["is_verified"] == "yes",
            tuple(row["sources"].split()),
        )
        for row in rows_of("taxonomy.csv")
    }


@cache
def credentials() -> dict[str, Credential]:
    """Find every trainer's credential that is loaded."""
    return {
        row["credential"]: Credential(
            row["credential"],
            row["issuer"],
            row["words"].replace(";", ","),
            row["accreditor"],
            row["scope"],
            True if row["needs_degree"] == "yes" else None,
            _day(row["issued_until"]),
            row["is_verified"] == "yes",
            tuple(row["sources"].split()),
        )
        for row in rows_of("credentials.csv")
    }


@cache
def thresholds() -> dict[int, Threshold]:
    """Find the KX amount of every calendar year that is loaded."""
    return {
        int(row["year"]): Threshold(
            int(row["year"]),
            int(row["threshold_cents"]),
            int(row["review_cents"]),
            row["is_verified"] == "yes",
            tuple(row["sources"].split()),
        )
        for row in rows_of("kx.csv")
    }
