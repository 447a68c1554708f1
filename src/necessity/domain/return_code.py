"""The return code on a printed letter: which case, letter and version the paper belongs to. It holds no signature.

It says nothing about the patient beyond the ids, and proves nothing: anybody can print one. It only finds the letter
that a signed paper belongs to.
"""

from typing import NamedTuple
from urllib.parse import quote, unquote

from necessity.domain.letter_draft import LetterDraft

_HEAD = "necessity-letter"
_FORM = "1"
_DIGITS = 8
LONGEST = 500
"""Characters in a return code; more would make the picture too fine for a phone."""


class ReturnCode(NamedTuple):
    """What a return code says."""

    case: str
    """Id of the case."""
    letter: str
    """Id of the letter."""
    version: int
    """Which version of it."""
    sha8: str
    """First eight digits of the SHA-256 of the draft as printed."""

    @property
    def text(self) -> str:
        """The code as it is printed."""
        ids = (quote(self.case, safe=""), quote(self.letter, safe=""))
        return "/".join((_HEAD, _FORM, *ids, str(self.version), self.sha8))


def return_code(draft: LetterDraft) -> ReturnCode:
    """Make the return code of a draft.

    Examples:
        >>> from datetime import date
        >>> code = return_code(LetterDraft(case="ada", letter="letter 1", drafted_on=date(2026, 3, 2)))
        >>> code.text.rpartition("/")[0]
        'necessity-letter/1/ada/letter%201/1'
    """
    return ReturnCode(draft.case, draft.letter, draft.version, draft.sha256[:_DIGITS])


def read_return_code(text: str) -> ReturnCode | None:
    """Read a return code; None where the text is none.

    Examples:
        >>> read_return_code("necessity-letter/1/ada/letter%201/2/0a1b2c3d")
        ReturnCode(case='ada', letter='letter 1', version=2, sha8='0a1b2c3d')
        >>> read_return_code("https://example.org") is None
        True
    """
    parts = text.split("/")
    if len(text) > LONGEST or len(parts) != 6 or parts[:2] != [_HEAD, _FORM]:
        return None
    case, letter, version, sha8 = parts[2:]
    is_number = version.isascii() and version.isdecimal() and 0 < len(version) < 7 and int(version) > 0
    if not (is_number and len(sha8) == _DIGITS and set(sha8) <= set("0123456789abcdef")):
        return None
    return ReturnCode(unquote(case), unquote(letter), int(version), sha8)
