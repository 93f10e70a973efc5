"""Tables: which rows and columns name the others, how one is written into a text, and how its cells are found again."""
