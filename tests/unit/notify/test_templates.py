"""The e-mail's two forms say the same, and can be read by everybody; templates are data, with a preview."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from typer.testing import CliRunner

from services.notify import messages, previewing
from services.notify.__main__ import cli
from services.notify.channels import NotSetUp, Unfit
from services.notify.channels.inbox import READ_BY, Inbox
from services.notify.channels.kafka import Kafka, headers
from services.notify.messages import Message
from shared.topics import TOPICS, Topics, outbox
from tests.support import settings

PAGES, OWN = "https://record.example", "https://notify.example"


def example(code: str) -> Message:
    return previewing.example(code, PAGES, OWN)


class Page(HTMLParser):
    """What a reader, or a screen reader, gets of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.links: dict[str, str] = {}
        self.words = ""
        self._in: list[str] = []
        self._link: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes[tag] = dict(attrs)
        if tag not in ("meta", "br"):
            self._in.append(tag)
        if tag == "a":
            self._link = dict(attrs)["href"] or ""
            self.links[self._link] = ""

    def handle_endtag(self, tag: str) -> None:
        assert self._in.pop() == tag, "well nested"
        self._link = None if tag == "a" else self._link

    def handle_data(self, data: str) -> None:
        if "body" in self._in:
            self.words += data
        if self._link is not None:
            self.links[self._link] += data


@pytest.mark.parametrize("code", previewing.CODES)
class TestEveryTemplate:
    def test_is_a_page_with_language_title_and_one_heading(self, code: str) -> None:
        page = Page(messages.html(example(code)))

        assert page.attributes["html"]["lang"] == "en-GB"
        assert (page.tags.count("title"), page.tags.count("h1"), page.tags.count("main")) == (1, 1, 1)
        assert not {"img", "table", "script"} & set(page.tags), "nothing that needs a picture, a layout or a program"

    def test_has_links_that_say_where_they_lead(self, code: str) -> None:
        message = example(code)
        page = Page(messages.html(message))

        assert set(page.links) == {message.links.provider, message.links.acknowledge}
        assert all(len(words.split()) >= 3 and "click" not in words.lower() for words in page.links.values())

    def test_says_the_same_as_text_and_as_a_page(self, code: str) -> None:
        message = example(code)
        text, page = messages.plain(message), Page(messages.html(message))

        said = " ".join(page.words.split())
        for words in (messages.heading(message), message.name, message.summary, "If nobody does", message.role):
            assert words in " ".join(text.split())
            assert words in said
        assert message.links.provider in text
        assert str(message.links.acknowledge) in text

    def test_is_previewed_with_made_up_content_alone(self, code: str) -> None:
        message = example(code)

        assert "Synthetic" in message.summary
        assert message.name in (previewing.NAME, previewing.PLACE)
        assert "{{" not in messages.plain(message) + messages.html(message)


def test_an_alert_may_have_words_of_its_own_and_its_end_has_not() -> None:
    text = messages.plain(example("A1"))

    assert "call 999 first" in text
    assert "call 999 first" in messages.html(example("A1"))
    assert "call 999" not in messages.plain(example("A5"))
    assert "call 999" not in messages.plain(replace(example("A1"), type="alert.cleared"))


def test_the_command_shows_a_template(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {f"NOTIFY_{name.upper()}": value for name, value in settings.OWN["notify"].items()}
    for name, value in (settings.environment() | own).items():
        monkeypatch.setenv(name, value)
    run = CliRunner()

    shown = run.invoke(cli, ["preview", "A1"])
    assert shown.exit_code == 0, shown.output
    assert "--- html (synthetic example)" in shown.output
    assert "call 999 first" in shown.output
    assert run.invoke(cli, ["preview", "A99"]).exit_code == 2
    missing = run.invoke(cli, ["preview", "A1", "--channel", "govuk_notify"])
    assert missing.exit_code == 2
    assert "NOTIFY_GOVUK_API_KEY" in missing.output


class TestKafka:
    def test_is_a_cloud_event_whose_id_is_the_delivery_s(self) -> None:
        message = example("A5")

        assert dict(headers(message)) == {
            "ce_specversion": b"1.0", "ce_id": str(message.delivery_id).encode(), "ce_source": b"/notify",
            "ce_type": b"careledger.delivery.alert.raised.v1", "ce_subject": b"prv-synthetic",
            "content-type": b"application/json",
        }  # fmt: skip
        assert headers(message) == headers(example("A5")), "a repeat is the same"

    @pytest.mark.parametrize(
        "topic",
        [
            *(one.name for one in TOPICS), "outbox-", "outbox", "outbox-A", "outbox-a b", "outbox-../ledger",
            "outbox-a.", "x-outbox-a", "outbox-a-", "outbox-" + "a" * 61,
        ],
    )  # fmt: skip
    async def test_nobody_can_have_us_write_to_a_topic_of_our_own(self, topic: str) -> None:
        with pytest.raises(ValueError, match="outbox-"):
            outbox(topic)
        with pytest.raises(Unfit):
            await Kafka("127.0.0.1:1", Topics()).check("cqc", topic, None)


class TestTheInbox:
    @pytest.mark.parametrize(
        ("role", "address", "secret"),
        [("cqc", "duty@cqc.example", None), ("cqc", "inbox", "whsec_x"), ("provider", "inbox", None),
         ("placing_authorities", "inbox", None)],
    )  # fmt: skip
    async def test_is_for_roles_that_somebody_opens(self, role: str, address: str, secret: str | None) -> None:
        with pytest.raises(Unfit):
            await Inbox().check(role, address, secret)

    async def test_of_every_role_with_a_reader_is_one(self) -> None:
        for role in {told for opened in READ_BY.values() for told in opened}:
            await Inbox().check(role, "inbox", None)


async def test_a_channel_without_settings_says_which_are_missing() -> None:
    with pytest.raises(Unfit, match="NOTIFY_X and NOTIFY_Y missing"):
        await NotSetUp("x", ("NOTIFY_X", "NOTIFY_Y")).check("cqc", "a", None)
