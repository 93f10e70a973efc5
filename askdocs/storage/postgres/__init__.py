"""A corpus in a Postgres database with pgvector, for teams; extra ``postgres``."""
