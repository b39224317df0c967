"""A policy with every clock that there is, and how each is started. For tests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from services.risk.criteria import Rules
from shared import calendar, policy
from tests.golden.story import Story

ONE = timedelta(days=1)
FAR = {"due": "2039-01-01"}
OURS = {"id": "X-1", "ours": "a test"}
CLOCKS: dict[str, Any] = {
    "follow_up": OURS | {"months": 3},
    "plan": OURS | {"overdue_days": 2},
    "visit": OURS | {"overdue_days": 3},
    "manager": OURS | {"absent_days": 28},
    "placement_check": OURS | {"days": 42, "then_months": 12},
    "host_notice": OURS | {"ask_days": 28},
    "review": {
        "none": OURS | {"every": {"months": 12}},
        "1": OURS | {"every": {"months": 12}, "counts": ["level.confirmed", "visit.completed"]},
        "2": [OURS | {"at": {"level": ["2"]}, "every": {"months": 3}}, OURS | {"every": {"months": 12}}],
        "3": OURS | {"every": {"days": 30}},
    },
}


@cache
def everything() -> Rules:
    """A policy with every clock that there is."""
    text = policy.document(policy.load("herefordshire-2018"))
    text["clocks"] = text["clocks"] | CLOCKS
    return Rules(policy.parse(text))


@dataclass(frozen=True)
class Clock:
    """How one is started on a day, and the last London day on which it has not run out."""

    start: Callable[[Story, date], Any]
    last: Callable[[date], date]
    cause: str
    code: str = "A10"


def governance(story: Story, kind: str, **data: Any) -> None:
    story.record(kind, data, writer="governance")


def action(story: Story, day: date) -> None:
    governance(story, "plan.action_added", plan_id="P-1", action_id="A-1", **FAR)


def soon(story: Story, day: date) -> None:
    due = str(day + 30 * ONE)
    governance(story, "plan.action_added", plan_id="P-1", action_id="A-1", due=due, significant=False)


def planned(story: Story, day: date) -> None:
    due = (day + 14 * ONE).isoformat()
    governance(story, "plan.agreed", plan_id="P-1", agreed_on=day.isoformat(), due=due)


def visit(story: Story, day: date) -> None:
    story.record("visit.planned", {"visit_id": "V-9", "purpose": "annual", "planned_for": str(day + 20 * ONE)})


def placed(story: Story, day: date) -> None:
    place = {"placement_token": "T-1", "placing_authority": "X00000001", "host_authority": "E06000019"}
    story.record("placement.started", place | {"started_on": day.isoformat()})


def noticed(story: Story, day: date) -> None:
    notice = {"notice_id": "N-1", "host_authority": "E06000019", "concern_level": "serious"}
    story.record("ooa.host_notice.received", notice)


def restricted(story: Story, day: date) -> None:
    story.decided("suspension.imposed", suspension_id="sus-1", kind="enforced")


def confirmed(level: str) -> Callable[[Story, date], None]:
    return lambda story, day: story.decided("level.confirmed", scale="level", level=level) and None


RUNNING = {
    "follow up": Clock(action, lambda day: calendar.add_months(day, 3), "follow_up:P-1/A-1"),
    "plan": Clock(planned, lambda day: day + 16 * ONE, "plan:P-1"),
    "action of a plan": Clock(soon, lambda day: day + 32 * ONE, "action:P-1/A-1"),
    "visit": Clock(visit, lambda day: day + 23 * ONE, "planned_visit:"),
    "placement": Clock(placed, lambda day: day + 42 * ONE, "placement:X00000001|T-1"),
    "host notice": Clock(noticed, lambda day: day + 28 * ONE, "host_notice:"),
    "restriction": Clock(restricted, lambda day: calendar.add_months(day, 3), "restriction:sus-1"),
    "review, yearly": Clock(confirmed("1"), lambda day: calendar.add_months(day, 12), "review:"),
    "review, quarterly": Clock(confirmed("2"), lambda day: calendar.add_months(day, 3), "review:"),
    "review of nothing confirmed": Clock(lambda *_: None, lambda day: calendar.add_months(day, 12), "review:"),
    "contact": Clock(lambda *_: None, lambda day: calendar.add_months(day, 12), "contact:"),
}
