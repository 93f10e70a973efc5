"""What Postgres could not do, in our words."""

from __future__ import annotations

import psycopg

from askdocs.core.errors import CorpusDamaged, CorpusError, CorpusLocked

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_LOCKED = ("40001", "40P01", "55P03")
_GONE = ("57P01", "57P02", "57P03", "57P05")


def translated(error: psycopg.Error, name: str) -> CorpusError:
    """The error of ours that says what happened to the corpus ``name``, and what to do next."""
    state = error.sqlstate or ""
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if state in _LOCKED:
        return CorpusLocked(f"{name}: another program is changing the same ({said}); try again")
    if state == "53100":
        return CorpusError(f"{name}: the server's disk is full ({said}); what was committed before is still there")
    if state == "42501":
        return CorpusError(f"{name}: this role may not do that ({said}); GRANT it, or connect as another")
    if state == "25006":
        return CorpusError(f"{name}: this server only reads, as a replica does ({said}); write to the primary")
    if state.startswith(("XX", "58")):
        return CorpusDamaged(f"{name}: the server says that bytes were lost ({said}); restore it from a backup")
    if state == "53300":
        return CorpusError(f"{name}: the server has no connection left ({said}); raise max_connections or ask later")
    if state in ("28P01", "28000"):
        return CorpusError(f"{name}: the server does not let this role in ({said}); look at the password, ~/.pgpass")
    if "NUL" in said:
        return CorpusError(f"{name}: the text holds a NUL character, which Postgres cannot store; remove it first")
    if not state or state.startswith("08") or state in _GONE:
        return CorpusError(
            f"{name}: the server cannot be reached ({said}); nothing committed is lost; look at the address, try again"
        )
    return CorpusError(f"{name}: {said} ({state})")
