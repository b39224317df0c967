"""What was recorded, derived and told about a provider: one order, pages, two clocks; and the page of a past day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from shared import calendar
from shared.events import alerts, assessments, concerns, notifications, registry_facts, safeguarding
from tests.component.governance.conftest import PLACE, Running, kind, until

pytestmark = pytest.mark.asyncio(loop_scope="package")
CONCERN: dict[str, Any] = {"concern_id": "QC-1", "themes": ["q.medicines"], "severity": "S2"}
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


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


async def known(running: Running, provider: str) -> datetime:
    """When everything in the provider's partition of the ledger, up to its last record, was known."""
    rows = await running.rows("SELECT max(peak) FROM governance_view.history WHERE provider_id = %s", provider)
    found: datetime = rows[0][0]
    return found


class TestTwoClocks:
    async def test_golden_14_a_late_report_was_true_before_it_was_known(self, governance: Running):
        """Inspected in March, published in July: April shows it by effective date, and not by knowledge."""
        provider = await governance.register()
        april, july = await known(governance, provider), await known(governance, provider) + SECOND
        late = CONCERN | {"concern_id": "QC-late"}
        await governance.others.write(
            concerns.QualityConcernRaised, provider, late, time=april - 100 * DAY, recordedtime=july
        )
        await governance.kinds(provider, 2)
        await governance.arrived(july)

        true = await governance.history(provider, as_of=(april - 50 * DAY).isoformat())
        by_then = await governance.history(provider, as_of=july.isoformat(), known_at=april.isoformat())

        assert [kind(entry) for entry in true] == ["quality_concern.raised"]
        assert [kind(entry) for entry in by_then] == ["registry.service.registered"]

    async def test_what_was_known_is_the_beginning_of_the_partition(self, governance: Running):
        """A record that came late stands behind newer ones: when they were not known, it was not either."""
        provider = await governance.register()
        start = await known(governance, provider)
        later = CONCERN | {"concern_id": "QC-later"}
        await governance.others.write(
            concerns.QualityConcernRaised, provider, later, writer="another", recordedtime=start + SECOND
        )
        await governance.others.write(concerns.QualityConcernRaised, provider, CONCERN, recordedtime=start + SECOND / 4)
        await governance.kinds(provider, 3)
        await governance.arrived(start + SECOND)

        between = await governance.history(provider, known_at=(start + SECOND / 2).isoformat())
        after = await governance.history(provider, known_at=(start + SECOND).isoformat())

        assert [kind(entry) for entry in between] == ["registry.service.registered"]
        assert len(after) == 3

    async def test_nobody_asks_for_what_has_not_arrived(self, governance: Running):
        provider = await governance.register()

        answer = await governance.ask("GET", f"/v1/providers/{provider}/history", "auditor", known_at="2099-01-01")

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == "query:known_at"

    async def test_the_page_of_a_past_day_shows_what_stood_and_what_was_said_then(self, governance: Running):
        provider = await governance.register("joint")
        await governance.others.write(
            assessments.AssessmentChanged, provider, judged("1", "2"), topic="assessments", writer="risk"
        )
        first = (await governance.decide(provider, level="2")).json()["decision_id"]
        await governance.answer(first)
        await governance.kinds(provider, 9)
        then = datetime.now(UTC)
        second = (await governance.decide(provider, level="3")).json()["decision_id"]
        await governance.kinds(provider, 11)
        await governance.arrived(datetime.now(UTC))
        past = await governance.page(provider, as_of=then.isoformat())
        now = await governance.page(provider, as_of=datetime.now(UTC).isoformat())

        assert (past["confirmed"]["level"], past["pending"]) == ("2", [])
        assert past["recorded"]["indicated"]["max"] == "2"
        assert past["recomputed"] is None
        assert past["not_recomputed_because"] == "risk did not answer"
        assert [pending["decision_id"] for pending in now["pending"]] == [second]

    async def test_before_anybody_knew_of_it_there_is_nothing(self, governance: Running):
        provider = await governance.register()
        path = f"/v1/providers/{provider}"

        unknown = await governance.ask("GET", path, "auditor", known_at="2001-01-01")
        long_ago = await governance.ask("GET", path, "auditor", as_of="2001-01-01")

        assert unknown.status_code == 404
        assert (long_ago.status_code, long_ago.json()["confirmed"]) == (200, None)
        assert long_ago.json()["policy_was_in_force"] is False

    async def test_a_day_to_come_has_no_page(self, governance: Running):
        provider = await governance.register()
        path, today = f"/v1/providers/{provider}", calendar.london_date(datetime.now(UTC))

        to_come = await governance.ask("GET", path, "auditor", as_of=(today + 2 * DAY).isoformat())

        assert (to_come.status_code, to_come.json()["errors"][0]["path"]) == (422, "query:as_of")
        assert (await governance.page(provider, as_of=today.isoformat()))["provider_id"] == provider

    async def test_a_time_without_its_offset_is_refused(self, governance: Running):
        provider = await governance.register()

        answer = await governance.ask("GET", f"/v1/providers/{provider}", "auditor", as_of="2026-03-01T10:00:00")

        assert answer.status_code == 422


async def test_the_status_page_is_open_and_tells_nothing_of_providers(governance: Running):
    await governance.register(name="Secret House")

    answer = await governance.client.get("/")

    assert answer.status_code == 200
    assert "This service is ready." in answer.text
    assert "Secret" not in answer.text
