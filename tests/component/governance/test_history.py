"""What was recorded, derived and told about a provider: one order, in pages; and the present page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from shared.events import alerts, assessments, concerns, notifications, registry_facts, safeguarding
from tests.component.governance.conftest import PLACE, Running, kind, until

pytestmark = pytest.mark.asyncio(loop_scope="package")
CONCERN: dict[str, Any] = {"concern_id": "QC-1", "themes": ["q.medicines"], "severity": "S2"}


def judged(low: str | None, high: str | None, **more: Any) -> dict[str, Any]:
    indicated = {"min": low, "max": high, "unknown": low is None}
    usual = {
        "indicated": indicated,
        "scales": {"level": indicated},
        "criteria": [
            {
                "id": "HER-L2.d", "scale": "level", "level": "2", "says": "…", "outcome": "met",
                "strength": "supporting", "evidence": ["e1"], "evidence_count": 1,
            }
        ],
        "missing": [{"what": "returns", "why": "none was filed"}],
        "clocks": [{"kind": "contact", "since": "2026-01-01", "due": "2027-01-01"}],
        "computed_from": {"partition": 0, "offset": 3, "c": "2026-03-01"},
    }  # fmt: skip
    return usual | more


class TestThePage:
    async def test_it_shows_what_the_facts_indicate_beside_what_was_confirmed(self, governance: Running):
        provider = await governance.register(aliases={"cqc_location_id": "1-777"})
        await governance.decide(provider, level="1")
        await governance.others.write(
            assessments.AssessmentChanged, provider, judged("2", "3", unprocessed=1), topic="assessments", writer="risk"
        )

        async def seen() -> Any:
            page = await governance.page(provider)
            return page if page["indicated"]["min"] else None

        page = await until(seen)
        assert page["indicated"] == {"min": "2", "max": "3", "unknown": False, "as_of": "2026-03-01"}
        assert page["divergent"] is True
        assert page["criteria"][0]["id"] == "HER-L2.d"
        assert page["missing"][0]["what"] == "returns"
        assert page["unprocessed"] == 1
        assert "contact" in {clock["kind"] for clock in page["clocks"]}
        assert page["aliases"] == {"cqc_location_id": "1-777"}
        assert page["behind_seconds"] < 5
        keys = {"provider_id", "name", "place", "service_type", "aliases", "confirmed", "indicated", "scales",
                "criteria", "missing", "unprocessed", "divergent", "clocks", "sanctions", "plan", "pending", "policy",
                "behind_seconds", "version"}  # fmt: skip
        assert keys <= page.keys()

    async def test_a_new_assessment_makes_the_page_another(self, governance: Running):
        provider = await governance.register()
        before = (await governance.page(provider))["version"]
        await governance.others.write(
            assessments.AssessmentChanged, provider, judged("1", "1"), topic="assessments", writer="risk"
        )

        async def moved() -> bool:
            return (await governance.page(provider))["version"] != before

        await until(moved)
        assert (await governance.decide(provider, level="2", if_match=before)).status_code == 412

    async def test_the_list_has_every_provider_once_page_by_page(self, governance: Running):
        registered = [await governance.register() for _ in range(5)]
        found, after = [], ""
        while after is not None:
            answer = await governance.ask("GET", "/v1/providers", place=PLACE, limit=2, cursor=after)
            found += [each["provider_id"] for each in answer.json()["providers"]]
            after = answer.json()["next"]

        assert len(found) == len(set(found))
        assert set(registered) <= set(found)

    async def test_a_place_that_the_token_does_not_hold_is_closed(self, governance: Running):
        provider = await governance.register()
        headers = governance.issuer.headers(roles=["auditor"], places=["E10000019"])

        one = await governance.client.get(f"/v1/providers/{provider}", headers=headers)
        several = await governance.client.get("/v1/providers", params={"place": PLACE}, headers=headers)
        past = await governance.client.get(f"/v1/providers/{provider}/history", headers=headers)

        assert [answer.status_code for answer in (one, several, past)] == [404, 403, 404]

    async def test_reregistration_and_closure_are_seen(self, governance: Running):
        provider = await governance.register(aliases={"cqc_location_id": "1-1"})
        renamed = {"old_cqc_location_id": "1-1", "new_cqc_location_id": "1-2"}
        await governance.others.write(registry_facts.ServiceReregistered, provider, renamed)
        closed = {"closed_on": "2026-03-01", "reason": "closed"}
        await governance.others.write(registry_facts.ServiceClosed, provider, closed)

        async def seen() -> Any:
            page = await governance.page(provider)
            return page if page["closed"] else None

        page = await until(seen)
        assert page["aliases"]["cqc_location_id"] == "1-2"


class TestTheOrder:
    async def test_at_the_same_instant_facts_come_before_what_was_derived_and_told(self, governance: Running):
        provider, at = await governance.register(), datetime.now(UTC) + timedelta(seconds=1)
        told = {"delivery_id": "d", "alert_id": "a", "alert": "A1", "recipient_role": "cqc", "attempt": 1}
        alert = {"alert": "A1", "cause": "QC-1", "name": "Rowan House", "summary": "S4"}
        others = governance.others
        await others.write(
            notifications.NotificationSent, provider, told, topic="notifications", writer="notify", recordedtime=at
        )
        await others.write(alerts.AlertRaised, provider, alert, topic="assessments", writer="risk", recordedtime=at)
        await others.write(concerns.QualityConcernRaised, provider, CONCERN, recordedtime=at)

        kinds = await governance.kinds(provider, 4)

        assert kinds == [
            "registry.service.registered", "quality_concern.raised", "alert.raised", "notification.sent",
        ]  # fmt: skip

    async def test_pages_of_one_give_the_same_as_one_page(self, governance: Running):
        provider = await governance.register()
        for number in range(4):
            await governance.others.write(
                concerns.QualityConcernRaised, provider, CONCERN | {"concern_id": f"QC-{number}"}
            )
        await governance.kinds(provider, 5)

        whole = await governance.history(provider)
        pages = await governance.history(provider, limit=1)

        assert pages == whole
        assert len({entry["position"] for entry in whole}) == 5
        assert {"position", "topic", "partition", "offset", "event"} == whole[0].keys()

    async def test_one_event_published_twice_stands_once(self, governance: Running):
        provider = await governance.register()
        first = await governance.others.write(
            assessments.AssessmentChanged, provider, judged("1", "1"), topic="assessments", writer="risk"
        )
        await governance.others.write(
            assessments.AssessmentChanged, provider, judged("1", "1"), topic="assessments", writer="risk", id_=first.id
        )
        await governance.others.write(concerns.QualityConcernRaised, provider, CONCERN)

        assert sorted(await governance.kinds(provider, 3)) == [
            "assessment.changed", "quality_concern.raised", "registry.service.registered",
        ]  # fmt: skip

    async def test_by_type_and_as_csv_and_lines(self, governance: Running):
        provider = await governance.register(name="=HYPERLINK(0) House")
        await governance.others.write(concerns.QualityConcernRaised, provider, CONCERN)
        await governance.kinds(provider, 2)
        path = f"/v1/providers/{provider}/history"

        only = await governance.history(provider, type="quality_concern.raised")
        table = await governance.ask("GET", path, "auditor", format="csv")
        lines = await governance.ask("GET", path, "auditor", format="jsonl", limit=1)

        assert [kind(entry) for entry in only] == ["quality_concern.raised"]
        assert table.headers["content-type"].startswith("text/csv")
        assert len(table.text.splitlines()) == 3
        assert orjson.loads(lines.text)["event"]["subject"] == provider
        assert lines.headers["x-next-cursor"]

    async def test_what_a_reader_may_not_see_is_said_to_be_withheld(self, governance: Running):
        provider = await governance.register()
        data = {"sg_ref": "SG-1", "abuse_types": ["abuse.neglect"]}
        await governance.others.write(safeguarding.SafeguardingConcernReceived, provider, data)
        await governance.kinds(provider, 2)
        path = f"/v1/providers/{provider}/history"

        withheld = (await governance.ask("GET", path, "officer")).json()["entries"][1]
        seen = (await governance.ask("GET", path, "auditor")).json()["entries"][1]

        assert (withheld["withheld"], withheld["event"]["data"]) == ("restricted-safeguarding", {})
        assert seen["event"]["data"]["abuse_types"] == ["abuse.neglect"]

    async def test_a_cursor_that_is_not_ours_is_refused(self, governance: Running):
        provider = await governance.register()

        answer = await governance.ask("GET", f"/v1/providers/{provider}/history", "auditor", cursor="bm9uc2Vuc2U")

        assert answer.status_code == 422


async def test_the_status_page_is_open_and_tells_nothing_of_providers(governance: Running):
    await governance.register(name="Secret House")

    answer = await governance.client.get("/status")

    assert answer.status_code == 200
    assert "This service is ready." in answer.text
    assert "Secret" not in answer.text
