"""Sealed texts in clear: for those who may, kept that they were read; who raised something for safeguarding alone."""

from datetime import datetime
from typing import Any

import pytest

from shared import identifiers
from shared.events import concerns, safeguarding
from tests.component.governance.conftest import Running, until

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def recorded(
    running: Running, provider: str, model: Any, data: dict[str, Any], at: datetime | None = None, **texts: str
) -> str:
    """An event with these texts sealed, once governance has it."""
    id_ = identifiers.derived_id("test", provider, model.__name__, str(at))
    sealed = {
        name: (await running.service.vault.seal(text, event_id=id_, subjects=[f"{provider}-{name}"])).model_dump()
        for name, text in texts.items()
    }
    event = await running.others.write(model, provider, data | sealed, id_=id_, time=at, recordedtime=at)

    async def known() -> bool:
        return str(event.id) in (await running.ask("GET", f"/v1/providers/{provider}/history", "auditor")).text

    await until(known)
    return str(event.id)


async def read(running: Running, provider: str, event: str, who: str) -> Any:
    return await running.ask("GET", f"/v1/providers/{provider}/history/{event}/texts", who)


async def test_they_are_read_in_clear_and_that_is_kept(governance: Running):
    provider = await governance.register()
    data = {"concern_id": "QC-1", "themes": ["q.medicines"], "severity": "S2"}
    event = await recorded(
        governance,
        provider,
        concerns.QualityConcernRaised,
        data,
        description="One was missed.",
        reporter="A nurse",
    )

    officer, safe = await read(governance, provider, event, "officer"), await read(governance, provider, event, "safe")

    assert officer.json() == {"event_id": event, "texts": {"description": "One was missed."}}
    assert safe.json()["texts"] == {"description": "One was missed.", "reporter": "A nurse"}
    kept = await governance.rows("SELECT count(*) FROM openings WHERE event_id = %s", event)
    assert kept == [(2,)]


async def test_what_was_erased_is_null_and_what_is_restricted_is_not_found(governance: Running):
    provider = await governance.register()
    data = {"concern_id": "QC-2", "themes": ["q.medicines"], "severity": "S2"}
    event = await recorded(governance, provider, concerns.QualityConcernRaised, data, description="Erased later.")
    await governance.service.vault.destroy(f"{provider}-description")
    concern = {"sg_ref": "SG-1", "abuse_types": ["abuse.neglect"], "received_date": "2026-03-02"}
    restricted = await recorded(governance, provider, safeguarding.SafeguardingConcernReceived, concern)

    erased = await read(governance, provider, event, "officer")
    hidden = await read(governance, provider, restricted, "officer")
    unknown = await read(governance, provider, "00000000-0000-4000-8000-000000000000", "auditor")

    assert erased.json()["texts"] == {"description": None}
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert (await read(governance, provider, restricted, "auditor")).json()["texts"] == {}
