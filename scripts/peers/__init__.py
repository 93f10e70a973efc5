"""Question answering of other libraries over the same passages, for ``scripts/bench_peers.py``: one file each."""
