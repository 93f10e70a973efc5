"""The routes of the HTTP service, one file a subject."""
