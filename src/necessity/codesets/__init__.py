"""Code sets: dated tables of codes with origin, edition and licence, and what can be asked of them."""
