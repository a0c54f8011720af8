"""Which network addresses a server may be talked into calling: public ones, and those an operator allows."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")
_SITE_LOCAL = IPv6Network("fec0::/10")


@dataclass(frozen=True, slots=True)
class AllowList:
    """Networks and host names that may be called although they are not public."""

    networks: tuple[_Network, ...] = ()
    hosts: frozenset[str] = field(default_factory=frozenset)

    def may_connect(self, host: str, address: str) -> bool:
        """Whether a connection for the host name may go to this address, which the name resolved to."""
        if host.rstrip(".").lower() in self.hosts:
            return True
        try:
            parsed = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if any(parsed in network for network in self.networks if network.version == parsed.version):
            return True
        return is_public(parsed)

    def may_name(self, host: str) -> bool:
        """Whether a host may be asked for as it is written: no private address and not this machine by name.

        Any other name passes, since only connecting shows what it stands for.
        """
        name = host.rstrip(".").lower()
        if name == "localhost" or name.endswith(".localhost"):
            return self.may_connect(name, "127.0.0.1")
        address = _read_literal(name)
        return address is None or self.may_connect(name, address)


def parse_allow_list(entries: Iterable[str]) -> AllowList:
    """Read addresses ("127.0.0.1"), networks ("10.0.0.0/8") and host names ("minio.internal").

    Raises ValueError for an entry that is none of these.
    """
    networks: list[_Network] = []
    hosts: set[str] = set()
    for entry in entries:
        text = entry.strip().rstrip(".").lower()
        try:
            networks.append(ip_network(text, strict=False))
        except ValueError:
            if not text or "/" in text or ":" in text or " " in text:
                raise ValueError(f"neither an address, a network nor a host name: {entry!r}") from None
            hosts.add(text)
    return AllowList(tuple(networks), frozenset(hosts))


def _read_literal(host: str) -> str | None:
    """The address that a host is, also in the short, octal and hexadecimal forms that name look-ups take."""
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host)) if host[:1].isdigit() and " " not in host else None
    except (OSError, UnicodeError):
        return None


def is_public(address: Address) -> bool:
    """Whether an address is reachable for everybody; addresses that carry another one are judged by it."""
    if isinstance(address, IPv6Address):
        for inner in _embedded(address):
            return is_public(inner)
        if address in _SITE_LOCAL:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _embedded(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 address inside a mapped, 6to4, Teredo or NAT64 address (RFC 4291, 3056, 4380, 6052)."""
    found = [address.ipv4_mapped, address.sixtofour]
    if address.teredo is not None:
        found.append(address.teredo[1])
    if address in _NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [inner for inner in found if inner is not None]
