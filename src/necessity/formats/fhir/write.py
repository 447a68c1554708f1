"""The front door for writing: one function a document. Each gives a FHIR R4 Bundle as canonical JSON."""

from necessity.formats.fhir.writing.claim import ClaimUse, claim_bundle
from necessity.formats.fhir.writing.letter import letter_bundle
from necessity.formats.fhir.writing.prescription import Prescription, prescription_bundle, prescription_of

__all__ = ["ClaimUse", "Prescription", "claim_bundle", "letter_bundle", "prescription_bundle", "prescription_of"]
