"""Where a webhook may lead."""

import ipaddress

import pytest

from services.notify import addresses


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
        "2002:a00:1::", "2001:db8::1", "198.18.0.1", "192.0.2.1",
    ],
)  # fmt: skip
def test_our_own_and_reserved_networks_are_not_public(address: str) -> None:
    assert not addresses.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4009::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_the_internet_is(address: str) -> None:
    assert addresses.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org", "ftp://example.org", "file:///etc/passwd", "http://example.org", "https://", "https://:443/x",
        "https://a:b@example.org/x", "https://example.org/x#y", "https://example.org/x y", "https://ex\u00e4mple.org",
        "https://example.org:99999", "https://example.org:0", "https://[::1", "https://example.org/\x00",
        "https://example.org\r\nHost: other", "gopher://example.org", "https://@example.org/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_webhook(url: str) -> None:
    with pytest.raises(addresses.Refused):
        addresses.checked(url, private_allowed=False)


async def test_a_name_is_pinned_to_the_address_that_was_checked() -> None:
    pinned = await addresses.pin("http://localhost:9999/hook?a=b", private_allowed=True)

    assert pinned.url in ("http://127.0.0.1:9999/hook?a=b", "http://[::1]:9999/hook?a=b")
    assert (pinned.host, pinned.name) == ("localhost:9999", "localhost")


@pytest.mark.parametrize(
    "url", ["https://localhost/x", "https://127.0.0.1/x", "https://[::1]/x", "https://2130706433/x", "https://0x7f.1/x"]
)
async def test_a_private_address_is_refused_however_it_is_written(url: str) -> None:
    with pytest.raises(addresses.Refused):
        await addresses.pin(url, private_allowed=False)
