"""What the letter verbs share: the open case, the papers of a version, the moment, and saving what changed."""

from pathlib import Path
from typing import NamedTuple

from necessity.cli import clock, wiring
from necessity.domain.case import Case
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_life import newest_version
from necessity.domain.signature import SignatureRecord
from necessity.errors import SettingError
from necessity.stores.changes import save_changes
from necessity.stores.papers import has_paper, keep_paper, read_outside, read_paper
from necessity.workflow.kept_letters import LetterPaper, paper_of, read_draft, read_signature
from necessity.workflow.ports import StoredCase
from necessity.workflow.send_letter import Moment


def moment(by: str) -> Moment:
    """Read the clock for somebody's act; no option names another moment."""
    at, on = clock.moment()
    if not by.strip():
        raise SettingError("Nobody is named who does it.", "Name a person with --by.", setting="--by")
    return Moment(at, on, " ".join(by.split()))


class Desk(NamedTuple):
    """One case folder with its letters' papers."""

    folder: Path
    """The case folder."""
    stored: StoredCase
    """The case as it was loaded."""

    @property
    def case(self) -> Case:
        """The case."""
        return self.stored.case

    def version(self, letter: str, asked: int | None = None) -> int:
        """Find the version that is meant: the one asked for, else the newest.

        Raises:
            SettingError: no such letter or version was drafted here.
        """
        newest = newest_version(self.case.letter_events, letter)
        version = asked or newest
        if not 0 < version <= newest:
            known = sorted({event.letter for event in self.case.letter_events}) or ["none yet"]
            raise SettingError(
                f"No letter {letter!r}{f', version {asked},' if asked else ''} was sent from here.",
                f"Known: {', '.join(known)}. A draft is sent with: necessity letter send",
                setting="LETTER",
            )
        return version

    def has(self, letter: str, version: int, what: LetterPaper) -> bool:
        """Say whether a paper of a version is there."""
        return has_paper(self.folder, paper_of(letter, version, what))

    def draft(self, letter: str, version: int, what: LetterPaper = LetterPaper.DRAFT) -> LetterDraft:
        """Read a version: as it stands, or as it was sent."""
        file = paper_of(letter, version, what)
        return read_draft(read_paper(self.folder, file), file)

    def sent(self, letter: str, version: int) -> LetterDraft:
        """Read a version as it went to its signer.

        Raises:
            SettingError: it was not sent yet.
        """
        if not self.has(letter, version, LetterPaper.SENT):
            raise SettingError(
                f"Letter {letter}, version {version}, was drafted and not sent yet.",
                "Send it first: necessity letter send",
                setting="LETTER",
            )
        return self.draft(letter, version, LetterPaper.SENT)

    def signature(self, letter: str, version: int) -> SignatureRecord:
        """Read the signature of a version."""
        file = paper_of(letter, version, LetterPaper.SIGNATURE)
        return read_signature(read_paper(self.folder, file), file)

    def keep(self, letter: str, version: int, what: LetterPaper, content: bytes, *, instead: bool = False) -> str:
        """Keep a paper of a version, and name it."""
        file = paper_of(letter, version, what)
        keep_paper(self.folder, file, content, instead=instead)
        return file

    def keep_signature(self, signature: SignatureRecord) -> str:
        """Keep the signature of a version; only its level and checks may differ from one that is there."""
        content = signature.model_dump_json(indent=1).encode() + b"\n"
        return self.keep(signature.letter, signature.version, LetterPaper.SIGNATURE, content, instead=True)

    def save(self, after: Case) -> None:
        """Save what changed in the letters and their history; the rest of the folder stays as it is."""
        save_changes(self.folder, self.stored, after, ("letters", "letter_events"))


def desk(case: Path) -> Desk:
    """Open a case folder for a letter verb."""
    return Desk(case, wiring.read_stored(case))


def replies(given: list[str] | None) -> dict[str, tuple[str, ...]]:
    """Read answers to a letter's questions, as QUESTION=ANSWER; a question may be answered in several parts.

    Raises:
        SettingError: one does not say what it answers.
    """
    found: dict[str, tuple[str, ...]] = {}
    for one in given or ():
        id, sign, answer = one.partition("=")
        if not sign or not id.strip():
            step = "Write QUESTION=ANSWER; `necessity letter review` shows the questions and offered answers."
            raise SettingError(f"{one[:60]!r} does not say what it answers.", step, setting="--answer")
        found[id.strip()] = (*found.get(id.strip(), ()), answer)
    return found


def draft_from(file: Path) -> LetterDraft:
    """Read a draft that a person names."""
    return read_draft(read_outside(file), str(file))
