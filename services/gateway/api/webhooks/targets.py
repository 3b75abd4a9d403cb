"""Where webhooks may go: public addresses only, looked up once and then held on to.

A name is resolved here and the connection goes to the address that was checked, so that a name
which answers otherwise the second time leads nowhere else.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.errors import InvalidInput, Unavailable

_MAX_URL_CHARS = 2000
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was checked: the URL with it in the place of `host`."""

    url: str
    host: str
    host_header: str


def check_url(url: str, *, allow_private: bool = False) -> None:
    """Raise `InvalidInput` for what can never be a webhook's address; nothing is looked up."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidInput("url: expected an address such as https://example.com/hook") from None
    allowed = ("http", "https") if allow_private else ("https",)
    if parts.scheme not in allowed or not parts.hostname or len(url) > _MAX_URL_CHARS:
        raise InvalidInput(f"url: expected {' or '.join(allowed)} with a host name")
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise InvalidInput("url: expected ASCII without spaces; write other letters as %XX")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise InvalidInput("url: expected no user, password or fragment in it")
    if port == 0:
        raise InvalidInput("url: port 0 cannot be reached")
    if not allow_private and (address := _literal(parts.hostname)) is not None:
        _check_address(address)


async def find_target(url: str, *, allow_private: bool = False) -> Target:
    """Look a webhook's address up; raises `InvalidInput` if any answer is not public."""
    check_url(url, allow_private=allow_private)
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or _PORTS[parts.scheme]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable(f"{host[:100]} cannot be found") from error
    addresses = [ipaddress.ip_address(str(item[4][0]).partition("%")[0]) for item in found]
    if not allow_private:
        for address in addresses:
            _check_address(address)
    first = addresses[0]
    place = f"[{first}]" if first.version == 6 else str(first)
    named = f"[{host}]" if ":" in host else host
    header = named if parts.port is None else f"{named}:{parts.port}"
    path = parts._replace(scheme="", netloc="").geturl() or "/"
    return Target(f"{parts.scheme}://{place}:{port}{path}", host, header)


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        # "127.1", "0x7f000001", "2130706433": what a resolver takes for an address.
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _check_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    for one in (address, inner):
        if one is not None and (not one.is_global or one.is_multicast or one.is_reserved):
            raise InvalidInput(f"url: leads to {one}, which is not a public address")
