"""Where a webhook may lead: never inside our own network, and to no other address than the one that was checked."""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

RESOLVE_SECONDS = 5.0
HTTPS, UNPRIVILEGED = 443, 1024
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")
UNICAST = ipaddress.ip_network("2000::/3")
"""All that is given out of IPv6. Outside it lie local networks, translations and what is reserved."""
NOT_GIVEN_OUT = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
"""Special networks that Python 3.11 takes for the open internet."""


class Refused(Exception):
    """We do not send there. The reason is fit to be shown."""


class Unresolved(Refused):
    """The name has no address at the moment."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """An address that was checked: connect to `url`, and speak to `host`."""

    url: str
    host: str
    """As the `Host` header says it, with the port where it is not the scheme's."""
    name: str
    """As the certificate says it."""


async def pin(url: str, *, private_allowed: bool) -> Pinned:
    """Resolve and check, so that a name that later points elsewhere leads nowhere. Raises Refused, Unresolved."""
    parts = checked(url, private_allowed=private_allowed)
    name = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = await _resolve(name, port)
    if inside := [str(one) for one in found if not (is_public(one) or (private_allowed and not _is_link_local(one)))]:
        raise Refused(f"{name} is not a public address ({inside[0]})")
    chosen = f"[{found[0]}]" if found[0].version == 6 else str(found[0])  # noqa: PLR2004 - the protocol's number
    return Pinned(parts._replace(netloc=f"{chosen}:{port}").geturl(), parts.netloc, name)


def checked(url: str, *, private_allowed: bool) -> SplitResult:
    """The parts of a webhook's address, if it is one. Raises Refused."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("it is not an address of the web") from error
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise Refused("it is not an address of the web")
    if parts.scheme == "http" and not private_allowed:
        raise Refused("it must begin with https://")
    if port is not None and port != HTTPS and port < UNPRIVILEGED and not private_allowed:
        raise Refused(f"port {port} belongs to another service than the web")
    if parts.username is not None or parts.password is not None:
        raise Refused("it must not hold a user name or password")
    if not url.isascii() or parts.fragment or any(sign.isspace() or not sign.isprintable() for sign in url):
        raise Refused("it holds a fragment, a space or a letter outside ASCII")
    return parts


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet. One inside another (IPv4 in IPv6) is judged by the inner one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if inner:
            return is_public(inner)
        if address in NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in UNICAST:
            return False
    reserved = any(address in network for network in NOT_GIVEN_OUT if network.version == address.version)
    return address.is_global and not address.is_multicast and not reserved


def _is_link_local(address: Address) -> bool:
    """There a machine's own keeper answers (169.254.169.254): nobody's webhook, not even in development."""
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (inner or address).is_link_local


async def _resolve(name: str, port: int) -> list[Address]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            found = await loop.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError) as error:
        raise Unresolved(f"{name} cannot be resolved") from error
    return [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
