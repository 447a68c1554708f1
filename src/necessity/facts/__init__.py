"""Facts: the named questions a rule may ask of a record, computed in SQL over its flat tables."""
