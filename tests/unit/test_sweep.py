"""The sweep keeps to small, own networks."""

from __future__ import annotations

import ipaddress

from gcam_addon.network.sweep import hosts_of, own_addresses, own_networks


def test_only_private_networks_of_this_machine_and_never_large_ones() -> None:
    for network in own_networks():
        assert network.is_private
        assert not network.is_loopback
        assert network.prefixlen >= 24
    assert "127.0.0.1" in own_addresses()
    assert all(ipaddress.ip_address(address).is_private for address in own_addresses())


def test_its_own_address_is_left_out() -> None:
    network = ipaddress.IPv4Network("192.168.7.0/29")
    assert hosts_of([network], ["192.168.7.2"]) == [f"192.168.7.{n}" for n in (1, 3, 4, 5, 6)]
