"""Summaries: the sentences of articles that say most of what they say."""
