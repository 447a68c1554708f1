"""The common ground of all records."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """One frozen value. Unknown fields are refused, so that a misspelt one is never lost in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, str_strip_whitespace=True)
