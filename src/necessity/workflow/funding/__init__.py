"""The parts of a funding plan: the training ahead, the money there is, the ledger between them, elections."""
