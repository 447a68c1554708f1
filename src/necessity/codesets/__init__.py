"""Code sets, dated: what a code meant and whether it was in force on a day. Each states origin, edition and licence."""
