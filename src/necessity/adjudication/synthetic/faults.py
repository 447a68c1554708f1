"""The faults that the synthetic book plants: what is done to the record, and what must follow from it.

What must follow is written down here by hand, rule by rule, from the sources the rules cite; it is never computed by
the engine that the book is there to test. A fault spoils a whole case (its letter, account, condition) or one line.
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


Verdicts = tuple[str | None, str | None, str | None]
"""At accounts, at an HSA, at a group plan."""


def _case(
    id: str, plants: str, verdicts: Verdicts, rule: str, per_thousand: int, *, scope: str = "all", needs: str = ""
) -> Fault:
    return Fault(id, "case", plants, *verdicts, rule, per_thousand, scope, needs)


def _line(id: str, plants: str, verdicts: Verdicts, rule: str, per_thousand: int, *, needs: str = "") -> Fault:
    return Fault(id, "line", plants, *verdicts, rule, per_thousand, needs=needs)


CASE_FAULTS = (
    _case("letter_missing", "No letter; the list of letters is complete.", (NO, NO, None), "us.letter.is_on_file", 8),
    _case(
        "letter_perhaps_missing",
        "No letter; nobody said that the list of letters is complete.",
        (WAIT, WAIT, None),
        "us.letter.is_on_file",
        5,
    ),
    _case("letter_unsigned", "The letter bears no signature.", (WAIT, WAIT, None), "us.letter.is_signed", 6),
    _case(
        "letter_signed_late",
        "Signed half-way through the sessions; it covers from the day of signing.",
        (NO, NO, None),
        "us.letter_dates.is_in_force_on_the_day",
        12,
        scope="before",
    ),
    _case(
        "letter_reaches_back",
        "Signed half-way through the sessions; it says that it covers the earlier ones.",
        (JUDGE, JUDGE, None),
        "us.letter_dates.does_not_reach_back",
        8,
        scope="before",
    ),
    _case(
        "letter_expired",
        "The letter states an end half-way through the sessions; no renewal.",
        (NO, NO, None),
        "us.letter_dates.is_in_force_on_the_day",
        12,
        scope="after",
    ),
    _case(
        "letter_months_run_out",
        "The letter states a duration of two months; no renewal.",
        (NO, NO, None),
        "us.letter_dates.is_in_force_on_the_day",
        6,
        scope="after",
    ),
    _case(
        "letter_withdrawn",
        "The clinician withdrew the letter half-way through the sessions.",
        (NO, NO, None),
        "us.letter_dates.is_in_force_on_the_day",
        2,
        scope="from",
    ),
    _case(
        "letter_signer_is_no_clinician",
        "Signed by an athletic trainer.",
        (NO, NO, None),
        "us.letter.signer_holds_a_licence_that_is_taken",
        6,
    ),
    _case(
        "letter_signer_is_doubted",
        "Signed by a chiropractor, whom some administrators take and others doubt.",
        (JUDGE, JUDGE, None),
        "us.letter.signer_is_not_doubted",
        6,
    ),
    _case("letter_signer_is_family", "Signed by a relative.", (NO, NO, None), "us.letter.signer_is_not_the_patient", 2),
    _case(
        "letter_names_no_diagnosis",
        "The letter names no condition.",
        (NO, NO, None),
        "us.tax_accounts.treats_a_diagnosed_condition",
        8,
    ),
    _case(
        "letter_links_nothing",
        "The letter does not say how the training treats the condition.",
        (NO, NO, None),
        "us.tax_accounts.treats_a_diagnosed_condition",
        6,
    ),
    _case(
        "letter_from_a_questionnaire",
        "The clinician saw nothing but a questionnaire.",
        (JUDGE, JUDGE, None),
        "us.letter.clinician_saw_the_patient",
        8,
    ),
    _case(
        "letter_from_self_report",
        "Nothing but the patient's own answers stands behind the letter.",
        (JUDGE, JUDGE, None),
        "us.letter.rests_on_more_than_self_report",
        4,
    ),
    _case(
        "letter_without_necessity",
        "The letter does not say that the training is medically necessary.",
        (WAIT, WAIT, None),
        "us.letter_content.states_necessity",
        6,
    ),
    _case(
        "letter_prescribes_something_else",
        "The letter prescribes massage only.",
        (NO, NO, None),
        "us.letter.prescribes_the_service",
        3,
    ),
    _case(
        "condition_not_diagnosed",
        "Nobody diagnosed the condition.",
        (NO, NO, None),
        "us.tax_accounts.condition_was_diagnosed",
        4,
    ),
    _case(
        "condition_is_a_risk",
        "Prediabetes: not yet a disease, but one is imminent.",
        (JUDGE, JUDGE, None),
        "us.tax_accounts.condition_is_more_than_a_risk",
        5,
    ),
    _case(
        "condition_is_no_disease",
        "Lack of exercise, which is no disease.",
        (NO, NO, None),
        "us.tax_accounts.condition_is_a_disease_or_imminent",
        4,
    ),
    _case(
        "purpose_is_general_fitness",
        "The patient states that the training is for general health.",
        (NO, NO, None),
        "us.tax_test.purpose_is_treatment",
        10,
    ),
    _case(
        "would_be_bought_anyway",
        "The patient states that it would be bought without the condition.",
        (NO, NO, None),
        "us.tax_test.would_not_be_bought_anyway",
        5,
    ),
    _case(
        "not_recommended",
        "No clinician recommended this very thing.",
        (NO, NO, None),
        "us.tax_test.recommended_by_a_clinician",
        3,
    ),
    _case(
        "balance_runs_dry",
        "The year's money ends inside the last third of the sessions; one line is paid in part.",
        (NO, None, None),
        "us.money.year_money_is_left",
        15,
        scope="dry",
        needs="one",
    ),
    _case(
        "run_out_passed",
        "The plan year ended, and its time to send in claims too.",
        (NO, None, None),
        "us.accounts.claim_is_in_time",
        8,
    ),
    _case(
        "account_opened_later",
        "The account or coverage began half-way through the sessions.",
        (NO, NO, NO),
        "us.accounts.was_open_on_the_day",
        5,
        scope="before",
    ),
    _case(
        "coverage_ended",
        "The coverage ended half-way through the sessions.",
        (JUDGE, None, NO),
        "us.accounts.had_not_ended",
        5,
        scope="after",
    ),
    _case(
        "hra_pays_premiums_only",
        "The arrangement does not pay medical care in general.",
        (JUDGE, None, None),
        "us.accounts.hra_pays_medical_care",
        8,
        needs="hra",
    ),
    _case(
        "not_a_dependent",
        "The patient is a domestic partner and no tax dependent.",
        (NO, NO, None),
        "us.whose.owner_spouse_or_dependent",
        4,
    ),
    _case(
        "plan_clause_excludes_it",
        "A clause of the plan's document excludes the service.",
        (NO, None, NO),
        "us.accounts.plan_document_does_not_exclude_it",
        6,
    ),
    _case(
        "plan_pays_no_trainers",
        "The plan's wording pays no personal trainer.",
        (None, None, NO),
        "us.insurance.plan_wording_pays_for_it",
        150,
    ),
    _case(
        "authorization_missing",
        "The plan wants to be asked first and was not.",
        (None, None, JUDGE),
        "us.insurance.authorization",
        80,
    ),
    _case(
        "diagnosis_without_a_code",
        "The condition bears no code.",
        (None, None, WAIT),
        "us.insurance.diagnosis_with_a_code",
        60,
    ),
    _case(
        "therapy_by_a_trainer",
        "Billed to the plan as therapy, given by a trainer without a therapist's licence.",
        (None, None, NO),
        "us.insurance.therapy_by_a_therapist",
        80,
        needs="one",
    ),
)
"""Faults that spoil a case; a case has at most one."""

LINE_FAULTS = (
    _line("service_missed", "The session was missed.", (NO, NO, NO), "us.service.was_not_missed", 8),
    _line("service_cancelled", "The session was cancelled.", (NO, NO, NO), "us.service.was_not_missed", 5),
    _line("service_refunded", "The money was refunded.", (NO, NO, NO), "us.service.was_not_missed", 3),
    _line("service_is_ahead", "The session is still to come.", (WAIT, WAIT, WAIT), "us.service.was_given", 6),
    _line(
        "receipt_missing",
        "No receipt; the list of receipts is complete.",
        (WAIT, None, None),
        "us.receipts.is_on_file",
        12,
    ),
    _line(
        "receipt_says_package",
        "The receipt says `package` and describes no service.",
        (WAIT, None, None),
        "us.receipts.shows_the_service",
        10,
    ),
    _line(
        "receipt_without_dates",
        "The receipt bears no date of service.",
        (WAIT, None, None),
        "us.receipts.shows_the_dates",
        8,
    ),
    _line(
        "receipt_without_amount", "The receipt bears no amount.", (WAIT, None, None), "us.receipts.shows_the_amount", 3
    ),
    _line(
        "receipt_unread",
        "Nobody has read yet what the receipt describes.",
        (WAIT, None, None),
        "us.receipts.shows_the_service",
        4,
    ),
    _line(
        "receipt_is_own_statement",
        "The patient wrote the receipt.",
        (NO, None, None),
        "us.receipts.comes_from_a_third_party",
        5,
    ),
    _line(
        "paid_back_in_full", "Somebody else already paid all of it.", (NO, NO, NO), "us.money.not_paid_back_already", 6
    ),
    _line("paid_back_in_part", "Somebody else already paid half of it.", (YES, YES, YES), "", 6),
    _line(
        "paid_back_unknown",
        "Somebody else paid, and nobody knows how much.",
        (WAIT, WAIT, WAIT),
        "us.money.not_paid_back_already",
        30,
        needs="last",
    ),
    _line(
        "paid_by_the_other_account",
        "The other account of the case already paid all of it.",
        (NO, NO, NO),
        "us.money.not_paid_back_already",
        15,
        needs="two",
    ),
    _line(
        "paid_above_cost",
        "An insurer and the account together paid a fifth more than it cost.",
        (NO, NO, NO),
        "us.money.not_paid_back_already",
        3,
    ),
    _line("shared_session", "Two people shared the charge; the patient's half is stated.", (YES, YES, None), "", 8),
    _line(
        "shared_without_share",
        "Three people shared the charge; nobody says who paid how much.",
        (WAIT, WAIT, None),
        "us.money.not_paid_back_already",
        30,
        needs="last",
    ),
    _line(
        "charge_unknown",
        "Nobody wrote down what it cost.",
        (WAIT, WAIT, WAIT),
        "us.money.not_paid_back_already",
        30,
        needs="last",
    ),
    _line(
        "out_of_plan_year",
        "Held before the plan year began.",
        (NO, NO, None),
        "us.accounts.a_plan_year_holds_the_day",
        6,
    ),
    _line("late_fee", "A fee for a late cancellation.", (NO, NO, None), "us.service.is_no_late_fee", 5),
    _line(
        "not_prescribed",
        "A massage, which the letter does not prescribe.",
        (NO, NO, None),
        "us.letter.prescribes_the_service",
        5,
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
