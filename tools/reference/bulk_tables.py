"""The page about the tables of a bulk run: what it takes, what it writes."""

from necessity.domain.tables import TABLES
from necessity.rulebook.load import Rulebook
from necessity.workflow.bulk.checks import QUARANTINE
from necessity.workflow.bulk.columns import choices, references
from necessity.workflow.bulk.messages.register import CLAIM_READ
from necessity.workflow.bulk.output import FACTS, LINES, RULES
from necessity.workflow.bulk.payments.given import PRICE
from necessity.workflow.bulk.survey import CASES, FORMATS, NEEDED_TABLES
from tools.reference.markdown import Lines, heading, table, text
from tools.reference.records import _SQL_WORDS, column_docs

_ASIDE = {
    "table_name": "The table of the row; `cases` for a case document, `message` for a claim of a message.",
    "case_id": "Its case.",
    "row_id": "Its id, behind its parent's where it has one; `line N` of case documents; of a claim file and segment.",
    "reason": "What is wrong: column, value, fault; or which row of its case is faulty.",
    "is_own_fault": "Whether the fault is its own.",
}


def bulk_tables_page(book: Rulebook) -> Lines:
    yield from heading(1, "Tables of a book")
    yield from text(
        f"What `necessity adjudicate` takes: one file a table ({', '.join(FORMATS)}), or a folder of such files with "
        f"the table's name; {', '.join(f'`{name}`' for name in NEEDED_TABLES)} must be there. Or `{CASES}`, one case "
        "document a line; or a folder of 837P messages, with such tables beside it as the how-to page shows. "
        "Every column stands in Parquet and CSV, empty where nothing is known; in NDJSON a key left "
        "out is unknown. "
        "In CSV, days are `2026-03-01`, times `17:30`, lists `a|b`, flags `true` or `false`, money whole cents."
    )
    named = {(one.table, one.column): one.targets for one in references()}
    for one in TABLES.values():
        docs, words = column_docs(one), choices(one)
        yield from heading(2, f"`{one.name}`")
        rows = []
        for column, sql in one.columns.items():
            may = ", ".join(f"`{word}`" for word in words.get(column, ()))
            to = " or ".join(f"`{target}.id`" for target in named.get((one.name, column), ()))
            rows.append((f"`{column}`", _SQL_WORDS.get(sql, sql), may or (f"names {to}" if to else ""), docs[column]))
        yield from table(("column", "type", "may hold", "meaning"), rows)
    yield from heading(2, "It writes: `parts/*/lines.parquet`")
    yield from table(("column", "meaning"), ((f"`{name}`", meaning) for name, meaning in LINES.items()))
    yield from heading(2, "It writes: `rules.parquet`")
    yield from text("Which rule each bit of a mask is; the rulebook's version; the number to send where it refuses.")
    yield from table(("column", "type"), ((f"`{name}`", type) for name, type in RULES.items()))
    yield from heading(2, "It writes: `facts.parquet`")
    yield from text("Which fact or number each bit of a mask of what is missing is; the question that asks for it.")
    yield from table(("column", "type"), ((f"`{name}`", type) for name, type in FACTS.items()))
    yield from heading(2, "It writes: `messages/claims.parquet`")
    yield from text(
        "Of a folder of messages every claim that was read, with its place; `named_source` is the funding source "
        "beside that it asks, `set_aside_because` why it was not taken. `messages/tables/` holds the tables claims "
        "became rows of."
    )
    shown = {name: type for name, type in CLAIM_READ.items() if name != "digest"}
    yield from table(("column", "type"), ((f"`{name}`", type) for name, type in shown.items()))
    yield from heading(2, "It takes with `--allowed`")
    yield from text(
        "What a health plan's terms allow for each line, and of it the patient's share; a line is named by `case_id` "
        "and `expense_id`, or by `patient_control_number` and `line_number`."
    )
    yield from table(("column", "type"), ((f"`{name}`", type) for name, type in PRICE.items()))
    yield from heading(2, "It writes: `quarantine.parquet`, `quarantine.csv`")
    yield from table(("column", "meaning"), ((f"`{name}`", _ASIDE[name]) for name in QUARANTINE))
