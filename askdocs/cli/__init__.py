"""The ``askdocs`` command."""
