"""The figures of architecture §10 that governance keeps."""

import pytest

from shared import metrics
from shared.events import alerts, assessments, notifications
from tests.component.governance.conftest import Running, until
from tests.component.governance.test_history import judged

pytestmark = pytest.mark.asyncio(loop_scope="package")
PLACE = "X00000099"


async def test_what_stands_is_counted_by_place(governance: Running):
    await governance.adopt(place=PLACE)
    sole, joint = await governance.register(place=PLACE), await governance.register("joint", place=PLACE)
    order = {"type": "level.confirmed", "level": "1", "body": "MA_QUALITY_REVIEW", "rationale": "So agreed."}
    for provider in (sole, joint):
        answer = await governance.ask("POST", f"/v1/providers/{provider}/decisions", "chair", place=PLACE, body=order)
        assert answer.status_code == 201, answer.text
    await governance.others.write(
        assessments.AssessmentChanged, sole, judged("2", "3"), topic="assessments", writer="risk", place=PLACE
    )

    async def seen() -> bool:
        page = await governance.ask("GET", f"/v1/providers/{sole}", place=PLACE)
        return bool(page.json()["divergent"])

    await until(seen)
    await governance.service.measuring.measure()

    assert metrics.CONSENTS_PENDING.labels(PLACE)._value.get() == 1
    assert metrics.DIVERGENCES.labels(PLACE)._value.get() == 1
    assert metrics.PROVIDERS.labels(PLACE, "1", "2-3")._value.get() == 1
    assert metrics.PROVIDERS.labels(PLACE, "none", "unknown")._value.get() == 1


async def test_an_act_that_was_lifted_waits_for_no_ratification(governance: Running):
    place = "X00000098"
    await governance.adopt(place=place)
    provider = await governance.register("joint", place=place)
    reason = {"body": "COMMISSIONERS", "rationale": "So agreed."}

    async def post(path: str, who: str, body: dict[str, str | bool]) -> str:
        answer = await governance.ask("POST", path, who, place=place, body=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["decision_id"])

    async def pending() -> float:
        await governance.service.measuring.measure()
        return float(metrics.CONSENTS_PENDING.labels(place)._value.get())

    act = {"type": "suspension.imposed", "kind": "advisory_notice"}
    await post(f"/v1/providers/{provider}/decisions", "icb", act | reason)
    assert await pending() == 1
    lifted = await post(f"/v1/providers/{provider}/decisions", "director", {"type": "suspension.lifted"} | reason)
    assert await pending() == 2
    await post(f"/v1/decisions/{lifted}/consents", "icb", {"consent": True})

    assert await pending() == 0


async def test_alerts_that_nobody_has_answered_are_counted(governance: Running):
    place = "X00000097"
    provider = await governance.register(place=place)
    ids = []
    for number in range(4):
        said = {"alert": "A1", "cause": f"concern:{number}", "name": "Rowan House (synthetic)", "summary": "Danger."}
        raised = await governance.others.write(
            alerts.AlertRaised, provider, said, topic="assessments", writer="risk", place=place
        )
        ids.append(str(raised.id))
    cleared = {"alert": "A1", "cause": "concern:0", "name": "Rowan House", "summary": "Over.", "raised_id": ids[0]}
    await governance.others.write(
        alerts.AlertCleared, provider, cleared, topic="assessments", writer="risk", place=place
    )
    heard = {
        "delivery_id": "d-1", "alert_id": ids[1], "alert": "A1", "recipient_role": "director", "by": "director",
        "how": "api",
    }  # fmt: skip
    await governance.others.write(
        notifications.NotificationAcknowledged, provider, heard, topic="notifications", writer="notify", place=place
    )

    async def open_ones() -> float:
        await governance.service.measuring.measure()
        return float(metrics.ALERTS_OPEN.labels(place, "A1")._value.get())

    async def two_are_left() -> bool:
        return await open_ones() == 2

    await until(two_are_left)


async def test_a_decision_that_is_asked_for_twice_with_one_key_is_counted_once(governance: Running):
    provider = await governance.register()
    counter = metrics.DECISIONS.labels("E06000019", "level.confirmed", "MA_QUALITY_REVIEW")
    before = counter._value.get()
    answers = [await governance.decide(provider, level="1", key="measured-once") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert counter._value.get() == before + 1
