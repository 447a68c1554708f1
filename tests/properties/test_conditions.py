"""What any condition promises, whoever writes it: an unknown may settle, and never reverse."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from necessity.adjudication.engine import evaluate
from necessity.rulebook.condition import mattering, parse
from tests.conditions import COLUMNS, TYPES, Row, conditions, rows

quick = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
several = st.lists(conditions(), min_size=1, max_size=12)


@quick
@given(several, rows(), st.lists(st.sets(st.sampled_from(sorted(TYPES))), min_size=1, max_size=8))
def test_blanking_facts_leaves_the_answer_or_makes_it_unknown(
    texts: list[str], row: Row, blanks: list[set[str]]
) -> None:
    """This is the promise to the patient, before any rule is written."""
    worlds = [row, *({**row, **dict.fromkeys(blank)} for blank in blanks)]
    full, *blanked = evaluate(COLUMNS, worlds, tuple(parse(text, TYPES).sql for text in texts))
    for answers in blanked:
        assert all(after is None or after == before for before, after in zip(full, answers, strict=True))


@quick
@given(several, rows(), rows())
def test_a_fact_that_does_not_matter_can_be_filled_in_with_anything(texts: list[str], row: Row, other: Row) -> None:
    """What we do not ask for must not be able to settle anything; and an unknown answer asks for something."""
    sqls = [parse(text, TYPES).sql for text in texts]
    matters = [(sql, name, flag) for sql in sqls for name, flag in mattering(sql).items()]
    ((*found,),) = evaluate(COLUMNS, [row], (*sqls, *(flag for _, _, flag in matters)))
    unknown = [sql for sql, answer in zip(sqls, found, strict=False) if answer is None]
    asked: dict[str, set[str]] = {sql: set() for sql in unknown}
    for (sql, name, _), flag in zip(matters, found[len(sqls) :], strict=True):
        if sql in asked and flag:
            asked[sql].add(name)
    assert all(asked.values())
    assert all(row[name] is None for names in asked.values() for name in names)
    filled = [{n: other[n] if v is None and n not in asked[sql] else v for n, v in row.items()} for sql in unknown]
    answers = evaluate(COLUMNS, filled, tuple(unknown))
    assert [answers[place][place] for place in range(len(unknown))] == [None] * len(unknown)
