"""Time reaches a judgement through the log alone: a late writer delays it, and never makes it wrong."""

import functools
import secrets
from datetime import date, timedelta

import pytest

from shared import calendar
from tests.e2e.conftest import adopted
from tests.support.golden import hears, outcome, step
from tests.support.people import CONFIRM, Place, until
from tests.support.receiver import Receiver
from tests.support.watch import alerts, closed_by, evidence, judged_to, now, relay_stopped, today

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
PANEL = {"body": "MA_QUALITY_REVIEW", "rationale": "Synthetic."}


@pytest.fixture
def place(deployment) -> Place:
    return adopted(deployment)


def suspend(place: Place, provider: str) -> None:
    body = {"type": "suspension.imposed", "kind": "advisory_notice", "scope": "new_admissions"}
    taken = place.decide(provider, body | PANEL)
    assert taken.status_code == 201, taken.text
    until(lambda: outcome(place, provider, "HER-L2.j") == "met")


class TestScenario8APartnerIsMissing:
    """CAL: a partner's rating is missing at the cut-off: the pack shows the gap, and shows it for ever (CAL-7)."""

    PARTNERS = ("council_quality", "council_safeguarding", "council_contracts", "icb_quality")

    def test_the_pqm_refers_with_reason_d_and_the_board_gets_the_summary(self, deployment):
        there = Place(urls=deployment.urls, issue=deployment.token, code="E08000033")
        assert there.adopt("calderdale-2023").status_code == 201
        provider, cut_off = there.known(), today(deployment)
        meets = calendar.add_days(cut_off, 1)
        for partner in self.PARTNERS[:3]:
            self.rate(there, provider, partner, meets)
        until(lambda: there.types(provider).count("careledger.partner_rating.submitted.v1") == 3)
        order = {"place": there.code, "body": "PQM", "at": f"{meets}T10:00:00Z", "cut_off": f"{cut_off}"}
        pqm = self.call(there, "/v1/meetings", **order)["meeting_id"]
        self.call(there, f"/v1/meetings/{pqm}/steps", type="item_added", item="i1", provider_id=provider)
        refer = {"type": "escalation.referred", "body": "PQM", "to_body": "GQAB", "reason": "d", "rationale": "Risk."}
        decided = there.decide(provider, refer)
        assert decided.status_code == 201, decided.text
        early = there.call("POST", "governance", f"/v1/meetings/{pqm}/freeze", who="team-manager")
        assert (early.status_code, bool(early.json()["awaited"])) == (409, True)

        deployment.forward(days=1)

        def pack():
            found = there.call("GET", "governance", f"/v1/meetings/{pqm}/pack", who="auditor")
            return found if found.status_code == 200 else None

        frozen = until(pack, seconds=60, why="the pack is frozen by itself")
        assert frozen.json()["completeness"]["missing"] == {"icb_quality": [provider]}
        self.rate(there, provider, self.PARTNERS[3], meets)
        until(lambda: there.types(provider).count("careledger.partner_rating.submitted.v1") == 4)
        assert (pack().content, pack().headers["etag"]) == (frozen.content, frozen.headers["etag"])

        for each in (
            {"type": "attended", "attendees": [{"organisation": "council", "role": "panel-chair"}]},
            {"type": "item_discussed", "item": "i1", "decisions": [decided.json()["decision_id"]]},
            {"type": "held"},
            {"type": "summarised", "report": "CAL-10.e"},
        ):
            held = self.call(there, f"/v1/meetings/{pqm}/steps", **each)
        [summary] = held["summaries"]
        assert (held["quorate"], summary["to"], summary["figures"]["referred.d"]) == (False, ["GQAB"], 1)

        until(lambda: {"GQAB", "PROVIDER_CONCERN"} <= self.asked(there, provider), why="both are asked to meet")
        until(lambda: alerts(there, provider, "A8"), why="the board is told")
        between = order | {"body": "PROVIDER_CONCERN", "sort": "ad_hoc", "providers": [provider], "cut_off": None}
        assert self.call(there, "/v1/meetings", who="safeguarding", **between)["about"] == [provider]

    @staticmethod
    def rate(there: Place, provider: str, partner: str, day: date) -> None:
        data = {"partner": partner, "period": f"{day:%Y-%m}", "rating": "green"}
        there.accept(there.event("partner_rating.submitted", provider, data), org=partner.partition("_")[0])

    @staticmethod
    def call(there: Place, path: str, who: str = "team-manager", **body):
        answer = there.call("POST", "governance", path, who=who, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    @staticmethod
    def asked(there: Place, provider: str) -> set[str]:
        found = there.call("GET", "governance", f"/v1/meetings/calendar?place={there.code}", who="auditor").json()
        return {one["body"] for one in found["asked"] if one["provider_id"] == provider}


class TestARestrictionRuns:
    def test_after_three_months_and_a_day_level_three_is_indicated_without_new_intelligence(self, place, deployment):
        provider = place.register()
        until(lambda: place.view(provider))
        suspend(place, provider)
        began = today(deployment)
        joint, oxford = place.known(commissioning="joint"), adopted(deployment, "E10000025", "oxfordshire-2013")
        assert place.decide(joint, CONFIRM | {"level": "3"}).json()["status"] == "proposed"
        followed = self.followed_up(oxford, began)

        anniversary = calendar.add_months(began, 3)
        deployment.forward(days=(anniversary - began).days)
        until(lambda: judged_to(place, provider) == anniversary - timedelta(days=1), seconds=60)
        assert outcome(place, provider, "HER-L3.g") == "not_met"
        assert self.late(oxford, followed) == []
        deployment.forward(days=1)
        until(lambda: judged_to(place, provider) == anniversary, seconds=60)

        until(lambda: outcome(place, provider, "HER-L3.g") == "met")
        assert place.view(provider)["indicated"]["min"] == "3"
        assert len(alerts(place, provider, "A10")) == 1
        # Golden 4 and 7: a consent that is late is told to both leads, once; a follow-up after its three months too.
        until(lambda: len(alerts(place, joint, "A15")) == 1, why="the ICB's consent is late")
        until(lambda: len(self.late(oxford, followed)) == 1, seconds=60, why="nobody has followed it up")

    @staticmethod
    def followed_up(oxford: Place, began: date) -> str:
        home, due = oxford.known(), str(calendar.add_days(began, 400))
        actions = [{"action_id": "a1", "due": due}]
        plan = step(oxford, f"/v1/providers/{home}/plans", source="visit", actions=actions)["plan_id"]
        step(oxford, f"/v1/plans/{plan}/steps", type="agreed", agreed_on=str(began), due=due)
        return home

    @staticmethod
    def late(oxford: Place, home: str) -> list[dict]:
        return [e for e in alerts(oxford, home, "A10") if e["event"]["data"]["cause"].startswith("follow_up")]


class TestScenario20SmallNumbers:
    """One reference counts once, whoever reports it; three concerns are much for six beds, and not for eighty."""

    def test_three_safeguarding_concerns_are_outside_what_is_expected_of_a_small_home_alone(self, place, deployment):
        small = place.register(beds=6)
        large = [place.register(beds=80) for _ in range(5)]
        until(lambda: all(place.view(home) for home in (small, *large)))
        deployment.forward(days=60)
        for home in (small, *large[:3]):
            for number in range(3):
                received = {"sg_ref": f"SG-{home[-6:]}-{number}", "abuse_types": ["abuse.neglect"]}
                for source in ("police", "provider"):
                    sent = place.event("safeguarding_concern.received", home, received) | {"source": f"/test/{source}"}
                    place.accept(sent | {"time": now(deployment)})
        until(lambda: evidence(place, small, "HER-L1.e") == evidence(place, large[0], "HER-L1.e") == 3)
        counted = today(deployment)
        deployment.forward(days=1)
        until(lambda: judged_to(place, small) == counted, seconds=60)

        published = place.call("POST", "governance", f"/v1/places/{place.code}/baselines", who="director")

        assert published.status_code == 201, published.text
        until(lambda: outcome(place, large[0], "HER-L1.e") == "met")
        until(lambda: outcome(place, small, "HER-L1.e") == "not_met")
        assert (outcome(place, small, "HER-L2.c"), outcome(place, large[0], "HER-L2.c") == "met") == ("met", False)


class TestScenario22AFeedFallsSilent:
    """What is silent is said to whoever keeps the data; that nothing came is no intelligence: no level moves (A19)."""

    HEAD = "Location ID,Location Name,Location Type,Location Primary Inspection Category,Location Local Authority,"
    NEXT = "Service / Population Group,Domain,Latest Rating,Publication Date,Inherited Rating (Y/N),Provider Name"

    def test_the_steward_is_told_and_the_level_stays(self, deployment):
        there = adopted(deployment, "E10000019")
        row = f"1-{secrets.randbelow(10**9):09d},Synthetic House,Social Care Org,Residential social care,Nowhere,"
        rating = f"Overall,Overall,Requires improvement,{today(deployment) - timedelta(days=20):%d/%m/%Y},N,Synthetic"
        file = deployment.directory / "ratings.csv"
        file.write_text(f"{self.HEAD}{self.NEXT}\n{row}{rating}\n")
        feed = ("cqc-ratings", str(file), "--date-order", "dmy", "--council", "Nowhere", "--place", there.code)
        loaded = deployment.run("services.intake", "import", *feed)
        assert loaded.returncode == 0, loaded.stdout + loaded.stderr
        [provider] = until(lambda: self.homes(there), why="the file's home is known")
        until(lambda: self.level(there, provider) == ("2", "3"))
        with Receiver() as steward:
            hears(there, "data_steward", steward)
            deployment.forward(days=41)
            said = until(lambda: self.silence(steward), seconds=60, why="the silence is told")[0]
            until(lambda: judged_to(there, provider) == today(deployment) - timedelta(days=1), seconds=60)
            sent = until(lambda: self.sent(there, said["delivery_id"]), why="and on the record")

        assert (said["place"], said["provider"]["id"], sent["recipient"]["role"]) == (there.code, None, "data_steward")
        assert self.level(there, provider) == ("2", "3")

    @staticmethod
    def homes(there: Place) -> list[str]:
        listed = there.call("GET", "governance", "/v1/providers", who="auditor", params={"place": there.code}).json()
        return [one["provider_id"] for one in listed["providers"]]

    @staticmethod
    def level(there: Place, provider: str) -> tuple[str | None, str | None]:
        found = there.view(provider).get("indicated") or {}
        return found.get("min"), found.get("max")

    @staticmethod
    def silence(steward: Receiver) -> list[dict]:
        told = [one for request in steward.taken for one in request.told if one["alert"] == "A19"]
        return [one for one in told if one["summary"].startswith("The feed cqc-ratings has been silent for ")]

    @staticmethod
    def sent(there: Place, delivery: str) -> dict | None:
        listed = there.call("GET", "notify", "/v1/deliveries", who="ops", params={"state": "sent", "limit": "500"})
        return next((one for one in listed.json()["deliveries"] if one["id"] == delivery), None)


class TestAStoppedRelay:
    def test_of_governance_raises_no_alert_against_a_provider_whose_restriction_was_lifted_in_time(
        self, place, deployment
    ):
        lifted, kept = place.register(), place.register()
        for provider in (lifted, kept):
            until(functools.partial(place.view, provider))
            suspend(place, provider)
        [sanction] = place.view(lifted)["sanctions"]

        with relay_stopped(deployment, "governance"):
            body = {"type": "suspension.lifted", "suspension_id": sanction["suspension_id"]}
            assert place.decide(lifted, body | PANEL).status_code == 201
            deployment.forward(days=100)
            until(lambda: closed_by(deployment, "intake") >= today(deployment) - timedelta(days=1), seconds=60)
            assert outcome(place, lifted, "HER-L3.g") == "not_met"

        until(lambda: judged_to(place, lifted) == today(deployment) - timedelta(days=1), seconds=60)
        assert outcome(place, lifted, "HER-L3.g") == "not_met"
        assert alerts(place, lifted, "A10") == []
        until(lambda: len(alerts(place, kept, "A10")) == 1, why="whose restriction was kept is asked about")

    def test_of_intake_raises_no_alert_against_a_provider_who_filed_in_time(self, place, deployment):
        provider, silent = place.register(), place.register()
        until(lambda: place.view(provider) and place.view(silent))
        began = today(deployment)
        period = calendar.add_months(began.replace(day=1), 1)
        due = calendar.add_months(period, 1)
        deployment.forward(days=(due - began).days)

        with relay_stopped(deployment, "intake"):
            filed = place.event("returns.submitted", provider, {"return_type": "RT-PMR", "period": f"{period:%Y-%m}"})
            at = calendar.midnight(due) + timedelta(hours=1)
            place.accept(filed | {"time": at.isoformat()})
            deployment.forward(days=20)
            until(lambda: closed_by(deployment, "governance") >= today(deployment) - timedelta(days=1), seconds=60)
            assert alerts(place, provider, "A11") == []

        until(lambda: judged_to(place, provider) == today(deployment) - timedelta(days=1), seconds=60)
        assert missed(place, provider, period) == 0
        until(lambda: missed(place, silent, period) == 1, why="who did not file is asked")


def missed(place: Place, provider: str, period: date) -> int:
    return len([e for e in alerts(place, provider, "A11") if f"{period:%Y-%m}" in e["event"]["data"]["cause"]])
