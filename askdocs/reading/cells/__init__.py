"""The cell of a table that answers a question: chosen by its row and its column, or computed from several."""
