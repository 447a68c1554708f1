"""Why a payer changed an amount: numbers of reasons and remarks, in our own words, with what to do next."""

from necessity.codesets.adjustment_reasons.licensed import read_texts
from necessity.codesets.adjustment_reasons.tables import (
    Group,
    Reason,
    Remark,
    Texts,
    group,
    known_reasons,
    provider_reason_words,
    reason,
    remark,
    words_of,
)

__all__ = [
    "Group",
    "Reason",
    "Remark",
    "Texts",
    "group",
    "known_reasons",
    "provider_reason_words",
    "read_texts",
    "reason",
    "remark",
    "words_of",
]
