"""The page of a past day as risk recomputes it: what was true then, and what was known then. Golden scenario 14."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from services.governance.recompute import Recompute
from services.risk import api as risk
from services.risk.settings import RiskSettings
from shared import calendar, service
from shared.events import cqc
from tests.component.governance.conftest import Running
from tests.component.governance.test_two_clocks import known

pytestmark = pytest.mark.asyncio(loop_scope="package")
INADEQUATE: dict[str, Any] = {
    "overall": "inadequate", "safe": "inadequate", "effective": "good", "caring": "good", "responsive": "good",
    "well_led": "inadequate",
}  # fmt: skip


@pytest_asyncio.fixture(loop_scope="package")
async def judging(governance: Running) -> AsyncIterator[Running]:
    """governance, with risk's own application to ask."""
    settings = RiskSettings(**(governance.settings.model_dump(exclude={"risk_url", "port"}) | {"port": 0}))
    app = risk.create(settings, service.Readiness())
    past = governance.app.state.parts.past
    before = past._recompute
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://risk") as client:
        past._recompute = Recompute(client)
        yield governance
        past._recompute = before


async def test_golden_14_what_was_published_late_changes_the_past_but_not_what_was_known(judging: Running):
    provider = await judging.register()
    april = await known(judging, provider)
    july = april + timedelta(seconds=1)
    inspected = april - timedelta(days=100)
    rated = INADEQUATE | {"report_date": calendar.london_date(inspected).isoformat()}
    await judging.others.write(cqc.CqcRatingPublished, provider, rated, time=inspected, recordedtime=july)
    await judging.kinds(provider, 2)
    await judging.arrived(july)
    day = (april - timedelta(days=50)).isoformat()

    true = await judging.page(provider, as_of=day)
    by_then = await judging.page(provider, as_of=day, known_at=april.isoformat())

    assert true["not_recomputed_because"] is None
    assert true["recomputed"]["indicated"] == {"min": "3", "max": "3", "unknown": False}
    assert "HER-L3.a" in [one["id"] for one in true["recomputed"]["criteria"] if one["outcome"] == "met"]
    assert by_then["recomputed"]["indicated"]["unknown"] is True
    assert true["recorded"] is None
