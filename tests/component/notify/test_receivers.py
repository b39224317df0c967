"""The channels against real servers that misbehave: what each attempt comes to, and the reference library's word."""

import base64
import os
import socket
import threading
from collections.abc import Callable, Iterator
from email.headerregistry import Address

import pytest
from standardwebhooks.webhooks import Webhook as Reference

from services.notify import messages
from services.notify.channels import Outcome
from services.notify.channels.email import Email
from services.notify.channels.webhook import Webhook
from services.notify.messages import Links, Message
from tests.component.notify.doors import Hook, Mailbox, Reply, free_port
from tests.unit.notify.given import NOW, notice, recipient, uuid

Hooks = Callable[..., Hook]
SECRET = f"whsec_{base64.b64encode(os.urandom(32)).decode()}"
PATIENCE = 1.0
"""In place of the thirty seconds of a deployment."""


def message() -> Message:
    links = Links("http://record.example/providers/prv-1", "http://notify.example/acknowledge/x")
    return messages.compose(
        notice("A2"), delivery_id=uuid("delivery"), role="safeguarding", links=links, now=NOW, acknowledge_by=NOW
    )


async def post(url: str, seconds: float = PATIENCE) -> Outcome:
    """One attempt at a webhook."""
    channel = Webhook(unseal=lambda _sealed, _of: SECRET, private_allowed=True, seconds=seconds)
    try:
        return await channel.send(message(), recipient("safeguarding", address=url))
    finally:
        await channel.close()


class TestAWebhook:
    @pytest.mark.parametrize(
        ("reply", "sent", "permanent", "uncertain"),
        [
            (Reply(200), True, False, False),
            (Reply(204, seconds=PATIENCE * 0.6), True, False, False),  # as one that thinks for 29 of 30 seconds
            (Reply(204, seconds=PATIENCE * 4), False, False, True),  # hangs
            (Reply(200, {"Content-Length": "1000"}, body=b'{"a":'), True, False, False),  # closes mid-body
            (Reply(is_hung_up=True), False, False, True),
            (Reply(500), False, False, True),
            (Reply(302, {"Location": "http://127.0.0.1:9/"}), False, False, False),
            (Reply(410), False, True, False),
            (Reply(404), False, False, False),
        ],
    )
    async def test_comes_to(self, hook: Hooks, reply: Reply, sent: bool, permanent: bool, uncertain: bool) -> None:
        door = hook(reply)

        found = await post(door.url)

        assert (found.sent, found.permanent, found.uncertain, found.ours) == (sent, permanent, uncertain, False)
        assert len(door.calls) == 1, "a channel tries once, and follows nothing"
        assert Reference(SECRET).verify(door.calls[0].body, door.calls[0].headers) == door.calls[0].said
        assert door.calls[0].id == str(uuid("delivery"))

    async def test_that_limits_its_rate_is_heard(self, hook: Hooks) -> None:
        found = await post(hook(Reply(429, {"Retry-After": "120"})).url)

        assert (found.sent, found.status, found.retry_after) == (False, 429, "120")

    async def test_that_nobody_listens_at_has_surely_not_been_told(self) -> None:
        found = await post(f"http://127.0.0.1:{free_port()}/hook")

        assert (found.sent, found.uncertain) == (False, False)

    async def test_that_answers_drop_by_drop_does_not_hold_us(self, drip: str) -> None:
        """Each byte comes in time, the answer never: the limit is for the whole."""
        found = await post(drip, seconds=0.5)

        assert (found.sent, found.uncertain) == (False, True)


@pytest.fixture
def drip() -> Iterator[str]:
    """A server that answers one byte at a time, without end."""
    done = threading.Event()

    def serve() -> None:
        client, _ = listener.accept()
        with client:
            client.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not done.wait(0.05):
                try:
                    client.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        done.set()
        thread.join(5)


async def mail(port: int) -> Outcome:
    """One attempt at a mail server."""
    channel = Email(
        host="127.0.0.1", port=port, tls="none", sender=Address("CareLedger", "x", "example.org"), username=None,
        password=None, now=lambda: NOW, seconds=PATIENCE * 5,
    )  # fmt: skip
    return await channel.send(message(), recipient("safeguarding", channel="email", address="duty@council.example"))


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    box.close()


class TestAMailServer:
    @pytest.mark.parametrize(("line", "permanent"), [("451 come back later", False), ("550 nobody here", True)])
    async def test_that_refuses_somebody_says_something_of_that_one(
        self, mailbox: Mailbox, line: str, permanent: bool
    ) -> None:
        mailbox.refuse = lambda _: line

        found = await mail(mailbox.port)

        assert (found.sent, found.permanent, found.ours, found.uncertain) == (False, permanent, False, False)
        assert found.status == int(line[:3])

    async def test_that_drops_the_line_is_our_fault_and_may_have_taken_it(self, mailbox: Mailbox) -> None:
        mailbox.refuse, mailbox.hang_up = lambda _: None, lambda _: True

        found = await mail(mailbox.port)

        assert (found.sent, found.ours, found.uncertain) == (False, True, True)
        mailbox.hang_up = lambda _: False
        assert (await mail(mailbox.port)).sent
        assert {one["Message-ID"] for one in mailbox.mails} == {f"<{uuid('delivery')}@example.org>"}
        assert len(mailbox.mails) == 2

    async def test_that_is_not_there_kills_nothing(self) -> None:
        found = await mail(free_port())

        assert (found.sent, found.ours, found.permanent) == (False, True, False)
