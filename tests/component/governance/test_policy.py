"""A place adopts a policy: whole on `places`, marks in every partition, once; what does not compile is not adopted."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from services.governance import adoption
from shared import policy, topics
from tests.component.governance.conftest import Running, until

pytestmark = pytest.mark.asyncio(loop_scope="package")
HEREFORDSHIRE = "herefordshire-2018"
_places = itertools.count(1)


@pytest.fixture
def place() -> str:
    """A place of the test's own, where no policy was adopted yet."""
    return f"X{next(_places):08d}"


async def marks(running: Running, place: str) -> list[tuple[int, str]]:
    rows = await running.rows("SELECT partition, body FROM journal WHERE type LIKE '%%in_force%%' ORDER BY position")
    said = [(partition, orjson.loads(body)["data"]) for partition, body in rows]
    return [(partition, data["digest"]) for partition, data in said if data["place"] == place]


def newer() -> dict[str, Any]:
    """The shipped pack, as a council might have changed it."""
    return policy.document(policy.load(HEREFORDSHIRE)) | {"version": "2"}


async def test_it_is_published_whole_and_marked_in_every_partition_once(governance: Running, place: str):
    said: dict[str, Any] = {"rationale": "Agreed by the cabinet member.", "endorsed_by": ["Cabinet"]}

    first = await governance.adopt(place=place, key="k", **said)
    again = await governance.adopt(place=place, **said)

    digest = policy.digest(policy.load(HEREFORDSHIRE))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["policy"] == {"pack": HEREFORDSHIRE, "version": "1", "digest": digest}
    assert again.json()["policy"] == first.json()["policy"]
    ((topic, body),) = await governance.rows("SELECT topic, body FROM journal WHERE key = %s", place)
    event = orjson.loads(body)
    assert topic == topics.PLACES
    assert policy.digest(policy.parse(event["data"]["text"])) == digest
    assert b"cabinet member" not in bytes(body)
    assert await marks(governance, place) == [(n, digest) for n in range(topics.PARTITIONS)]


@pytest.mark.parametrize("name", policy.shipped())
async def test_every_shipped_one_may_be_adopted_and_is_carried_whole(governance: Running, place: str, name: str):
    answer = await governance.adopt(name, place=place)

    digest = policy.digest(policy.load(name))
    assert (answer.status_code, answer.json()["policy"]["digest"]) == (201, digest)
    ((body,),) = await governance.rows("SELECT body FROM journal WHERE key = %s", place)
    assert policy.digest(policy.parse(orjson.loads(body)["data"]["text"])) == digest


async def test_one_for_later_is_marked_when_its_day_has_come(governance: Running, place: str):
    later = datetime.now(UTC).date() + timedelta(days=3)
    await governance.adopt(place=place)
    answer = await governance.adopt(newer(), place=place, effective_from=later.isoformat())
    assert answer.status_code == 201
    assert len(await marks(governance, place)) == topics.PARTITIONS

    async with governance.service.pool.connection() as connection, connection.cursor() as cursor:
        early = await adoption.due(cursor, later - timedelta(days=1))
        rows = await adoption.due(cursor, later)
        again = await adoption.due(cursor, later)

    assert (len(early), len(rows), len(again)) == (0, topics.PARTITIONS, 0)
    assert {row.draft.data["digest"] for row in rows} == {answer.json()["policy"]["digest"]}
    page = (await governance.ask("GET", f"/v1/places/{place}/policy", place=place)).json()
    assert page["policy"]["version"] == "1"
    assert [coming["version"] for coming in page["coming"]] == ["2"]


async def test_one_for_later_may_be_adopted_for_today_and_a_review_set_anew(governance: Running, place: str):
    today = datetime.now(UTC).date()
    later, review = (today + timedelta(days=30)).isoformat(), (today + timedelta(days=700)).isoformat()
    orders: list[dict[str, Any]] = [{"effective_from": later}, {"effective_from": later}, {}, {}, {"review_by": review}]

    answers = [await governance.adopt(place=place, **order) for order in orders]

    assert [answer.status_code for answer in answers] == [201, 200, 201, 200, 201]
    assert answers[0].json()["in_force_from"] == later
    assert answers[2].json()["in_force_from"] == today.isoformat()


async def test_an_older_text_may_be_adopted_again(governance: Running, place: str):
    answers = [await governance.adopt(pack, place=place) for pack in (HEREFORDSHIRE, newer(), HEREFORDSHIRE)]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len(await marks(governance, place)) == 3 * topics.PARTITIONS


async def test_one_that_does_not_compile_is_refused_with_its_mistakes(governance: Running, place: str):
    broken = newer()
    broken["criteria"] = [dict(broken["criteria"][0], when="no.such_fact && true"), *broken["criteria"][1:]]

    answer = await governance.adopt(broken, place=place)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "/pack"
    assert "no.such_fact" in answer.json()["errors"][0]["problem"]
    assert await marks(governance, place) == []


async def test_an_unknown_name_is_answered_with_those_there_are(governance: Running, place: str):
    answer = await governance.adopt("../../etc/passwd", place=place)

    assert answer.status_code == 422
    assert HEREFORDSHIRE in answer.json()["errors"][0]["fix"]


async def test_it_is_the_councils_director_who_adopts(governance: Running, place: str):
    assert (await governance.adopt(who="chair", place=place)).status_code == 403


async def test_without_a_policy_nobodys_authority_can_be_judged(governance: Running, place: str):
    provider = await governance.register(place=place)

    answer = await governance.ask(
        "POST", f"/v1/providers/{provider}/decisions", "chair", place=place,
        body={"type": "level.confirmed", "level": "2", "body": "MA_QUALITY_REVIEW", "rationale": "So agreed."},
    )  # fmt: skip

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:careledger:problem:no-policy")


async def test_the_first_start_closes_yesterday(governance: Running):
    async def closed() -> list[tuple[int, bytes]]:
        found = await governance.rows("SELECT partition, body FROM journal WHERE type LIKE '%%day.closed%%'")
        return found if len(found) >= topics.PARTITIONS else []

    found = await until(closed)
    assert {partition for partition, _ in found} == set(range(topics.PARTITIONS))
    days = {date.fromisoformat(orjson.loads(body)["data"]["date"]) for _, body in found}
    assert max(days) < datetime.now(UTC).date() + timedelta(days=1)
