"""Views of our own journal: read once, in order; what breaks one is left out, and nothing stops."""

import pytest

from services.intake.follow import Cursor, Follower
from shared import events
from tests.component.intake.conftest import Running, concern

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_breaks_a_view_is_left_out_and_the_rest_is_taken_once(intake: Running) -> None:
    provider = await intake.register()
    ids = [(await intake.result(concern(provider)))["id"] for _ in range(3)]
    taken: list[str] = []

    async def take(cursor: Cursor, found: list[events.Event]) -> None:
        await cursor.execute("SELECT 1")
        if any(str(event.id) == ids[1] for event in found):
            await cursor.execute("SELECT 1 / 0")
        taken.extend(str(event.id) for event in found)

    await intake.rows("UPDATE followed SET position = 0 RETURNING 1")
    follower = Follower(intake.intake.parts.pool, {take: ("quality_concern.raised",)})
    await follower.catch_up()
    await follower.catch_up()

    assert [id_ for id_ in taken if id_ in ids] == [ids[0], ids[2]]


async def test_days_at_the_end_of_time_break_nothing(intake: Running) -> None:
    provider = await intake.register()
    data = {"return_type": "RT-SDP", "period": "9999-12", "due_on": "2199-12-31", "closes_on": "2199-12-31"}
    event = concern(provider) | {"type": "careledger.returns.requested.v1", "data": data}
    await intake.result(event)
    await intake.intake.asking.follower.catch_up()
    rows = await intake.rows("SELECT period FROM asked WHERE provider_id = %s", provider)
    assert rows == [("9999-12",)]
