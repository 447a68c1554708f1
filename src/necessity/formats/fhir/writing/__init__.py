"""Writing FHIR documents: letters, exercise prescriptions, claims."""
