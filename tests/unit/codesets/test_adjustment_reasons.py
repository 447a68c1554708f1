"""Reasons of a remittance: our words, the next step, and a user's licensed texts."""

from pathlib import Path

import pytest

from necessity.codesets.adjustment_reasons import group, known_reasons, read_texts, reason, remark, words_of
from necessity.errors import FormatError

ACTIONS = {
    "patient_pays", "correct", "appeal", "send_records", "write_off", "other_payer", "other_way", "check_coverage",
    "check_plan", "wait", "record", "read_remark", "none",
}  # fmt: skip


def test_every_reason_has_words_a_group_and_a_step() -> None:
    """A number without a next step is what people give up on."""
    for one in known_reasons().values():
        assert one.words, one.code
        assert one.step.endswith("."), one.code
        assert one.action in ACTIONS
        assert {*one.groups, *one.only} <= {"CO", "OA", "PI", "PR"}


def test_the_facts_that_much_copied_lists_get_wrong() -> None:
    """18 belongs to OA, 16 needs a remark, 187 is the patient's own account."""
    assert reason("18").only == ("OA",)  # type: ignore[union-attr]
    assert {code for code, one in known_reasons().items() if one.needs_remark} == {
        "16", "96", "252", "129", "148", "226", "227", "234", "250", "251", "267", "A1",
    }  # fmt: skip
    assert "FSA" in words_of("187")
    assert remark("MA13").is_alert  # type: ignore[union-attr]
    assert group("CR") is None


def test_licensed_texts_replace_the_words_and_nothing_else(tmp_path: Path) -> None:
    """The action stays ours; the payer's words are the licensee's."""
    file = tmp_path / "texts.csv"
    file.write_text("Code,Description\n050,My licensed words\nMA130,Other words\n", encoding="utf-8")
    texts = read_texts(file)
    assert words_of("50", texts) == "My licensed words"
    assert words_of("45", texts) == words_of("45")
    assert reason("50").action == "appeal"  # type: ignore[union-attr]


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"", b"\xff\xfe\x00"])
def test_a_file_without_the_columns_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    """A wrong file must not replace texts in silence."""
    file = tmp_path / "texts.csv"
    file.write_bytes(content)
    with pytest.raises(FormatError, match="code,description"):
        read_texts(file)
