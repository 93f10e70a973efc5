"""The way of an article into a corpus: find, read, clean, chunk, embed, store."""
