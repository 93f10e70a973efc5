"""``Corpus`` and every way of asking it."""
