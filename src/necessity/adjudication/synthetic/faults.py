"""The faults that the synthetic book plants: what is done to the record, and what must follow from it.

What must follow is written down here by hand, rule by rule, from the sources the rules cite; it is never computed by the
engine that the book is there to test. A fault spoils a whole case (its letter, account, condition) or one line.
"""

from typing import NamedTuple

ACCOUNT, HSA, GROUP_PLAN = "account", "hsa", "group_plan"
"""Sorts of funding source as far as faults differ: `account` is a health FSA, HRA, QSEHRA or ICHRA."""
NO, WAIT, JUDGE, YES = "not_payable", "pended", "review", "payable"


class Fault(NamedTuple):
    """One thing that is wrong with some cases or lines, and the verdict it must lead to."""

    id: str
    """Short name."""
    level: str
    """`case` or `line`."""
    plants: str
    """What is written into the record, in words."""
    account: str | None
    """Verdict at a health FSA, HRA, QSEHRA or ICHRA; None: not planted where that is the first funding source."""
    hsa: str | None
    """The same at an HSA."""
    group_plan: str | None
    """The same at a group plan."""
    rule: str
    """The rule that must speak."""
    per_thousand: int
    """How many of a thousand cases (or lines) that can have it do, unless told otherwise."""
    scope: str = "all"
    """Which lines of a spoilt case: all, or those before, from or after the day things turn."""
    needs: str = ""
    """What else must be so: `two` funding sources, `one`, `hra` kinds, the `last` line."""


CASE_FAULTS = (
    Fault("letter_missing", "case", "No letter; the list of letters is complete.", NO, NO, None, "us.letter.is_on_file", 8),
    Fault(
        *("letter_perhaps_missing", "case", "No letter; nobody said that the list of letters is complete."),
        *(WAIT, WAIT, None, "us.letter.is_on_file", 5),
    ),
    Fault("letter_unsigned", "case", "The letter bears no signature.", WAIT, WAIT, None, "us.letter.is_signed", 6),
    Fault(
        *("letter_signed_late", "case", "Signed half-way through the sessions; it covers from the day of signing."),
        *(NO, NO, None, "us.letter_dates.is_in_force_on_the_day", 12, "before"),
    ),
    Fault(
        *("letter_reaches_back", "case", "Signed half-way through the sessions; it says that it covers the earlier ones."),
        *(JUDGE, JUDGE, None, "us.letter_dates.does_not_reach_back", 8, "before"),
    ),
    Fault(
        *("letter_expired", "case", "The letter states an end half-way through the sessions; no renewal."),
        *(NO, NO, None, "us.letter_dates.is_in_force_on_the_day", 12, "after"),
    ),
    Fault(
        *("letter_months_run_out", "case", "The letter states a duration of two months; no renewal."),
        *(NO, NO, None, "us.letter_dates.is_in_force_on_the_day", 6, "after"),
    ),
    Fault(
        *("letter_withdrawn", "case", "The clinician withdrew the letter half-way through the sessions."),
        *(NO, NO, None, "us.letter_dates.is_in_force_on_the_day", 2, "from"),
    ),
    Fault(
        *("letter_signer_is_no_clinician", "case", "Signed by an athletic trainer."),
        *(NO, NO, None, "us.letter.signer_holds_a_licence_that_is_taken", 6),
    ),
    Fault(
        *("letter_signer_is_doubted", "case", "Signed by a chiropractor, whom some administrators take and others doubt."),
        *(JUDGE, JUDGE, None, "us.letter.signer_is_not_doubted", 6),
    ),
    Fault(
        *("letter_signer_is_family", "case", "Signed by a relative."),
        *(NO, NO, None, "us.letter.signer_is_not_the_patient", 2),
    ),
    Fault(
        *("letter_names_no_diagnosis", "case", "The letter names no condition."),
        *(NO, NO, None, "us.tax_accounts.treats_a_diagnosed_condition", 8),
    ),
    Fault(
        *("letter_links_nothing", "case", "The letter does not say how the training treats the condition."),
        *(NO, NO, None, "us.tax_accounts.treats_a_diagnosed_condition", 6),
    ),
    Fault(
        *("letter_from_a_questionnaire", "case", "The clinician saw nothing but a questionnaire."),
        *(JUDGE, JUDGE, None, "us.letter.clinician_saw_the_patient", 8),
    ),
    Fault(
        *("letter_from_self_report", "case", "Nothing but the patient's own answers stands behind the letter."),
        *(JUDGE, JUDGE, None, "us.letter.rests_on_more_than_self_report", 4),
    ),
    Fault(
        *("letter_without_necessity", "case", "The letter does not say that the training is medically necessary."),
        *(WAIT, WAIT, None, "us.letter_content.states_necessity", 6),
    ),
    Fault(
        *("letter_prescribes_something_else", "case", "The letter prescribes massage only."),
        *(NO, NO, None, "us.letter.prescribes_the_service", 3),
    ),
    Fault(
        *("condition_not_diagnosed", "case", "Nobody diagnosed the condition."),
        *(NO, NO, None, "us.tax_accounts.condition_was_diagnosed", 4),
    ),
    Fault(
        *("condition_is_a_risk", "case", "Prediabetes: not yet a disease, but one is imminent."),
        *(JUDGE, JUDGE, None, "us.tax_accounts.condition_is_more_than_a_risk", 5),
    ),
    Fault(
        *("condition_is_no_disease", "case", "Lack of exercise, which is no disease."),
        *(NO, NO, None, "us.tax_accounts.condition_is_a_disease_or_imminent", 4),
    ),
    Fault(
        *("purpose_is_general_fitness", "case", "The patient states that the training is for general health."),
        *(NO, NO, None, "us.tax_test.purpose_is_treatment", 10),
    ),
    Fault(
        *("would_be_bought_anyway", "case", "The patient states that it would be bought without the condition."),
        *(NO, NO, None, "us.tax_test.would_not_be_bought_anyway", 5),
    ),
    Fault(
        *("not_recommended", "case", "No clinician recommended this very thing."),
        *(NO, NO, None, "us.tax_test.recommended_by_a_clinician", 3),
    ),
    Fault(
        *("balance_runs_dry", "case", "The year's money ends inside the last third of the sessions; one line is paid in part."),
        *(NO, None, None, "us.money.year_money_is_left", 15, "dry", "one"),
    ),
    Fault(
        *("run_out_passed", "case", "The plan year ended, and its time to send in claims too."),
        *(NO, None, None, "us.accounts.claim_is_in_time", 8),
    ),
    Fault(
        *("account_opened_later", "case", "The account or coverage began half-way through the sessions."),
        *(NO, NO, NO, "us.accounts.was_open_on_the_day", 5, "before"),
    ),
    Fault(
        *("coverage_ended", "case", "The coverage ended half-way through the sessions."),
        *(JUDGE, None, NO, "us.accounts.had_not_ended", 5, "after"),
    ),
    Fault(
        *("hra_pays_premiums_only", "case", "The arrangement does not pay medical care in general."),
        *(JUDGE, None, None, "us.accounts.hra_pays_medical_care", 8, "all", "hra"),
    ),
    Fault(
        *("not_a_dependent", "case", "The patient is a domestic partner and no tax dependent."),
        *(NO, NO, None, "us.whose.owner_spouse_or_dependent", 4),
    ),
    Fault(
        *("plan_clause_excludes_it", "case", "A clause of the plan's document excludes the service."),
        *(NO, None, NO, "us.accounts.plan_document_does_not_exclude_it", 6),
    ),
    Fault(
        *("plan_pays_no_trainers", "case", "The plan's wording pays no personal trainer."),
        *(None, None, NO, "us.insurance.plan_wording_pays_for_it", 150),
    ),
    Fault(
        *("authorization_missing", "case", "The plan wants to be asked first and was not."),
        *(None, None, JUDGE, "us.insurance.authorization", 80),
    ),
    Fault(
        *("diagnosis_without_a_code", "case", "The condition bears no code."),
        *(None, None, WAIT, "us.insurance.diagnosis_with_a_code", 60),
    ),
    Fault(
        *("therapy_by_a_trainer", "case", "Billed to the plan as therapy, given by a trainer without a therapist's licence."),
        *(None, None, NO, "us.insurance.therapy_by_a_therapist", 80, "all", "one"),
    ),
)
"""Faults that spoil a case; a case has at most one."""

LINE_FAULTS = (
    Fault("service_missed", "line", "The session was missed.", NO, NO, NO, "us.service.was_not_missed", 8),
    Fault("service_cancelled", "line", "The session was cancelled.", NO, NO, NO, "us.service.was_not_missed", 5),
    Fault("service_refunded", "line", "The money was refunded.", NO, NO, NO, "us.service.was_not_missed", 3),
    Fault("service_is_ahead", "line", "The session is still to come.", WAIT, WAIT, WAIT, "us.service.was_given", 6),
    Fault("receipt_missing", "line", "No receipt; the list of receipts is complete.", WAIT, None, None, "us.receipts.is_on_file", 12),
    Fault(
        *("receipt_says_package", "line", "The receipt says `package` and describes no service."),
        *(WAIT, None, None, "us.receipts.shows_the_service", 10),
    ),
    Fault(
        *("receipt_without_dates", "line", "The receipt bears no date of service."),
        *(WAIT, None, None, "us.receipts.shows_the_dates", 8),
    ),
    Fault(
        *("receipt_without_amount", "line", "The receipt bears no amount."),
        *(WAIT, None, None, "us.receipts.shows_the_amount", 3),
    ),
    Fault(
        *("receipt_unread", "line", "Nobody has read yet what the receipt describes."),
        *(WAIT, None, None, "us.receipts.shows_the_service", 4),
    ),
    Fault(
        *("receipt_is_own_statement", "line", "The patient wrote the receipt."),
        *(NO, None, None, "us.receipts.comes_from_a_third_party", 5),
    ),
    Fault("paid_back_in_full", "line", "Somebody else already paid all of it.", NO, NO, NO, "us.money.not_paid_back_already", 6),
    Fault("paid_back_in_part", "line", "Somebody else already paid half of it.", YES, YES, YES, "", 6),
    Fault(
        *("paid_back_unknown", "line", "Somebody else paid, and nobody knows how much."),
        *(WAIT, WAIT, WAIT, "us.money.not_paid_back_already", 30, "all", "last"),
    ),
    Fault(
        *("paid_by_the_other_account", "line", "The other account of the case already paid all of it."),
        *(NO, NO, NO, "us.money.not_paid_back_already", 15, "all", "two"),
    ),
    Fault(
        *("paid_above_cost", "line", "An insurer and the account together paid a fifth more than it cost."),
        *(NO, NO, NO, "us.money.not_paid_back_already", 3),
    ),
    Fault("shared_session", "line", "Two people shared the charge; the patient's half is stated.", YES, YES, None, "", 8),
    Fault(
        *("shared_without_share", "line", "Three people shared the charge; nobody says who paid how much."),
        *(WAIT, WAIT, None, "us.money.not_paid_back_already", 30, "all", "last"),
    ),
    Fault(
        *("charge_unknown", "line", "Nobody wrote down what it cost."),
        *(WAIT, WAIT, WAIT, "us.money.not_paid_back_already", 30, "all", "last"),
    ),
    Fault(
        *("out_of_plan_year", "line", "Held before the plan year began."),
        *(NO, NO, None, "us.accounts.a_plan_year_holds_the_day", 6),
    ),
    Fault("late_fee", "line", "A fee for a late cancellation.", NO, NO, None, "us.service.is_no_late_fee", 5),
    Fault(
        *("not_prescribed", "line", "A massage, which the letter does not prescribe."),
        *(NO, NO, None, "us.letter.prescribes_the_service", 5),
    ),
)
"""Faults that spoil one line of a case without a fault of its own; a line has at most one."""

FAULTS = {fault.id: fault for fault in (*CASE_FAULTS, *LINE_FAULTS)}
"""Every fault by id."""


class Planted(NamedTuple):
    """Something planted that no rule sees in one line, for the search over a whole book to find."""

    id: str
    """The pattern that must find it, see `necessity.adjudication.patterns`."""
    plants: str
    """What is written into the book."""


PLANTED_PATTERNS = (
    Planted("same_text", "Letters of one signer with one text, signed on one day for patients of many states."),
    Planted("letters_a_day", "The same letters."),
    Planted("signer_states", "The same letters."),
    Planted("letter_after_purchase", "The first receipt was paid 20 minutes before the letter was signed."),
    Planted("same_image", "Two receipts are one picture."),
    Planted("stretched_receipt", "One receipt for one session is given for two."),
    Planted("trainer_at_two_places", "Two sessions of a trainer with two patients overlap."),
    Planted("long_day", "A session of 17 hours."),
    Planted("round_numbers", "Every session of a trainer costs 50 dollars, begins at the full hour, lasts an hour."),
    Planted("entered_twice", "A session stands in the case twice."),
    Planted("family_double", "One session is claimed for two members of a family."),
    Planted("paid_above_cost", "What came back from several sources is more than the cost."),
)
"""What the book holds for `necessity patterns` to find, where it is asked for."""
