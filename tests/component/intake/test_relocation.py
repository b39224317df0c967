"""Who a service is when it moves, is registered twice, or is named wrongly; on a real broker and database."""

from datetime import timedelta
from typing import Any

import pytest

from shared import calendar, clock
from tests.component.intake.conftest import ELSEWHERE, JSON, PLACE, Running, concern, home, new_alias

pytestmark = pytest.mark.asyncio(loop_scope="module")
BOTH = [PLACE, ELSEWHERE]


async def kinds(intake: Running, provider: str) -> list[str]:
    rows = await intake.rows("SELECT type FROM journal WHERE key = %s ORDER BY position", provider)
    return [kind.removeprefix("careledger.").removesuffix(".v1") for (kind,) in rows]


async def keys(intake: Running, *ids: str) -> list[str]:
    rows = await intake.rows("SELECT key FROM journal WHERE id = ANY(%s) ORDER BY position", list(ids))
    return [key for (key,) in rows]


def days_ago(days: int) -> str:
    return (calendar.london_date(clock.now()) - timedelta(days=days)).isoformat()


class TestTransfer:
    async def move(self, intake: Running, provider: str, status: int = 201, **more: Any) -> JSON:
        body = {"place": ELSEWHERE, "moved_on": days_ago(10)} | more
        answer = await intake.steward("POST", f"/v1/providers/{provider}/transfer", body, places=BOTH)
        assert answer.status_code == status, answer.text
        found: JSON = answer.json()
        return found

    async def test_it_gets_an_id_of_its_own_there_linked_both_ways(self, intake: Running) -> None:
        old_id, new_id = new_alias(), new_alias()
        provider = await intake.register(old_id)
        await intake.steward("POST", f"/v1/providers/{provider}/aliases", {"aliases": {"cqc_location_id": new_id}})

        moved = await self.move(intake, provider, commissioning="joint")
        again = await self.move(intake, provider, status=200)

        there = moved["provider_id"]
        assert there != provider
        assert again == moved | {"status": "known"}
        answer = await intake.steward("GET", f"/v1/providers/{there}", places=BOTH)
        found = answer.json()
        assert (found["place"], found["commissioning"], found["moved_from"]) == (ELSEWHERE, "joint", provider)
        assert (found["aliases"], found["former_aliases"]) == (
            {"cqc_location_id": new_id}, {"cqc_location_id": [old_id]},
        )  # fmt: skip
        assert await kinds(intake, there) == ["registry.service.registered", "registry.service.changed"]
        assert (await kinds(intake, provider))[-1] == "registry.service.closed"
        left = (await intake.steward("GET", f"/v1/providers/{provider}", places=BOTH)).json()
        assert (left["moved_to"], left["closed_because"]) == (there, "moved_place")

    async def test_who_reaches_both_places_is_led_to_where_it_was_watched_at_the_time(self, intake: Running) -> None:
        alias = new_alias()
        provider = await intake.register(alias)
        there = (await self.move(intake, provider))["provider_id"]

        async def told(days: int, places: list[str]) -> str:
            event = concern(f"cqc:{alias}") | {"time": f"{days_ago(days)}T12:00:00Z"}
            result = await intake.result(event, places=places)
            assert result["status"] == "accepted", result
            return str(result["id"])

        ids = [
            await told(*each)
            for each in [(20, BOTH), (5, BOTH), (10, BOTH), (5, [PLACE]), (20, [ELSEWHERE])]
        ]  # fmt: skip
        assert await keys(intake, *ids) == [provider, there, there, provider, there]

    async def test_where_the_other_place_has_it_already_it_is_linked(self, intake: Running) -> None:
        alias = new_alias()
        provider = await intake.register(alias)
        there = await intake.register(alias, ELSEWHERE)

        moved = await self.move(intake, provider)

        assert (moved["provider_id"], moved["status"]) == (there, "linked")
        assert await kinds(intake, there) == ["registry.service.registered"]

    async def test_what_waited_there_for_its_name_is_released(self, intake: Running) -> None:
        alias = new_alias()
        waiting = await intake.result(concern(f"cqc:{alias}"), places=[ELSEWHERE])
        assert waiting["status"] == "quarantined"
        provider = await intake.register(alias)

        there = (await self.move(intake, provider))["provider_id"]

        assert await keys(intake, waiting["id"]) == [there]

    async def test_only_who_holds_both_places_moves_and_only_once(self, intake: Running) -> None:
        provider = await intake.register()
        body = {"place": ELSEWHERE, "moved_on": days_ago(1)}
        path = f"/v1/providers/{provider}/transfer"
        assert (await intake.steward("POST", path, body)).status_code == 403
        assert (await intake.steward("POST", path, body, places=[ELSEWHERE])).status_code == 404
        assert (await intake.steward("POST", path, body, places=BOTH, roles=["publisher"])).status_code == 403
        await self.move(intake, provider, status=409, place=PLACE)
        await self.move(intake, provider)


class TestDuplicate:
    async def join(self, intake: Running, provider: str, of: str, **claims: Any) -> int:
        answer = await intake.steward("POST", f"/v1/providers/{provider}/duplicate", {"of": of}, **claims)
        return answer.status_code

    async def test_what_names_either_is_recorded_of_the_one(self, intake: Running) -> None:
        names = [new_alias() for _ in range(3)]
        first, second, third = [await intake.register(name) for name in names]
        before = (await intake.result(concern(f"cqc:{names[1]}")))["id"]

        assert await self.join(intake, second, first) == 201
        assert await self.join(intake, second, first) == 200
        assert await self.join(intake, first, third) == 201

        ids = [(await intake.result(concern(named)))["id"] for named in (f"cqc:{names[1]}", second, f"cqc:{names[0]}")]
        assert await keys(intake, before, *ids) == [second, third, third, third]
        assert (await kinds(intake, second))[-1] == "registry.service.closed"
        known = (await intake.steward("POST", "/v1/providers", home(names[1]))).json()
        assert known["provider_id"] == third

    async def test_it_is_refused_where_it_would_lead_nowhere(self, intake: Running) -> None:
        one, two, three = [await intake.register() for _ in range(3)]
        there = await intake.register(place=ELSEWHERE)
        assert await self.join(intake, one, one) == 409
        assert await self.join(intake, one, there) == 404
        assert await self.join(intake, one, there, places=BOTH) == 409
        assert await self.join(intake, one, two) == 201
        assert await self.join(intake, one, three) == 409
        assert await self.join(intake, two, one) == 409


class TestAliases:
    @pytest.mark.parametrize(
        ("aliases", "says"),
        [
            ({"cqc_location_id": "Rowan House"}, "looks like 1-999999999"),
            ({"ods_site_code": "rowan"}, "ODS site code"),
            ({"uprn": "0123"}, "UPRN"),
            ({"cqc_provider_id": "1-101"}, "names an organisation"),
            ({"companies_house_no": "01234567"}, "names an organisation"),
        ],
    )
    async def test_a_name_that_is_none_is_refused_with_its_reason(
        self, intake: Running, aliases: JSON, says: str
    ) -> None:
        answer = await intake.steward("POST", "/v1/providers", home() | {"aliases": aliases})
        assert answer.status_code == 422
        assert says in answer.text

    async def test_what_names_the_organisation_is_kept_apart(self, intake: Running) -> None:
        ids = {"cqc_provider_id": "1-101681804", "companies_house_no": "01234567"}
        provider = await intake.register(organisation_ids=ids, brand="Rowan (synthetic)", postcode="hr1 2ab")
        found = (await intake.steward("GET", f"/v1/providers/{provider}")).json()
        assert (found["organisation_ids"], found["postcode"]) == (ids, "HR1 2AB")
        wrong = await intake.steward("POST", "/v1/providers", home() | {"organisation_ids": {"local": "x"}})
        assert wrong.status_code == 422

    async def test_links_are_not_for_anybody_to_say(self, intake: Running) -> None:
        provider = await intake.register()
        other = await intake.register()
        assert (await intake.steward("POST", "/v1/providers", home() | {"moved_from": other})).status_code == 422
        closure = {"closed_on": days_ago(1), "reason": "closed", "duplicate_of": other}
        assert (await intake.steward("POST", f"/v1/providers/{provider}/closure", closure)).status_code == 422

    async def test_an_alias_of_another_is_refused_and_named(self, intake: Running) -> None:
        taken = new_alias()
        await intake.register(taken)
        provider = await intake.register()
        body = {"aliases": {"cqc_location_id": taken}}
        answer = await intake.steward("POST", f"/v1/providers/{provider}/aliases", body)
        assert answer.status_code == 409
        assert taken in answer.json()["detail"]


async def test_organisations_and_brands_are_a_view_over_the_providers_of_the_places(intake: Running) -> None:
    ids = {"cqc_provider_id": new_alias()}
    said = {"organisation": "Rowan Group Ltd (synthetic)", "organisation_ids": ids, "brand": "Rowan (synthetic)"}
    here = await intake.register(**said)
    there = await intake.register(place=ELSEWHERE, **said)

    async def listed(path: str, places: list[str]) -> JSON:
        answer = await intake.steward("GET", f"/v1/organisations{path}", places=places)
        assert answer.status_code == 200, answer.text
        found: JSON = answer.json()
        return found

    (both,) = [each for each in (await listed("?limit=500", BOTH))["organisations"] if each["ids"] == ids]
    assert (both["providers"], both["open"], both["brands"]) == (2, 2, ["Rowan (synthetic)"])
    whole = await listed(f"/{both['id']}", BOTH)
    assert {each["provider_id"] for each in whole["runs"]} == {here, there}
    alone = await listed(f"/{both['id']}", [PLACE])
    assert [each["provider_id"] for each in alone["runs"]] == [here]
    brands = (await listed(f"?by=brand&place={ELSEWHERE}&limit=500", BOTH))["organisations"]
    assert [each["providers"] for each in brands if each["name"] == "Rowan (synthetic)"] == [1]
    assert (await intake.steward("GET", f"/v1/organisations/{both['id']}", places=["X00000009"])).status_code == 404
