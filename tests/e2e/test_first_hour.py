"""The contract in one run (architecture §5.1): what a partner's first hour looks like, over HTTP, in order."""

import secrets

import pytest

from tests.support.people import until

pytestmark = pytest.mark.e2e


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

        until(lambda: "careledger.quality_concern.raised.v1" in place.types(provider), why="released into the history")


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
