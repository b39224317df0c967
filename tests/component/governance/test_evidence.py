"""A decision rests on events of the record of its own place, and on no others."""

import pytest

from shared.events import assessments, concerns
from tests.component.governance.conftest import Running
from tests.component.governance.test_divergences import judged

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

    async def test_one_that_names_none_rests_on_what_the_facts_indicated(self, governance: Running):
        provider, unjudged = await governance.register(), await governance.register()
        none_yet = await governance.decide(unjudged, level="2")
        event = await governance.others.write(
            assessments.AssessmentChanged, provider, judged("2", "3"), topic="assessments", writer="risk"
        )
        await governance.arrived(event.recordedtime)

        answer = await governance.decide(provider, level="2")

        told = [
            (await governance.ask("GET", f"/v1/decisions/{one.json()['decision_id']}", "auditor")).json()["evidence"]
            for one in (none_yet, answer)
        ]
        assert told == [[], [str(event.id)]]

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
