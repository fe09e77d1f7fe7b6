"""No name, notation or detour leads to an address inside, unless a network is named."""

from ipaddress import ip_address, ip_network

import pytest

from luoxuan.data.connectors import ConnectorRefused
from luoxuan.data.connectors.addresses import checked_address, is_allowed

# ruff: noqa: S104
REFUSED = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.5", "10.255.255.255", "172.16.0.1",
    "172.31.9.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "fc00::1", "fd12:3456::1", "fe80::1", "ff02::1",
    "2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    # Other notations of 127.0.0.1 and 10.0.0.1, as the resolver reads them.
    "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "167772161", "012.0.0.1",
    "localhost",
]  # fmt: skip


@pytest.mark.parametrize("host", REFUSED)
def test_an_address_inside_is_refused_in_every_notation(host):
    with pytest.raises(ConnectorRefused) as refused:
        checked_address(host, 80, ())
    assert refused.value.code == "source_address_refused"


@pytest.mark.parametrize("host", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_a_public_address_is_allowed(host):
    assert is_allowed(ip_address(host), ())


def test_a_named_network_is_allowed_and_no_other():
    networks = [ip_network("10.1.0.0/16")]
    assert checked_address("10.1.2.3", 80, networks) == "10.1.2.3"
    with pytest.raises(ConnectorRefused):
        checked_address("10.2.2.3", 80, networks)
    assert is_allowed(ip_address("::ffff:10.1.2.3"), networks)


def test_a_name_with_one_address_inside_is_refused(monkeypatch):
    def resolve(host, port, type):
        return [(2, 1, 6, "", ("1.1.1.1", port)), (2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr("luoxuan.data.connectors.addresses.socket.getaddrinfo", resolve)
    with pytest.raises(ConnectorRefused):
        checked_address("two.example", 80, ())
