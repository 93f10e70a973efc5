"""Listening on an address of this machine."""

from __future__ import annotations

import errno
import socket

from askdocs.core.errors import AskdocsError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})  # where only programs of this machine reach a server

_WHY_NOT = {
    errno.EADDRINUSE: "another program listens there; give another --port, or --port 0 for any that is free",
    errno.EACCES: "this user may not listen there; give a --port above 1023, and let a proxy take the other",
    errno.EADDRNOTAVAIL: "this machine has no such address; give --host one of its own, or 0.0.0.0 for all",
}


def listen(host: str, port: int) -> socket.socket:
    """A socket on which clients may connect from now on; port 0 takes one that is free.

    Raises AskdocsError where the address cannot be had.

    >>> with listen("127.0.0.1", 0) as taken:
    ...     listen("127.0.0.1", port_of(taken))
    Traceback (most recent call last):
    askdocs.core.errors.AskdocsError: 127.0.0.1 port ...: another program listens there; give another --port, ...
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        reason = _WHY_NOT.get(error.errno or 0, f"{error.strerror or error}; give another --host or --port")
        raise AskdocsError(f"{host} port {port}: {reason}") from error


def port_of(listening: socket.socket) -> int:
    """The port that a socket has got."""
    port = listening.getsockname()[1]
    assert isinstance(port, int)
    return port


def in_address(host: str) -> str:
    """A name or an address as it stands in a URL.

    >>> in_address("localhost"), in_address("::1")
    ('localhost', '[::1]')
    """
    return f"[{host}]" if ":" in host else host


def address(host: str, port: int) -> str:
    """The address of a server as a browser takes it.

    >>> address("127.0.0.1", 8765), address("::1", 8765)
    ('http://127.0.0.1:8765', 'http://[::1]:8765')
    """
    return f"http://{in_address(host)}:{port}"
