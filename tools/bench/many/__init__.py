"""Measuring many lines: the twelve plain rules, the engines that work row by row, the whole rulebook, the sweep."""
