"""Who sends notices, and what only the sender knows: addresses, the plan's own sections, its own time limits."""

import tomllib
from typing import Any

from pydantic import Field, ValidationError

from necessity.domain.record import Record
from necessity.errors import SettingError


class NoticeSender(Record):
    """What an operator says once for all notices; everything may be missing, and a notice then says what it lacks."""

    name: str | None = None
    """The administrator or plan, as it signs."""
    address: tuple[str, ...] = ()
    """Its postal address, one a line."""
    phone: str | None = None
    """Where members can ask."""
    appeals_to: tuple[str, ...] = ()
    """Where an appeal goes, one a line."""
    is_erisa: bool | None = None
    """Whether these plans are under ERISA, where the record does not say it."""
    appeal_days: int | None = None
    """Days to appeal, as the plan's own papers say."""
    appeal_answer_days: int | None = None
    """Days the plan takes to answer an appeal, as its own papers say."""
    information_days: int | None = None
    """Days to send what is missing, as its own papers say."""
    outside_review: str | None = None
    """What the plan's own papers say of a review by somebody independent; stands in place of what is known here."""
    also: tuple[str, ...] = ()
    """Sentences for every notice: help with language, an office that helps, what a state asks for."""
    provisions: dict[str, str] = Field(default_factory=dict)
    """Sections of the plan's own document by rule, or by an area of rules that ends with a dot."""

    def provision(self, rule: str) -> str | None:
        """Find the section of the plan's document that a rule rests on; the longest entry that fits."""
        fitting = [
            entry for entry in self.provisions if rule == entry or (entry[-1:] == "." and rule.startswith(entry))
        ]
        return self.provisions[max(fitting, key=len)] if fitting else None


def read_sender(text: str, name: str) -> NoticeSender:
    """Read what a sender says about itself.

    Args:
        text: A TOML file.
        name: Its name, for messages.

    Raises:
        SettingError: it is not TOML, or says something that is not asked.

    Examples:
        >>> read_sender('name = "Example Administrators"', "sender.toml").name
        'Example Administrators'
    """
    known = ", ".join(NoticeSender.model_fields)
    try:
        content: dict[str, Any] = tomllib.loads(text)
        return NoticeSender.model_validate(content)
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{name} is not TOML: {error}.", "Mend that line.", setting="--sender") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingError(
            f"{name}: {where}: {first['msg']}.", f"Its keys are: {known}.", setting="--sender"
        ) from error
