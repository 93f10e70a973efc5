"""``python -m askdocs`` is the command ``askdocs``."""

import sys

from askdocs.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
