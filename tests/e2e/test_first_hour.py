"""The contract in one run (architecture §5.1): what a partner's first hour looks like, over HTTP, in order."""

import base64
import secrets
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from standardwebhooks.webhooks import Webhook

from tests.support.people import Place, until
from tests.support.receiver import Receiver

pytestmark = pytest.mark.e2e
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def place(deployment) -> Place:
    here = Place(urls=deployment.urls, issue=deployment.token)
    assert here.adopt().status_code in (200, 201)
    return here


class TestAdoptingAndRegistering:
    def test_the_same_policy_again_changes_nothing(self, place):
        again = place.adopt()

        assert again.status_code == 200, again.text
        assert set(again.json()["policy"]) >= {"pack", "version", "digest"}

    def test_the_same_service_twice_is_one_provider(self, place):
        home = place.home()
        first = place.call("POST", "intake", "/v1/providers", who="steward", json=home)
        second = place.call("POST", "intake", "/v1/providers", who="steward", json=home)

        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json()["provider_id"] == second.json()["provider_id"]


class TestPublishing:
    def test_structured_batch_binary_and_typed(self, place):
        provider = place.register()
        one, two, three = (place.concern(provider) for _ in range(3))
        structured = place.post(one)
        batch = place.call(
            "POST",
            "intake",
            "/v1/events",
            org="icb",
            json=[two],
            headers={"Content-Type": "application/cloudevents-batch+json"},
        )
        attributes = {f"ce-{name}": three[name] for name in ("specversion", "id", "source", "type", "subject", "time")}
        binary = place.call(
            "POST",
            "intake",
            "/v1/events",
            org="icb",
            json=three["data"],
            headers=attributes | {"Content-Type": "application/json"},
        )
        typed = place.call(
            "POST",
            "intake",
            "/v1/intelligence/quality_concern.raised",
            org="icb",
            json={
                "provider": provider,
                "reference": "typed-1" + secrets.token_hex(3),
                "time": one["time"],
                "data": one["data"] | {"concern_id": "typed"},
            },
        )

        for answer in (structured, batch, binary, typed):
            assert answer.status_code == 202, answer.text
            assert [r["status"] for r in answer.json()["results"]] == ["accepted"]

    def test_the_same_again_is_a_duplicate_and_other_content_a_conflict(self, place):
        concern = place.concern(place.register(), description="A synthetic description.")
        assert place.post(concern).json()["results"][0]["status"] == "accepted"

        again = place.post(concern)
        other = place.post(concern | {"data": concern["data"] | {"description": "Another one."}})

        assert again.status_code == 202
        assert again.json()["results"][0]["status"] == "duplicate"
        assert other.status_code == 409
        assert other.headers["content-type"].startswith("application/problem+json")

    def test_what_is_malformed_is_told_with_its_path(self, place):
        provider = place.register()
        no_event = place.call(
            "POST", "intake", "/v1/events", json={"hello": 1}, headers={"Content-Type": "application/cloudevents+json"}
        )
        wrong = place.post(place.concern(provider, severity="S9"))
        unknown = place.post(place.event("quality_concern.rased", provider, {}))

        assert no_event.status_code == 400
        assert wrong.status_code == 422
        assert "severity" in wrong.text
        assert unknown.status_code == 422
        assert "quality_concern.raised" in unknown.text

    def test_an_unknown_provider_is_kept_and_released_when_its_alias_appears(self, place):
        alias = f"1-{secrets.randbelow(10**9):010d}"
        kept = place.post(place.concern(f"cqc:{alias}"))
        assert kept.status_code == 202
        [result] = kept.json()["results"]
        assert result["status"] == "quarantined"

        provider = place.register(alias)

        until(lambda: "careledger.quality_concern.raised.v1" in types(place, provider), why="released into the history")


def types(place: Place, provider: str) -> list[str]:
    if not place.view(provider):
        return []
    return [entry["event"]["type"] for entry in place.history(provider)]


class TestWhatTheFactsIndicate:
    def test_a_range_with_the_councils_words_the_evidence_and_what_is_unknown(self, place):
        provider = place.register()
        event = place.accept(
            place.event(
                "cqc_rating.published",
                provider,
                {
                    "overall": "requires_improvement",
                    "safe": "requires_improvement",
                    "effective": "good",
                    "caring": "good",
                    "responsive": "good",
                    "well_led": "requires_improvement",
                    "report_date": "2026-03-02",
                },
            )
        )

        seen = until(lambda: (v := place.view(provider)) and v["indicated"] and v["indicated"]["min"] == "2" and v)

        assert seen["indicated"]["max"] == "2"
        criterion = next(c for c in seen["criteria"] if c["id"] == "HER-L2.a")
        assert criterion["says"] == 'CQC rating is "Requires Improvement" in some areas'
        assert criterion["outcome"] == "met"
        assert event in criterion["evidence"]
        assert any(c["outcome"] == "unknown" for c in seen["criteria"])
        assert seen["missing"]


class TestDeciding:
    def test_a_panel_chair_confirms_and_an_officer_may_not(self, place):
        provider = place.register()
        until(lambda: place.view(provider))
        body = {
            "type": "level.confirmed",
            "scale": "level",
            "level": "2",
            "body": "MA_QUALITY_REVIEW",
            "rationale": "Synthetic: two key questions require improvement.",
        }

        refused = place.decide(provider, body, who="quality-officer")
        taken = place.decide(provider, body)

        assert refused.status_code == 403
        assert "HER-29" in refused.text
        assert taken.status_code == 201, taken.text
        assert taken.json()["status"] == "effective"
        assert place.view(provider)["confirmed"]["level"] == "2"

    def test_a_joint_service_waits_for_the_icb(self, place):
        provider = place.register(commissioning="joint")
        until(lambda: place.view(provider))
        taken = place.decide(
            provider,
            {
                "type": "level.confirmed",
                "scale": "level",
                "level": "2",
                "body": "MA_QUALITY_REVIEW",
                "rationale": "Synthetic.",
            },
        )
        assert taken.json()["status"] == "proposed", taken.text
        assert taken.json()["consents_needed"] == ["icb"]
        assert place.view(provider)["confirmed"] is None

        consent = place.call(
            "POST",
            "governance",
            f"/v1/decisions/{taken.json()['decision_id']}/consents",
            who="icb-quality",
            org="icb",
            json={"organisation": "icb", "consent": True, "rationale": "Agreed."},
        )

        assert consent.status_code == 201, consent.text
        assert consent.json()["status"] == "effective"
        assert place.view(provider)["confirmed"]["level"] == "2"

    def test_a_suspension_by_one_commissioner_stands_at_once(self, place):
        provider = place.register(commissioning="joint")
        until(lambda: place.view(provider))

        taken = place.decide(
            provider,
            {
                "type": "suspension.imposed",
                "kind": "advisory_notice",
                "scope": "new_admissions",
                "body": "MA_QUALITY_REVIEW",
                "rationale": "Synthetic: major grounds.",
            },
        )

        assert taken.status_code == 201, taken.text
        assert taken.json()["status"] == "effective_pending_ratification"
        assert place.view(provider)["sanctions"]
        until(lambda: any(c["id"] == "HER-L2.j" and c["outcome"] == "met" for c in place.view(provider)["criteria"]))

    def test_the_same_key_answers_the_same_and_a_stale_page_is_refused(self, place):
        provider = place.register()
        version = until(lambda: place.view(provider))["version"]
        body = {
            "type": "level.confirmed",
            "scale": "level",
            "level": "1",
            "body": "MA_QUALITY_REVIEW",
            "rationale": "Synthetic.",
        }
        key = {"Idempotency-Key": secrets.token_hex(8)}

        first = place.decide(provider, body, headers=key | {"If-Match": version})
        again = place.decide(provider, body, headers=key | {"If-Match": version})
        stale = place.decide(provider, body | {"level": "2"}, headers={"If-Match": version})

        assert first.status_code == 201, first.text
        assert again.json() == first.json()
        assert stale.status_code == 412


class TestTelling:
    def test_a_webhook_is_signed_and_acknowledged(self, place):
        with Receiver() as receiver:
            secret = f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
            added = place.call(
                "POST",
                "notify",
                "/v1/recipients",
                who="ops",
                json={
                    "place": place.code,
                    "role": "icb_quality",
                    "channel": "webhook",
                    "address": receiver.url,
                    "secret": secret,
                },
            )
            assert added.status_code == 201, added.text
            provider = place.register(commissioning="joint")
            until(lambda: place.view(provider))
            place.decide(
                provider,
                {
                    "type": "suspension.imposed",
                    "kind": "advisory_notice",
                    "scope": "new_admissions",
                    "body": "MA_QUALITY_REVIEW",
                    "rationale": "Synthetic.",
                },
            )

            request = until(lambda: receiver.about(provider), why="the ICB's webhook was called")[0]
            message = Webhook(secret).verify(request.body, request.headers)

            assert message["type"] == "alert.raised"
            assert message["alert"] == "A5"
            assert message["provider"]["id"] == provider
            told = place.call(
                "POST",
                "notify",
                f"/v1/deliveries/{message['delivery_id']}/acknowledgement",
                who="icb-quality",
                org="icb",
                json={"by": "icb_quality", "note": "Received."},
            )
            assert told.status_code == 201, told.text
            assert httpx2.get(message["acknowledge_url"]).status_code == 200
            until(lambda: "careledger.notification.acknowledged.v1" in types(place, provider))
            assert len(receiver.about(provider)) == 1

    def test_an_e_mail_recipient_gets_an_e_mail(self, place, deployment):
        role, address = "safeguarding", f"duty-{secrets.token_hex(4)}@example.org"
        added = place.call(
            "POST",
            "notify",
            "/v1/recipients",
            who="ops",
            json={"place": place.code, "role": role, "channel": "email", "address": address},
        )
        assert added.status_code == 201, added.text
        provider = place.register()
        place.accept(
            place.event(
                "safeguarding_concern.received",
                provider,
                {"sg_ref": f"SG-{secrets.token_hex(4)}", "abuse_types": ["abuse.neglect"]},
            ),
            who="safeguarding",
            org="council",
        )

        until(
            lambda: address in httpx2.get(deployment.urls["inbox"] + "/messages").text,
            why="the mail is in the catcher's inbox",
        )


class TestTheHistory:
    def test_everything_in_order_and_in_two_clocks(self, place):
        provider = place.register()
        until(lambda: place.view(provider))
        long_ago = (datetime.now(UTC) - timedelta(days=40)).isoformat()
        before = datetime.now(UTC)
        place.accept(place.concern(provider) | {"time": long_ago})
        place.decide(
            provider,
            {
                "type": "level.confirmed",
                "scale": "level",
                "level": "1",
                "body": "MA_QUALITY_REVIEW",
                "rationale": "Synthetic.",
            },
        )
        until(
            lambda: (
                {
                    "careledger.decision.took_effect.v1",
                    "careledger.assessment.changed.v1",
                    "careledger.quality_concern.raised.v1",
                }
                <= set(types(place, provider))
            )
        )

        entries = place.history(provider)
        recorded = [entry["event"]["recordedtime"] for entry in entries]
        assert recorded == sorted(recorded)
        assert entries[0]["event"]["type"] == "careledger.registry.service.registered.v1"
        then = place.history(provider, known_at=before.isoformat())
        assert "careledger.quality_concern.raised.v1" not in [e["event"]["type"] for e in then]
        true_then = place.history(provider, as_of=(datetime.now(UTC) - timedelta(days=30)).isoformat())
        assert "careledger.quality_concern.raised.v1" in [e["event"]["type"] for e in true_then]
        assert "careledger.decision.took_effect.v1" not in [e["event"]["type"] for e in true_then]
        replay = place.view(provider, as_of=datetime.now(UTC).date().isoformat())
        assert {"recorded", "recomputed"} <= set(replay)


class TestWithoutAToken:
    @pytest.mark.parametrize(
        ("service", "path"),
        [
            ("intake", "/v1/providers"),
            ("governance", "/v1/providers"),
            ("notify", "/v1/deliveries"),
            ("intake", "/v1/quarantine"),
        ],
    )
    def test_nothing_is_told(self, place, service, path):
        assert place.http.get(place.urls[service] + path).status_code == 401

    def test_another_place_is_not_reached(self, place, deployment):
        elsewhere = Place(urls=deployment.urls, issue=deployment.token, code="E10000019")
        provider = place.register()
        until(lambda: place.view(provider))

        assert elsewhere.view(provider) == {}
        assert elsewhere.decide(
            provider, {"type": "level.confirmed", "level": "1", "body": "QUALITY_TEAM", "rationale": "No."}
        ).status_code in (403, 404)
