"""Use cases, one verb a file: load, call, save, log. Today's date and the actor are arguments."""
