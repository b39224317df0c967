"""Every list of a place with 400 providers and 20,000 open tasks: complete, exact, each page bounded (issue 7)."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import psycopg
import pytest

from tests.component.governance.conftest import Running

pytestmark = pytest.mark.asyncio(loop_scope="package")
PLACE = "E06000001"
PROVIDERS, TASKS, EACH = 400, 20_000, 800
LARGEST, PAGE_BYTES = 500, 500_000
KINDS = {
    "contract": {"allocated_to": "contracts-officer", "kind": "framework"},
    "visit": {"purpose": "annual", "status": "planned", "planned_for": "2027-01-01", "feedback_due": None},
    "placement": {"placing_authority": PLACE, "host_authority": "E06000019"},
    "practice": {"status": "asked", "themes": ["gp.dignity"]},
    "plan": {"source": "visit", "status": "agreed", "signed_off_by": [], "actions": [
        {"action_id": "a1", "due": "2027-01-01", "owner_role": None, "outcome": None},
        {"action_id": "a2", "due": "2027-02-01", "owner_role": None, "outcome": None}]},
    "assessment": {"question_set": "pamms-style", "status": "answering", "answers": {}},
    "duty": {"status": "open"},
    "engagement": {"forum_attended": True, "on": "2026-10-01"},
}  # fmt: skip
KEYS = {"task": "task_id", "placement": "placement_token"}
_PROVIDERS = """
INSERT INTO governance_view.providers(provider_id, place, partition, registered, facts)
SELECT 'prv-many' || lpad(i::text, 8, '0'), %(place)s, i %% 4, now(), json_build_object(
  'name', 'Synthetic Home ' || i || ' (not a real service)', 'service_type', 'care_home_residential',
  'commissioning', 'council', 'aliases', json_build_object()) FROM generate_series(1, %(number)s) AS i
"""
_MATTERS = """
INSERT INTO governance.matters(matter_id, kind, subject, place, open, due, document)
SELECT name, %(kind)s, 'prv-many' || lpad((1 + i %% %(providers)s)::text, 8, '0'), %(place)s, %(kind)s <> 'engagement',
  day,
  (%(document)s::jsonb || jsonb_build_object(%(key)s::text, name, 'due', day))::json
FROM (SELECT i, %(prefix)s || '-' || lpad(to_hex(i), 16, '0') AS name,
             CASE WHEN i %% 50 = 0 THEN NULL ELSE date '2027-01-01' + i %% 90 END AS day
      FROM generate_series(1, %(number)s) AS i) AS made
"""
TASK = {"task": "tell_provider", "how": "task", "role": "contracts-officer", "officer": None, "outcome": None}


@pytest.fixture(scope="module")
def place(governance: Running) -> Iterator[str]:
    """A place with as much as a large one has, put down at once, and taken away: nothing of it is on the log."""
    with psycopg.connect(governance.settings.database_url) as connection:
        connection.execute(_PROVIDERS, {"place": PLACE, "number": PROVIDERS})
        for kind, document in {"task": TASK, **KINDS}.items():
            values = {
                "kind": kind, "place": PLACE, "providers": PROVIDERS, "number": TASKS if kind == "task" else EACH,
                "document": psycopg.types.json.Jsonb(document), "prefix": kind, "key": KEYS.get(kind, f"{kind}_id"),
            }  # fmt: skip
            connection.execute(_MATTERS, values)
        connection.execute("ANALYZE governance.matters")
    yield PLACE
    with psycopg.connect(governance.settings.database_url) as connection:
        connection.execute("DELETE FROM governance.matters WHERE place = %s", (PLACE,))
        connection.execute("DELETE FROM governance_view.providers WHERE place = %s", (PLACE,))


async def pages(governance: Running, path: str, key: str, **asked: Any) -> AsyncIterator[list[dict[str, Any]]]:
    """Every page of a list, each within its size."""
    limit, cursor = int(asked.get("limit", LARGEST)), None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = await governance.ask("GET", path, "auditor", **({"limit": LARGEST} | asked | more))
        assert answer.status_code == 200, answer.text
        page = answer.json()
        cursor = page["next"]
        assert len(page[key]) == limit if cursor else len(page[key]) <= limit
        assert len(answer.content) < PAGE_BYTES
        yield page[key]
        if not cursor:
            return


async def whole(governance: Running, path: str, key: str, **asked: Any) -> list[dict[str, Any]]:
    return [one async for page in pages(governance, path, key, **asked) for one in page]


@pytest.mark.parametrize(
    ("path", "name", "number"),
    [
        ("/v1/providers", "provider_id", PROVIDERS),
        ("/v1/tasks", "task_id", TASKS),
        ("/v1/contracts", "contract_id", EACH),
        ("/v1/visits", "visit_id", EACH),
        ("/v1/assessments", "assessment_id", EACH),
        ("/v1/placements", "placement_token", EACH),
        ("/v1/practices", "practice_id", EACH),
        ("/v1/plans", "plan_id", EACH),
        ("/v1/temporary-duties", "duty_id", EACH),
        ("/v1/records?type=engagement", "engagement_id", EACH),
    ],
)
async def test_a_list_shows_everything_once(governance: Running, place: str, path: str, name: str, number: int):
    path, _, kind = path.partition("?type=")
    key, more = path.removeprefix("/v1/").replace("-", "_"), {"type": kind} if kind else {}
    found = [one[name] for one in await whole(governance, path, key, place=place, **more)]

    assert (len(found), len(set(found))) == (number, number)


async def test_what_is_due_first_comes_first_and_what_has_no_day_last(governance: Running, place: str):
    days = [one["due"] or "9999" for one in await whole(governance, "/v1/tasks", "tasks", place=place)]

    assert days == sorted(days)
    assert days.count("9999") == TASKS // 50


async def test_everything_owed_is_one_list_of_every_kind(governance: Running, place: str):
    found = await whole(governance, "/v1/owed", "owed", place=place)
    dated = EACH - EACH // 50
    kinds = Counter(one["kind"] for one in found)

    assert len({(one["kind"], one["id"], one["item"]) for one in found}) == len(found)
    assert (kinds["task"], kinds["plan_action"]) == (TASKS, 2 * EACH)
    assert {kind: kinds[kind] for kind in ("contract", "visit", "placement", "practice_consent")} == dict.fromkeys(
        ("contract", "visit", "placement", "practice_consent"), dated
    )


async def test_a_narrow_question_has_its_own_pages(governance: Running, place: str):
    asked = {"place": place, "role": "contracts-officer", "kind": "task", "due_by": "2027-01-02", "limit": 100}
    found = await whole(governance, "/v1/owed", "owed", **asked)
    due = [i for i in range(1, TASKS + 1) if i % 50 and i % 90 <= 1]

    assert {one["id"] for one in found} == {f"task-{i:016x}" for i in due}
    assert len(found) == len(due)
