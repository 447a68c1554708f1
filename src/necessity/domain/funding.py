"""Where money can come from: accounts, plans, stipends, gyms, the tax return, one's own pocket."""

from datetime import date
from enum import StrEnum

from necessity.domain.money import Cents
from necessity.domain.people import Address, Relationship
from necessity.domain.record import Record
from necessity.domain.training import ServiceKind


class FundingKind(StrEnum):
    """The kinds of funding source, in the order in which they are listed."""

    GROUP_PLAN = "group_plan"
    MEDICARE = "medicare"
    MEDICARE_ADVANTAGE = "medicare_advantage"
    HSA = "hsa"
    HEALTH_FSA = "health_fsa"
    LIMITED_PURPOSE_FSA = "limited_purpose_fsa"
    DEPENDENT_CARE_FSA = "dependent_care_fsa"
    HRA = "hra"
    QSEHRA = "qsehra"
    ICHRA = "ichra"
    EBHRA = "ebhra"
    WELLNESS_STIPEND = "wellness_stipend"
    ONSITE_GYM = "onsite_gym"
    GYM_VISIT_PROGRAM = "gym_visit_program"
    TAX_DEDUCTION = "tax_deduction"
    OWN_POCKET = "own_pocket"


class UnitCounting(StrEnum):
    """How a plan counts 15-minute units."""

    CMS = "cms"
    AMA = "ama"


class PlanMarket(StrEnum):
    """Where a health plan comes from; its duties hang on it."""

    EMPLOYER = "employer"
    GOVERNMENT_OR_CHURCH = "government_or_church"
    INDIVIDUAL = "individual"
    SHORT_TERM = "short_term"
    SHARING_MINISTRY = "sharing_ministry"
    EXCEPTED_BENEFIT = "excepted_benefit"


class PlanClause(Record):
    """One clause of a plan's own wording."""

    id: str
    """Short name. Never missing."""
    kind: str
    """exclusion, benefit, limit or appeal."""
    words: str | None = None
    """The clause as it stands in the plan document."""
    page: str | None = None
    """Where it stands."""
    names: tuple[ServiceKind, ...] = ()
    """The kinds of service it names; empty: unknown."""


class PlanYear(Record):
    """One year of an account or plan."""

    id: str
    """Short name, such as 2026. Never missing."""
    starts_on: date | None = None
    """First day."""
    ends_on: date | None = None
    """Last day."""
    election_cents: Cents | None = None
    """What is set aside or allowed for the year: salary reduction, HRA allowance, stipend."""
    carried_in_cents: Cents | None = None
    """Carried over from the year before."""
    spent_cents: Cents | None = None
    """Already used for other things than those in this case."""
    grace_ends_on: date | None = None
    """Last day of the grace period, where the plan has one and says when."""
    run_out_ends_on: date | None = None
    """Last day to submit claims of this year."""


class AccountTerms(Record):
    """What an account's own papers say."""

    opened_on: date | None = None
    """HSA: when it was established; others: first day of coverage."""
    ended_on: date | None = None
    """When coverage ended; missing: not ended."""
    balance_cents: Cents | None = None
    """HSA: what is in the account."""
    is_paid_in_by_payroll: bool | None = None
    """HSA: whether money goes in by salary reduction, before payroll tax, rather than directly by the owner."""
    has_grace_period: bool | None = None
    """FSA: whether the plan has a grace period."""
    has_carryover: bool | None = None
    """FSA: whether unused money is carried over."""
    run_out_days: int | None = None
    """Days after the plan year (or grace period) to submit claims, where the plan says so."""
    covers_all_medical_care: bool | None = None
    """HRA: whether the plan pays any medical care under section 213(d); premium-only plans do not."""
    owner_over_65_or_disabled: bool | None = None
    """HSA: whether the owner is 65 or disabled, which lifts the additional tax."""
    general_fsa_can_pay_owner: bool | None = None
    """HSA: whether a general FSA, the owner's or the spouse's, may pay the owner's care while money is paid in."""


class InsuranceTerms(Record):
    """What a health plan's own papers say."""

    plan_name: str | None = None
    """The plan's name."""
    group_number: str | None = None
    """The group or policy number on the card."""
    payer_electronic_id: str | None = None
    """The payer's number for electronic claims, as the card or the clearinghouse gives it."""
    claims_address: Address = Address()
    """Where the payer takes paper claims."""
    is_erisa: bool | None = None
    """Whether a private employer sponsors it (ERISA)."""
    is_grandfathered: bool | None = None
    """Whether it is a grandfathered plan, outside the preventive-care mandate."""
    pays_trainers: bool | None = None
    """Whether the plan's wording pays sessions rendered by a personal trainer."""
    pays_training_under_supervision: bool | None = None
    """Whether it pays training rendered under a licensed therapist's or physician's supervision."""
    counts_units_by: UnitCounting | None = None
    """How it counts 15-minute units: the day's minutes together (cms), or each code alone (ama)."""
    follows_ncci: bool | None = None
    """Whether it applies Medicare's code pairs and unit maxima (NCCI) to its own claims."""
    requires_authorization: bool | None = None
    """Whether the service needs prior authorization."""
    authorization_number: str | None = None
    """The authorization's number; `none` is a stated no."""
    requires_direct_supervision: bool | None = None
    """Whether the plan asks for a physician on the spot for cardiac rehabilitation."""
    has_fitness_benefit: bool | None = None
    """Whether the plan has a fitness benefit of its own (gym network, rebate, perk)."""
    market: PlanMarket | None = None
    """Where it comes from: employer, marketplace or other individual plan, short-term plan …"""
    authorization_starts_on: date | None = None
    """First day the authorization is for."""
    authorization_ends_on: date | None = None
    """Last day the authorization is for."""
    visits_allowed: int | None = None
    """Visits or sessions the plan pays in its year; missing also where it sets no limit."""
    visits_used: int | None = None
    """How many of them were used before those in this case."""
    therapy_used_cents: Cents | None = None
    """Medicare: what was already allowed for therapy in the calendar year, as its summary notice shows."""
    member_filing_days: int | None = None
    """Days after the service in which the plan takes a claim from a member, as its papers say."""
    appeal_days: int | None = None
    """Days to appeal a refusal, as the plan's papers say."""
    appeal_levels: int | None = None
    """How many appeals the plan itself decides, one or two."""


class WellnessTerms(Record):
    """What an employer's programme says."""

    pays_training: bool | None = None
    """Whether the stipend or programme pays the kind of service in this case."""
    pays_in_cash: bool | None = None
    """Whether it pays in cash or something like cash (gift card, reimbursement)."""
    substantiates_medical_care: bool | None = None
    """Whether it is run as an HRA or FSA that proves medical care."""
    premises_are_employers: bool | None = None
    """On-site gym: whether it stands on premises the employer owns or leases."""
    is_operated_by_employer: bool | None = None
    """On-site gym: whether the employer runs it, itself or through a contractor."""
    is_used_by_staff_and_families: bool | None = None
    """On-site gym: whether nearly all use is by staff, spouses and dependent children."""
    visits_required: int | None = None
    """Gym-visit programme: visits needed in the period."""
    visits_made: int | None = None
    """Gym-visit programme: visits made."""
    facility_confirmed_visits: bool | None = None
    """Gym-visit programme: whether the facility confirmed the log."""
    takes_claims_only_after_period: bool | None = None
    """Gym-visit programme: whether it takes a claim only once the period is over, however soon the visits are made."""


class FundingSource(AccountTerms, InsuranceTerms, WellnessTerms):
    """One place where money can come from, and one person's place in it."""

    id: str
    """Short name used by other records. Never missing."""
    kind: FundingKind
    """What it is. Never missing."""
    held: bool = True
    """Whether the person has it. Naming one says yes; false is a stated no. Kinds not named at all are unknown."""
    owner: str | None = None
    """Whose it is, in words, where not the account holder's."""
    owner_relationship: Relationship | None = None
    """What the patient is to that owner; has a say only where `owner` is given."""
    payer: str | None = None
    """Id of the payer profile that speaks for the administrator; missing: the generic one for the kind."""
    member_id: str | None = None
    """The number the payer knows the member by."""
    plan_years: tuple[PlanYear, ...] = ()
    """The years known of it."""
    clauses: tuple[PlanClause, ...] = ()
    """Clauses of the plan's own wording."""


class EmployerPlan(Record):
    """How an employer's plan is run, for questions about the plan itself rather than a person's claim."""

    id: str
    """Short name. Never missing."""
    kind: FundingKind
    """What kind of plan. Never missing."""
    pays_without_papers_below_cents: Cents | None = None
    """Claims below this amount are paid without papers; 0 says that none are."""
    pays_without_diagnosis: bool | None = None
    """Health accounts: whether it pays food, wellness or exercise that treats no diagnosed condition."""
    checks_samples_only: bool | None = None
    """Health accounts: whether it checks only samples, or takes some providers' claims on trust."""
    reward_is_health_contingent: bool | None = None
    """Wellness: whether the reward hangs on a health standard or an activity."""
    reward_is_for_tobacco: bool | None = None
    """Wellness: whether the standard is about tobacco."""
    reward_cents: Cents | None = None
    """Wellness: the yearly reward."""
    cost_of_coverage_cents: Cents | None = None
    """Wellness: the yearly cost of coverage the limit is measured against."""
    offers_reasonable_alternative: bool | None = None
    """Wellness: whether those who miss the standard get another way."""
    is_open_to_all_alike: bool | None = None
    """Wellness: whether everybody in a like position may take part."""
    offers_yearly_chance: bool | None = None
    """Wellness: whether the reward can be earned at least once a year."""
    tells_of_alternative: bool | None = None
    """Wellness: whether everything that describes the reward also names the other way to it."""
    is_voluntary: bool | None = None
    """Wellness: whether nobody is made to answer health questions or to be examined."""
    keeps_health_answers_apart: bool | None = None
    """Wellness: whether health answers stay confidential and out of the personnel file."""
    rewards_family_history: bool | None = None
    """Wellness: whether there is a reward for telling of illness in the family."""
