"""Who may bill what: the gate before therapy codes, with the honest way out; taxonomy and credentials."""

from datetime import date

import pytest

from necessity.codesets.procedures.billing import (
    Held,
    PayerKind,
    PlanWording,
    Renderer,
    check_credential,
    check_supervision,
    find_credential,
    find_taxonomy,
    may_bill,
    scopes,
)
from necessity.errors import RecordError

TRAINER, THERAPIST, SOMEBODY = Renderer("none"), Renderer("PT"), Renderer(None)
MEDICARE, PLAN, ACCOUNT = PayerKind.MEDICARE, PayerKind.COMMERCIAL, PayerKind.ACCOUNT
YES, NO = PlanWording(pays_trainers=True), PlanWording(False, False)
OVERSEEN = PlanWording(False, True)


@pytest.mark.parametrize(
    ("code", "who", "payer", "wording", "weight"),
    [
        ("97110", THERAPIST, MEDICARE, None, None),
        ("97110", Renderer("PTA"), MEDICARE, None, None),
        ("97110", TRAINER, MEDICARE, None, "stop"),
        ("97530", Renderer("none", "PT"), MEDICARE, YES, "stop"),
        ("97110", Renderer("athletic_trainer"), MEDICARE, None, "stop"),
        ("97110", SOMEBODY, MEDICARE, None, "ask"),
        ("97110", TRAINER, PLAN, None, "ask"),
        ("97110", TRAINER, PLAN, NO, "stop"),
        ("97110", TRAINER, PLAN, YES, None),
        ("97110", Renderer("none", "PT"), PLAN, OVERSEEN, None),
        ("97110", TRAINER, PLAN, OVERSEEN, "stop"),
        ("97110", TRAINER, ACCOUNT, None, "stop"),
        ("97110", SOMEBODY, ACCOUNT, None, "ask"),
        ("S9451", TRAINER, MEDICARE, YES, "stop"),
        ("S9451", TRAINER, PLAN, None, "ask"),
        ("S9451", TRAINER, PLAN, NO, "stop"),
        ("S9451", TRAINER, PLAN, YES, None),
        ("S9451", TRAINER, ACCOUNT, None, "advice"),
        ("G0447", TRAINER, MEDICARE, None, "stop"),
        ("G0447", Renderer("NP"), MEDICARE, None, None),
        ("97802", Renderer("RD"), MEDICARE, None, None),
        ("12345", THERAPIST, MEDICARE, None, "ask"),
    ],
)
def test_the_gate_stops_asks_or_opens(
    code: str, who: Renderer, payer: PayerKind, wording: PlanWording | None, weight: str | None
) -> None:
    """A trainer's hour billed as therapy is fraud with Medicare and a question with everybody else."""
    found = may_bill(code, who, payer, wording)
    assert (found.weight.value if found else None) == weight


def test_the_gate_cites_the_law_and_shows_the_honest_way_out() -> None:
    """A stop without a way on only moves people to hide."""
    found = may_bill("97110", Renderer("none", "PT"), MEDICARE)
    assert found is not None
    assert {"42 CFR 410.60(a)"} < {one.where for one in found.citations}
    assert any("230.5" in one.where for one in found.citations)
    assert any("Hertel & Brown" in one.where for one in found.citations)
    assert "HSA or FSA" in found.fix
    assert "S9451" in found.fix


def test_a_taxonomy_code_is_found_or_refused_with_what_is_loaded() -> None:
    """There is none for a personal trainer, and people look for it."""
    assert find_taxonomy(" 225100000x ").role == "therapist"
    with pytest.raises(RecordError, match="not among the 23 taxonomy codes loaded") as told:
        find_taxonomy("999P00000X")
    assert "none for a personal trainer" in told.value.next_step


@pytest.mark.parametrize(
    ("held", "found"),
    [
        (Held("ACE-CPT", "NCCA", date(2025, 7, 1), date(2027, 6, 30)), []),
        (Held("ace cpt", None, None, date(2026, 5, 4)), []),
        (Held("ACE-CPT", "NCCA", None, date(2026, 5, 3)), ["stop"]),
        (Held("ACE-CPT", "NCCA", date(2026, 5, 5), date(2027, 6, 30)), ["stop"]),
        (Held("ACE-CPT", "NCCA"), ["ask"]),
        (Held("ACE-CPT", "ISO17024", None, date(2027, 6, 30)), ["ask"]),
        (Held("HOME-CPT", "none", None, date(2027, 6, 30)), ["advice"]),
        (Held("HOME-CPT", None, None, date(2027, 6, 30)), ["ask"]),
    ],
)
def test_a_credential_is_in_force_or_told_why_not(held: Held, found: list[str]) -> None:
    """A certificate that ran out the day before proves nothing."""
    assert [one.weight.value for one in check_credential(held, date(2026, 5, 4))] == found


def test_scopes_come_from_credentials_in_force() -> None:
    """What a trainer may be said to be trained for on a day."""
    held = (Held("ACSM-CEP", "NCCA", None, date(2027, 1, 1)), Held("NSCA-CSCS", "NCCA", None, date(2026, 1, 1)))
    assert scopes(held, date(2026, 5, 4)) == ("clinical",)
    assert find_credential("unheard of") is None


@pytest.mark.parametrize(
    ("code", "who", "on", "present", "weight"),
    [
        ("97110", Renderer("PTA", "PT"), date(2025, 1, 1), None, None),
        ("97110", Renderer("PTA", "PT"), date(2024, 12, 31), None, "ask"),
        ("97110", Renderer("PTA", "PT"), date(2024, 12, 31), False, "stop"),
        ("97110", Renderer("PTA", "PT"), date(2024, 12, 31), True, None),
        ("97110", Renderer("PTA", None), date(2026, 5, 4), None, "ask"),
        ("97110", Renderer("PTA", "MD"), date(2026, 5, 4), True, "stop"),
        ("97110", Renderer("OTA", "OT"), date(2026, 5, 4), None, None),
        ("97110", Renderer("PT"), date(2026, 5, 4), None, None),
        ("93798", Renderer("RN", "NP"), date(2024, 1, 1), None, None),
        ("93798", Renderer("RN", "NP"), date(2023, 12, 31), None, "stop"),
        ("93798", Renderer("RN", "MD"), date(2023, 12, 31), None, None),
        ("94626", Renderer("RN", None), date(2026, 5, 4), None, "ask"),
    ],
)
def test_supervision_hangs_on_the_date(
    code: str, who: Renderer, on: date, present: bool | None, weight: str | None
) -> None:
    """Who may oversee, and whether from afar, changed in 2024 and 2025."""
    found = check_supervision(code, who, on, supervisor_was_present=present)
    assert (found.weight.value if found else None) == weight
