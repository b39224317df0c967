"""A read model built again equals the one that was filled live; reactions stay as they are; the service never stops."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.governance import rebuild, view
from shared import topics
from shared.calendar import london_date
from shared.events import assessments, concerns
from tests.component.governance.conftest import Running, until
from tests.component.governance.test_history import CONCERN, judged

pytestmark = pytest.mark.asyncio(loop_scope="package")
TABLES = {
    "providers": "provider_id, place, partition, registered, facts::text",
    "assessments": "provider_id, id, recordedtime, data::text",
    "history": 'topic, partition, "offset", rank, provider_id, recordedtime, peak, time, id, type, body',
    "days": "topic, partition, writer, day",
    "marks": 'partition, "offset", peak, body',
    "peaks": "topic, partition, peak",
    "alerts": "alert_id, place, provider_id, alert, cause, summary, since, due, raised, cleared, acknowledged",
}


async def whole(running: Running) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: await running.rows(f"SELECT {columns} FROM {view.SCHEMA}.{table} ORDER BY 1, 2, 3")
        for table, columns in TABLES.items()
    }


async def marked(running: Running) -> None:
    """Nothing is on its way any more: neither the first day's marks nor what governance says by itself, such as A9."""
    before: list[tuple[Any, ...]] = []

    async def quiet() -> bool:
        nonlocal before
        await running.arrived(datetime.now(UTC))
        closed = await running.rows("SELECT count(*) FROM journal WHERE type LIKE 'careledger.day.closed.%%'")
        now = await running.rows(
            "SELECT (SELECT max(position) FROM journal), (SELECT position FROM mark),"
            f' (SELECT sum("offset") FROM {view.SCHEMA}.positions)'
        )
        same, before = now == before, now
        return same and closed[0][0] >= topics.PARTITIONS and now[0][0] == now[0][1]

    await until(quiet)


async def test_it_equals_what_was_filled_live_and_is_filled_on(governance: Running):
    provider = await governance.register("joint")
    for number in range(20):
        data = CONCERN | {"concern_id": f"QC-{number}"}
        await governance.others.write(concerns.QualityConcernRaised, provider, data)
    await governance.others.write(
        assessments.AssessmentChanged, provider, judged("2", "2"), topic="assessments", writer="risk"
    )
    decision, decided = (await governance.decide(provider, level="2")).json()["decision_id"], datetime.now(UTC)
    await governance.answer(decision)
    ours = await governance.rows("SELECT count(*) FROM journal WHERE key = %s", provider)
    before = 22 + ours[0][0]
    assert len(await governance.kinds(provider, before)) >= before
    figures = await governance.ask("GET", "/v1/places/E06000019/measures", to=str(london_date(decided)))
    assert figures.status_code == 200, figures.text
    known, last = governance.settings, "SELECT max(position) FROM journal"
    seen: dict[str, list[int]] = {"begun": [], "step": []}
    while True:
        await marked(governance)
        before, position = len(await governance.kinds(provider)), await governance.rows(last)
        live, reactions = await whole(governance), await governance.rows("SELECT * FROM reactions")
        name = await rebuild.rebuild(
            known.database_url, known.kafka_bootstrap, governance.others._names, begun=seen["begun"].append,
            step=seen["step"].append,
        )  # fmt: skip
        built = await whole(governance)
        if position == await governance.rows(last):  # else governance said something by itself meanwhile: once more
            break

    assert 0 < sum(seen["step"]) <= sum(seen["begun"])
    assert built == live
    assert await governance.rows("SELECT * FROM reactions") == reactions
    again = await governance.ask("GET", "/v1/places/E06000019/measures", to=str(london_date(decided)))
    assert again.json() == figures.json(), "a figure is counted from the record, and the record is the same"
    assert await governance.rows(f"SELECT name FROM {view.SCHEMA}.generation") == [(name,)]
    await governance.others.write(concerns.QualityConcernRaised, provider, CONCERN | {"concern_id": "QC-after"})
    assert (await governance.kinds(provider, before + 1))[before:].count("quality_concern.raised") == 1

    async def well() -> bool:
        return governance.service.read_model.check() is None

    await until(well)
    letters = await governance.rows("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'governance_view_%%'")
    assert letters == [(0,)]
