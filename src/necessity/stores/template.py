"""The case folder that `necessity new` starts: the questions a newcomer needs, and nothing answered.

A line that starts with `#` and a blank explains; one that starts with `#` alone is an example: take the `#`
away and put your own value in.
"""

from pathlib import Path

from necessity.errors import StoreError
from necessity.stores.case_files import read_case_files
from necessity.stores.folder import PAPERS
from necessity.stores.toml_text import toml_value

CASE_TOML = """\
# One patient and one course of prescribed training.
#
# Nothing here has to be known at the start: what is left out is unknown, and `necessity decide` says which
# answers matter. Take the # away from a line and put your own value in. Text stands in quotes, dates are
# year-month-day, amounts are dollars, questions are answered with true or false. Sessions go into
# sessions.csv, receipts into receipts.csv, the papers themselves into papers/.

id = {case_id}

# What do you want paid? personal_training, exercise_class, gym_membership, exercise_equipment …
#service = "personal_training"

# Which lists hold everything there is? Only then does "not in the list" mean "no".
#complete = ["letters", "sessions"]

# Is there none at all of something? Then say so instead of leaving it out:
# expenses = "none"

# --- Who is treated -------------------------------------------------------------------------------

[patient]
#name = "Ada Example"
#born_on = 1980-05-17
# What is the patient to the person whose account it is?
# self, spouse, child, other_dependent, domestic_partner, other
#relationship = "self"

# --- What is treated: one block for each condition ------------------------------------------------

#[[condition]]
#id = "back"
#name = "low back pain"
# The ICD-10-CM code, with its dot, if you know it.
#code = "M54.50"
# Did a licensed clinician diagnose it?
#is_diagnosed = true
#diagnosed_by = "ghali"

# --- Who diagnoses, orders and signs --------------------------------------------------------------

#[[clinician]]
#id = "ghali"
#name = "Dr. Ghali"
# MD, DO, NP, PA, DC, PT, RD … or none
#licence = "MD"

# --- Who trains -----------------------------------------------------------------------------------

#[[trainer]]
#id = "eli"
#name = "Trainer Eli"

#[[trainer.certification]]
#name = "ACE-CPT"
#accreditor = "NCCA"
#expires_on = 2027-06-30

# --- The letter of medical necessity: one block for each version ----------------------------------

#[[letter]]
#id = "letter1"
#condition = "back"
#signed_by = "ghali"
# The day it was really signed. Never an earlier one.
#signed_on = 2026-03-02
# wet_ink, electronic, or unsigned
#signature = "wet_ink"
# First and last day the letter says it covers.
#effective_from = 2026-03-02
#effective_to = 2027-03-01
#covers = ["personal_training"]
# What stands in it?
#names_diagnosis = true
#names_treatment = true
#states_frequency = true
#states_duration = true
#links_training_to_diagnosis = true
# How did the clinician see the patient before signing? in_person, live_video, questionnaire_only
#visit_basis = "in_person"
#file = "papers/letter1.pdf"

# --- Where money can come from: one block for each account or plan --------------------------------

#[[funding_source]]
#id = "hsa"
# hsa, health_fsa, limited_purpose_fsa, hra, group_plan, medicare, wellness_stipend, tax_deduction …
#kind = "hsa"
# Do you have it? false is a stated no.
#held = true
#opened_on = 2024-01-01
#balance = 2000.00

# For an FSA, an HRA or a stipend: each year of it.
#[[funding_source.plan_year]]
#id = "2026"
#starts_on = 2026-01-01
#ends_on = 2026-12-31
#election = 3400.00

# --- What only the patient can say ----------------------------------------------------------------

#[[statement]]
#id = "training"
#kind = "personal_training"
# What is it mainly for? treatment, prevention, general_health, appearance, enjoyment
#purpose = "treatment"
# Would you buy it without the condition?
#would_buy_anyway = false

# --- Sessions paid for ahead ----------------------------------------------------------------------

#[[package]]
#id = "ten"
#sessions = 10
#price = 850.00
#paid_on = 2026-03-10

# --- What was paid for besides training sessions --------------------------------------------------

#[[expense]]
#id = "gym-march"
#kind = "gym_membership"
#served_on = 2026-03-01
#charge = 40.00
# planned, held, missed, cancelled, refunded
#status = "held"

# --- What a saving depends on ---------------------------------------------------------------------

[tax]
# Your marginal rates in per cent.
#federal_rate_percent = 22.00
#state_rate_percent = 5.00
"""
SESSIONS_CSV = "id,served_on,starts_at,minutes,status,charge,trainer,activities,place,receipt,package,supervisor,note\n"
RECEIPTS_CSV = (
    "id,paid_on,paid_to,amount,method,comes_from_provider,names_patient,names_provider,names_service,"
    "names_service_dates,names_amount,file\n"
)


def new_template(case_id: str) -> dict[str, str]:
    """Write the files of a new case folder.

    Args:
        case_id: The id of the case.

    Returns:
        Text by file name. They read as a case in which nothing is known.

    Raises:
        FormatError: `case_id` cannot be an id.
    """
    files = {
        "case.toml": CASE_TOML.replace("{case_id}", toml_value(case_id)),
        "sessions.csv": SESSIONS_CSV,
        "receipts.csv": RECEIPTS_CSV,
    }
    read_case_files({file: text.encode() for file, text in files.items()}, case_id)
    return files


def new_case_folder(folder: Path, case_id: str) -> tuple[Path, ...]:
    """Start a case folder on disk; an existing file is never overwritten.

    Args:
        folder: Where; made where it does not exist.
        case_id: The id of the case.

    Returns:
        The files written.

    Raises:
        StoreError: one of the files is there already (then none is written), or the disk fails.
        FormatError: `case_id` cannot be an id.
    """
    files = {folder / file: text for file, text in new_template(case_id).items()}
    there = [path for path in files if path.exists() or path.is_symlink()]
    if there:
        raise StoreError(
            f"{there[0]} is there already; nothing was written.",
            "Name another folder, or go on with: necessity decide",
        )
    try:
        (folder / PAPERS).mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            with path.open("x", encoding="utf-8", newline="") as opened:
                opened.write(text)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}.", "Check the path and the disk.") from error
    return tuple(files)
