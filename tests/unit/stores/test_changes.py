"""Saving letters in place: what is new stands at the end, comments stay, nobody's change is lost; papers are kept whole."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from necessity.domain.letter import LetterOfMedicalNecessity
from necessity.domain.letter_life import EventKind, LetterEvent
from necessity.errors import FormatError, RecordError, StoreError
from necessity.stores import papers
from necessity.stores.changes import save_changes
from necessity.stores.edit import set_fields
from necessity.stores.folder import load_case
from necessity.stores.papers import keep_paper, read_outside, read_paper

LISTS = ("letters", "letter_events")
EVENT = LetterEvent(
    id="lmn-v1-1", letter="lmn", version=1, kind=EventKind.DRAFTED, at=datetime(2026, 3, 2, 9, tzinfo=UTC), by="Ada"
)
LETTER = LetterOfMedicalNecessity(id="lmn", names_patient=True, covers=("personal_training",))


def folder(tmp_path: Path, text: str = 'id = "ada"\n') -> Path:
    """A case folder with such a case.toml."""
    (tmp_path / "papers").mkdir()
    (tmp_path / "case.toml").write_bytes(text.encode())
    return tmp_path


def test_new_records_stand_at_the_end_and_everything_else_stays(tmp_path: Path) -> None:
    """A person's comments are theirs."""
    at = folder(tmp_path, '# mine\nid = "ada" # short\n\n[patient]\nname = "Ada"')
    stored = load_case(at)
    saved = save_changes(
        at, stored, stored.case.model_copy(update={"letters": (LETTER,), "letter_events": (EVENT,)}), LISTS
    )
    text = (at / "case.toml").read_text()
    assert text.startswith('# mine\nid = "ada" # short\n\n[patient]\nname = "Ada"\n\n[[letter]]\n')
    assert "at = 2026-03-02T09:00:00Z" in text
    assert (saved.case.letters, saved.case.letter_events) == ((LETTER,), (EVENT,))
    assert load_case(at) == saved


def test_a_changed_field_changes_in_its_place(tmp_path: Path) -> None:
    """The letter that was withdrawn is still the same block."""
    at = folder(
        tmp_path, 'id = "ada"\n\n[[letter]]\nid = "lmn"\nnames_patient = true # seen\ncovers = ["personal_training"]\n'
    )
    stored = load_case(at)
    after = stored.case.model_copy(update={"letters": (LETTER.model_copy(update={"names_patient": False}),)})
    save_changes(at, stored, after, LISTS)
    assert "names_patient = false # seen" in (at / "case.toml").read_text()


def test_a_list_stated_empty_is_filled_and_stays_complete(tmp_path: Path) -> None:
    """`letters = "none"` was true until today."""
    at = folder(tmp_path, 'id = "ada"\nletters = "none"\n')
    stored = load_case(at)
    saved = save_changes(at, stored, stored.case.model_copy(update={"letters": (LETTER,)}), LISTS)
    assert saved.case.letters == (LETTER,)
    assert saved.case.complete == stored.case.complete


def test_somebody_elses_change_is_noticed(tmp_path: Path) -> None:
    """Two people sign and answer at once."""
    at = folder(tmp_path)
    stored = load_case(at)
    set_fields(at, [(("patient", None, "name"), "Ada")])
    with pytest.raises(StoreError, match="Somebody else changed"):
        save_changes(at, stored, stored.case.model_copy(update={"letters": (LETTER,)}), LISTS)


def test_changes_are_saved_together_or_not_at_all(tmp_path: Path) -> None:
    """A letter half filled in would decide something."""
    at = folder(tmp_path)
    before = (at / "case.toml").read_bytes()
    with pytest.raises(FormatError):
        set_fields(at, [(("letters", "l"), LETTER), (("letters", "l", "condition"), "nobody")])
    with pytest.raises(RecordError):
        set_fields(at, [(("letters", "lmn"), LETTER), (("letters", "lmn", "colour"), "red")])
    assert (at / "case.toml").read_bytes() == before


def test_windows_line_ends_stay(tmp_path: Path) -> None:
    """A folder edited elsewhere keeps its habits."""
    at = folder(tmp_path, 'id = "ada"\r\n')
    stored = load_case(at)
    save_changes(at, stored, stored.case.model_copy(update={"letters": (LETTER,)}), LISTS)
    assert b"\n" not in (at / "case.toml").read_bytes().replace(b"\r\n", b"")


# ── papers ──────────────────────────────────────────────────────────────────


def test_a_paper_is_kept_byte_for_byte_and_never_replaced_unasked(tmp_path: Path) -> None:
    """A photo under another photo's name must not take its place."""
    at = folder(tmp_path)
    keep_paper(at, "papers/letters/a.jpg", b"\xff\xd8one")
    keep_paper(at, "papers/letters/a.jpg", b"\xff\xd8one")
    with pytest.raises(StoreError, match="holds something else"):
        keep_paper(at, "papers/letters/a.jpg", b"two")
    assert read_paper(at, "papers/letters/a.jpg") == b"\xff\xd8one"
    keep_paper(at, "papers/letters/a.jpg", b"two", instead=True)
    assert read_paper(at, "papers/letters/a.jpg") == b"two"
    assert [path.name for path in (at / "papers" / "letters").iterdir()] == ["a.jpg"]


@pytest.mark.parametrize("file", ["case.toml", "papers/../case.toml", "/etc/passwd", "papers"])
def test_a_paper_stays_inside_its_folder(tmp_path: Path, file: str) -> None:
    """A name from outside must not write elsewhere."""
    at = folder(tmp_path)
    with pytest.raises(FormatError):
        keep_paper(at, file, b"x")


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link in the folder could lead anywhere."""
    at = folder(tmp_path)
    (tmp_path / "outside").mkdir()
    (at / "papers" / "letters").symlink_to(tmp_path / "outside")
    with pytest.raises(FormatError):
        keep_paper(at, "papers/letters/a.jpg", b"x")
    (at / "papers" / "b.jpg").symlink_to(at / "case.toml")
    with pytest.raises(FormatError):
        keep_paper(at, "papers/b.jpg", b"x", instead=True)


def test_what_is_too_large_or_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A film is no photo."""
    monkeypatch.setattr(papers, "LARGEST", 3)
    (tmp_path / "film").write_bytes(b"1234")
    with pytest.raises(FormatError, match="larger than"):
        read_outside(tmp_path / "film")
    with pytest.raises(StoreError, match="is not a file"):
        read_outside(tmp_path)
