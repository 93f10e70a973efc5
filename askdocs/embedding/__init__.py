"""Texts and questions to unit vectors."""
