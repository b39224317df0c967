"""The contract in one run, second half: people decide, the right ones are told, and the history shows all of it."""

import base64
import html
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from standardwebhooks.webhooks import Webhook

from tests.support.people import CONFIRM, SUSPEND, Place, until
from tests.support.receiver import Receiver

pytestmark = pytest.mark.e2e


class TestDeciding:
    def test_a_panel_chair_confirms_and_an_officer_may_not(self, place):
        provider = place.known()
        body = CONFIRM

        refused = place.decide(provider, body, who="quality-officer")
        taken = place.decide(provider, body)

        assert refused.status_code == 403
        assert "HER-29" in refused.text
        assert taken.status_code == 201, taken.text
        assert taken.json()["status"] == "effective"
        assert place.view(provider)["confirmed"]["level"] == "2"

    def test_a_joint_service_waits_for_the_icb(self, place):
        provider = place.known(commissioning="joint")
        taken = place.decide(provider, CONFIRM)
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
        provider = place.known(commissioning="joint")

        taken = place.decide(provider, SUSPEND)

        assert taken.status_code == 201, taken.text
        assert taken.json()["status"] == "effective_pending_ratification"
        assert place.view(provider)["sanctions"]
        until(lambda: any(c["id"] == "HER-L2.j" and c["outcome"] == "met" for c in place.view(provider)["criteria"]))

    def test_the_same_key_answers_the_same_and_a_stale_page_is_refused(self, place):
        provider = place.register()
        version = until(lambda: place.view(provider))["version"]
        body = CONFIRM | {"level": "1"}
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
            provider = place.known(commissioning="joint")
            place.decide(provider, SUSPEND)

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
            until(lambda: "careledger.notification.acknowledged.v1" in place.types(provider))
            assert len(receiver.about(provider)) == 1

    def test_an_e_mail_recipient_gets_an_e_mail(self, place, standing):
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
            lambda: address in httpx2.get(standing.urls["inbox"] + "/messages").text,
            why="the mail is in the catcher's inbox",
        )


class TestTheHistory:
    def test_everything_in_order_and_in_two_clocks(self, place):
        provider = place.known()
        long_ago = (datetime.now(UTC) - timedelta(days=40)).isoformat()
        before = datetime.now(UTC)
        place.accept(place.concern(provider) | {"time": long_ago})
        place.decide(provider, CONFIRM | {"level": "1"})
        until(
            lambda: (
                {
                    "careledger.decision.took_effect.v1",
                    "careledger.assessment.changed.v1",
                    "careledger.quality_concern.raised.v1",
                }
                <= set(place.types(provider))
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


class TestOperationsInABrowser:
    def test_what_waits_and_who_was_told_stand_on_the_pages(self, place):
        alias = f"1-{secrets.randbelow(10**9):010d}"
        assert place.post(place.concern(f"cqc:{alias}")).json()["results"][0]["status"] == "quarantined"
        inbox = {"place": place.code, "role": "safeguarding", "channel": "inbox", "address": "inbox"}
        assert place.call("POST", "notify", "/v1/recipients", who="ops", json=inbox).status_code in (200, 201)
        provider = place.register()
        place.accept(place.concern(provider, severity="S4"))
        until(lambda: "careledger.notification.sent.v1" in place.types(provider), why="somebody was told")

        with signed_in(place, "steward", "/operations/quarantine") as (_, waiting):
            assert alias in waiting.text
            assert "Match" in waiting.text
        with signed_in(place, "ops", "/operations") as (client, overview):
            assert "does not answer" not in overview.text
            assert "not well" not in overview.text
            page = client.get(place.urls["governance"] + "/operations/deliveries?state=sent")
            while f"/providers/{provider}" not in page.text:
                more = re.search(r'rel="next" href="([^"]+)"', page.text)
                assert more, page.text
                page = client.get(str(page.url.join(html.unescape(more[1]))))


@contextmanager
def signed_in(place: Place, who: str, then: str) -> Iterator[tuple[httpx2.Client, httpx2.Response]]:
    """Somebody's browser, as far as HTTP goes: led to the issuer, back, and on to the page."""
    with httpx2.Client(follow_redirects=True, timeout=20, headers={"Accept": "text/html"}) as client:
        asked = client.get(place.urls["governance"] + then)
        hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', asked.text)
        chosen = {name: html.unescape(value) for name, value in hidden} | {"who": who, "places": place.code}
        page = client.post(str(asked.url.join("/authorize")), data=chosen)
        assert page.status_code == 200, page.text
        yield client, page


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

    def test_another_place_is_not_reached(self, place, standing):
        elsewhere = Place(urls=standing.urls, issue=standing.token, code="E10000019")
        provider = place.known()

        assert elsewhere.view(provider) == {}
        assert elsewhere.decide(
            provider, {"type": "level.confirmed", "level": "1", "body": "QUALITY_TEAM", "rationale": "No."}
        ).status_code in (403, 404)
