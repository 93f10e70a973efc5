"""A reading to an answer: the candidate, its citations and value, and its calibrated confidence."""
