"""Where a webhook may lead: nowhere inside our own network, however it is written, named or moved."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify import addresses, messages
from services.notify.channels.webhook import Webhook
from services.notify.messages import Links
from tests.unit.notify.given import NOW, notice, recipient, uuid

PRIVATE = ("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "240.0.0.1", "192.0.0.8", "192.88.99.1", "198.18.0.1", "192.0.2.1",
        # IPv6: our own, link, site, unique-local, documentation, discard, segment routing, multicast
        "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "2001:db8::1", "3fff::1", "100::1", "5f00::1",
        "ff02::1",
        # one address in another: mapped, compatible, translated, NAT64 (its local prefix as well), 6to4, Teredo
        "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::10.0.0.1", "::127.0.0.1", "::ffff:0:10.0.0.1",
        "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:a00:1::", "2002:7f00:1::", "2001:0:a00:1::",
    ],
)  # fmt: skip
def test_our_own_and_reserved_networks_are_not_public(address: str) -> None:
    assert not addresses.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4009::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_the_internet_is(address: str) -> None:
    assert addresses.is_public(ipaddress.ip_address(address))


@given(
    network=st.sampled_from(PRIVATE), offset=st.integers(0, 2**16 - 1), wrap=st.sampled_from(["4", "mapped", "nat64"])
)
def test_no_private_address_is_public_in_any_wrapping(network: str, offset: int, wrap: str) -> None:
    inner = ipaddress.IPv4Network(network)[offset]
    prefix = {"mapped": 0xFFFF << 32, "nat64": int(ipaddress.IPv6Address("64:ff9b::")), "4": 0}[wrap]
    address = inner if wrap == "4" else ipaddress.IPv6Address(prefix | int(inner))

    assert not addresses.is_public(address)


@given(st.ip_addresses(v=6))
def test_only_what_is_given_out_of_ipv6_or_holds_a_public_ipv4_is_public(address: ipaddress.IPv6Address) -> None:
    if addresses.is_public(address):
        assert address in addresses.UNICAST or address.ipv4_mapped or address in addresses.NAT64


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org", "ftp://example.org", "file:///etc/passwd", "http://example.org", "https://", "https://:443/x",
        "https://a:b@example.org/x", "https://example.org/x#y", "https://example.org/x y", "https://ex\u00e4mple.org",
        "https://example.org:99999", "https://example.org:0", "https://[::1", "https://example.org/\x00",
        "https://example.org\r\nHost: other", "gopher://example.org", "https://@example.org/", "//example.org/x",
        "javascript:alert(1)", "https://example.org:22/", "https://example.org:25", "https://example.org:80/x",
        "https://127.0.0.1@example.org/", "https://example.org:-1/", "https://example.org:4x3/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_webhook(url: str) -> None:
    with pytest.raises(addresses.Refused):
        addresses.checked(url, private_allowed=False)


@pytest.mark.parametrize("port", ["", ":443", ":8443", ":65535"])
def test_ports_of_the_web_are_allowed(port: str) -> None:
    assert addresses.checked(f"https://example.org{port}/hook", private_allowed=False)


@given(st.text(max_size=60))
def test_whatever_is_written_is_an_address_or_refused(url: str) -> None:
    try:
        parts = addresses.checked(url, private_allowed=False)
    except addresses.Refused:
        return
    assert parts.scheme == "https"
    assert parts.hostname


async def test_a_name_is_pinned_to_the_address_that_was_checked() -> None:
    pinned = await addresses.pin("http://localhost:9999/hook?a=b", private_allowed=True)

    assert pinned.url in ("http://127.0.0.1:9999/hook?a=b", "http://[::1]:9999/hook?a=b")
    assert (pinned.host, pinned.name) == ("localhost:9999", "localhost")


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "127.1",
        "0", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[::]", "2852039166", "[fe80::1%25lo]",
    ],
)  # fmt: skip
async def test_a_private_address_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(addresses.Refused):
        await addresses.pin(f"https://{host}/x", private_allowed=False)


class Names:
    """The names of the internet, as somebody else keeps them: each look-up may say something new."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self.asked, self._answers, self._real = 0, list(answers), socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self)

    def __call__(self, host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if host != "moving.example":
            return self._real(host, port, *rest, **more)
        self.asked += 1
        found = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]


@pytest.mark.parametrize("answers", [["10.0.0.1"], ["8.8.8.8", "169.254.169.254"], ["127.0.0.1", "8.8.8.8"]])
async def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch, answers: list[str]) -> None:
    Names(monkeypatch, answers)

    with pytest.raises(addresses.Refused, match="not a public address"):
        await addresses.pin("https://moving.example/hook", private_allowed=False)


async def test_a_name_that_moves_inside_after_its_registration_is_refused_at_the_sending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Names(monkeypatch, ["8.8.8.8"], ["10.0.0.1"])
    await addresses.pin("https://moving.example/hook", private_allowed=False)

    outcome = await _sent("https://moving.example/hook", private_allowed=False)

    assert (outcome.sent, outcome.permanent) == (False, False)
    assert "not a public address" in outcome.detail


class Listener:
    """A real server on loopback that answers with one status and keeps what it was asked."""

    def __init__(self, status: int, **headers: str) -> None:
        listener, self.hosts = self, []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                listener.hosts.append(self.headers["Host"])
                self.send_response(status)
                for name, value in ({"Content-Length": "0"} | headers).items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Be quiet."""

        self.hosts: list[str]
        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def inside() -> Iterator[Listener]:
    made = Listener(204)
    yield made
    made.close()


async def test_between_the_check_and_the_connection_a_name_is_not_asked_again(
    monkeypatch: pytest.MonkeyPatch, inside: Listener
) -> None:
    names = Names(monkeypatch, ["127.0.0.1"], ["203.0.113.1"])

    outcome = await _sent(f"http://moving.example:{inside.port}/hook", private_allowed=True)

    assert outcome.sent, outcome.detail
    assert names.asked == 1
    assert inside.hosts == [f"moving.example:{inside.port}"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(inside: Listener, status: int) -> None:
    door = Listener(status, Location=f"http://127.0.0.1:{inside.port}/secret")
    try:
        outcome = await _sent(f"http://127.0.0.1:{door.port}/hook", private_allowed=True)
    finally:
        door.close()

    assert (outcome.sent, outcome.status, outcome.permanent) == (False, status, False)
    assert inside.hosts == []


async def _sent(url: str, *, private_allowed: bool) -> Any:
    def unseal(_: bytes, __: UUID) -> str:
        return "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"

    links = Links("https://record.example", None)
    message = messages.compose(
        notice(), delivery_id=uuid("delivery"), role="cqc", links=links, now=NOW, acknowledge_by=None
    )
    channel = Webhook(unseal=unseal, private_allowed=private_allowed)
    try:
        return await channel.send(message, recipient("cqc", address=url))
    finally:
        await channel.close()


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]"])
async def test_a_link_local_address_is_refused_even_in_development(host):
    with pytest.raises(addresses.Refused, match="not a public address"):
        await addresses.pin(f"http://{host}:9999/latest", private_allowed=True)
