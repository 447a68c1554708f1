"""The patterns of `words.toml`, compiled once: how letters say things."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("words.toml")
_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_NAME = r"(?-i:(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.? )?[A-Z][a-zA-Z'-]*[a-z](?: (?:[A-Z]\.?(?= )|[A-Z][a-zA-Z'-]*[a-z])){0,3})"
_STANDS_FOR = {
    "NAME": rf"(?P<name>{_NAME})",
    "DATE": rf"(?:(?:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}}(?:st|nd|rd"
    rf"|th)? (?:of )?(?:{_MONTHS})\.?,? \d{{4}}"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2}))",
    "NUM": r"(?:\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|sixteen|eighteen"
    r"|twenty(?:-four)?|thirty|forty|forty-five|sixty|ninety)",
    "COUNT": r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|sixteen|eighteen"
    r"|twenty(?:-four)?)",
    "UNIT": r"(?:days?|weeks?|wks?|months?|mos?|mths?|years?|yrs?)",
}
_QUALIFIED = r"(?-i:(?:[a-z0-9][\w']*|Type|Class|Stage|Grade|Chronic|Essential|Major|Primary|Severe|Moderate),?[ -])"
MONTHS = _MONTHS
DATE = _STANDS_FOR["DATE"]


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _expand(pattern: str) -> str:
    for name, stands_for in {
        **_STANDS_FOR,
        "CONDITION": _content()["diagnosis"]["condition"],
        "QUALIFIED": _QUALIFIED,
    }.items():
        pattern = re.sub(rf"(?<![A-Za-z]){name}(?![A-Za-z])", lambda _: stands_for, pattern)  # noqa: B023 - used at once
    return pattern


def table(path: str) -> dict[str, Any]:
    """Hand out one table of the file by its dotted name."""
    found: Any = _content()
    for part in path.split("."):
        found = found[part]
    return dict(found)


@cache
def patterns(path: str) -> tuple[re.Pattern[str], ...]:
    """Compile the patterns under a dotted name, such as `frequency.says`; one or a list of them."""
    above, _, key = path.rpartition(".")
    said = table(above)[key]
    return tuple(re.compile(_expand(one), re.IGNORECASE) for one in ([said] if isinstance(said, str) else said))


@cache
def labels() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Compile what names each label, in the order of the file; a label is taken by the first that fits it whole."""
    return tuple(
        (name, re.compile("(?:" + "|".join(said) + ")", re.IGNORECASE)) for name, said in table("labels").items()
    )


@cache
def families() -> tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...]:
    """Compile the kinds of illness: name, the words for it, the beginnings of its codes."""
    kinds = table("family").items()
    return tuple((name, re.compile(one["says"], re.IGNORECASE), tuple(one["codes"])) for name, one in kinds)


@cache
def kinds_of_service() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Compile the kinds of service and the words for each."""
    return tuple((name, re.compile(said, re.IGNORECASE)) for name, said in table("treatment.kinds").items())


def label_of(words: str) -> str | None:
    """Name what a label asks for; None where it is none we know.

    Examples:
        >>> label_of("Participant employer"), label_of("Favourite colour")
        ('employer', None)
    """
    said = " ".join(words.split()).strip(" :.*_-#?").lower()
    return next((name for name, pattern in labels() if pattern.fullmatch(said)), None)
