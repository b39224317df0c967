"""Each channel end to end: a real topic, GOV.UK Notify on loopback, the inbox, and a rate for each recipient."""

import asyncio
from collections.abc import Callable

import psycopg
from aiokafka import AIOKafkaConsumer

import deploy.topics
from tests.component.notify.doors import Hook, Reply, until
from tests.component.notify.world import World
from tests.support import servers
from tests.support.govuk import Answer, GovukNotify

Hooks = Callable[..., Hook]


def the_first_record(notify: World, topic: str) -> tuple[dict[str, str], bytes]:
    async def read() -> tuple[dict[str, str], bytes]:
        consumer = AIOKafkaConsumer(
            notify.topics.name(topic), bootstrap_servers=notify.bootstrap, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            async with asyncio.timeout(20):
                record = await consumer.getone()
        finally:
            await consumer.stop()
        return {name: value.decode() for name, value in record.headers}, record.value

    return servers.run(read())


class TestATopicOfARecipient:
    def test_gets_a_cloud_event_with_the_delivery_s_id(self, notify: World) -> None:
        notify.place()
        servers.run(deploy.topics.create(notify.bootstrap, notify.topics.prefix, outboxes=["outbox-icb"]))
        notify.register("safeguarding", "outbox-icb", channel="kafka")
        _, provider = notify.raise_("A2")

        delivery = notify.one(provider, "sent")
        headers, body = the_first_record(notify, "outbox-icb")

        assert headers["ce_id"] == delivery["id"]
        assert headers["ce_type"] == "careledger.delivery.alert.raised.v1"
        assert provider.encode() in body
        assert delivery["channel"] == "kafka"


class TestGovukNotify:
    def test_takes_a_message_after_it_was_busy(self, notify: World, govuk: GovukNotify) -> None:
        notify.place()
        govuk.answers = [Answer(429, headers={"Retry-After": "1"})]
        notify.register("safeguarding", "duty@one.example", channel="govuk_notify")
        _, provider = notify.raise_("A2")

        delivery = notify.one(provider, "sent")

        assert [attempt["status"] for attempt in delivery["attempts"]] == [429, None]
        [taken] = [one for one in govuk.taken if one["reference"] == delivery["id"]]
        assert taken["email_address"] == "duty@one.example"

    def test_that_refuses_for_good_makes_it_dead(self, notify: World, govuk: GovukNotify) -> None:
        notify.place()
        govuk.answers = [Answer(400)]
        notify.register("safeguarding", "duty@two.example", channel="govuk_notify")
        _, provider = notify.raise_("A2")

        assert notify.one(provider, "dead")["reason"] == "400: refused by GOV.UK Notify"


class TestTheInbox:
    def test_holds_what_was_said_until_it_is_read_and_acknowledged(self, notify: World) -> None:
        notify.place()
        notify.register("safeguarding", "inbox", channel="inbox")
        _, provider = notify.raise_("A2")
        key = notify.one(provider, "sent")["id"]

        page = notify.call("GET", "/v1/inbox", "safeguarding").json()
        [item] = page["messages"]
        assert (page["unread"], page["unacknowledged"]) == (1, 1)
        assert (item["id"], item["alert"], item["heading"]) == (key, "A2", "A2 Safeguarding concern to consider")
        assert item["link"] == f"http://record.example/providers/{provider}"

        assert notify.call("POST", f"/v1/inbox/{key}/read", "safeguarding").status_code == 204
        assert notify.call("GET", "/v1/inbox", "safeguarding", params={"show": "unread"}).json()["messages"] == []
        body = {"by": "safeguarding"}
        assert (
            notify.call("POST", f"/v1/deliveries/{key}/acknowledgement", "safeguarding", json=body).status_code == 201
        )

        done = notify.call("GET", "/v1/inbox", "safeguarding", params={"show": "acknowledged"}).json()
        assert (done["messages"][0]["acknowledged_by"], done["unacknowledged"]) == ("safeguarding", 0)
        assert notify.recorded(provider) == ["notification.sent", "notification.acknowledged"]

    def test_is_nobody_else_s(self, notify: World) -> None:
        notify.place()
        notify.register("safeguarding", "inbox", channel="inbox")
        key = notify.one(notify.raise_("A2")[1], "sent")["id"]

        assert notify.call("GET", "/v1/inbox", "contracts-officer").json()["messages"] == []
        elsewhere = notify.call("GET", "/v1/inbox", "safeguarding", places=["E06000099"])
        assert elsewhere.json()["messages"] == []
        assert notify.call("POST", f"/v1/inbox/{key}/read", "director").status_code == 404
        assert notify.call("GET", "/v1/inbox", "auditor").status_code == 403

    def test_comes_in_pages_newest_first(self, notify: World) -> None:
        notify.place()
        notify.register("safeguarding", "inbox", channel="inbox")
        for _ in range(3):
            notify.one(notify.raise_("A2")[1], "sent")

        first = notify.call("GET", "/v1/inbox", "safeguarding", params={"limit": 2}).json()
        rest = notify.call("GET", "/v1/inbox", "safeguarding", params={"limit": 2, "cursor": first["next"]}).json()

        assert (len(first["messages"]), len(rest["messages"]), rest["next"]) == (2, 1, None)
        sent = [one["sent_at"] for one in first["messages"] + rest["messages"]]
        assert sent == sorted(sent, reverse=True)


class TestARate:
    def test_holds_back_one_recipient_and_nobody_else(self, notify: World, hook: Hooks) -> None:
        notify.place()
        quick, other = hook(), hook()
        key = notify.register("safeguarding", quick)["id"]
        notify.register("cqc", other)
        notify.one(notify.raise_("A2")[1], "sent")
        with psycopg.connect(notify.database_url) as connection:
            spent = connection.execute("SELECT allowance FROM notify.recipients WHERE id = %s", [key]).fetchone()
            connection.execute(
                "UPDATE notify.recipients SET allowance = 0.5, allowance_at = %s + interval '5 minutes' WHERE id = %s",
                [notify.now, key],
            )
        assert spent is not None
        assert spent[0] == 49

        _, provider = notify.raise_("A2")
        told = notify.one(notify.raise_("A4")[1], "sent")
        assert notify.one(provider, "due")["attempts"] == []

        notify.pass_(minutes=6)
        assert notify.one(provider, "sent")
        assert told["recipient"]["role"] == "cqc"


class TestACircuit:
    def test_leaves_a_recipient_alone_for_a_while_and_closes_again(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook(Reply(500))
        key = notify.register("safeguarding", door)["id"]
        homes = [notify.raise_("A2")[1] for _ in range(6)]

        def circuit() -> tuple[int, bool]:
            with psycopg.connect(notify.database_url) as connection:
                query = "SELECT failures, paused_until IS NOT NULL FROM notify.recipients WHERE id = %s"
                failures, is_paused = connection.execute(query, [key]).fetchone() or (0, False)
                return failures, is_paused

        until(lambda: circuit()[0] >= 5 and circuit()[1], why="the circuit is open")
        door.always = Reply(204)
        for home in homes:
            notify.one(home, "sent")

        assert circuit() == (0, False)
