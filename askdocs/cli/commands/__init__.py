"""One module a command of ``askdocs``; each is imported when its command runs."""
