"""How soon people were told and answered, and what each was told in a month."""

import csv
import io
from collections.abc import Callable

from shared import calendar
from tests.component.notify.doors import Hook, Reply, until
from tests.component.notify.world import JSON, World

Hooks = Callable[..., Hook]


def figures(notify: World, **wanted: str) -> dict[tuple[str, str, str], JSON]:
    """Kind, type and role → its figures."""
    answer = notify.call("GET", "/v1/measures", "quality-officer", params={"place": notify.ledger.place} | wanted)
    assert answer.status_code == 200, answer.text
    return {(one["alert"], one["type"], one["role"]): one for one in answer.json()["figures"]}


class TestMeasures:
    def test_are_exact_by_kind_and_role(self, notify: World, hook: Hooks) -> None:
        notify.place()
        notify.register("safeguarding", hook())
        notify.register("cqc", hook(Reply(410)))
        homes = [notify.raise_("A2")[1] for _ in range(3)]
        ended, over = notify.raise_("A2")
        late = notify.raise_("A4")[1]
        for home in (*homes, over):
            notify.one(home, "sent")
        notify.one(late, "dead")
        notify.clear(ended, over, "A2", basis="rebuild")
        until(lambda: len(notify.deliveries(over, state="sent")) == 2, why="whoever was told is told of the end")
        key = notify.one(homes[0], "sent")["id"]
        notify.pass_(minutes=2)
        path = f"/v1/deliveries/{key}/acknowledgement"
        assert notify.call("POST", path, "safeguarding", json={"by": "safeguarding"}).status_code == 201

        found = figures(notify)

        told = found["A2", "alert.raised", "safeguarding"]
        assert (told["deliveries"], told["sent"], told["asked"], told["in_time"]) == (4, 4, 4, 1)
        assert (told["late"], told["unanswered"], told["dead"]) == (0, 0, 0)
        assert told["event_to_sent"]["count"] == 4
        assert 0 <= told["event_to_sent"]["half"] <= told["event_to_sent"]["longest"] < 100
        assert told["sent_to_acknowledged"]["count"] == 1
        assert 120 <= told["sent_to_acknowledged"]["half"] == told["sent_to_acknowledged"]["longest"] < 300
        assert found["A2", "alert.cleared", "safeguarding"]["asked"] == 0
        assert found["A4", "alert.raised", "cqc"]["dead"] == 1
        assert found["A4", "alert.raised", "cqc"]["event_to_sent"] is None

        notify.pass_(hours=5)
        assert figures(notify)["A2", "alert.raised", "safeguarding"]["unanswered"] == 3
        today = calendar.london_date(notify.now)
        before = calendar.add_days(today, -9).isoformat()
        assert figures(notify, **{"from": before, "to": before}) == {}

    def test_are_for_quality_of_the_place(self, notify: World) -> None:
        place = notify.place(adopt=False)
        ask = {"params": {"place": place}}

        assert notify.call("GET", "/v1/measures", "cqc-inspector", **ask).status_code == 403
        assert notify.call("GET", "/v1/measures", places=["E06000019"], **ask).status_code == 403
        for first, last in (("2026-05-02", "2026-05-01"), ("0001-01-01", "2026-05-01"), ("2026-05-01", "9999-12-31")):
            wrong = {"place": place, "from": first, "to": last}
            assert notify.call("GET", "/v1/measures", params=wrong).status_code == 422


class TestAStatement:
    def test_is_what_was_told_and_comes_by_itself_once(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook()
        key = notify.register("safeguarding", door, duty={"statement": True})["id"]
        silent, gone, steward = hook(), hook(Reply(410)), hook()
        notify.register("director", silent)
        notify.register("operations", gone, duty={"statement": True})
        notify.register("data_steward", steward)
        homes = [notify.raise_("A2")[1] for _ in range(3)]
        until(lambda: len(notify.deliveries(state="sent")) == 3, why="all are told")
        notify.pass_(hours=3, minutes=10)
        until(lambda: len(door.calls) == 4, why="and one reminder of them: nothing new")
        first = calendar.london_date(notify.now).replace(day=1)
        month = f"{first:%Y-%m}"

        path = f"/v1/recipients/{key}/statement"
        found = notify.call("GET", path, params={"month": month})
        as_csv = notify.call("GET", path, params={"month": month, "format": "csv"})
        page = notify.call("GET", path, params={"month": month, "format": "html"})
        words = notify.call("GET", path, params={"month": month, "format": "text"})

        assert sorted(one["provider_id"] for one in found.json()["told"]) == sorted(homes)
        assert found.json()["is_over"] is False
        assert len(list(csv.reader(io.StringIO(as_csv.text)))) == 4
        assert all(home in page.text and home in words.text for home in homes)
        assert page.headers["content-type"].startswith("text/html")
        assert notify.call("GET", path, params={"month": month}, places=["E06000019"]).status_code == 404
        assert notify.call("GET", path, "quality-officer", params={"month": month}).status_code == 403
        assert notify.call("GET", path, params={"month": "2026-13"}).status_code == 422

        after = calendar.add_days(calendar.add_months(first, 1), 6)
        notify.pass_(days=(after - calendar.london_date(notify.now)).days)
        came = until(lambda: [c.said for c in door.calls if c.said["type"] == "alerts.statement"], why="the statement")
        assert sorted(one["provider"]["id"] for one in came[0]["alerts"]) == sorted(homes)
        assert came[0]["summary"].startswith(f"In {first:%B %Y} 3 things were told, 0 acknowledged.")
        assert came[0]["acknowledge_url"] is None
        until(lambda: [c.said["summary"] for c in steward.calls if "operations" in c.said["summary"]], why="one died")
        # Nobody who did not ask for one gets one; and it comes once, however often it is looked for.
        notify.raise_("A1")
        until(lambda: door.calls[-1].said["alert"] == "A1")
        assert len([c for c in door.calls if c.said["type"] == "alerts.statement"]) == 1
        assert "alerts.statement" not in [c.said["type"] for c in silent.calls]
