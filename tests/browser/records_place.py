"""A synthetic place under Calderdale's policy with everything that officers record of one service."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from services.governance.monitoring import sets
from shared import calendar, clock
from shared.events import cqc, placements, returns
from tests.component.governance.conftest import Running

CODE, HOST = "X00000009", "E08000004"
HOME = "Hazel Court (synthetic)"
SET = "pamms-style"
JSON = dict[str, Any]


@dataclass(frozen=True)
class Records:
    """The place, its home, and one of each."""

    home: str
    plan: str
    placement: str
    practice: str
    duty: str
    draft: str
    rating: str


async def fill(running: Running) -> Records:
    """One of each, some of them late."""
    answer = await running.adopt("calderdale-2023", place=CODE)
    assert answer.status_code == 201, answer.text
    home = await running.register(place=CODE, name=HOME)
    today = calendar.london_date(clock.now())
    rating = await _arrived(running, home)
    plan = await _plan(running, home)
    about = f"/v1/providers/{home}"
    check = {"checked_on": "2026-02-27", "result": "satisfactory"}
    order = {"placing_authority": CODE, "host_authority": HOST, "started_on": "2026-03-02", "count": 7}
    placed = await _do(running, f"{about}/placements", order | {"pre_placement": check})
    seen = {"type": "six_week", "checked_on": "2026-04-01", "result": "concerns", "next_due": "2026-05-01"}
    await _do(running, f"/v1/placements/{placed['placement_token']}/steps", seen)
    await _do(running, f"{about}/placements", {**order, "placing_authority": HOST, "host_authority": CODE, "count": 2})
    consent = {"scope": "forum", "answered_on": "2026-03-03", "by_role": "registered_manager"}
    text = {"themes": ["gp.communication"], "description": "A talking board (synthetic).", "consent": consent}
    practice = await _do(running, f"{about}/practices", text)
    records = (
        {"type": "engagement", "on": "2026-03-02", "forum_attended": False, "willing": "reluctant"},
        {"type": "signal", "on": (today - timedelta(days=3)).isoformat(), "signal": "m.liquidity"},
        {"type": "continuity", "on": "2026-03-02", "held": False, "review_due": "2026-04-02"},
    )
    for record in records:
        await _do(running, f"{about}/records", record)
    failed = {"type": "failure", "on": "2026-03-09", "code": "administrator_appointed", "people_affected_band": "11+"}
    failure = await _do(running, f"{about}/records", failed)
    opened = {"because": "business_failure", "failure_id": failure["failure_id"], "since": "2026-03-09"}
    duty = await _do(running, f"{about}/temporary-duties", opened)
    counted = {"type": "counted", "own": 18, "self_funded": 6, "nhs": 1, "arranged": 20, "others": []}
    await _do(running, f"/v1/temporary-duties/{duty['duty_id']}/steps", counted)
    draft = await _draft(running, home)
    return Records(home, plan, placed["placement_token"], practice["practice_id"], duty["duty_id"], draft, rating)


async def _arrived(running: Running, home: str) -> str:
    for month, due in (("2026-01", "2026-02-10"), ("2026-02", "2026-03-10"), ("2031-01", "2031-02-10")):
        asked = {"return_type": "RT-PMR", "period": month, "due_on": due}
        await running.others.write(returns.ReturnRequested, home, asked, place=CODE)
    came = {"return_type": "RT-PMR", "period": "2026-01", "body": {"kind": "RT-PMR", "beds": 40, "occupied_beds": 33}}
    await running.others.write(returns.ReturnSubmitted, home, came | {"submitted_on": "2026-02-09"}, place=CODE)
    notice = {"notice_id": "N-1", "host_authority": HOST, "concern_level": "moderate", "requested_action": "none"}
    await running.others.write(placements.HostNoticeReceived, home, notice, place=CODE)
    rating = {"overall": "requires_improvement", "report_date": "2026-02-01"}
    rated = await running.others.write(cqc.CqcRatingPublished, home, rating, place=CODE)
    await running.kinds(home, 7, place=CODE)
    return str(rated.id)


async def _plan(running: Running, home: str) -> str:
    actions = [
        {"action_id": "A1", "due": "2026-04-01", "themes": ["q.medicines"], "owner_role": "registered_manager",
         "issue": "Records of medicines have gaps (synthetic)."},
        {"action_id": "A2", "due": "2031-01-31", "themes": ["q.staffing"], "safeguarding": True},
    ]  # fmt: skip
    made = await _do(running, f"/v1/providers/{home}/plans", {"source": "visit", "actions": actions})
    for step in (
        {"type": "agreed", "agreed_on": "2026-03-01", "due": "2031-02-01"},
        {"type": "action_progressed", "action_id": "A1", "progress": "some", "barrier": "No trainer yet (synthetic)."},
    ):
        await _do(running, f"/v1/plans/{made['plan_id']}/steps", step)
    return str(made["plan_id"])


async def _draft(running: Running, home: str) -> str:
    begun = await _do(running, f"/v1/providers/{home}/assessments", {"question_set": SET})
    answers = [
        {"question": one.id, "answer": "partly" if at % 4 == 0 else "mostly", "evidence": "Seen (synthetic)."}
        for at, (_, one) in enumerate(sets.named(SET).asked(begun["service_type"]))
    ]
    for step in ({"type": "answered", "answers": answers}, {"type": "draft_shared"}):
        await _do(running, f"/v1/assessments/{begun['assessment_id']}/steps", step)
    return str(begun["assessment_id"])


async def _do(running: Running, path: str, body: JSON) -> JSON:
    answer = await running.ask("POST", path, place=CODE, body=body)
    assert answer.status_code == 201, answer.text
    found: JSON = answer.json()
    return found
