"""Lists: every item that passages name, with duplicates folded."""
