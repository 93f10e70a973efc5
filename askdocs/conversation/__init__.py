"""Making a follow-up question self-contained."""
