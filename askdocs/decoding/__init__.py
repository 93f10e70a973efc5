"""Decoding under the grammar of answers: whatever the logits, the words stand in a passage."""
