"""Tokens as an operator gives them: one in the environment, or some in a file."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from askdocs.core.errors import AskdocsError
from askdocs.serving.settings import SECRET_LENGTH, Token

VARIABLE = "ASKDOCS_TOKEN"
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_MAKE = "take a random one, as `openssl rand -base64 24` makes one"


def tokens_of(environment: Mapping[str, str], file: Path | None) -> tuple[Token, ...]:
    """The tokens of the variable ASKDOCS_TOKEN, which reaches every corpus, and of the file.

    Raises AskdocsError, which names the place and never the secret.

    >>> [token.name for token in tokens_of({"ASKDOCS_TOKEN": "correct-horse-battery"}, None)]
    ['token']
    >>> tokens_of({"ASKDOCS_TOKEN": "short"}, None)
    Traceback (most recent call last):
    askdocs.core.errors.AskdocsError: ASKDOCS_TOKEN: the secret is shorter than 16 characters; take a random one, ...
    """
    tokens = []
    if VARIABLE in environment:  # an empty one is a mistake: whoever set it wants a token to be asked for
        tokens.append(Token(name="token", secret=_secret(environment[VARIABLE].strip(), VARIABLE)))
    if file is not None:
        tokens += read_tokens(file)
    return tuple(tokens)


def read_tokens(file: Path) -> list[Token]:
    """The tokens of a file: a line ``NAME SECRET [CORPUS,CORPUS]`` each; what follows ``#`` at a line's start is left.

    Raises AskdocsError where others may read the file, and for a line that is not as it should be.
    """
    tokens: list[Token] = []
    for number, line in enumerate(_text(file).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        place = f"{file}, line {number}"
        token = _token(line.split(), place)
        if token.name in {other.name for other in tokens}:
            raise AskdocsError(f"{place}: there is a token {token.name!r} already; give this one another name")
        if token.secret in {other.secret for other in tokens}:
            raise AskdocsError(f"{place}: another line holds the same secret; make one for each")
        tokens.append(token)
    if not tokens:
        raise AskdocsError(f"{file}: it holds no token; write lines NAME SECRET [CORPUS,CORPUS]")
    return tokens


def _text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as opened:
            status = os.fstat(opened.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise AskdocsError(f"{file}: this is no file")
            if os.name == "posix" and status.st_mode & 0o077:
                raise AskdocsError(f"{file}: others may read it (mode {status.st_mode & 0o777:o}); chmod 600 {file}")
            return opened.read(1024**2)
    except UnicodeDecodeError:
        raise AskdocsError(f"{file}: it is no text in UTF-8") from None
    except OSError as error:
        raise AskdocsError(f"{file}: {error.strerror}; --token-file names a file of tokens") from error


def _token(words: list[str], place: str) -> Token:
    if not 2 <= len(words) <= 3:
        raise AskdocsError(f"{place}: {len(words)} words; write NAME SECRET [CORPUS,CORPUS]")
    if not _NAME.fullmatch(words[0]):
        raise AskdocsError(f"{place}: the name may hold letters, digits, '_', '.' and '-'")
    corpora = words[2].split(",") if len(words) == 3 else None
    if corpora is not None and not all(corpora):
        raise AskdocsError(f"{place}: a name of a corpus is empty; write them as news,wages")
    return Token(name=words[0], secret=_secret(words[1], place), corpora=frozenset(corpora) if corpora else None)


def _secret(secret: str, place: str) -> SecretStr:
    if len(secret) < SECRET_LENGTH:
        raise AskdocsError(
            f"{place}: the secret is shorter than {SECRET_LENGTH} characters; take a random one, {_MAKE}"
        )
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        raise AskdocsError(f"{place}: the secret may hold ASCII letters, digits and signs alone; {_MAKE}")
    return SecretStr(secret)
