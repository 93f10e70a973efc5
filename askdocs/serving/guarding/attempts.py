"""How often an address may show a wrong token.

The generic cell rate algorithm (ITU-T I.371): one number an address, the time at which its tries are all forgiven.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

_TRIES = 10  # wrong ones that are answered at once
_SECONDS = 6.0  # after which one of them is forgiven
_PLACES = 4096  # addresses that are remembered


class Attempts:
    """Wrong tokens by address: ten are free, then one every six seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._forgiven: OrderedDict[str, float] = OrderedDict()

    def wait(self, address: str) -> int:
        """In how many seconds the address may try again; 0 if now.

        >>> attempts = Attempts(clock=lambda: 0.0)
        >>> for _ in range(10): attempts.failed("192.0.2.1")
        >>> attempts.wait("192.0.2.1"), attempts.wait("192.0.2.2")
        (6, 0)
        """
        forgiven = self._forgiven.get(_network(address), 0.0)
        return max(0, math.ceil(forgiven - self._clock() - (_TRIES - 1) * _SECONDS))

    def failed(self, address: str) -> None:
        """Remember a wrong token."""
        network = _network(address)
        self._forgiven[network] = max(self._forgiven.get(network, 0.0), self._clock()) + _SECONDS
        self._forgiven.move_to_end(network)
        if len(self._forgiven) > _PLACES:
            self._forgiven.popitem(last=False)


def _network(address: str) -> str:
    """What counts as one address: of IPv6 the first 64 bits, the rest of which one host chooses as it likes.

    >>> _network("2001:db8::1") == _network("2001:db8::2")
    True
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
