"""One question asked of every article: which passages are read, what is kept, and the table of the answers."""
