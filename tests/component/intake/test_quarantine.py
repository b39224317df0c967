"""What cannot be used yet is kept with its reason, and leaves by itself or by a steward's word."""

import asyncio
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from services.intake import quarantine
from shared import clock
from tests.component.intake.conftest import BATCH, ELSEWHERE, PLACE, concern, new_alias, until

CAME = Jsonb({"time": "2026-03-02T09:30:00Z"})
pytestmark = pytest.mark.asyncio(loop_scope="module")
ITEM = "SELECT reason, state, sealed::text, submission::text, decided_by FROM quarantine WHERE id = %s ORDER BY number"


async def journalled(intake, provider):
    rows = await intake.rows("SELECT id FROM journal WHERE key = %s ORDER BY position", provider)
    return [str(row[0]) for row in rows]


class TestKeeping:
    async def test_an_unknown_provider_is_202_quarantined_with_its_text_sealed(self, intake):
        result = await intake.result(concern(f"cqc:{new_alias()}", description="Doses were missed twice."))

        ((reason, state, sealed, submission, _),) = await intake.rows(ITEM, result["id"])
        assert (result["status"], result["reason"]) == ("quarantined", "unknown-provider")
        assert (reason, state) == ("unknown-provider", "open")
        assert "Doses" not in sealed + submission
        assert "ciphertext" in sealed

    async def test_the_same_again_is_kept_once_and_its_receipt_says_so(self, intake):
        sent = concern(f"cqc:{new_alias()}", description="A synthetic text.")

        first, second = await intake.result(sent), await intake.result(sent)

        assert first == second
        assert len(await intake.rows(ITEM, first["id"])) == 1
        receipt = await intake.client.get(f"/v1/receipts/{first['id']}", headers=intake.bearer())
        assert receipt.json()["status"] == "quarantined"
        assert receipt.json()["reason"] == "unknown-provider"

    async def test_a_provider_out_of_reach_is_as_unknown_as_none(self, intake):
        alias = new_alias()
        provider = await intake.register(alias, place=ELSEWHERE)

        by_alias, by_id = await intake.result(concern(f"cqc:{alias}")), await intake.result(concern(provider))

        assert by_alias["reason"] == by_id["reason"] == "unknown-provider"

    async def test_an_alias_of_two_places_that_the_token_holds_is_ambiguous(self, intake):
        alias = new_alias()
        await intake.register(alias)
        await intake.register(alias, place=ELSEWHERE)

        both = await intake.result(concern(f"cqc:{alias}"), places=[PLACE, ELSEWHERE])
        one = await intake.result(concern(f"cqc:{alias}"))

        assert (both["status"], both["reason"]) == ("quarantined", "ambiguous-provider")
        assert one["status"] == "accepted"

    async def test_a_time_far_ahead_waits_until_it_has_come(self, intake):
        provider = await intake.register()

        result = await intake.result(concern(provider) | {"time": "2999-01-01T00:00:00Z"})

        assert (result["status"], result["reason"]) == ("quarantined", "time-ahead")
        answer = await intake.steward("POST", f"/v1/quarantine/{result['id']}/release", {"reason": "Synthetic."})
        assert answer.status_code == 409
        assert answer.json()["detail"] == "time-ahead"


class TestReleasingByItself:
    async def test_in_order_of_arrival_after_the_registration_with_the_first_arrival_kept(self, intake):
        alias = new_alias()
        sent = [concern(f"cqc:{alias}", description="Synthetic.") for _ in range(3)]
        kept = [(await intake.result(event))["id"] for event in sent]

        provider = await intake.register(alias)

        registered, *released = await journalled(intake, provider)
        assert released == kept
        events = [await intake.journal(id_) for id_ in released]
        assert all(event["receivedtime"] < event["recordedtime"] for event in events)
        assert all(event["basis"] == "live" for event in events)
        assert (await intake.journal(registered))["type"] == "careledger.registry.service.registered.v1"
        assert {row[1] for id_ in kept for row in await intake.rows(ITEM, id_)} == {"released"}
        assert (await intake.result(sent[0]))["status"] == "duplicate"

    async def test_when_a_further_alias_is_given(self, intake):
        provider = await intake.register()
        kept = await intake.result(concern(f"local:late-{provider}"))

        await intake.steward("POST", f"/v1/providers/{provider}/aliases", {"aliases": {"local": f"late-{provider}"}})

        assert kept["id"] in await journalled(intake, provider)

    async def test_only_in_a_place_that_its_sender_held(self, intake):
        alias = new_alias()
        kept = await intake.result(concern(f"cqc:{alias}"), places=[ELSEWHERE])

        provider = await intake.register(alias)

        assert kept["id"] not in await journalled(intake, provider)
        elsewhere = await intake.register(alias, place=ELSEWHERE)
        assert kept["id"] in await journalled(intake, elsewhere)

    async def test_an_id_is_not_held_by_what_is_quarantined(self, intake):
        alias, provider = new_alias(), None
        sent = concern(f"cqc:{alias}", description="First.")
        first = await intake.result(sent)
        other = await intake.result(sent | {"data": sent["data"] | {"description": "Second."}})
        assert (first["id"], other["status"]) == (other["id"], "quarantined")

        provider = await intake.register(alias)

        assert (await journalled(intake, provider)).count(first["id"]) == 1
        states = [row[:2] for row in await intake.rows(ITEM, first["id"])]
        assert states == [("unknown-provider", "released"), ("conflict", "open")]

    async def test_posting_and_registering_at_once_loses_nothing(self, intake):
        for _ in range(10):
            alias = new_alias()
            events = [concern(f"cqc:{alias}") for _ in range(6)]
            posts = [intake.result(event) for event in events]
            provider, *results = await asyncio.gather(intake.register(alias), *posts)
            assert {result["id"] for result in results} <= set(await journalled(intake, provider))

    async def test_more_than_one_transaction_holds_is_swept_in_the_background(self, intake):
        alias = new_alias()
        events = [concern(f"cqc:{alias}") for _ in range(450)]
        answer = await intake.post(events, mode=BATCH)
        assert {result["status"] for result in answer.json()["results"]} == {"quarantined"}

        provider = await intake.register(alias)

        async def all_there():
            return len(await journalled(intake, provider)) == 451

        await until(all_there)
        ids = [result["id"] for result in answer.json()["results"]]
        assert (await journalled(intake, provider))[1:] == ids


class TestDeciding:
    async def test_a_steward_sees_what_waits_in_order_and_no_text(self, intake):
        place = "X00000008"
        sent = [concern(f"cqc:{new_alias()}", description="Doses were missed.") for _ in range(3)]
        kept = [(await intake.result(event, places=[place]))["id"] for event in sent]

        first = await intake.steward("GET", "/v1/quarantine?limit=2", places=[place])
        rest = await intake.steward("GET", f"/v1/quarantine?cursor={first.json()['next']}", places=[place])

        items = first.json()["items"] + rest.json()["items"]
        assert [item["id"] for item in items] == kept
        assert items[0]["subject"] == f"cqc_location_id:{sent[0]['subject'].removeprefix('cqc:')}"
        assert "Doses" not in first.text
        assert (await intake.steward("GET", "/v1/quarantine", places=["X00000007"])).json()["items"] == []
        assert (await intake.steward("GET", "/v1/quarantine", roles=["publisher"])).status_code == 403

    async def test_what_is_rejected_stays_rejected_with_its_reason_sealed(self, intake):
        alias = new_alias()
        kept = await intake.result(concern(f"cqc:{alias}"))

        rejected = await intake.steward("POST", f"/v1/quarantine/{kept['id']}/reject", {"reason": "A test of Ann's."})
        again = await intake.steward("POST", f"/v1/quarantine/{kept['id']}/reject", {"reason": "Again."})
        provider = await intake.register(alias)

        assert (rejected.status_code, again.status_code) == (200, 409)
        assert kept["id"] not in await journalled(intake, provider)
        ((decision,),) = await intake.rows("SELECT decision::text FROM quarantine WHERE id = %s", kept["id"])
        assert "Ann" not in decision
        assert "ciphertext" in decision

    async def test_a_release_waits_for_a_reason_and_a_home(self, intake):
        kept = await intake.result(concern(f"cqc:{new_alias()}"))
        path = f"/v1/quarantine/{kept['id']}/release"

        assert (await intake.steward("POST", path, {})).status_code == 422
        assert (await intake.steward("POST", path, {"reason": "Please."})).status_code == 409
        assert (await intake.steward("POST", path, {"reason": "x"}, places=["X00000007"])).status_code == 404

    @pytest.mark.parametrize("how", ["release", "reject"])
    async def test_what_concerns_a_place_of_another_steward_is_left_to_that_one(self, intake, how):
        provider = await intake.register(place=ELSEWHERE)
        sent = concern(provider) | {"time": "2999-01-01T00:00:00Z"}
        kept = await intake.result(sent, places=[PLACE, ELSEWHERE])
        path = f"/v1/quarantine/{kept['id']}/{how}"

        other = await intake.steward("POST", path, {"reason": "Not ours."}, places=[PLACE])
        listed = await intake.steward("GET", "/v1/quarantine?limit=500", places=[PLACE])
        own = await intake.steward("POST", path, {"reason": "Ours."}, places=[ELSEWHERE])

        assert other.status_code == 404
        assert kept["id"] not in {item["id"] for item in listed.json()["items"]}
        assert own.status_code == (409 if how == "release" else 200)

    async def test_a_steward_is_not_told_where_else_a_sender_is_heard(self, intake):
        kept = await intake.result(concern(f"cqc:{new_alias()}"), places=[PLACE, ELSEWHERE])

        listed = await intake.steward("GET", "/v1/quarantine?limit=500", places=[PLACE])

        assert [item["places"] for item in listed.json()["items"] if item["id"] == kept["id"]] == [[PLACE]]


@asynccontextmanager
async def rejecting(intake, id_):
    """A rejection that is under way, and done once somebody waits for it."""

    async def somebody_waits():
        rows = await intake.rows("SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')")
        return bool(rows)

    async with intake.intake.parts.pool.connection() as connection, connection.cursor() as cursor:
        item = await quarantine.one(cursor, UUID(id_))
        assert await quarantine.settle(cursor, item.number, "rejected", quarantine.Decision(by="ann", at=clock.now()))
        yield
        await until(somebody_waits)


class TestDecidingAtOnce:
    async def test_what_is_rejected_while_its_alias_is_registered_stays_out(self, intake):
        alias = new_alias()
        kept = await intake.result(concern(f"cqc:{alias}"))

        async with rejecting(intake, kept["id"]):
            registering = asyncio.create_task(intake.register(alias))

        assert kept["id"] not in await journalled(intake, await registering)

    async def test_what_is_rejected_while_it_is_released_stays_out(self, intake):
        provider = await intake.register()
        kept = await intake.result(concern(provider) | {"time": "2999-01-01T00:00:00Z"})
        await intake.rows(
            "UPDATE quarantine SET submission = submission || %s WHERE id = %s RETURNING 1", CAME, kept["id"]
        )
        path = f"/v1/quarantine/{kept['id']}/release"

        async with rejecting(intake, kept["id"]):
            releasing = asyncio.create_task(intake.steward("POST", path, {"reason": "Synthetic."}))

        assert (await releasing).status_code == 409
        assert kept["id"] not in await journalled(intake, provider)


async def test_what_was_read_back_ends_the_wait_of_its_own_content_and_no_other(intake):
    sent = concern(f"cqc:{new_alias()}", description="First.")
    first = await intake.result(sent)
    await intake.result(sent | {"data": sent["data"] | {"description": "Second."}})
    ((digest,), _) = await intake.rows("SELECT digest FROM quarantine WHERE id = %s ORDER BY number", first["id"])

    async with intake.intake.parts.pool.connection() as connection, connection.cursor() as cursor:
        await quarantine.restore(cursor, [(UUID(first["id"]), bytes(digest))], clock.now())

    assert [row[1] for row in await intake.rows(ITEM, first["id"])] == ["released", "open"]
