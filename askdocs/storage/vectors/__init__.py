"""The vector index beside the database: a cache of it that is rebuilt when stale or damaged."""
