"""GOV.UK Notify through its official client, against a server on loopback that answers as its API does."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.notify import messages
from services.notify.channels import Unfit
from services.notify.channels.govuk_notify import Account, GovukNotify, personalisation
from services.notify.messages import Links, Message
from services.notify.settings import FIELDS, NotifySettings
from tests.support import govuk, settings
from tests.support.govuk import Answer
from tests.unit.notify.given import NOW, notice, recipient, uuid

OTHER = "99999999-2222-3333-4444-555555555555"


def told(alert: str = "A5", **more: Any) -> Message:
    links = Links("https://record.example/providers/prv-1", "https://notify.example/acknowledge/x")
    return messages.compose(
        notice(alert), delivery_id=uuid("delivery"), role="icb_quality", links=links, now=NOW,
        acknowledge_by=NOW + timedelta(hours=1), **more,
    )  # fmt: skip


@pytest.fixture
def notify() -> Iterator[govuk.GovukNotify]:
    made = govuk.GovukNotify()
    yield made
    made.close()


@pytest.fixture
async def channel(notify: govuk.GovukNotify) -> AsyncIterator[GovukNotify]:
    made = GovukNotify(Account(SecretStr(govuk.KEY), notify.url, govuk.TEMPLATE, {"A1": OTHER}, FIELDS), seconds=2)
    yield made
    await made.close()


TO = recipient("icb_quality", channel="govuk_notify", address="duty@icb.example")


async def test_a_message_is_our_words_in_the_fields_of_the_template(
    notify: govuk.GovukNotify, channel: GovukNotify
) -> None:
    outcome = await channel.send(told(), TO)

    [taken] = notify.taken
    assert outcome.sent
    assert taken["id"] in outcome.detail
    assert (taken["email_address"], taken["template_id"]) == ("duty@icb.example", govuk.TEMPLATE)
    assert taken["reference"] == str(uuid("delivery"))
    assert taken["personalisation"]["subject"] == "A5 Notice to the ICB: Synthetic Home"
    assert "Please acknowledge by 15:05 on 1 May 2026" in taken["personalisation"]["message"]


async def test_an_alert_may_have_a_template_of_its_own(notify: govuk.GovukNotify, channel: GovukNotify) -> None:
    await channel.send(told("A1"), TO)

    assert notify.taken[0]["template_id"] == OTHER


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (Answer(400), {"permanent"}),
        (Answer(403), {"permanent"}),
        (Answer(404), {"ours"}),
        (Answer(429, headers={"Retry-After": "7"}), {"ours"}),
        (Answer(500), {"ours", "uncertain"}),
        (Answer(503), {"ours", "uncertain"}),
        (Answer(302, headers={"Location": "/v2/notifications/email"}), {"ours"}),
    ],
)
async def test_what_a_refusal_means(
    notify: govuk.GovukNotify, channel: GovukNotify, answer: Answer, meaning: set[str]
) -> None:
    notify.answers = [answer]

    outcome = await channel.send(told(), TO)

    assert (outcome.sent, outcome.status) == (False, answer.status)
    assert {name for name in ("permanent", "ours", "uncertain") if getattr(outcome, name)} == meaning
    assert outcome.retry_after == answer.headers.get("Retry-After")
    assert notify.asked == 1, "a redirect is not followed"


async def test_an_unknown_key_is_refused_for_good(notify: govuk.GovukNotify) -> None:
    wrong = govuk.KEY.replace(govuk.SECRET, OTHER)
    channel = GovukNotify(Account(SecretStr(wrong), notify.url, govuk.TEMPLATE, {}, FIELDS), seconds=2)

    outcome = await channel.send(told(), TO)

    assert (outcome.status, outcome.permanent, notify.taken) == (403, True, [])
    await channel.close()


async def test_no_answer_is_nobody_s_fault(notify: govuk.GovukNotify, channel: GovukNotify) -> None:
    notify.answers = [Answer(0, drops=True)]

    outcome = await channel.send(told(), TO)

    assert (outcome.sent, outcome.ours, outcome.uncertain, outcome.permanent) == (False, True, True, False)


async def test_what_may_have_been_taken_is_not_sent_twice(notify: govuk.GovukNotify, channel: GovukNotify) -> None:
    notify.answers = [Answer(500, takes=True)]
    assert not (await channel.send(told(), TO)).sent

    again = await channel.send(told(repeat=True), TO)

    assert again.sent
    assert len(notify.taken) == 1


async def test_what_notify_gave_up_is_sent_again(notify: govuk.GovukNotify, channel: GovukNotify) -> None:
    await channel.send(told(), TO)
    notify.taken[0]["status"] = "permanent-failure"

    assert (await channel.send(told(repeat=True), TO)).sent
    assert len(notify.taken) == 2


@pytest.mark.parametrize(("address", "secret"), [("nobody", None), ("07700900000", None), ("a@b.example", "whsec_x")])
async def test_who_cannot_be_a_recipient(channel: GovukNotify, address: str, secret: str | None) -> None:
    with pytest.raises(Unfit):
        await channel.check("cqc", address, secret)


def test_every_word_that_the_settings_allow_is_known() -> None:
    words = NotifySettings.model_fields["govuk_personalisation"].annotation
    allowed = words.__args__[1].__args__  # type: ignore[union-attr]

    filled = personalisation(told(), {word: word for word in allowed})

    assert filled["acknowledge_by"] == "15:05 on 1 May 2026"
    assert filled.keys() == set(allowed)


@pytest.mark.parametrize(
    "wrong",
    [
        {"govuk_api_key": "short"},
        {"govuk_template_id": "x"},
        {"govuk_personalisation": {"body": "password"}},
        {"govuk_callback_token": "short"},
        {"govuk_url": "http://127.0.0.1:1", "environment": "production", "clock_file": None},
    ],
)
def test_settings_that_are_refused(wrong: dict[str, Any]) -> None:
    fit = {"govuk_api_key": govuk.KEY, "govuk_template_id": govuk.TEMPLATE, "govuk_callback_token": govuk.TOKEN}
    assert settings.settings_of("notify", **fit)

    with pytest.raises(ValidationError):
        settings.settings_of("notify", **fit | wrong)
