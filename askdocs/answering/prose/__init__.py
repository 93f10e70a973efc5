"""Holds what a model wrote in sentences to the passages it quotes, and to the words that it answered with."""
