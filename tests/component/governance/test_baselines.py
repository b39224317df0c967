"""What peers had is counted from the record, published whole, and marked in every partition; a year later by itself."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from services.governance.event_store import EventStore
from shared import topics
from shared.events import concerns
from tests.component.governance.conftest import Running

pytestmark = pytest.mark.asyncio(loop_scope="package")
_places = itertools.count(701)


@pytest.fixture
def place() -> str:
    """A place of the test's own."""
    return f"X{next(_places):08d}"


async def publish(running: Running, place: str, who: str = "director") -> Any:
    return await running.ask("POST", f"/v1/places/{place}/baselines", who, place=place)


async def concern(running: Running, place: str, home: str, number: str, at: datetime) -> None:
    data = {"concern_id": number, "themes": ["q.medicines"], "severity": "S2"}
    await running.others.write(
        concerns.QualityConcernRaised, home, data, place=place, time=at, recordedtime=at + timedelta(seconds=1)
    )


async def test_it_is_counted_published_and_marked(governance: Running, place: str):
    await governance.adopt(place=place)
    long_ago = datetime.now(UTC) - timedelta(days=400)
    homes = [await governance.register(place=place, beds=beds) for beds in (8, 30, 30)]
    homes.append(await governance.register(place=place, service_type="day_opportunities", beds=None))
    # They were known a year ago: the record says when, and the read model has it.
    async with governance.service.view_pool.connection() as connection:
        await connection.execute("UPDATE providers SET registered = %s WHERE place = %s", (long_ago, place))
    yesterday = datetime.now(UTC) - timedelta(days=2)
    for number in range(3):
        await concern(governance, place, homes[1], f"QC-{number}", yesterday)
    await concern(governance, place, homes[1], "QC-0", yesterday)
    await concern(governance, place, homes[2], "QC-0", long_ago)
    await governance.kinds(homes[1], 5, place=place)
    await governance.kinds(homes[2], 2, place=place)

    answer = await publish(governance, place)

    assert answer.status_code == 201, answer.text
    said = answer.json()["baseline"]
    assert (said["services"], said["left_out"]) == (3, 1)
    page = (await governance.ask("GET", f"/v1/places/{place}/baselines", place=place)).json()
    days = (date.fromisoformat(said["last_day"]) - date.fromisoformat(said["first_day"])).days + 1
    rates = page["rates"]
    assert rates["concerns|care_home_residential|11-40"] == {"events": 3, "exposure": 60.0 * days, "peers": 2}
    assert rates["concerns|care_home_residential|all"] == {"events": 3, "exposure": 68.0 * days, "peers": 3}
    assert rates["concerns|care_home_residential|1-10"]["events"] == 0
    rows = await governance.rows("SELECT body FROM journal WHERE type LIKE '%%baseline.in_force%%'")
    marked = [orjson.loads(body)["data"] for (body,) in rows]
    assert [one["digest"] for one in marked if one["place"] == place] == [said["digest"]] * topics.PARTITIONS

    assert (await publish(governance, place)).status_code == 200, "nothing has changed"


async def test_who_may(governance: Running, place: str):
    assert (await publish(governance, place, "officer")).status_code == 403
    assert (await publish(governance, place, "icb")).status_code == 403


async def test_a_year_later_it_is_counted_anew_by_itself_and_once(governance: Running, place: str):
    await governance.adopt(place=place)
    baselines, today = governance.service.baselines, datetime.now(UTC).date()
    assert place not in baselines.overdue(today + timedelta(days=364))
    assert place in baselines.overdue(today + timedelta(days=370))

    baselines.yearly(place)
    baselines.yearly(place)

    store: EventStore = governance.app.state.parts.store
    assert len(store.book(place).peers) == 1
    assert place not in baselines.overdue(today + timedelta(days=360))
