"""Partners' Kafka topics: exactly once into the journal, the publisher is the topic's, nothing unusable is dropped."""

import base64
import hashlib
import hmac
import uuid

import orjson
import pytest

from services.intake import quarantine
from shared import clock
from tests.component.intake.conftest import PLACE, concern, new_alias, run, until

ITEMS = "SELECT reason, detail, sealed::text, publisher FROM quarantine WHERE state = 'open' ORDER BY number"
COUNT = "SELECT count(*) FROM journal WHERE key = %s"
shared_loop = pytest.mark.asyncio(loop_scope="module")


def structured(event):
    return orjson.dumps(event), [("content-type", b"application/cloudevents+json")]


def binary(event):
    headers = [(f"ce_{name}", str(value).encode()) for name, value in event.items() if name != "data"]
    return orjson.dumps(event["data"]), [*headers, ("content-type", b"application/json")]


async def until_journalled(intake, provider, count):
    async def there():
        return (await intake.rows(COUNT, provider))[0][0] >= count

    await until(there)


@shared_loop
class TestReading:
    async def test_structured_and_binary_are_taken_in_the_topics_name(self, intake):
        provider = await intake.register()
        one, two = concern(provider, description="Doses were missed."), concern(provider)
        claimed = two | {"source": "/publishers/council-quality", "publisher": "council-quality"}

        await intake.send("icb-quality", structured(one), binary(claimed))

        await until_journalled(intake, provider, 3)
        rows = await intake.rows("SELECT body FROM journal WHERE key = %s ORDER BY position OFFSET 1", provider)
        events = [orjson.loads(row[0]) for row in rows]
        assert {event["source"] for event in events} == {f"/places/{PLACE}/publishers/icb-quality"}
        assert b"Doses" not in rows[0][0]

    async def test_the_same_fact_by_topic_and_by_http_is_one(self, intake):
        provider = await intake.register()
        sent = concern(provider, description="A synthetic text.")
        first = await intake.result(sent)

        await intake.send("icb-quality", structured(sent), structured(sent), binary(concern(provider)))

        await until_journalled(intake, provider, 3)
        assert (await intake.rows(COUNT, provider))[0][0] == 3
        assert (await intake.journal(first["id"]))["subject"] == provider

    async def test_an_unknown_provider_waits_for_its_alias(self, intake):
        alias = new_alias()
        await intake.send("nhs-quality", structured(concern(f"cqc:{alias}")))

        async def waits():
            return await intake.rows("SELECT id FROM quarantine WHERE value = %s", alias)

        ((id_,),) = await until(waits)
        await intake.register(alias)

        assert (await intake.journal(str(id_)))["source"].endswith("/publishers/nhs-quality")


class TestKeepingWhatCannotBeUsed:
    async def test_each_with_its_reason_and_its_text_sealed(self, fresh, partners):
        async with run(fresh, partners) as intake:
            provider = await intake.register()
            good = concern(provider, description="Doses were missed.")
            records = [
                (b"Doses were missed\xff", []),
                structured({"hello": "Doses were missed"}),
                structured(concern(provider, severity="S9", description="Doses were missed.")),
                structured(concern(provider) | {"type": "careledger.quality_concern.rased.v1"}),
                structured(good),
                structured(good | {"data": good["data"] | {"description": "Doses were given."}}),
                structured(concern(provider) | {"time": "2999-01-01T00:00:00Z"}),
            ]

            await intake.send("icb-quality", *records, structured(concern(provider)))
            await until_journalled(intake, provider, 3)

            items = await intake.rows(ITEMS)
            assert [(item[0], item[3]) for item in items] == [
                (reason, "icb-quality")
                for reason in (
                    "not-a-cloudevent", "not-a-cloudevent", "unusable", "unusable", "conflict", "time-ahead",
                )
            ] or sorted(item[0] for item in items) == [
                "conflict", "not-a-cloudevent", "not-a-cloudevent", "time-ahead", "unusable", "unusable",
            ]  # fmt: skip
            assert all("Doses" not in item[2] for item in items)
            assert any("data/severity" in (item[1] or "") for item in items)
            assert intake.intake.inbox.consumer.check() is None

    async def test_no_byte_in_it_keeps_it_out_of_the_stewards_sight(self, fresh, partners):
        async with run(fresh, partners) as intake:
            provider = await intake.register()
            records = [
                structured(concern(provider, **{"no\0te": 1})),
                structured(concern(f"cqc:{new_alias()}", concern_id="QC\0-1")),
            ]

            await intake.send("icb-quality", *records, structured(concern(provider)))
            await until_journalled(intake, provider, 2)

            assert [item[0] for item in await intake.rows(ITEMS)] == ["unusable", "unusable"]

    async def test_what_an_earlier_version_could_not_read_is_released_by_a_steward(self, fresh, partners):
        async with run(fresh, partners) as intake:
            provider, parts = await intake.register(), intake.intake.parts
            value, headers = structured(concern(provider, description="A synthetic text."))
            packed = {"headers": {n: base64.b64encode(v).decode() for n, v in headers},
                      "value": base64.b64encode(value).decode()}  # fmt: skip
            id_ = uuid.uuid4()
            raw = await parts.vault.seal(orjson.dumps(packed).decode(), event_id=id_, subjects=["event"])
            entry = quarantine.Entry(
                id=id_, digest=hmac.new(b"k" * 32, value, hashlib.sha256).digest(), reason=quarantine.UNUSABLE,
                publisher="icb-quality", places=[PLACE], receivedtime=clock.now(),
                sealed={quarantine.RAW: raw.model_dump()},
            )  # fmt: skip
            async with parts.pool.connection() as connection, connection.cursor() as cursor:
                await quarantine.keep(cursor, [entry])

            answer = await intake.steward("POST", f"/v1/quarantine/{id_}/release", {"reason": "Readable now."})

            assert answer.status_code == 200, answer.text
            event = await intake.journal(answer.json()["id"])
            assert event["subject"] == provider
            assert event["receivedtime"] < event["recordedtime"]
            assert set(event["data"]["description"]) == {"kid", "nonce", "ciphertext"}


class TestRestarting:
    async def test_each_record_is_taken_exactly_once_across_stops_and_starts(self, fresh, partners):
        events = []
        async with run(fresh, partners) as intake:
            provider = await intake.register()
            events = [concern(provider) for _ in range(240)]
            for partition in range(3):
                some = events[partition * 80 : partition * 80 + 80]
                await intake.send("icb-quality", *(structured(event) for event in some[:40]), partition=partition)
            await until_journalled(intake, provider, 20)  # stopped in the middle of its work
        for stop in range(2):
            async with run(fresh, partners) as intake:
                for partition in range(3):
                    some = events[partition * 80 + 40 + stop * 20 : partition * 80 + 60 + stop * 20]
                    await intake.send("icb-quality", *(structured(event) for event in some), partition=partition)
                await until_journalled(intake, provider, 60 + stop * 60)
        async with run(fresh, partners) as intake:
            await until_journalled(intake, provider, 241)

            rows = await intake.rows("SELECT body FROM journal WHERE key = %s ORDER BY position OFFSET 1", provider)
            journalled = [orjson.loads(body)["data"]["concern_id"] for (body,) in rows]
            assert len(rows) == 240
            assert sorted(journalled) == sorted(event["id"] for event in events)
            for partition in range(3):
                mine = [event["id"] for event in events[partition * 80 : partition * 80 + 80]]
                assert [number for number in journalled if number in mine] == mine
            assert await intake.rows(ITEMS) == []
