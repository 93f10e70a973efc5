"""Question answering of other libraries over the same passages, for ``bench_peers.py``: one file each."""
