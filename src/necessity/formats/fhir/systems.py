"""The code systems we name in FHIR documents, and the codes we use of each. Every address was read, never guessed.

Source:
    HL7 FHIR R4 (4.0.1) and its terminology pages; HL7/physical-activity (US Physical Activity guide 1.0.1),
    `input/fsh/Shared.fsh`, `Vocabulary.fsh`, `Planning.fsh`; HL7/carin-bb (CARIN Blue Button), `input/fsh/Aliases.fsh`,
    `CodeSystems.fsh`; Da Vinci Prior Authorization Support, extension-itemTraceNumber. Read on 2026-11-26.
"""

_THO = "http://terminology.hl7.org/CodeSystem/"
_CARIN = "http://hl7.org/fhir/us/carin-bb/CodeSystem/"

ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
HCPCS_BY_CARIN = "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
"""CARIN Blue Button writes it so; read as the same."""
PLACE_OF_SERVICE = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
NPI = "http://hl7.org/fhir/sid/us-npi"
EMPLOYER_NUMBER = "urn:oid:2.16.840.1.113883.4.4"
SOCIAL_SECURITY_NUMBER = "http://hl7.org/fhir/sid/us-ssn"
TAXONOMY = "http://nucc.org/provider-taxonomy"
UCUM = "http://unitsofmeasure.org"
CURRENCY = "urn:iso:std:iso:4217"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
URI = "urn:ietf:rfc:3986"
CARC = "https://x12.org/codes/claim-adjustment-reason-codes"
RARC = "https://x12.org/codes/remittance-advice-remark-codes"
ADJUSTMENT_GROUP = "https://x12.org/codes/claim-adjustment-group-codes"

IDENTIFIER_TYPE = _THO + "v2-0203"
CLAIM_TYPE = _THO + "claim-type"
PRIORITY = _THO + "processpriority"
PAYEE_TYPE = _THO + "payeetype"
RELATED_CLAIM = _THO + "ex-relatedclaimrelationship"
INFORMATION = _THO + "claiminformationcategory"
CARE_TEAM_ROLE = _THO + "claimcareteamrole"
DIAGNOSIS_TYPE = _THO + "ex-diagnosistype"
SUBSCRIBER_RELATIONSHIP = _THO + "subscriber-relationship"
COVERAGE_CLASS = _THO + "coverage-class"
DATA_ABSENT = _THO + "data-absent-reason"
ADJUDICATION = _THO + "adjudication"
CONDITION_CLINICAL = _THO + "condition-clinical"
CONDITION_VERIFICATION = _THO + "condition-ver-status"
OBSERVATION_CATEGORY = _THO + "observation-category"
PROVENANCE_AGENT = _THO + "provenance-participant-type"
SIGNATURE_TYPE = "urn:iso-astm:E1762-95:2013"
AUTHORS_SIGNATURE = "1.2.840.10065.1.12.1.1"
CARE_PLAN_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category"

CARIN_IDENTIFIER_TYPE = _CARIN + "C4BBIdentifierType"
CARIN_CARE_TEAM_ROLE = _CARIN + "C4BBClaimCareTeamRole"
CARIN_ADJUDICATION = _CARIN + "C4BBAdjudication"
CARIN_DISCRIMINATOR = _CARIN + "C4BBAdjudicationDiscriminator"

PHYSICAL_ACTIVITY = "http://hl7.org/fhir/us/physical-activity/CodeSystem/pa-temporary-codes"
PERTAINS_TO_GOAL = "http://hl7.org/fhir/StructureDefinition/resource-pertainsToGoal"
ITEM_TRACE_NUMBER = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-itemTraceNumber"

EXERCISE_THERAPY, EXERCISE_CLASS = "229065009", "229095001"
COUNSELLING = "409063005"
"""SNOMED CT, as the Physical Activity guide lists them for what may be ordered."""

PHYSICAL_ACTIVITY_MEASURES: dict[str, tuple[str, str]] = {
    "days a week of moderate to strenuous exercise": ("89555-7", "d/wk"),
    "minutes a day of moderate to strenuous exercise": ("68516-4", "min/d"),
    "minutes a week of moderate to vigorous activity": ("82290-8", "min/wk"),
    "days a week of muscle strengthening": ("82291-6", "d/wk"),
    "steps a day": ("41950-7", "/d"),
    "resting heart rate": ("40443-4", "/min"),
}
"""Our words for a measure → LOINC code and UCUM unit, for the measures that the guide names. Others stay words."""

SPELLINGS: dict[str, frozenset[str]] = {
    "d/wk": frozenset(("d/wk", "days", "days a week", "days per week")),
    "min/d": frozenset(("min/d", "min", "minutes", "minutes a day", "minutes per day")),
    "min/wk": frozenset(("min/wk", "min", "minutes", "minutes a week", "minutes per week")),
    "/d": frozenset(("/d", "steps", "steps a day", "steps per day")),
    "/min": frozenset(("/min", "bpm", "beats per minute")),
}
"""How people spell the units of those measures; any other unit says that something else was counted."""

UNITS: dict[str, str] = {
    "m": "m", "metres": "m", "meters": "m", "cm": "cm", "kg": "kg", "min": "min", "minutes": "min", "s": "s",
    "seconds": "s", "%": "%", "percent": "%", "d/wk": "d/wk", "min/d": "min/d", "min/wk": "min/wk", "/d": "/d",
    "/min": "/min",
}  # fmt: skip
"""Units as people write them → UCUM. A unit that is not here is written as words, without a code."""


def procedure_system(code: str) -> str:
    """Name the system a procedure code belongs to: CPT starts with a digit, HCPCS Level II with a letter.

    Examples:
        >>> procedure_system("97110") == CPT, procedure_system("S9451") == HCPCS, procedure_system("0591T") == CPT
        (True, True, True)
    """
    return CPT if code[:1].isdigit() else HCPCS


def modifier_system(code: str) -> str:
    """Name the system a modifier belongs to, by the same rule: 59 is CPT's, GP is HCPCS's.

    Examples:
        >>> modifier_system("59") == CPT, modifier_system("GP") == HCPCS
        (True, True)
    """
    return procedure_system(code)
