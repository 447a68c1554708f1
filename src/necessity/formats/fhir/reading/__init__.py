"""Reading FHIR documents leniently: claims and answers to them, every oddity noted."""
