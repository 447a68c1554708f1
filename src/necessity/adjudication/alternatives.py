"""Neighbours of what was asked for: covered services and cheaper programmes, each held against its own criteria."""

from necessity.adjudication.explain import Explainer, Rows, answer_of
from necessity.adjudication.program import OUTCOMES, Decided
from necessity.domain.decision import AlternativeDecision, Answer, Outcome
from necessity.rulebook.alternatives import alternatives

_BEST_FIRST = (Outcome.PAYABLE, Outcome.REVIEW, Outcome.PENDED, Outcome.NOT_PAYABLE)


def decide(explainer: Explainer, decided: Decided) -> tuple[AlternativeDecision, ...]:
    """Answer every alternative for one case, the most promising first.

    Args:
        explainer: For the words of the criteria.
        decided: Decided rows of one case.

    Returns:
        One decision an alternative; a criterion that does not apply is left out.
    """
    known = alternatives()
    person = {row["case_id"]: row for row in decided["person"]}
    found = []
    for row in decided["alternative"]:
        rows: Rows = {"alternative": row, "person": person[row["case_id"]]}
        says = [r for r in explainer.rules["alternative"] if answer_of(r, row) is not Answer.NOT_APPLICABLE]
        words = known[row["alternative_id"]]
        found.append(
            AlternativeDecision(
                id=row["alternative_id"],
                title=words.title,
                outcome=OUTCOMES[row["outcome"]],
                cost=words.cost,
                how=words.how,
                findings=tuple(explainer.finding(rule, rows, f"alternative {row['alternative_id']}") for rule in says),
            )
        )
    return tuple(sorted(found, key=lambda a: (_BEST_FIRST.index(a.outcome), a.id)))
