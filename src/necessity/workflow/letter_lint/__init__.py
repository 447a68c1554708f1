"""The parts of the letter lint: what must stand in a letter, which days can work, what does not belong there."""
