"""A decision rests on events of the record of its own place, and on no others."""

import pytest

from shared.events import concerns
from tests.component.governance.conftest import Running

pytestmark = pytest.mark.asyncio(loop_scope="package")
CONCERN = {"concern_id": "QC-1", "themes": ["q.medicines"], "severity": "S2"}


class TestEvidence:
    async def test_a_decision_rests_on_events_of_the_record(self, governance: Running):
        provider = await governance.register()
        event = await governance.others.write(concerns.QualityConcernRaised, provider, CONCERN)

        answer = await governance.decide(provider, level="2", evidence=[str(event.id)])

        assert answer.status_code == 201, answer.text
        told = await governance.ask("GET", f"/v1/decisions/{answer.json()['decision_id']}", "auditor")
        assert told.json()["evidence"] == [str(event.id)]

    @pytest.mark.parametrize("named", ["QC-2231", "a\x00", "0d7c1f6e-5a0e-5f39-8d5e-0c2b7c6f1a11"])
    async def test_what_is_on_no_record_is_refused(self, governance: Running, named: str):
        provider = await governance.register()

        answer = await governance.decide(provider, level="2", evidence=[named])

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == "/evidence/0"
        assert (await governance.page(provider))["confirmed"] is None

    async def test_what_another_place_recorded_is_answered_like_what_nobody_did(self, governance: Running):
        elsewhere = await governance.register(place="E10000019")
        event = await governance.others.write(concerns.QualityConcernRaised, elsewhere, CONCERN, place="E10000019")
        await governance.arrived(event.recordedtime)
        provider = await governance.register()

        answer = await governance.decide(provider, level="2", evidence=[str(event.id)])

        assert answer.status_code == 422
        assert "is on the record of this place" in answer.json()["errors"][0]["problem"]
