"""How answers and progress look on a terminal and in a pipe."""
