"""The quarantine as a work list: danger is told at once, decisions are on the ledger, a match is a steward's word."""

from typing import Any
from uuid import UUID

import orjson
import pytest

from shared.events import Sealed
from tests.component.intake.conftest import ELSEWHERE, JSON, PLACE, STRUCTURED, Running, concern, new_alias, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
BOTH = [PLACE, ELSEWHERE]


async def told(intake: Running, kind: str, about: str, count: int = 1) -> list[JSON]:
    """The events of a kind that speak of something, once there are so many."""

    async def found() -> list[JSON]:
        sql = "SELECT body FROM journal WHERE type = %s AND convert_from(body, 'UTF8') LIKE %s ORDER BY position"
        rows = await intake.rows(sql, f"careledger.{kind}.v1", f"%{about}%")
        return [orjson.loads(body) for (body,) in rows] if len(rows) >= count else []

    events: list[JSON] = await until(found)
    return events


async def listed(intake: Running, **query: Any) -> list[JSON]:
    path = "/v1/quarantine?" + "&".join(f"{name}={value}" for name, value in ({"limit": 500} | query).items())
    answer = await intake.steward("GET", path, places=query.pop("places", BOTH))
    assert answer.status_code == 200, answer.text
    items: list[JSON] = answer.json()["items"]
    return items


async def decide(intake: Running, id_: str, what: str, status: int = 200, **body: Any) -> JSON:
    sent = {"reason": "Synthetic: looked into."} | body
    answer = await intake.steward("POST", f"/v1/quarantine/{id_}/{what}", sent)
    assert answer.status_code == status, answer.text
    found: JSON = answer.json()
    return found


class TestDanger:
    async def test_an_s4_or_abuse_concern_that_waits_is_told_to_its_places_at_once_and_once(
        self, intake: Running
    ) -> None:
        for data in ({"severity": "S4"}, {"severity": "S1", "themes": ["abuse.neglect"]}):
            event = concern(f"cqc:{new_alias()}", **data)
            ids = {(await intake.result(event))["id"] for _ in range(3)}
            (id_,) = ids
            (alert,) = await told(intake, "alert.raised", id_)
            assert (alert["subject"], alert["place"]) == (PLACE, PLACE)
            assert (alert["data"]["alert"], alert["data"]["urgent"]) == ("A19", True)
            assert event["subject"] not in alert["data"]["summary"]
            (item,) = [each for each in await listed(intake, urgent=True) if each["id"] == id_]
            assert item["urgent"] is True

    async def test_it_is_over_when_it_was_released_or_rejected(self, intake: Running) -> None:
        alias = new_alias()
        released = (await intake.result(concern(f"cqc:{alias}", severity="S4")))["id"]
        rejected = (await intake.result(concern(f"cqc:{new_alias()}", severity="S4")))["id"]
        raised = [(await told(intake, "alert.raised", id_))[0]["id"] for id_ in (released, rejected)]

        await intake.register(alias)
        await decide(intake, rejected, "reject")

        cleared = [(await told(intake, "alert.cleared", id_))[0] for id_ in (released, rejected)]
        assert [each["data"]["raised_id"] for each in cleared] == raised

    async def test_who_waits_again_is_told_of_again(self, intake: Running) -> None:
        event = concern(f"cqc:{new_alias()}", severity="S4")
        id_ = (await intake.result(event))["id"]
        await told(intake, "alert.raised", id_)
        await decide(intake, id_, "reject")
        await told(intake, "alert.cleared", id_)

        await intake.result(event)

        assert len(await told(intake, "alert.raised", id_, count=2)) == 2

    async def test_what_is_harmless_alarms_nobody(self, intake: Running) -> None:
        harmless = (await intake.result(concern(f"cqc:{new_alias()}", severity="S3")))["id"]
        urgent = (await intake.result(concern(f"cqc:{new_alias()}", severity="S4")))["id"]
        await told(intake, "alert.raised", urgent)
        assert await intake.rows("SELECT 1 FROM quarantine WHERE id = %s AND (urgent OR alerted)", harmless) == []

    async def test_danger_in_what_cannot_be_read_is_told_of_in_every_place_that_it_may_mean(
        self, intake: Running
    ) -> None:
        await intake.register()
        await intake.register(place=ELSEWHERE)
        broken = orjson.dumps(concern("cqc:1-1", severity="S4", colour="blue"))
        await intake.send("icb-quality", (broken, [("content-type", STRUCTURED.encode())]))

        async def waits() -> list[Any]:
            sql = "SELECT id::text FROM quarantine WHERE urgent AND reason = 'unusable'"
            return await intake.rows(sql)

        ((id_,),) = await until(waits)
        events = await told(intake, "alert.raised", id_, count=2)
        assert {PLACE, ELSEWHERE} <= {event["subject"] for event in events}


class TestDeciding:
    async def test_who_decided_and_why_is_on_the_ledger(self, intake: Running) -> None:
        provider = await intake.register()
        kept = (await intake.result(concern(f"cqc:{new_alias()}")))["id"]
        put_aside = (await intake.result(concern(f"cqc:{new_alias()}")))["id"]

        await decide(intake, kept, "match", provider_id=provider)
        await decide(intake, put_aside, "reject")

        ((released,), (rejected,)) = [
            await told(intake, f"quarantine.{what}", id_) for what, id_ in (("released", kept), ("rejected", put_aside))
        ]
        assert released["subject"] == rejected["subject"] == PLACE
        assert (released["data"]["provider_id"], released["data"]["matched"]) == (provider, True)
        assert released["data"]["actor"] == rejected["data"]["actor"]
        assert released["data"]["waited_because"] == "unknown-provider"
        vault = intake.intake.parts.vault
        for event in (released, rejected):
            why = await vault.open(Sealed.model_validate(event["data"]["reason"]), event_id=UUID(event["id"]))
            assert why == "Synthetic: looked into."

    async def test_what_was_released_by_itself_needs_no_word(self, intake: Running) -> None:
        alias = new_alias()
        kept = (await intake.result(concern(f"cqc:{alias}")))["id"]
        await intake.register(alias)
        later = (await intake.result(concern(f"cqc:{new_alias()}")))["id"]
        await decide(intake, later, "reject")
        await told(intake, "quarantine.rejected", later)
        sql = (
            "SELECT 1 FROM journal WHERE type LIKE '%%quarantine.%%' AND position(%s in convert_from(body, 'UTF8')) > 0"
        )
        assert await intake.rows(sql, kept) == []


class TestReach:
    async def test_sent_again_by_who_reaches_further_it_waits_in_all_these_places(self, intake: Running) -> None:
        alias = new_alias()
        event = concern(f"cqc:{alias}", severity="S4")
        id_ = (await intake.result(event))["id"]
        await intake.result(event, places=[ELSEWHERE])

        (item,) = [each for each in await listed(intake) if each["id"] == id_]
        assert item["places"] == sorted(BOTH)
        alarmed = {each["subject"] for each in await told(intake, "alert.raised", id_, count=2)}
        assert alarmed == set(BOTH)

        there = await intake.register(alias, ELSEWHERE)
        assert (await intake.journal(id_))["subject"] == there

    async def test_what_came_by_another_way_waits_no_longer(self, intake: Running) -> None:
        alias = new_alias()
        await intake.register(alias, ELSEWHERE)
        event = concern(f"cqc:{alias}")
        id_ = (await intake.result(event))["id"]
        assert (await intake.result(event, places=BOTH))["status"] == "accepted"

        await intake.intake.sweeper.sweep()

        assert [each for each in await listed(intake) if each["id"] == id_] == []


class TestList:
    async def test_it_says_what_can_be_done_and_is_filtered(self, intake: Running) -> None:
        first = (await intake.result(concern(f"cqc:{new_alias()}")))["id"]
        provider = await intake.register()
        ahead = (await intake.result(concern(provider) | {"time": "2999-01-01T00:00:00Z"}))["id"]

        unknown = {each["id"]: each for each in await listed(intake, reason="unknown-provider")}
        early = {each["id"]: each for each in await listed(intake, reason="time-ahead")}

        assert first in unknown
        assert ahead not in unknown
        assert list(early) == [ahead]
        assert "match" in unknown[first]["fix"]
        assert unknown[first]["waiting_hours"] == 0
        assert first in {each["id"] for each in await listed(intake, type="quality_concern.raised")}
        assert await listed(intake, type="visit.completed") == []
        assert await listed(intake, publisher="nobody") == []

    async def test_it_pages(self, intake: Running) -> None:
        for _ in range(3):
            await intake.result(concern(f"cqc:{new_alias()}"))
        answer = await intake.steward("GET", "/v1/quarantine?limit=2", places=BOTH)
        after = await intake.steward("GET", f"/v1/quarantine?limit=2&cursor={answer.json()['next']}", places=BOTH)
        ids = [item["id"] for page in (answer, after) for item in page.json()["items"]]
        assert len(set(ids)) == 4
        assert (await intake.steward("GET", "/v1/quarantine?cursor=x")).status_code == 422


class TestMatching:
    async def test_near_names_are_suggested_and_never_taken_by_themselves(self, intake: Running) -> None:
        provider = await intake.register(name="Hawthorn Lodge (synthetic)", postcode="HR9 9ZZ")
        event = concern("local:hawthorne lodge") | {"providerpostcode": "hr99zz"}
        id_ = (await intake.result(event))["id"]

        answer = await intake.steward("GET", f"/v1/quarantine/{id_}/suggestions")
        (first, *_) = answer.json()["suggestions"]

        assert answer.json()["named"] == "local:hawthorne lodge"
        assert first["provider_id"] == provider
        assert "HR9 9ZZ" in first["reason"]
        assert await intake.rows("SELECT 1 FROM journal WHERE id = %s", id_) == []

    async def test_a_match_releases_this_one_and_is_remembered_only_if_said(self, intake: Running) -> None:
        provider = await intake.register()
        names = [f"local:{new_alias()}" for _ in range(2)]
        ids = [[(await intake.result(concern(name)))["id"] for _ in range(2)] for name in names]

        await decide(intake, ids[0][0], "match", provider_id=provider)
        await decide(intake, ids[1][0], "match", provider_id=provider, remember=True)

        keys = await intake.rows("SELECT id::text FROM journal WHERE key = %s AND type LIKE '%%concern%%'", provider)
        assert {id_ for (id_,) in keys} == {ids[0][0], *ids[1]}
        await decide(intake, ids[0][0], "match", 409, provider_id=provider)

    async def test_nobody_is_matched_out_of_reach(self, intake: Running) -> None:
        there = await intake.register(place=ELSEWHERE)
        id_ = (await intake.result(concern(f"local:{new_alias()}")))["id"]
        await decide(intake, id_, "match", 404, provider_id=there)
        body = {"reason": "x", "provider_id": there}
        answer = await intake.steward("POST", f"/v1/quarantine/{id_}/match", body, places=BOTH)
        assert answer.status_code == 409
