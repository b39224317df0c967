"""What asks for a visit, and what came through the door: in the schedule and in the lists until it is settled."""

from datetime import UTC, datetime, timedelta

import pytest

from shared import calendar
from tests.component.governance.conftest import PLACE, Running
from tests.component.governance.test_monitoring import refused, said

pytestmark = pytest.mark.asyncio(loop_scope="package")
TODAY = calendar.london_date(datetime.now(UTC))
SOON = TODAY + timedelta(days=20)


async def test_a_visit_that_a_body_ordered_is_owed_until_it_is_planned(governance: Running):
    provider = await governance.register()
    by_when = SOON.isoformat()
    decided = await governance.decide(provider, type="visit.ordered", purpose="unannounced", by_when=by_when)
    assert decided.status_code == 201, decided.text
    order = decided.json()["decision_id"]

    async def waits() -> list[tuple[str, str]]:
        path = f"/v1/places/{PLACE}/schedule"
        every = (await governance.ask("GET", path, limit=500)).json()["providers"]
        because = next(one["because"] for one in every if one["provider_id"] == provider)
        return [(one["kind"], one["due"]) for one in because if one["kind"].startswith("ordered_visit.")]

    async def owed() -> list[str]:
        found = (await governance.ask("GET", "/v1/owed", provider=provider, kind="task")).json()["owed"]
        return [one["due"] for one in found if one["reason"] == "ordered_visit.unannounced"]

    path = f"/v1/providers/{provider}/visits"
    visit = {"purpose": "unannounced", "planned_for": TODAY.isoformat()}
    assert (await waits(), await owed()) == ([("ordered_visit.unannounced", by_when)], [by_when])
    wrong = await refused(governance, path, 422, ordered_by="no-such-decision", **visit)
    assert wrong["errors"][0]["path"] == "/ordered_by"

    made = await said(governance, path, ordered_by=order, **visit)
    assert (await waits(), await owed(), made["ordered_by"]) == ([], [], order)
    await said(governance, f"/v1/visits/{made['visit_id']}/steps", type="cancelled", because="staffing")
    assert (await waits(), await owed()) == ([("ordered_visit.unannounced", by_when)], [by_when])
    await said(governance, path, ordered_by=order, although="The first was cancelled.", **visit)
    assert (await waits(), await owed()) == ([], [])
