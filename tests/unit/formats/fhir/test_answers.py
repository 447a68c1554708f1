"""Payers' answers in FHIR: amounts exact, reasons with their codes, in every wrapping they come in."""

import json
from datetime import date
from typing import Any

from necessity.formats.fhir.answer import AnswerAdjustment, AnswerOutcome, PayerAnswer
from necessity.formats.fhir.read import FhirReading, read, summary
from necessity.formats.fhir.write import claim_bundle
from necessity.formats.fhir.writing.build import to_json
from tests.fhir_documents import CARC, CARIN, THO, amount, claim, claim_response, concept, explanation_of_benefit


def reading(document: dict[str, Any]) -> FhirReading:
    return read(to_json(document))


def the_answer(document: dict[str, Any]) -> PayerAnswer:
    (answer,) = reading(document).answers
    return answer


def test_a_claim_response_is_read_whole() -> None:
    """Whoever follows a claim needs number, outcome, sums, day and number of the payment."""
    found = reading(claim_response())
    (answer,) = found.answers
    assert found.findings == ()
    assert (answer.claim_control_number, answer.payer_claim_number) == ("c1", "PAYER-9")
    assert (answer.outcome, answer.payer_name) == (AnswerOutcome.COMPLETE, "Example Health")
    assert (answer.charged_cents, answer.allowed_cents, answer.paid_cents) == (17030, None, 4000)
    assert (answer.payment_cents, answer.paid_on, answer.payment_number) == (4000, date(2026, 6, 5), "EFT-1")
    assert (answer.decided_on, answer.disposition) == (date(2026, 6, 2), "One line was refused.")
    assert answer.notes == ("Thank you.",)


def test_a_line_says_what_was_allowed_paid_left_and_why() -> None:
    """Group and reason come back as in an 835; the copay is the patient's, by the code that means it."""
    first, _ = the_answer(claim_response()).lines
    assert (first.sequence, first.line_id) == (1, "c1-1")
    assert (first.charged_cents, first.allowed_cents, first.paid_cents, first.patient_cents) == (8510, 6000, 4000, 2000)
    assert first.adjustments == (
        AnswerAdjustment(group="PR", reason="3", amount_cents=2000),
        AnswerAdjustment(group="CO", reason="45", amount_cents=2510),
    )


def test_a_refusal_keeps_its_reason_its_amount_and_its_remark() -> None:
    """The reason code decides the next step; the remark says what was missing."""
    _, refused = the_answer(claim_response()).lines
    assert refused.paid_cents == 0
    assert refused.adjustments == (AnswerAdjustment(reason="50", amount_cents=8520),)
    assert refused.remarks == ("N706",)
    assert refused.notes == ("Send the session notes.",)


def test_two_reasons_for_one_amount_are_not_paired_by_guess() -> None:
    """Which part of it was refused for which reason, the answer does not say."""
    discriminator = CARIN + "C4BBAdjudicationDiscriminator"
    item = {
        "itemSequence": 1,
        "adjudication": [
            amount(CARIN + "C4BBAdjudication", "noncovered", "10.00"),
            {"category": concept(discriminator, "denialreason"), "reason": concept(CARC, "16")},
            {"category": concept(discriminator, "denialreason"), "reason": concept(CARC, "96")},
        ],
    }
    (line,) = the_answer(claim_response(item=[item], total=[])).lines
    assert [(one.reason, one.amount_cents) for one in line.adjustments] == [("16", None), ("96", None), (None, 1000)]


def test_an_explanation_of_benefit_in_carins_style_is_read() -> None:
    """Members get these; our number stands in the supporting information."""
    found = reading(explanation_of_benefit())
    (answer,) = found.answers
    assert found.findings == ()
    assert (answer.claim_control_number, answer.payer_claim_number) == ("c1", "UC-3")
    assert (answer.charged_cents, answer.allowed_cents, answer.paid_cents, answer.patient_cents) == (
        8510,
        6000,
        2000,
        4000,
    )
    (line,) = answer.lines
    assert (line.procedure_code, line.served_on) == ("97110", date(2026, 5, 4))
    assert [(one.group, one.reason, one.amount_cents) for one in line.adjustments] == [
        ("PR", "1", 3500),
        ("PR", "2", 500),
    ]


def test_what_is_not_stated_stays_unknown() -> None:
    """A missing amount is never a zero."""
    answer = the_answer(
        {"resourceType": "ClaimResponse", "outcome": "queued", "request": {"identifier": {"value": "c1"}}}
    )
    assert answer.outcome is AnswerOutcome.QUEUED
    assert {answer.charged_cents, answer.paid_cents, answer.patient_cents, answer.payment_cents} == {None}


def test_the_claim_in_the_same_bundle_gives_number_and_lines() -> None:
    """An answer that only points at the claim is matched through it."""
    document = json.loads(claim_bundle(claim()))
    at = next(one["fullUrl"] for one in document["entry"] if one["resource"]["resourceType"] == "Claim")
    response = json.loads(to_json(claim_response(request={"reference": at})))
    document["entry"].append({"resource": response})
    found = read(json.dumps(document).encode())
    (answer,) = found.answers
    assert answer.claim_control_number == "c1"
    assert [line.line_id for line in answer.lines] == ["c1-1", "c1-2"]
    assert [line.procedure_code for line in answer.lines] == ["97110", "97110"]
    assert len(found.claims) == 1


def test_lines_and_totals_that_disagree_are_said() -> None:
    """The stated total is kept, and the person is told."""
    found = reading(claim_response(total=[amount(THO + "adjudication", "submitted", "171.00")]))
    assert found.answers[0].charged_cents == 17100
    assert [finding.rule for finding in found.findings] == ["fhir.balance"]


def test_an_answer_without_our_number_is_kept_and_said() -> None:
    """Unknown answers are kept and shown."""
    found = reading(claim_response(request=None))
    assert found.answers[0].claim_control_number is None
    assert any(finding.rule == "fhir.unmatched" for finding in found.findings)


def test_errors_name_the_line_they_are_about() -> None:
    """An error without its place is a riddle."""
    errors = [
        {"itemSequence": 2, "code": {"text": "Unknown code"}},
        {"code": concept(THO + "adjudication-error", "a001")},
    ]
    answer = the_answer(claim_response(outcome="error", error=errors))
    assert answer.errors == ("service line 2: Unknown code", "a001")


def test_an_operation_outcome_is_an_answer_too() -> None:
    """A server that refuses the document answers with nothing else."""
    issue = {"severity": "error", "code": "invalid", "diagnostics": "No coverage", "expression": ["Claim.insurance"]}
    answer = the_answer({"resourceType": "OperationOutcome", "issue": [issue]})
    assert answer.outcome is AnswerOutcome.ERROR
    assert answer.errors == ("error: No coverage (Claim.insurance)",)


def test_an_answer_that_was_taken_back_says_so() -> None:
    """A reversed answer must not be posted as a fresh one."""
    assert the_answer(claim_response(status="cancelled")).is_cancelled


def test_bundles_lists_lines_and_lone_resources_are_all_read() -> None:
    """Portals, bulk exports and clearinghouses each wrap answers in their own way."""
    one, other = to_json(claim_response()).strip(), to_json(explanation_of_benefit()).strip()
    inner = b'{"resourceType":"Bundle","entry":[{"resource":' + one + b"}]}"
    for content in (
        b"[" + one + b"," + other + b"]",
        one + b"\n\n" + other + b"\r\n",
        b"\xef\xbb\xbf" + one + b"\n" + other,
        (one + b"\n" + other).decode().encode("utf-16"),
        b'{"resourceType":"Bundle","entry":[{"resource":' + inner + b'},{"resource":' + other + b"}]}",
    ):
        found = read(content)
        assert [answer.resource for answer in found.answers] == ["ClaimResponse", "ExplanationOfBenefit"]


def test_a_broken_line_among_many_is_said_and_the_others_are_read() -> None:
    """One bad record in a bulk file must not hide the rest."""
    found = read(to_json(claim_response()) + b"{broken\n" + to_json(explanation_of_benefit()))
    assert len(found.answers) == 2
    assert [finding.where for finding in found.findings] == ["line 2"]


def test_oddities_carry_the_path_where_they_stand() -> None:
    """A person must find the place in a file of a thousand lines."""
    item = {"itemSequence": "1", "adjudication": [amount(THO + "adjudication", "submitted", "85.105")]}
    found = reading(claim_response(item=[item], total=[]))
    assert {(finding.rule, finding.where) for finding in found.findings} == {
        ("fhir.shape", "$.item[0].itemSequence"),
        ("fhir.cents", "$.item[0].adjudication[0].amount"),
    }
    assert found.answers[0].lines[0].charged_cents == 8511


def test_other_currencies_are_not_taken_for_dollars() -> None:
    """85 euros are not 85 dollars."""
    foreign = amount(THO + "adjudication", "submitted", "85.00")
    foreign["amount"]["currency"] = "EUR"
    found = reading(claim_response(item=[{"itemSequence": 1, "adjudication": [foreign]}], total=[]))
    assert found.answers[0].lines[0].charged_cents is None
    assert "fhir.currency" in [finding.rule for finding in found.findings]


def test_the_summary_fits_a_terminal() -> None:
    """What a person sees first: sums, reasons, and what is odd."""
    assert summary(reading(claim_response())) == [
        "FHIR R4: 1 ClaimResponse",
        "ClaimResponse to claim c1 by Example Health: complete, charged $170.30, paid $40.00",
        "  One line was refused.",
        "  line 1: PR 3 $20.00, CO 45 $25.10",
        "  line 2: 50 $85.20, N706 - Send the session notes.",
    ]
