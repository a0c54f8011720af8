from ipaddress import ip_address

import pytest

from parley.kit.addresses import is_public, parse_allow_list


@pytest.mark.parametrize(
    "address",
    [
        *[
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
        ],
        *["192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1"],
        *[
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "fec0::1",
            "2001:db8::1",
        ],
        *[
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::",
        ],
        *["64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "2001:0:4136:e378:8000:63bf:f5ff:fffe", "100::1"],
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))
    assert not parse_allow_list([]).may_connect("host.example", address)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "172.32.0.1",
        "192.169.0.1",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))
    assert parse_allow_list([]).may_connect("host.example", address)


def test_operators_allow_addresses_networks_and_names() -> None:
    allow = parse_allow_list(["127.0.0.1", "10.0.0.0/8", "fd00::/8", "Minio.internal."])
    assert allow.may_connect("x", "127.0.0.1")
    assert allow.may_connect("x", "10.200.0.1")
    assert allow.may_connect("x", "fd12::1")
    assert allow.may_connect("MINIO.internal", "192.168.0.9")
    assert not allow.may_connect("minio.internal.evil.example", "192.168.0.9")
    assert not allow.may_connect("x", "127.0.0.2")
    assert not allow.may_connect("x", "::ffff:127.0.0.1")
    assert not allow.may_connect("x", "not an address")


@pytest.mark.parametrize("entry", ["", " ", "10.0.0.0/99", "http://x", "a b", "host:80"])
def test_other_entries_are_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        parse_allow_list([entry])
