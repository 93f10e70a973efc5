"""Language models: from a name to a checked file, and from a file to tokens and logits."""
