"""What a question wants: its kind of answer, its parts, the articles it is about."""
