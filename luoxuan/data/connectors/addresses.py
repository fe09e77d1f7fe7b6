"""Which addresses may be asked「地址检查」: decided on what a name resolves to, not on its text."""

import ipaddress
import socket
from collections.abc import Sequence

from luoxuan.data.connectors.contract import ConnectorRefused, Network

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def checked_address(host: str, port: int, networks: Sequence[Network]) -> str:
    """Return the address to connect to; nothing may be resolved again after this.

    Every address of the name must be public or lie in an allowed network: a name with one public
    and one inner address is refused. Raises ConnectorRefused.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ConnectorRefused("source_unknown_host", host=host) from error
    addresses = [str(entry[4][0]) for entry in found]
    for text in addresses:
        if not is_allowed(ipaddress.ip_address(text), networks):
            raise ConnectorRefused("source_address_refused", host=host, address=text)
    return addresses[0]


def is_allowed(address: Address, networks: Sequence[Network]) -> bool:
    """Tell whether an address is public, or lies in an allowed network."""
    address = _inner(address)
    if any(address.version == network.version and address in network for network in networks):
        return True
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inner(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address only wraps, else the address itself."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return (
        address.ipv4_mapped
        or address.sixtofour
        or (address.teredo or (None, None))[1]
        or (ipaddress.IPv6Address(int(address)))
    )
