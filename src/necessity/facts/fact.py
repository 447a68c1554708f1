"""What a fact and a subject are."""

from typing import NamedTuple

TYPES = (
    *("boolean", "cents", "number", "days", "months", "rate", "tenths", "text", "choice", "date"),
    *("list", "numbers"),
)
"""Types a fact may have. Numbers of different types are never compared with each other."""


class Fact(NamedTuple):
    """One named thing that is known, or not, about a row of its subject."""

    name: str
    """A sentence, or an amount with its unit; unique among all facts and parameters."""
    about: str
    """The subject."""
    type: str
    """One of TYPES."""
    means: str
    """What it means when true, or what the value is."""
    sql: str
    """Expression over the subject's tables, or over facts of the same row; for a given fact its `alias.column`."""
    field: str
    """`table.column` of a given fact; empty for a derived one. `sql` may read it through another alias."""
    question: str
    """The plain question that asks for it; empty for a derived fact."""
    asked_of: str
    """Who can answer: patient, clinician, trainer, administrator, employer."""
    choices: tuple[str, ...]
    """What may be answered, where it is a choice."""
    best: bool | int | str | None
    """The answer that helps most; None where no answer can be tried."""
    needs: tuple[str, ...]
    """Given facts a derived fact rests on beyond those its SQL names (through windows and other rows)."""
    deadline: str
    """What is due on the day this fact computes; empty where it is no deadline."""
    cites: tuple[str, ...]
    """Parameters or profile columns whose citations belong to it."""

    @property
    def is_given(self) -> bool:
        """Whether it is a field of the record rather than computed."""
        return bool(self.field)


class Subject(NamedTuple):
    """A kind of row rules may speak about."""

    name: str
    """Its name; also the table of its decided rows, as `<name>_decided`."""
    keys: dict[str, str]
    """Column that identifies a row, to the expression it comes from."""
    ids: dict[str, str]
    """Table joined in, to the expression of the id of its row; so an unknown cell can be named."""
    inherits: dict[str, str]
    """Earlier subject whose facts can be named here, to the alias its decided rows are joined under."""
    answers: dict[str, str]
    """Earlier subject whose answers count here too, to the fact that says when (`always` for every row)."""
    prelude: str
    """Named queries (`name AS (…), …`) that stand before; empty where none are needed."""
    source: str
    """The FROM clause: which tables join."""
