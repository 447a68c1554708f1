"""Where the command line keeps the installation's keys, and the settings that open them."""

import os
import sys
from collections.abc import Callable
from getpass import getpass
from pathlib import Path

from necessity.domain.letter_draft import LetterDraft
from necessity.domain.signature import SignatureRecord
from necessity.errors import FormatError
from necessity.workflow.seal_letter import LetterPages


def keys_folder() -> Path:
    """Choose the folder of the keys: under NECESSITY_HOME if set, else among this user's data."""
    if home := os.environ.get("NECESSITY_HOME"):
        return Path(home).expanduser() / "keys"
    data = os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    return Path(data) / "necessity" / "keys"


def passphrase() -> str | None:
    """Read what private keys are encrypted with; None: they are not."""
    return os.environ.get("NECESSITY_SEAL_PASSPHRASE") or None


def pin() -> str | None:
    """Read what opens a token."""
    return os.environ.get("NECESSITY_PKCS11_PIN") or None


def pfx_passphrase(ask: Callable[[str], str] = getpass) -> str | None:
    """Read what a PFX file is locked with; in a terminal it is asked for."""
    given = os.environ.get("NECESSITY_PFX_PASSPHRASE")
    if given is None and sys.stdin.isatty():
        given = ask("Passphrase of the PFX file (empty: none): ")
    return given or None


def letter_pages() -> LetterPages:
    """Choose what writes the pages of a letter, with the FHIR bundle inside."""
    from necessity.formats.fhir.write import letter_bundle
    from necessity.formats.letter.write import Attachment, write

    def pages(draft: LetterDraft, *, signature: SignatureRecord) -> bytes:
        bundle = letter_bundle(draft, signature)
        about = "Order, condition and goals for other programs (FHIR R4)"
        return write(
            draft, signature, attachments=[Attachment("letter.fhir.json", bundle, "application/fhir+json", about)]
        )

    return pages


def read_file(path: Path, most: int) -> bytes:
    """Read a file that was named on the command line, up to one byte beyond a limit.

    Raises:
        FormatError: it is not there, or cannot be read.
    """
    try:
        with path.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        raise FormatError(
            f"{path} cannot be read: {error.strerror or error}.",
            "Check its name, and that you may read it.",
            format="file",
            place=str(path),
        ) from None
