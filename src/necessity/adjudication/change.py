"""What would change the answer: copies of a case with some unknowns answered, decided by the very same statements.

A copy is a *world*: the case's tables under another case id, with the best answers to a few given facts filled in. A
route is looked at through one of its pended lines; the smallest set of answers that makes the line payable is found
by answering all of them, then leaving each out in turn. Nothing here judges a rule itself.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from necessity.adjudication.case_engine import CaseEngine
from necessity.adjudication.code_days import CODE_TABLES, LAID_OUT
from necessity.adjudication.explain import Unknown
from necessity.domain.tables import Tables, row_name
from necessity.facts.fact import Fact
from necessity.facts.load import Facts

PAYABLE = 3
PENDED = 1
_MOST_ASKED = 30
_MOST_CHOICES = 6
_BESIDE = ("claim", "service_line", "remittance", "denial", "employer_plan")
"""Tables of subjects that stand beside the routes."""

Answers = tuple[tuple[Unknown, Any], ...]
"""Unknown given facts with the answer tried for each."""


class Target(NamedTuple):
    """One pended route, looked at through one of its lines (none: the route itself)."""

    route: str
    line: str | None
    unknowns: tuple[Unknown, ...]


class Prospects(NamedTuple):
    """What answering would do."""

    changes: dict[str, Answers]
    """Smallest set of helping answers by route; a route that no answer makes payable is left out."""
    settled: dict[Unknown, frozenset[str]]
    """The routes that one answer to a question would settle by itself, for the answer that settles most of them."""

    def settles(self, unknown: Unknown) -> int:
        """Count the routes that one answer to a question would settle by itself."""
        return len(self.settled.get(unknown, ()))


def best_answer(fact: Fact, on: date, first_service: date | None) -> Any:
    """Find the answer that helps most; None where none can be tried.

    Dates are words: `today`, `before_first_service` (the day before it, today at the latest).
    """
    if fact.type == "date" and isinstance(fact.best, str):
        before = (first_service or on) - timedelta(days=1)
        return {"today": on, "before_first_service": min(before, on)}.get(fact.best)
    return fact.best


def _tries(fact: Fact, best: Any) -> tuple[Any, ...]:
    """List the answers worth trying when only this question is answered."""
    if fact.type == "boolean":
        return (True, False)
    others = tuple(choice for choice in fact.choices if choice != best)[: _MOST_CHOICES - 1]
    return (() if best is None else (best,)) + others


class Worlds:
    """Copies of one case, narrowed to the lines looked at, waiting to be decided in one run."""

    def __init__(self, tables: Tables, facts: Facts, lines: Iterable[str]) -> None:
        self._facts = facts
        keep = set(lines)
        packages = {row["package"] for row in tables["expense"] if row["id"] in keep} - {None}
        self._base = {
            name: [r for r in rows if name != "expense" or r["id"] in keep or r["package"] in packages]
            for name, rows in tables.items()
            if name not in _BESIDE and name not in CODE_TABLES and name not in LAID_OUT
        }
        self._tables: Tables = {name: [] for name in self._base}
        # codes are of no case: all copies look into the same tables
        self._tables |= {name: tables[name] for name in CODE_TABLES if name in tables}
        self._ids = {name: {row_name(name, row) for row in rows} for name, rows in self._base.items()}
        self._names: dict[str, str] = {}
        self._looked_at: dict[tuple[str, str], None] = {}

    def add(self, answers: Answers, *routes: str) -> str:
        """Add a copy in which these questions are answered, and name it; where the same cells change, the same copy.

        Args:
            answers: What is filled in.
            routes: The routes to decide in it; no route hangs on another, so no other need be.
        """
        cells: dict[str, dict[str, dict[str, Any]]] = {}
        for unknown, value in answers:
            table, _, column = self._facts.facts[unknown.fact].field.partition(".")
            known_ids = self._ids.get(table, ())
            if unknown.id in known_ids:  # a source that nobody named has no row that an answer could change
                cells.setdefault(table, {}).setdefault(unknown.id, {})[column] = value
        changes = [(table, id, sorted(new.items())) for table, rows in cells.items() for id, new in rows.items()]
        said = repr(sorted(changes))
        is_new = said not in self._names
        world = self._names.setdefault(said, f"world-{len(self._names):05d}")
        self._looked_at |= dict.fromkeys((world, route) for route in routes)
        if not is_new:
            return world
        for name, rows in self._base.items():
            changed = cells.get(name, {})
            for row in rows:
                self._tables[name].append({**row, **changed.get(row_name(name, row), {}), "case_id": world})
        return world

    def decide(self, engine: CaseEngine) -> dict[tuple[str, str, str | None], int]:
        """Decide every copy at once: outcome by world, route and line (None: the route itself)."""
        decided = engine.run(self._tables, ("route", "payment"), self._looked_at)
        found: dict[tuple[str, str, str | None], int] = {}
        for row in decided["route"]:
            found[row["case_id"], row["funding_source_id"], None] = row["outcome"]
        for row in decided["payment"]:
            found[row["case_id"], row["funding_source_id"], row["expense_id"]] = row["outcome"]
        return found


def prospects(engine: CaseEngine, facts: Facts, tables: Tables, targets: list[Target], on: date) -> Prospects:
    """Work out what would make each pended route payable, and which single question settles most.

    Args:
        engine: Ready with the rulebook.
        facts: The facts, for their best answers.
        tables: The case as tables.
        targets: The pended routes with the unknown given facts beneath them.
        on: The day decided for.

    Returns:
        Changes by route and settling power by question; at most 30 questions are tried one by one.
    """
    days = [row["served_on"] for row in tables["expense"] if isinstance(row["served_on"], date)]
    first = min(days, default=None)
    best = {u: best_answer(facts.facts[u.fact], on, first) for t in targets for u in t.unknowns}
    worlds = Worlds(tables, facts, [t.line for t in targets if t.line])
    full = {t.route: tuple((u, best[u]) for u in t.unknowns if best[u] is not None) for t in targets}
    whole = {t.route: worlds.add(full[t.route], t.route) for t in targets}
    without = {
        (t.route, u): worlds.add(tuple(pair for pair in full[t.route] if pair[0] != u), t.route)
        for t in targets
        for u, _ in full[t.route]
    }
    outcome = worlds.decide(engine)
    settled = _settled(engine, facts, tables, targets, best, _cannot_settle(targets, without, outcome))

    open_ones: list[Target] = []
    changes: dict[str, Answers] = {}
    for t in targets:
        if outcome.get((whole[t.route], t.route, t.line)) != PAYABLE:
            continue
        needed = tuple(p for p in full[t.route] if outcome.get((without[t.route, p[0]], t.route, t.line)) != PAYABLE)
        changes[t.route] = needed
        if len(needed) < len(full[t.route]):
            open_ones.append(t)
    if open_ones:
        _confirm(engine, facts, tables, open_ones, full, changes)
    return Prospects(changes, settled)


def _cannot_settle(
    targets: list[Target], without: dict[tuple[str, Unknown], str], outcome: dict[tuple[str, str, str | None], int]
) -> set[Unknown]:
    """Name the questions whose best answer settles no route by itself: with all other answers, another is still missed.

    Knowing more never makes pended what was decided, so knowing that one answer alone leaves the route pended as well.
    """
    waits = {
        t.route: {u for u in t.unknowns if outcome.get((without.get((t.route, u), ""), t.route, t.line)) == PENDED}
        for t in targets
    }
    asked = {u for t in targets for u in t.unknowns}
    return {u for u in asked if all(waits[t.route] - {u} for t in targets if u in t.unknowns)}


def _settled(
    engine: CaseEngine,
    facts: Facts,
    tables: Tables,
    targets: list[Target],
    best: dict[Unknown, Any],
    hopeless: set[Unknown],
) -> dict[Unknown, frozenset[str]]:
    """Try the questions one by one: which routes does one answer settle by itself?"""
    worlds = Worlds(tables, facts, [t.line for t in targets if t.line])
    counted = sorted(best, key=lambda u: (-sum(u in t.unknowns for t in targets), u))[:_MOST_ASKED]
    asking = {u: [t.route for t in targets if u in t.unknowns] for u in counted}
    single = {
        (u, value): worlds.add(((u, value),), *asking[u])
        for u in counted
        for value in _tries(facts.facts[u.fact], best[u])
        if value != best[u] or u not in hopeless
    }
    outcome = worlds.decide(engine)
    settled = dict.fromkeys(counted, frozenset[str]())
    for (unknown, _), world in single.items():
        some = frozenset(t.route for t in targets if outcome.get((world, t.route, t.line), PENDED) != PENDED)
        settled[unknown] = max(settled[unknown], some, key=len)
    return settled


def _confirm(
    engine: CaseEngine,
    facts: Facts,
    tables: Tables,
    targets: list[Target],
    full: dict[str, Answers],
    changes: dict[str, Answers],
) -> None:
    """Where the answers that none can do without are not enough, add from the others, one set after the other."""
    worlds = Worlds(tables, facts, [t.line for t in targets if t.line])
    tried: dict[str, list[tuple[str, Answers]]] = {}
    for t in targets:
        needed = changes[t.route]
        rest = [pair for pair in full[t.route] if pair not in needed]
        sets = [needed, *((*needed, one) for one in rest)]
        sets += [(*needed, one, two) for i, one in enumerate(rest) for two in rest[i + 1 :]][:40]
        tried[t.route] = [(worlds.add(answers, t.route), answers) for answers in sets]
    outcome = worlds.decide(engine)
    for t in targets:
        enough = (a for world, a in tried[t.route] if outcome.get((world, t.route, t.line)) == PAYABLE)
        changes[t.route] = next(enough, full[t.route])
