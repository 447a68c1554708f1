"""FHIR R4 (4.0.1): letters, exercise prescriptions and claims out; claims and payers' answers in. No FHIR library."""
