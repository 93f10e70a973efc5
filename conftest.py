"""What pytest leaves out: an adapter loads its library, for seconds, or says that it is missing.

Their examples are run by tests/adapters.
"""

collect_ignore_glob = ["askdocs/adapters/*"]
