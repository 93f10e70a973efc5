"""A question and its hits to a reading: packing the prompt, the readers, the span scorer, located citations."""
