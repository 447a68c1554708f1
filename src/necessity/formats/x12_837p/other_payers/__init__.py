"""What other payers decided before: read, checked, written. Loops 2320 and 2330 of a claim, 2430 of its lines."""
