"""necessity: who can pay for exercise that a clinician prescribed, decided by cited rules; and the papers to be paid.

The names below are the public face; they load on first use, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from necessity.adjudication.decide import Judge
    from necessity.domain.case import Case
    from necessity.domain.codes import check_npi
    from necessity.domain.decision import Answer, Decision, Finding, Outcome, RouteDecision
    from necessity.domain.funding import FundingKind, FundingSource
    from necessity.domain.letter import LetterOfMedicalNecessity
    from necessity.domain.training import Expense, ServiceKind, TrainingSession
    from necessity.errors import (
        FormatError,
        NecessityError,
        RecordError,
        RulebookError,
        SettingError,
        StoreError,
    )
    from necessity.rulebook.load import Rulebook
    from necessity.rulebook.load import load as load_rulebook

__version__ = "0.1.0"

_HOMES = {
    "Answer": "domain.decision",
    "Case": "domain.case",
    "Decision": "domain.decision",
    "Expense": "domain.training",
    "Finding": "domain.decision",
    "FormatError": "errors",
    "FundingKind": "domain.funding",
    "FundingSource": "domain.funding",
    "Judge": "adjudication.decide",
    "LetterOfMedicalNecessity": "domain.letter",
    "NecessityError": "errors",
    "Outcome": "domain.decision",
    "RecordError": "errors",
    "RouteDecision": "domain.decision",
    "Rulebook": "rulebook.load",
    "RulebookError": "errors",
    "ServiceKind": "domain.training",
    "SettingError": "errors",
    "StoreError": "errors",
    "TrainingSession": "domain.training",
    "check_npi": "domain.codes",
    "load_rulebook": "rulebook.load",
}

__all__ = [
    "Answer",
    "Case",
    "Decision",
    "Expense",
    "Finding",
    "FormatError",
    "FundingKind",
    "FundingSource",
    "Judge",
    "LetterOfMedicalNecessity",
    "NecessityError",
    "Outcome",
    "RecordError",
    "RouteDecision",
    "Rulebook",
    "RulebookError",
    "ServiceKind",
    "SettingError",
    "StoreError",
    "TrainingSession",
    "check_npi",
    "load_rulebook",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"necessity has no {name!r}")
    found = import_module(f"necessity.{_HOMES[name]}")
    return getattr(found, "load" if name == "load_rulebook" else name)
