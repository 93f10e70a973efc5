"""What a question may want."""

from __future__ import annotations

from typing import Literal

Wanted = Literal["span", "value", "yes_or_no", "list", "summary", "comparison", "count", "parts"]
