"""A draft is judged beside the policy: its text and marks are published, who would move is listed, and it ends."""

import itertools
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from shared import policy, topics
from shared.events import assessments
from tests.component.governance.conftest import Running, until

pytestmark = pytest.mark.asyncio(loop_scope="package")
_places = itertools.count(501)
TWO = {"min": "2", "max": "2", "unknown": False}
THREE = {"min": "3", "max": "3", "unknown": False}


@pytest.fixture
def place() -> str:
    """A place of the test's own."""
    return f"X{next(_places):08d}"


def draft() -> dict[str, Any]:
    return policy.document(policy.load("herefordshire-2018")) | {"version": "9"}


async def shadow(running: Running, place: str, method: str = "GET", who: str = "director", **more: Any) -> Any:
    return await running.ask(method, f"/v1/places/{place}/policy/shadow", who, place=place, **more)


async def marked(running: Running, place: str) -> list[str | None]:
    rows = await running.rows("SELECT body FROM journal WHERE type LIKE '%%shadow.in_force%%' ORDER BY position")
    return [data.get("digest") for (body,) in rows if (data := orjson.loads(body)["data"])["place"] == place]


async def said(running: Running, place: str, provider: str, digest: str, *, moves: bool | None) -> None:
    """What risk would publish of a provider."""
    reference = {"pack": "herefordshire-2018", "version": "9", "digest": digest}
    data = {
        "policy": reference, "indicated": THREE if moves else TWO, "scales": {"level": THREE if moves else TWO},
        "beside": reference | {"version": "1"}, "beside_indicated": TWO, "beside_scales": {"level": TWO},
        "computed_from": {"partition": 0, "offset": 1},
    } | ({} if moves is None else {"moves": moves})  # fmt: skip
    await running.others.write(
        assessments.AssessmentShadowed, provider, data, topic="assessments", writer="risk", place=place
    )


async def test_its_text_and_its_marks_are_published_once_and_it_ends(governance: Running, place: str):
    await governance.adopt(place=place)

    first = await shadow(governance, place, "POST", body={"pack": draft(), "rationale": "Stricter on returns."})
    again = await shadow(governance, place, "POST", body={"pack": draft()})

    digest = policy.digest(policy.parse(draft()))
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.json()["shadow"]["digest"] == digest
    assert await marked(governance, place) == [digest] * topics.PARTITIONS
    rows = await governance.rows("SELECT topic, body FROM journal WHERE key = %s AND type LIKE '%%shadowed%%'", place)
    [(topic, body)] = rows
    assert topic == topics.PLACES
    assert policy.digest(policy.parse(orjson.loads(body)["data"]["text"])) == digest
    assert b"Stricter" not in bytes(body)

    ended = await shadow(governance, place, "DELETE")
    assert (ended.status_code, ended.json()) == (200, {"shadow": None})
    assert await marked(governance, place) == [digest] * topics.PARTITIONS + [None] * topics.PARTITIONS
    assert (await shadow(governance, place)).status_code == 404


async def test_who_would_move_is_listed_with_both_words(governance: Running, place: str):
    await governance.adopt(place=place)
    digest = (await shadow(governance, place, "POST", body={"pack": draft()})).json()["shadow"]["digest"]
    homes = [await governance.register(place=place) for _ in range(3)]
    for home, moves in zip(homes, (True, False, None), strict=True):
        await said(governance, place, home, digest, moves=moves)
    await said(governance, place, homes[0], digest, moves=True)

    async def judged() -> Any:
        page = (await shadow(governance, place)).json()
        return page if page["judged"] == len(homes) else None

    page = await until(judged)
    assert (page["judged"], page["move"], page["unclear"]) == (3, 1, 1)
    only = (await shadow(governance, place, moves="true")).json()["providers"]
    assert [(one["provider_id"], one["draft"]["indicated"], one["now"]["indicated"]) for one in only] == [
        (homes[0], THREE, TWO)
    ]
    first = (await shadow(governance, place, limit=2)).json()
    rest = (await shadow(governance, place, limit=2, cursor=first["next"])).json()
    assert sorted(one["provider_id"] for one in (*first["providers"], *rest["providers"])) == sorted(homes)


async def test_adopting_the_draft_ends_it(governance: Running, place: str):
    await governance.adopt(place=place)
    await shadow(governance, place, "POST", body={"pack": draft()})

    assert (await governance.adopt(draft(), place=place)).status_code == 201

    assert (await marked(governance, place))[-1] is None
    assert (await shadow(governance, place)).status_code == 404


async def test_the_policy_in_force_is_no_draft_and_only_a_director_begins_one(governance: Running, place: str):
    nothing = await shadow(governance, place, "POST", body={"pack": draft()})
    await governance.adopt(place=place)

    same = await shadow(governance, place, "POST", body={"pack": "herefordshire-2018"})
    officer = await shadow(governance, place, "POST", who="officer", body={"pack": draft()})

    assert (nothing.status_code, same.status_code, officer.status_code) == (409, 422, 403)


async def test_a_policy_says_when_its_review_is_overdue(governance: Running, place: str):
    path = f"/v1/places/{place}/policy"
    await governance.adopt(place=place, review_by="2020-03-31")
    late = (await governance.ask("GET", path, "auditor", place=place)).json()
    await governance.adopt(place=place, review_by=f"{datetime.now(UTC).year + 2}-03-31")
    early = (await governance.ask("GET", path, "auditor", place=place)).json()

    assert (late["review_by"], late["review_overdue"], early["review_overdue"]) == ("2020-03-31", True, False)
