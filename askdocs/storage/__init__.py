"""The corpus on disk: SQLite, its snapshots and checks. All SQL of askdocs is here."""
