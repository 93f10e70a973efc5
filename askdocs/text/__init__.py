"""What can be said of a text without knowing what it means: sentences, paragraphs, words, dates at its top."""
