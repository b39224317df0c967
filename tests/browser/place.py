"""A synthetic place with services in every state that a page must show."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.events import activity, alerts, assessments, concerns, cqc, incidents, notifications, returns
from shared.policies.pack import Pack
from tests.component.governance.conftest import Running, until

CODE = "X00000001"


@dataclass(frozen=True)
class Place:
    """Its code and its services."""

    code: str
    bad: str
    calm: str
    unknown: str
    evidence: str
    pack: Pack


async def fill(running: Running) -> Place:
    """Register, judge, decide, tell."""
    answer = await running.adopt(place=CODE)
    assert answer.status_code == 201, answer.text
    policy = running.app.state.parts.pages.policy(CODE, datetime.now(UTC).date())
    bad = await running.register("joint", CODE, name="Birch House (synthetic)")
    calm = await running.register(place=CODE, name="Alder Court (synthetic)", service_type="care_home_nursing")
    unknown = await running.register(place=CODE, name="Cedar Lodge (synthetic)")
    await running.register(place=CODE, name="Dogwood Homecare (synthetic)", service_type="home_care", beds=None)
    evidence = await _happenings(running, bad)
    await judge(running, policy.pack, calm, "1")
    await judge(running, policy.pack, bad, "2")
    order = {"type": "level.confirmed", "level": "1", "body": "MA_QUALITY_REVIEW", "rationale": "The panel agreed."}
    taken = await running.ask("POST", f"/v1/providers/{calm}/decisions", "chair", place=CODE, body=order)
    assert taken.status_code == 201, taken.text
    await judge(running, policy.pack, bad, "3", evidence=(evidence,))
    await _told(running, bad)

    async def is_there() -> bool:
        page = (await running.ask("GET", f"/v1/providers/{bad}", "auditor", place=CODE)).json()
        return bool(page["indicated"]["max"] == "3")

    await until(is_there)
    return Place(CODE, bad, calm, unknown, evidence, policy.pack)


async def judge(running: Running, pack: Pack, provider: str, level: str, evidence: tuple[str, ...] = ()) -> None:
    """What risk would say: the pack's own criteria, those of one level met."""
    criteria = [
        {
            "id": one.id, "scale": one.scale or pack.primary, "level": one.level, "says": one.words,
            "outcome": "met" if one.level == level and at % 3 == 0 else "unknown" if at % 2 else "not_met",
            "strength": one.strength.value, "clears_when": one.clears_when,
            "evidence": list(evidence) if one.level == level else [],
            "evidence_count": len(evidence) if one.level == level else 0,
        }
        for at, one in enumerate(pack.criteria)
    ]  # fmt: skip
    indicated = {"min": level, "max": level, "unknown": False}
    compared = [
        {"measure": measure, "observed": seen, "expected": 2.25, "probability": chance, "outside": seen > 5,
         "far_outside": False, "group": "care_home_residential, 11-40", "peers": 9, "days": 90, "baseline": "9" * 64}
        for measure, seen, chance in (("concerns", 2, 0.4), ("safeguarding", 7, 0.012))
    ]  # fmt: skip
    soon = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    data: Any = {
        "indicated": indicated, "scales": {pack.primary: indicated}, "criteria": criteria, "expected": compared,
        "missing": [{"what": "returns", "why": "no monitoring return was received", "criteria": ["HER-L1.i"]}],
        "clocks": [{"kind": "contact", "since": "2026-01-01", "due": soon}],
        "computed_from": {"partition": 0, "offset": 3, "c": "2026-03-01"},
    }  # fmt: skip
    await running.others.write(
        assessments.AssessmentChanged, provider, data, topic="assessments", writer="risk", place=CODE
    )


async def _happenings(running: Running, provider: str) -> str:
    now, month = datetime.now(UTC), "2026-03"
    body = {"kind": "RT-PMR", "beds": 40, "occupied_beds": 34}
    for model, data in (
        (cqc.CqcRatingPublished, {"overall": "requires_improvement", "report_date": "2023-02-01"}),
        (returns.ReturnSubmitted, {"return_type": "RT-PMR", "period": month, "body": body}),
        (activity.DolsActivityReported, {"period": month, "applications": 11}),
        (activity.ReablementReported, {"period": month, "started": 9, "completed": 8, "independent": 5}),
        (incidents.DeathRecorded, {"death_id": "D-1", "expected": "expected"}),
    ):
        await running.others.write(model, provider, data, place=CODE)
    last = None
    for number in range(12):
        data = {"concern_id": f"QC-{number:03d}", "themes": ["q.medicines"], "severity": "S2"}
        last = await running.others.write(
            concerns.QualityConcernRaised, provider, data, time=now - timedelta(days=12 - number), place=CODE
        )
    assert last is not None
    return str(last.id)


async def _told(running: Running, provider: str) -> None:
    said: Any = {"alert": "A8", "cause": "c", "name": "Birch House", "summary": "The level indicated has risen to 3"}
    raised = await running.others.write(
        alerts.AlertRaised, provider, said, topic="assessments", writer="risk", place=CODE
    )
    sent = {"delivery_id": "d-1", "alert_id": str(raised.id), "alert": "A8", "recipient_role": "panel_chair"}
    for model, more in (
        (notifications.NotificationSent, {"channel": "email", "attempt": 1}),
        (notifications.NotificationAcknowledged, {"by": "panel_chair", "how": "link"}),
    ):
        await running.others.write(model, provider, sent | more, topic="notifications", writer="notify", place=CODE)
