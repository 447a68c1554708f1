"""The twelve plain rules in OpenFisca, run by the interpreter of its own environment: nothing of ours is imported.

OpenFisca is under the AGPL: a peer to measure beside, never something the package needs. It works on vectors and knows
no unknown: a missing number is 0, a missing yes or no is no.
"""

import csv
from collections.abc import Callable
from hashlib import sha256
from typing import Any

NUMBERS = ("minutes", "charge_cents", "due_cents", "days_after_letter")
FLAGS = ("letter_is_signed", "letter_is_revoked", "has_come_back", "has_receipt")
KINDS = ("", "personal_training", "exercise_class", "massage")
DAY = "2026-09-30"


def prepare(table: str) -> Callable[[], Callable[[], str]]:
    """Read the lines, then be ready to compute all twelve anew."""
    import numpy
    from openfisca_core.simulation_builder import SimulationBuilder

    with open(table, newline="") as file:
        lines = list(csv.DictReader(file))
    columns: dict[str, Any] = {name: numpy.array([int(line[name] or 0) for line in lines]) for name in NUMBERS}
    columns |= {name: numpy.array([line[name] == "true" for line in lines]) for name in FLAGS}
    columns["kind"] = numpy.array([KINDS.index(line["kind"]) for line in lines])
    whole = numpy.array([all(line.values()) for line in lines])
    system, rules = _system()

    def run() -> Callable[[], str]:
        simulation = SimulationBuilder().build_default_simulation(system, count=len(lines))
        for name, values in columns.items():
            simulation.set_input(name, DAY, values)
        answers = [simulation.calculate(rule, DAY) for rule in rules]
        return lambda: _digest(numpy.array(answers)[:, whole])

    return run


def _digest(answers: Any) -> str:
    told = sha256()
    for line in answers.T:
        told.update(b"%d,0;" % sum(1 << bit for bit, met in enumerate(line) if not met))
    return told.hexdigest()[:16]


def _formulas() -> dict[str, Callable[[Any, Any], Any]]:
    def years(days: Any) -> Any:
        return (days >= 0) * (days <= 365)

    return {
        "long_enough": lambda line, on: line("minutes", on) >= 30,
        "not_too_long": lambda line, on: line("minutes", on) <= 120,
        "costs_something": lambda line, on: line("charge_cents", on) > 0,
        "within_the_limit": lambda line, on: line("charge_cents", on) <= 20000,
        "letter_stands": lambda line, on: line("letter_is_signed", on) * ~line("letter_is_revoked", on),
        "not_before_the_letter": lambda line, on: line("days_after_letter", on) >= 0,
        "letter_has_not_run_out": lambda line, on: line("days_after_letter", on) <= 365,
        "kind_is_known": lambda line, on: (line("kind", on) == 1) + (line("kind", on) == 2),
        "money_has_not_come_back": lambda line, on: ~line("has_come_back", on),
        "massage_has_a_letter": lambda line, on: (line("kind", on) != 3) + line("letter_is_signed", on),
        "receipt_covers_it": lambda line, on: (
            line("has_receipt", on) * (line("charge_cents", on) <= line("due_cents", on))
        ),
        "in_its_year_or_back": lambda line, on: years(line("days_after_letter", on)) + line("has_come_back", on),
    }


def _system() -> tuple[Any, list[str]]:
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    line = build_entity(key="line", plural="lines", label="A line.", is_person=True)
    system = TaxBenefitSystem([line])
    shared = {"entity": line, "definition_period": DateUnit.ETERNITY, "label": "A column."}
    formulas = _formulas()
    for name, type_ in (*((n, int) for n in (*NUMBERS, "kind")), *((n, bool) for n in (*FLAGS, *formulas))):
        own = {"formula": _plain(formulas[name])} if name in formulas else {}
        system.add_variable(type(name, (Variable,), {**shared, "value_type": type_, **own}))
    return system, list(formulas)


def _plain(formula: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Make a function whose arguments have the names OpenFisca looks for."""

    def computed(line: Any, period: Any) -> Any:
        return formula(line, period)

    return computed
