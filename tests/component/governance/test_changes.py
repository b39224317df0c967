"""What changed between two moments, each thing with the events that did it; and what was worked on as of a past one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.events import assessments, concerns, notifications
from tests.component.governance.conftest import Running
from tests.component.governance.test_history import CONCERN, judged
from tests.component.governance.test_plans import drafted

pytestmark = pytest.mark.asyncio(loop_scope="package")
SECOND = timedelta(seconds=1)
MET = {"level": "3", "outcome": "met", "strength": "decisive", "says": "What the seed says."}


def by(changes: list[dict[str, Any]]) -> set[str]:
    return {event["type"] for one in changes for event in one["by"]}


async def test_each_change_is_told_with_its_events(governance: Running) -> None:
    provider, others = await governance.register(), governance.others
    first = judged("1", "2", criteria=[MET | {"id": "HER-L2.a", "evidence": ["a"]}])
    await others.write(assessments.AssessmentChanged, provider, first, topic="assessments", writer="risk")
    await governance.decide(provider, level="2")
    ((ours,),) = await governance.rows("SELECT count(*) FROM journal WHERE key = %s", provider)
    await governance.kinds(provider, ours + 2)
    then = datetime.now(UTC)

    late = CONCERN | {"concern_id": "QC-late"}
    await others.write(concerns.QualityConcernRaised, provider, late, time=then - 30 * timedelta(days=1))
    second = judged("3", "3", criteria=[MET | {"id": "HER-L3.g", "evidence": ["b"]}])
    await others.write(assessments.AssessmentChanged, provider, second, topic="assessments", writer="risk")
    told = {"delivery_id": "d", "alert_id": "a", "alert": "A1", "recipient_role": "cqc", "attempt": 1}
    await others.write(notifications.NotificationSent, provider, told, topic="notifications", writer="notify")
    await governance.decide(provider, level="3")
    plan = (await drafted(governance, provider)).json()["plan_id"]
    ((ours,),) = await governance.rows("SELECT count(*) FROM journal WHERE key = %s", provider)
    await governance.kinds(provider, ours + 5)
    await governance.arrived(datetime.now(UTC))
    path = f"/v1/providers/{provider}/changes"
    asked = {"from": then.isoformat(), "known_from": then.isoformat()}

    found = (await governance.ask("GET", path, "auditor", **asked)).json()
    by_today = (await governance.ask("GET", path, "auditor", **{"from": then.isoformat()})).json()

    (level,) = found["levels"]
    assert (level["was"]["level"], level["is"]["level"]) == ("2", "3")
    assert by(found["levels"]) == {"decision.proposed", "decision.took_effect"}
    assert [one["is"]["min"] for one in found["indicated"]] == ["3"]
    assert [one["id"] for one in found["criteria"]["met"]] == ["HER-L3.g"]
    assert found["criteria"]["no_longer_met"][0] | {"says": ""} == {
        "id": "HER-L2.a", "level": "3", "says": "", "by": ["a"],
    }  # fmt: skip
    assert [(one["of"], one["was"], one["is"]["status"]) for one in found["matters"]["plan"]] == [
        (plan, None, "drafted")
    ]
    assert by(found["matters"]["plan"]) == {"plan.drafted", "plan.action_added"}
    assert [one["type"] for one in found["told"]] == ["notification.sent"]
    assert [one["type"] for one in found["received"]] == ["quality_concern.raised"]
    # By all that is known today the concern had been raised before: nothing of it changed since.
    assert by_today["received"] == []
    assert [one["is"]["level"] for one in by_today["levels"]] == ["3"]


async def test_what_was_worked_on_is_shown_as_it_stood(governance: Running) -> None:
    provider = await governance.register()
    before = datetime.now(UTC)
    plan = (await drafted(governance, provider)).json()["plan_id"]
    await governance.kinds(provider, 3)
    await governance.arrived(datetime.now(UTC))
    path = f"/v1/providers/{provider}/matters"

    then = (await governance.ask("GET", path, "auditor", as_of=before.isoformat())).json()["matters"]
    now = (await governance.ask("GET", path, "auditor", kind="plan")).json()["matters"]
    nothing = await governance.ask("GET", path, "auditor", kind="nonsense")

    assert then == {}
    assert (list(now), now["plan"][plan]["open_actions"]) == (["plan"], 1)
    assert (nothing.status_code, nothing.json()["errors"][0]["path"]) == (422, "query:kind")


async def test_a_moment_that_has_not_come_is_refused(governance: Running) -> None:
    provider = await governance.register()
    path = f"/v1/providers/{provider}/changes"

    answer = await governance.ask("GET", path, "auditor", **{"from": "2026-01-01", "to": "2099-01-01"})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "query:to")
