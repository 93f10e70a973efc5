"""From a question to the chunks most likely to answer it."""
