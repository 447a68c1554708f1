"""Any text at all can be given to the lint: it answers, and its places are lines of that text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from necessity.intake.letter.page import page_of
from necessity.intake.letter.read import read_letter
from tests.linted_letters import good_letters

LINES = sorted({line for letter in good_letters().values() for line in letter.text.splitlines()})
MIXED = st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=40)), max_size=25).map("\n".join)


@settings(deadline=None, max_examples=60)
@given(MIXED)
def test_no_text_breaks_the_reader_and_every_place_is_a_line_of_it(text: str) -> None:
    """Letters come from anywhere, torn, doubled and in the wrong order."""
    reading = read_letter(text)
    lines = len(page_of(text).lines)
    places = [one.line for one in (*reading.dates, *reading.remarks)]
    places += [said.line for said in (reading.frequency, reading.duration, reading.links_training) if said.line]
    assert all(1 <= place <= lines for place in places)


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(sorted(good_letters())), st.integers(min_value=0, max_value=30))
def test_empty_lines_before_a_letter_change_nothing_but_the_places(name: str, empty: int) -> None:
    """The same letter gives the same answer wherever it starts."""
    text = good_letters()[name].text
    one, other = read_letter(text), read_letter("\n" * empty + text)
    assert (one.patient.value, one.diagnosis.value, one.codes and one.codes[0].value) == (
        other.patient.value,
        other.diagnosis.value,
        other.codes and other.codes[0].value,
    )
    assert other.frequency.line == (one.frequency.line or 0) + empty
