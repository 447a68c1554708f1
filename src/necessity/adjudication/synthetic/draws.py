"""What is drawn for the synthetic book: cases, their accounts, their lines, each by its number and the seed alone.

A draw is arithmetic on a row's number, so a row is the same whatever the number of threads, the part it is made in and
the size of the book. Forty lines make a block: one employer's plan, one trainer's slots of the day, two to five cases.
"""

from hashlib import sha256
from typing import NamedTuple

from necessity.adjudication.synthetic.cast import ADMINISTRATORS, CONDITIONS, SECOND, STATES
from necessity.adjudication.synthetic.faults import CASE_FAULTS, LINE_FAULTS, Fault

BLOCK = 40
"""Lines in a block."""
PLACES = 8
"""Case numbers kept for a block."""
SPLITS = ((40,), (24, 16), (16, 24), (12, 12, 16), (8, 10, 10, 12), (8, 8, 8, 8, 8))
"""How the lines of a block are shared out among its cases, one of these drawn for each block; even numbers."""
RING = 64
"""Blocks among which one clinician may sign letters for sale."""

MACROS = (
    "CREATE OR REPLACE TEMP MACRO stir(x) AS (xor(x, x >> 15) * 1103515245 + 12345) % 2147483647",
    "CREATE OR REPLACE TEMP MACRO pick(n, salt, row) AS stir(stir(xor(stir(row), salt))) % n",
)
"""A draw: `pick(6, salt, row)` gives 0 to 5. The constants are those of a common linear congruential generator."""


class BookPlan(NamedTuple):
    """What book to make."""

    lines: int
    """How many lines to decide."""
    seed: int
    """The same seed gives the same book."""
    on: str
    """The day the book is decided on, as YYYY-MM-DD."""
    rates: dict[str, int]
    """Fault to how many of a thousand cases, or lines, that can have it do."""
    patterns: bool
    """Whether things are planted that only a search over the whole book finds."""

    @property
    def blocks(self) -> int:
        """Count the blocks."""
        return -(-self.lines // BLOCK)

    def pick(self, n: int, what: str, row: str) -> str:
        """Write the SQL of one draw from 0 to n - 1 for a row's number."""
        salt = int.from_bytes(sha256(f"{self.seed} {what}".encode()).digest()[:4], "big") >> 2
        return f"pick({n}, {salt}, {row})"


def _values(name: str, columns: str, rows: list[tuple[object, ...]]) -> str:
    def literal(value: object) -> str:
        if value is None:
            return "NULL"
        return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value).upper()

    written = ", ".join(f"({', '.join(literal(value) for value in row)})" for row in rows)
    return f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM (VALUES {written}) AS v({columns})"


def _shares(weights: list[int]) -> list[tuple[int, int]]:
    """Turn weights into half-open intervals of one running total."""
    total, found = 0, []
    for weight in weights:
        found.append((total, total + weight))
        total += weight
    return found


def _fault_rows(faults: tuple[Fault, ...], rates: dict[str, int]) -> list[tuple[object, ...]]:
    spans = _shares([rates.get(fault.id, 0) for fault in faults])
    return [(*span, *fault) for span, fault in zip(spans, faults, strict=True)]


def lists(plan: BookPlan) -> list[str]:
    """Write the statements that hold the book's short lists as tables, with the interval of draws of each entry."""
    fault = ", ".join(("low", "high", *Fault._fields))
    runs = [(s, p, first, n) for s, split in enumerate(SPLITS) for p, (first, n) in enumerate(_runs(split))]
    makers = _shares([one.share for one in ADMINISTRATORS])
    ills = _shares([one.share for one in CONDITIONS])
    return [
        _values("split", "split, part, first, lines", list(runs)),
        _values(
            "administrator",
            "maker_no, low, high, payer, kind, share, timing, doubts, chiropractor",
            [(n, *span, *one) for n, (span, one) in enumerate(zip(makers, ADMINISTRATORS, strict=True))],
        ),
        _values(
            "ill",
            "low, high, code, name, share",
            [(*span, *one) for span, one in zip(ills, CONDITIONS, strict=True)],
        ),
        _values("case_fault", fault, _fault_rows(CASE_FAULTS, plan.rates)),
        _values("line_fault", fault, _fault_rows(LINE_FAULTS, plan.rates)),
    ]


def _runs(split: tuple[int, ...]) -> list[tuple[int, int]]:
    return [(sum(split[:n]), lines) for n, lines in enumerate(split)]


def _sort(kind: str) -> str:
    return f"CASE {kind} WHEN 'hsa' THEN 'hsa' WHEN 'group_plan' THEN 'group_plan' ELSE 'account' END"


def block_sql(plan: BookPlan, first: int, end: int) -> str:
    """Write the blocks of one part: employer's plan, its year, trainer, ring, family."""
    pick = plan.pick
    back = f"CAST(date_part('month', DATE '{plan.on}') AS BIGINT) - 1"
    return f"""
CREATE OR REPLACE TEMP TABLE book_block AS
SELECT
    block,
    {pick(len(SPLITS), "split", "block")} AS split,
    {pick(100, "administrator", "block")} AS drawn_administrator,
    CAST(date_trunc('month', DATE '{plan.on}') AS DATE) AS month_on,
    CASE
        WHEN is_ring THEN 6
        WHEN {back} BETWEEN 6 AND 10 AND {pick(10, "january", "block")} < 6 THEN {back}
        ELSE 6 + {pick(5, "month", "block")}
    END AS months_back,
    is_ring,
    {pick(5, "family", "block")} = 0 AS is_family,
    {str(plan.patterns).upper()} AND {pick(24, "round", "block")} = 5 AND NOT is_ring AS is_round
FROM (
    SELECT
        range AS block,
        {str(plan.patterns).upper()} AND range % 3 = 0
        AND (range < {RING} OR {pick(8, "ring", f"range // {RING}")} = 0) AS is_ring
    FROM range({first}, {end})
)"""


def case_sql(plan: BookPlan) -> str:
    """Write the cases of one part, with everything that is one thing for a whole case."""
    pick = plan.pick
    return f"""
CREATE OR REPLACE TEMP TABLE book_case AS
WITH placed AS (
    SELECT
        book_block.*,
        split.part,
        block * {PLACES} + part AS case_no,
        block * {BLOCK} + split.first AS first_line,
        least(split.lines, {plan.lines} - (block * {BLOCK} + split.first)) AS lines,
        maker.maker_no, maker.payer, maker.kind, maker.timing, maker.doubts, maker.chiropractor
    FROM book_block
    JOIN split USING (split)
    JOIN administrator AS maker ON drawn_administrator >= maker.low AND drawn_administrator < maker.high
    WHERE block * {BLOCK} + split.first < {plan.lines}
),
sized AS (
    SELECT
        *,
        kind IN ('health_fsa', 'hra', 'group_plan') AND lines % 2 = 0
        AND {pick(7, "second", "case_no")} = 0 AS has_two,
        {pick(1000, "fault", "case_no")} AS drawn_fault,
        {_sort("kind")} AS sort
    FROM placed
),
faulted AS (
    SELECT
        sized.*,
        CASE WHEN has_two THEN lines // 2 ELSE lines END AS expenses,
        coalesce(case_fault.id, 'none') AS fault,
        coalesce(case_fault.scope, 'all') AS scope,
        case_fault.rule AS rule,
        case_fault.account AS at_account, case_fault.hsa AS at_hsa, case_fault.group_plan AS at_group_plan
    FROM sized
    LEFT JOIN case_fault
        ON drawn_fault >= case_fault.low AND drawn_fault < case_fault.high
        AND CASE sort WHEN 'hsa' THEN hsa WHEN 'group_plan' THEN group_plan ELSE account END IS NOT NULL
        AND (case_fault.needs <> 'one' OR NOT has_two)
        AND (case_fault.needs <> 'hra' OR kind IN ('hra', 'qsehra', 'ichra'))
        AND NOT is_ring
        AND NOT (part < 2 AND is_family)
        AND lines >= 8
),
dated AS (
    SELECT
        *,
        CAST(
            month_on - to_months(CAST(months_back + CASE WHEN fault = 'run_out_passed' THEN 12 ELSE 0 END AS INTEGER))
            AS DATE
        ) AS year_from,
        date_diff('day', CAST(month_on - to_months(CAST(months_back AS INTEGER)) AS DATE), DATE '{plan.on}') - 48
            AS days_free,
        40 + CAST({pick(6, "first", "case_no")} AS INTEGER) AS first_after
    FROM faulted
),
paced AS (
    SELECT
        *,
        CAST(year_from + to_months(12) AS DATE) - 1 AS year_to,
        year_from + first_after AS first_on,
        CAST(greatest(2, least(6, days_free // greatest(expenses, 1))) AS INTEGER) AS gap,
        4500 + 500 * {pick(20, "charge", "case_no")} AS drawn_charge,
        least(14000, 310000 // greatest(expenses, 1)) AS most_charge
    FROM dated
)
SELECT
    *,
    'C' || lpad(CAST(case_no AS VARCHAR), 10, '0') AS case_id,
    first_on + gap * CAST(expenses // 2 AS INTEGER) AS turns_on,
    CASE WHEN is_round THEN 5000 WHEN drawn_charge > most_charge THEN 7500
        WHEN drawn_charge % 5000 = 0 THEN drawn_charge - 500 ELSE drawn_charge END AS charge,
    CASE WHEN is_round THEN 60 ELSE 30 + 15 * {pick(3, "minutes", "case_no")} END AS minutes,
    CASE WHEN is_round THEN 420 ELSE 430 END
        + (CASE WHEN is_round THEN 60 ELSE 75 END) * ((block % 2) * 5 + part) AS starts_minute,
    block // 2 + CASE WHEN is_round THEN 500000000 ELSE 0 END AS trainer_no,
    CASE WHEN is_ring THEN 900000000 + block // {RING} ELSE block // 8 END AS clinician_no,
    CASE WHEN is_ring THEN {pick(len(STATES), "state", "case_no")} ELSE (block // 8) % {len(STATES)} END AS state_no,
    CASE WHEN is_ring THEN 0 ELSE CAST({pick(13, "signed", "case_no")} AS INTEGER) END AS signed_after,
    6 + CAST({pick(8, "accepted", "case_no")} AS INTEGER) AS accepted_after,
    CASE WHEN fault <> 'none' OR is_ring THEN 0 ELSE {pick(4, "letter", "case_no")} END AS letter_form,
    CASE WHEN {pick(8, "service", "case_no")} = 0 AND kind <> 'group_plan' AND NOT is_family THEN 'exercise_class'
        WHEN fault = 'therapy_by_a_trainer' THEN 'therapy' ELSE 'personal_training' END AS service,
    {pick(100, "ill", "case_no")} AS drawn_ill,
    CASE WHEN is_family AND part < 2 THEN block * {PLACES} ELSE case_no END AS member_no,
    {str(plan.patterns).upper()} AND is_family AND part = 1 AND NOT has_two AS is_second_of_family,
    {str(plan.patterns).upper()} AND fault = 'none' AND NOT is_ring
        AND {pick(40, "bought", "case_no")} = 0 AS is_bought,
    fault = 'none' AND NOT has_two AND NOT is_family AND NOT is_ring AND NOT is_round AND NOT is_bought
        AND service = 'personal_training' AND {pick(6, "package", "case_no")} = 0 AS is_package,
    CASE WHEN fault IN ('letter_signed_late', 'letter_reaches_back') THEN turns_on
        ELSE year_from + signed_after END AS signed_on
FROM paced"""


def account_sql(plan: BookPlan) -> str:
    """Write the accounts of the cases: the first one, and for some a second one of another kind."""
    second = " ".join(f"WHEN '{kind}' THEN {place}" for kind, place in SECOND.items())
    first = "SELECT 1 AS number, maker_no AS account_maker, * FROM book_case"
    other = f"SELECT 2 AS number, CASE kind {second} END AS account_maker, * FROM book_case WHERE has_two"
    return f"""
CREATE OR REPLACE TEMP TABLE book_account AS
WITH numbered AS ({first} UNION ALL BY NAME {other}),
joined AS (
    SELECT
        numbered.* EXCLUDE (maker_no, payer, kind, timing, doubts, chiropractor, sort),
        maker.payer, maker.kind, maker.timing, maker.doubts, maker.chiropractor,
        {_sort("maker.kind")} AS sort
    FROM numbered
    JOIN administrator AS maker ON maker.maker_no = account_maker
)
SELECT
    *,
    CASE number WHEN 1 THEN 'first' ELSE 'second' END AS account_id,
    CASE sort WHEN 'hsa' THEN at_hsa WHEN 'group_plan' THEN at_group_plan ELSE at_account END AS stated,
    -- from when a letter that was signed late serves: the day of signing, or the day after it was accepted
    CASE
        WHEN fault IN ('letter_signed_late', 'letter_reaches_back')
        THEN CASE WHEN timing = 'after_approval' THEN signed_on + accepted_after + 1 ELSE signed_on END
        WHEN fault = 'letter_months_run_out' THEN CAST(signed_on + to_months(2) AS DATE) - 1
        ELSE turns_on
    END AS turn_on,
    CASE
        WHEN fault = 'letter_reaches_back' AND timing IN ('after_approval', 'after_signing') THEN 'not_payable'
        WHEN fault = 'letter_reaches_back' AND NOT doubts AND sort <> 'group_plan' THEN 'payable'
        WHEN fault = 'letter_signer_is_doubted' AND sort <> 'group_plan' THEN chiropractor
        WHEN fault = 'hra_pays_premiums_only' AND kind NOT IN ('hra', 'qsehra', 'ichra') THEN 'payable'
        ELSE coalesce(stated, 'payable')
    END AS verdict,
    CASE
        WHEN sort <> 'account' THEN NULL
        WHEN fault = 'balance_runs_dry' THEN charge * (expenses - expenses // 3) + charge // 2
        ELSE (charge * expenses + 29999) // 10000 * 10000
    END AS election
FROM joined"""


def _pattern_sql(plan: BookPlan) -> str:
    """Write what is planted on a line for a search over the whole book.

    A first or last line never has anything, nor has one beside another: they lean on the line before, and its receipt.
    """
    if not plan.patterns:
        return "''"
    draw, before = plan.pick(1000, "pattern", "line_no"), plan.pick(1000, "pattern", "line_no - 1")
    kinds = ("same_image", "stretched_receipt", "long_day", "entered_twice")
    cases = " ".join(f"WHEN {draw} = {n} THEN '{kind}'" for n, kind in enumerate(kinds))
    return f"""CASE
            WHEN spoilt_by <> 'none' OR is_round OR is_ring OR is_package OR place < 3 THEN ''
            WHEN is_second_of_family AND place = 3 THEN 'family_double'
            WHEN is_second_of_family AND place = 4 AND block % 2 = 0 THEN 'trainer_at_two_places'
            WHEN is_family AND place < 6 OR service <> 'personal_training' OR place = expenses THEN ''
            WHEN {before} < {len(kinds)} THEN ''
            {cases}
            ELSE ''
        END"""


def line_sql(plan: BookPlan) -> str:
    """Write the lines of the cases, one for each session or other expense, with what is wrong with each."""
    neighbour = plan.pick(1000, "pattern", "line_no + 1") + " < 4" if plan.patterns else "FALSE"
    twin = "pattern IN ('family_double', 'trainer_at_two_places')"
    return f"""
CREATE OR REPLACE TEMP TABLE book_line AS
WITH numbered AS (
    SELECT
        book_case.*,
        elder.first_on + elder.gap * 2 AS elder_on, elder.gap AS elder_gap, elder.charge AS elder_charge,
        elder.starts_minute AS elder_starts, elder.minutes AS elder_minutes,
        CAST(unnest(range(1, book_case.expenses + 1)) AS INTEGER) AS place
    FROM (
        SELECT
            * EXCLUDE (at_account, at_hsa, at_group_plan, scope, rule, fault, drawn_fault, is_ring),
            fault AS spoilt_by, is_ring
        FROM book_case
    ) AS book_case
    LEFT JOIN book_case AS elder ON book_case.is_second_of_family AND elder.case_no = book_case.case_no - 1
),
counted AS (SELECT *, first_line + place - 1 AS line_no FROM numbered),
marked AS (
    SELECT *, {plan.pick(1000, "line fault", "line_no")} AS drawn_fault, {_pattern_sql(plan)} AS pattern FROM counted
),
faulted AS (
    SELECT
        marked.*,
        coalesce(line_fault.id, 'none') AS fault,
        line_fault.rule AS rule,
        line_fault.account AS at_account, line_fault.hsa AS at_hsa, line_fault.group_plan AS at_group_plan
    FROM marked
    LEFT JOIN line_fault
        ON drawn_fault >= line_fault.low AND drawn_fault < line_fault.high
        AND spoilt_by = 'none' AND pattern = '' AND NOT is_package AND NOT {neighbour}
        AND CASE sort WHEN 'hsa' THEN hsa WHEN 'group_plan' THEN group_plan ELSE account END IS NOT NULL
        AND CASE line_fault.needs WHEN 'two' THEN has_two WHEN 'last' THEN place = expenses ELSE TRUE END
        AND (place > 1 OR NOT is_bought)
        AND NOT (is_family AND part < 2 AND place < 6)
)
SELECT
    * EXCLUDE (charge, starts_minute, minutes),
    'E' || lpad(CAST(place AS VARCHAR), 3, '0') AS expense_id,
    CASE
        WHEN fault = 'service_is_ahead' THEN DATE '{plan.on}' + 10
        WHEN fault = 'out_of_plan_year' THEN year_from - 40
        WHEN {twin} THEN elder_on + elder_gap * (place - 3)
        WHEN pattern = 'entered_twice' THEN first_on + gap * (place - 2)
        ELSE first_on + gap * (place - 1)
    END AS served_on,
    CASE pattern WHEN 'family_double' THEN elder_charge WHEN 'trainer_at_two_places' THEN elder_charge + 500
        ELSE charge END
        AS charge,
    CASE pattern WHEN 'family_double' THEN elder_starts WHEN 'trainer_at_two_places' THEN elder_starts + 10
        ELSE starts_minute END AS starts_minute,
    CASE WHEN pattern = 'long_day' THEN 1020 WHEN {twin} THEN elder_minutes ELSE minutes END AS minutes
FROM faulted"""
