"""The questions of a whole case: as few as could settle it, each fact once, what settles most first.

A pended route needs the answers that would make it payable; where none would, one answer that alone settles it will
do. Questions that several routes need are asked once, and so is one question about several records.
"""

from collections.abc import Iterable, Sequence

from necessity.adjudication.change import Prospects, Target
from necessity.adjudication.explain import Unknown


def shortest(
    targets: Sequence[Target], prospects: Prospects, waiting: Iterable[Unknown] = ()
) -> tuple[tuple[Unknown, ...], ...]:
    """Choose the questions that could settle a case.

    Args:
        targets: Its pended routes.
        prospects: What answering would do to them.
        waiting: Unknowns of expenses that wait at a route which is settled for others.

    Returns:
        One group a question, most decisive first; in a group the records it is asked of.
    """
    sets = {
        target.route: tuple(unknown for unknown, _ in prospects.changes.get(target.route, ())) for target in targets
    }
    needed = dict.fromkeys(unknown for some in sets.values() for unknown in some)
    for target in targets:
        alone = [u for u in prospects.settled if target.route in prospects.settled[u]]
        if not sets[target.route] and alone and not needed.keys() & set(alone):
            needed[min(alone, key=lambda u: (-len(prospects.settled[u]), u.name))] = None
    counted = {u: sum(u in some for some in sets.values()) for u in needed}
    order = sorted(needed, key=lambda u: (-len(prospects.settled.get(u, ())), -counted[u], u.name))
    groups: dict[str, dict[Unknown, None]] = {}
    for unknown in (*order, *waiting):
        groups.setdefault(unknown.fact, {})[unknown] = None
    return tuple(tuple(group) for group in groups.values())
