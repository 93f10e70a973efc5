"""The HTTP service and its pages: ``askdocs serve``."""
