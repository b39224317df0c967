"""Over HTTP: markings travel, a type that is not theirs is refused, an identity is erased without the rest."""

from uuid import UUID

import pytest

from shared.events import Sealed
from shared.vault import KeyDestroyed
from tests.component.intake.conftest import BATCH, concern, new_alias

pytestmark = pytest.mark.asyncio(loop_scope="module")


class TestMarkings:
    async def test_they_travel_in_the_envelope_however_they_were_said(self, intake):
        alias = new_alias()
        await intake.register(alias)
        until = "2026-04-01T00:00:00Z"
        said = concern(f"cqc:{alias}") | {"audiences": "council icb", "nottoprovider": True, "embargountil": until}
        within = concern(f"cqc:{alias}", sharing={"audiences": ["council"], "not_to_provider": True})

        one = await intake.journal((await intake.result(said))["id"])
        other = await intake.journal((await intake.result(within))["id"])

        assert (one["audiences"], one["nottoprovider"]) == ("council icb", True)
        assert one["embargountil"] == "2026-04-01T00:00:00.000000Z"
        assert (other["audiences"], other["nottoprovider"]) == ("council", True)
        assert "sharing" not in other["data"]


class TestAuthority:
    async def test_a_type_that_is_not_theirs_is_refused_alone(self, intake):
        rating = concern("cqc:1-999999999") | {"type": "careledger.cqc_rating.published.v1", "data": {}}
        police = {"org": "police", "publisher": "police-force"}

        single = await intake.post(rating, **police)
        batched = await intake.post([rating, concern("cqc:1-999999999")], mode=BATCH, **police)

        assert (single.status_code, single.json()["type"].rpartition(":")[2]) == (403, "type-not-yours")
        assert [result["status"] for result in batched.json()["results"]] == ["refused", "quarantined"]


class TestIdentities:
    async def test_who_raised_it_is_a_subject_of_its_own(self, intake):
        alias = new_alias()
        await intake.register(alias)
        raised = await intake.result(concern(f"cqc:{alias}", description="Synthetic.", reporter="Synthetic Person"))
        event = await intake.journal(raised["id"])
        vault = intake.intake.parts.vault

        await vault.destroy(f"identity:{raised['id']}")

        sealed = Sealed.model_validate(event["data"]["description"])
        assert await vault.open(sealed, event_id=UUID(raised["id"])) == "Synthetic."
        with pytest.raises(KeyDestroyed):
            await vault.open(Sealed.model_validate(event["data"]["reporter"]), event_id=UUID(raised["id"]))
