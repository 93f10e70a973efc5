"""``askdocs chat``, on a terminal and in a pipe."""
