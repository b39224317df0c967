"""Step 1 of the issue: a provider by its CQC location id, twice, is one provider; its names, its changes, its pages."""

import asyncio

import pytest

from services.intake.registration import NotRecorded, Register, Request
from tests.component.intake.conftest import ELSEWHERE, PLACE, concern, home, new_alias

pytestmark = pytest.mark.asyncio(loop_scope="module")
TYPES = "SELECT type FROM journal WHERE key = %s ORDER BY position"


async def kinds(intake, provider):
    return [row[0].removeprefix("careledger.").removesuffix(".v1") for row in await intake.rows(TYPES, provider)]


class TestRegistering:
    async def test_twice_is_one_provider_and_one_event(self, intake):
        body = home()

        first = await intake.steward("POST", "/v1/providers", body)
        second = await intake.steward("POST", "/v1/providers", body)

        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json() == second.json()
        assert first.json()["provider_id"].startswith("prv-")
        assert await kinds(intake, first.json()["provider_id"]) == ["registry.service.registered"]

    async def test_many_at_once_are_one_provider(self, intake):
        body = home()

        answers = await asyncio.gather(*(intake.steward("POST", "/v1/providers", body) for _ in range(16)))

        assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
        (provider,) = {answer.json()["provider_id"] for answer in answers}
        assert await kinds(intake, provider) == ["registry.service.registered"]

    async def test_the_event_says_what_the_service_is(self, intake):
        alias = new_alias()
        provider = await intake.register(alias)

        ((id_,),) = await intake.rows("SELECT id FROM journal WHERE key = %s", provider)

        event = await intake.journal(str(id_))
        assert event["data"] == {
            "name": "Rowan House (synthetic)", "service_type": "care_home_residential", "beds": 40,
            "commissioning": "council", "aliases": {"cqc_location_id": alias},
            "placing_authorities": [],
        }  # fmt: skip
        assert (event["place"], event["basis"]) == (PLACE, "live")

    async def test_what_is_said_anew_is_a_change_and_what_is_not_said_stays(self, intake):
        alias = new_alias()
        provider = await intake.register(alias)

        changed = await intake.steward("POST", "/v1/providers", home(alias) | {"beds": 44})
        back = await intake.steward("POST", "/v1/providers", home(alias))
        silent = {name: value for name, value in home(alias).items() if name != "beds"}
        kept = await intake.steward("POST", "/v1/providers", silent)

        assert {changed.status_code, back.status_code, kept.status_code} == {200}
        assert await kinds(intake, provider) == ["registry.service.registered"] + ["registry.service.changed"] * 2
        assert (await intake.steward("GET", f"/v1/providers/{provider}")).json()["beds"] == 40

    async def test_services_without_any_alias_are_each_their_own(self, intake):
        body = home() | {"aliases": {}}

        one = await intake.steward("POST", "/v1/providers", body)
        two = await intake.steward("POST", "/v1/providers", body)

        assert one.json() != two.json()

    async def test_the_same_alias_in_another_place_is_another_provider(self, intake):
        alias = new_alias()

        here, there = await intake.register(alias), await intake.register(alias, place=ELSEWHERE)

        assert here != there

    async def test_it_needs_a_steward_of_the_place(self, intake):
        assert (await intake.steward("POST", "/v1/providers", home(), roles=["publisher"])).status_code == 403
        assert (await intake.steward("POST", "/v1/providers", home(), places=[ELSEWHERE])).status_code == 403

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"place": "Herefordshire"}, "/place"),
            ({"service_type": "castle"}, "/service_type"),
            ({"bedz": 40}, "/bedz"),
            ({"aliases": {"cqc_location_id": "not an id"}}, "/aliases"),
            ({"aliases": {"id": "prv-1"}}, "/aliases"),
            ({"name": ""}, "/name"),
        ],
    )
    async def test_what_does_not_fit_is_422_with_its_path(self, intake, change, path):
        answer = await intake.steward("POST", "/v1/providers", home() | change)

        assert answer.status_code == 422
        assert path in {error["path"] for error in answer.json()["errors"]}

    @pytest.mark.parametrize(
        ("change", "path"),
        [({"name": "Rowan\0 House"}, "/name"), ({"placing_authorities": ["Leeds"]}, "/placing_authorities/0")],
    )
    async def test_what_no_event_can_carry_is_422(self, intake, change, path):
        answer = await intake.steward("POST", "/v1/providers", home() | change)

        assert answer.status_code == 422, answer.text
        assert [error["path"] for error in answer.json()["errors"]] == [path]

    async def test_a_provider_is_not_registered_when_its_event_is_refused(self, intake):
        alias, parts = new_alias(), intake.intake.parts
        facts = home(alias) | {"placing_authorities": ["E06000019"] * 40_000}
        aliases = {"cqc_location_id": facts.pop("aliases")["cqc_location_id"]}
        request = Request(place=facts.pop("place"), facts=facts, aliases=aliases, publisher="council-quality")

        with pytest.raises(NotRecorded, match="bytes"):
            await parts.writer.submit(Register([request], parts.now(), parts.digest_key))

        assert await intake.rows("SELECT 1 FROM aliases WHERE value = %s", alias) == []


class TestNaming:
    async def test_a_further_alias_leads_to_the_same_provider(self, intake):
        provider = await intake.register()

        added = await intake.steward(
            "POST", f"/v1/providers/{provider}/aliases", {"aliases": {"local": f"L-{provider}"}}
        )
        again = await intake.steward(
            "POST", f"/v1/providers/{provider}/aliases", {"aliases": {"local": f"L-{provider}"}}
        )
        result = await intake.result(concern(f"local:L-{provider}"))

        assert (added.status_code, again.status_code) == (201, 200)
        assert (await intake.journal(result["id"]))["subject"] == provider
        assert await kinds(intake, provider) == [
            "registry.service.registered", "registry.service.changed", "quality_concern.raised",
        ]  # fmt: skip

    async def test_a_new_cqc_id_is_the_same_service_registered_anew(self, intake):
        old, new = new_alias(), new_alias()
        provider = await intake.register(old)

        await intake.steward("POST", f"/v1/providers/{provider}/aliases", {"aliases": {"cqc_location_id": new}})

        for alias in (old, new):
            result = await intake.result(concern(f"cqc:{alias}"))
            assert (await intake.journal(result["id"]))["subject"] == provider
        assert "registry.service.reregistered" in await kinds(intake, provider)
        seen = (await intake.steward("GET", f"/v1/providers/{provider}")).json()
        assert seen["aliases"] == {"cqc_location_id": new}
        assert seen["former_aliases"] == {"cqc_location_id": [old]}

    async def test_aliases_of_two_providers_contradict_and_nothing_changes(self, intake):
        one, two = new_alias(), new_alias()
        first, second = await intake.register(one), await intake.register(two)

        named = await intake.steward("POST", f"/v1/providers/{first}/aliases", {"aliases": {"cqc_location_id": two}})
        body = home(one) | {"aliases": {"cqc_location_id": one, "local": f"L-{second}"}}
        await intake.steward("POST", f"/v1/providers/{second}/aliases", {"aliases": {"local": f"L-{second}"}})
        registered = await intake.steward("POST", "/v1/providers", body)

        assert (named.status_code, registered.status_code) == (409, 409)
        assert named.headers["content-type"] == "application/problem+json"
        assert await kinds(intake, first) == ["registry.service.registered"]

    async def test_a_provider_of_another_place_does_not_exist(self, intake):
        provider = await intake.register(place=ELSEWHERE)

        answer = await intake.steward("POST", f"/v1/providers/{provider}/aliases", {"aliases": {"local": "x"}})

        assert answer.status_code == 404


class TestClosing:
    async def test_a_closed_service_keeps_its_names_and_its_history(self, intake):
        alias = new_alias()
        provider = await intake.register(alias)
        body = {"closed_on": "2026-03-31", "reason": "deregistered"}

        first = await intake.steward("POST", f"/v1/providers/{provider}/closure", body)
        again = await intake.steward("POST", f"/v1/providers/{provider}/closure", body)
        result = await intake.result(concern(f"cqc:{alias}"))

        assert (first.status_code, again.status_code, result["status"]) == (201, 200, "accepted")
        assert (await kinds(intake, provider))[:2] == ["registry.service.registered", "registry.service.closed"]
        ((id_,),) = await intake.rows("SELECT id FROM journal WHERE key = %s AND type LIKE '%%closed%%'", provider)
        assert (await intake.journal(str(id_)))["time"] == "2026-03-30T23:00:00.000000Z"
        assert (await intake.steward("GET", f"/v1/providers/{provider}")).json()["closed_on"] == "2026-03-31"


class TestReading:
    async def test_pages_in_order_of_registration_without_a_gap(self, intake):
        place = "X00000009"
        registered = [await intake.register(place=place) for _ in range(5)]

        found, cursor = [], ""
        while True:
            answer = await intake.steward("GET", f"/v1/providers?place={place}&limit=2{cursor}", places=[place])
            found += [provider["provider_id"] for provider in answer.json()["providers"]]
            if answer.json()["next"] is None:
                break
            cursor = f"&cursor={answer.json()['next']}"

        assert found == registered

    async def test_only_places_that_the_token_holds(self, intake):
        hidden = await intake.register(place=ELSEWHERE)

        listed = (await intake.steward("GET", "/v1/providers?limit=500")).json()["providers"]

        assert hidden not in {provider["provider_id"] for provider in listed}
        assert {provider["place"] for provider in listed} == {PLACE}
        assert (await intake.steward("GET", f"/v1/providers?place={ELSEWHERE}")).status_code == 403
        assert (await intake.steward("GET", f"/v1/providers/{hidden}")).status_code == 404

    @pytest.mark.parametrize("query", ["limit=501", "limit=0", "cursor=x", f"cursor={2**70}", "place=y"])
    async def test_a_page_that_cannot_be_is_422(self, intake, query):
        assert (await intake.steward("GET", f"/v1/providers?{query}")).status_code == 422
