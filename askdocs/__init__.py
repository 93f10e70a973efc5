"""askdocs."""
