"""The history and the page of a past day: what was true then, and what was known then."""

from datetime import UTC, datetime, timedelta

import pytest

from shared import calendar
from shared.events import assessments, concerns
from tests.component.governance.conftest import Running, kind
from tests.component.governance.test_history import CONCERN, judged

pytestmark = pytest.mark.asyncio(loop_scope="package")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


async def known(running: Running, provider: str) -> datetime:
    """When everything in the provider's partition of the ledger, up to its last record, was known."""
    rows = await running.rows("SELECT max(peak) FROM governance_view.history WHERE provider_id = %s", provider)
    found: datetime = rows[0][0]
    return found


class TestTwoClocks:
    async def test_golden_14_a_late_report_was_true_before_it_was_known(self, governance: Running):
        """Inspected in March, published in July: April shows it by effective date, and not by knowledge."""
        provider = await governance.register()
        april, july = await known(governance, provider), await known(governance, provider) + SECOND
        late = CONCERN | {"concern_id": "QC-late"}
        await governance.others.write(
            concerns.QualityConcernRaised, provider, late, time=april - 100 * DAY, recordedtime=july
        )
        await governance.kinds(provider, 2)
        await governance.arrived(july)

        true = await governance.history(provider, as_of=(april - 50 * DAY).isoformat())
        by_then = await governance.history(provider, as_of=july.isoformat(), known_at=april.isoformat())

        assert [kind(entry) for entry in true] == ["quality_concern.raised"]
        assert [kind(entry) for entry in by_then] == ["registry.service.registered"]

    async def test_what_was_known_is_the_beginning_of_the_partition(self, governance: Running):
        """A record that came late stands behind newer ones: when they were not known, it was not either."""
        provider = await governance.register()
        start = await known(governance, provider)
        later = CONCERN | {"concern_id": "QC-later"}
        await governance.others.write(
            concerns.QualityConcernRaised, provider, later, writer="another", recordedtime=start + SECOND
        )
        await governance.others.write(concerns.QualityConcernRaised, provider, CONCERN, recordedtime=start + SECOND / 4)
        await governance.kinds(provider, 3)
        await governance.arrived(start + SECOND)

        between = await governance.history(provider, known_at=(start + SECOND / 2).isoformat())
        after = await governance.history(provider, known_at=(start + SECOND).isoformat())

        assert [kind(entry) for entry in between] == ["registry.service.registered"]
        assert len(after) == 3

    async def test_nobody_asks_for_what_has_not_arrived(self, governance: Running):
        provider = await governance.register()

        answer = await governance.ask("GET", f"/v1/providers/{provider}/history", "auditor", known_at="2099-01-01")

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == "query:known_at"

    async def test_the_page_of_a_past_day_shows_what_stood_and_what_was_said_then(self, governance: Running):
        provider = await governance.register("joint")
        await governance.others.write(
            assessments.AssessmentChanged, provider, judged("1", "2"), topic="assessments", writer="risk"
        )
        first = (await governance.decide(provider, level="2")).json()["decision_id"]
        await governance.answer(first)
        await governance.kinds(provider, 9)
        then = datetime.now(UTC)
        second = (await governance.decide(provider, level="3")).json()["decision_id"]
        await governance.kinds(provider, 11)
        await governance.arrived(datetime.now(UTC))
        past = await governance.page(provider, as_of=then.isoformat())
        now = await governance.page(provider, as_of=datetime.now(UTC).isoformat())

        assert (past["confirmed"]["level"], past["pending"]) == ("2", [])
        assert past["recorded"]["indicated"]["max"] == "2"
        assert past["recomputed"] is None
        assert past["not_recomputed_because"] == "risk did not answer"
        assert [pending["decision_id"] for pending in now["pending"]] == [second]

    async def test_before_anybody_knew_of_it_there_is_nothing(self, governance: Running):
        provider = await governance.register()
        path = f"/v1/providers/{provider}"

        unknown = await governance.ask("GET", path, "auditor", known_at="2001-01-01")
        long_ago = await governance.ask("GET", path, "auditor", as_of="2001-01-01")

        assert unknown.status_code == 404
        assert (long_ago.status_code, long_ago.json()["confirmed"]) == (200, None)
        assert long_ago.json()["policy_was_in_force"] is False

    async def test_a_day_to_come_has_no_page(self, governance: Running):
        provider = await governance.register()
        path, today = f"/v1/providers/{provider}", calendar.london_date(datetime.now(UTC))

        to_come = await governance.ask("GET", path, "auditor", as_of=(today + 2 * DAY).isoformat())

        assert (to_come.status_code, to_come.json()["errors"][0]["path"]) == (422, "query:as_of")
        assert (await governance.page(provider, as_of=today.isoformat()))["provider_id"] == provider

    async def test_a_time_without_its_offset_is_refused(self, governance: Running):
        provider = await governance.register()

        answer = await governance.ask("GET", f"/v1/providers/{provider}", "auditor", as_of="2026-03-01T10:00:00")

        assert answer.status_code == 422
