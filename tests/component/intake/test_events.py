"""Step 2 of the issue: concerns as CloudEvents and typed JSON, and every answer that a sender can get."""

import asyncio
import copy

import orjson
import pytest

from tests.component.intake.conftest import BATCH, ELSEWHERE, PLACE, concern, new_alias, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


class TestAccepting:
    async def test_a_structured_event_is_journalled_in_our_words(self, intake):
        alias = new_alias()
        provider = await intake.register(alias)
        sent = concern(f"cqc:{alias}", description="Doses were missed twice.", themes=["Medicines", "warm fuzziness"])

        result = await intake.result(sent)

        event = await intake.journal(result["id"])
        assert result["status"] == "accepted"
        assert (event["subject"], event["place"], event["basis"], event["writer"]) == (
            provider,
            PLACE,
            "live",
            "intake",
        )
        assert event["source"] == f"/places/{PLACE}/publishers/icb-quality"
        assert event["data"]["themes"] == ["q.medicines", "q.unclassified"]
        assert set(event["data"]["description"]) == {"kid", "nonce", "ciphertext"}
        assert b"Doses" not in orjson.dumps(event)
        assert event["correlationid"]
        assert event["traceparent"]

    async def test_its_text_can_be_opened_through_the_vault(self, intake):
        provider = await intake.register()
        result = await intake.result(concern(provider, description="Doses were missed twice."))
        event = await intake.journal(result["id"])
        from shared.events import concerns, decode

        ((body,),) = await intake.rows("SELECT body FROM journal WHERE id = %s", result["id"])
        sealed = concerns.QualityConcernRaised.model_validate(event["data"]).description

        assert await intake.intake.parts.vault.open(sealed, event_id=decode(body).id) == "Doses were missed twice."

    async def test_it_reaches_the_ledger_and_its_receipt_says_so(self, intake):
        result = await intake.result(concern(await intake.register()))
        path = f"/v1/receipts/{result['id']}"

        async def receipt():
            answer = await intake.client.get(path, headers=intake.bearer())
            return answer.json() if answer.json().get("status") == "published" else None

        said = await until(receipt)
        assert said["place"] == PLACE
        await intake.ledger(lambda found: any(event["id"] == result["id"] for event in found))

    async def test_a_receipt_is_for_its_sender_and_for_stewards(self, intake):
        result = await intake.result(concern(await intake.register()))
        path = f"/v1/receipts/{result['id']}"

        assert (await intake.client.get(path, headers=intake.bearer(publisher="nhs-quality"))).status_code == 404
        assert (await intake.client.get(path, headers=intake.bearer(places=[ELSEWHERE]))).status_code == 404
        assert (await intake.steward("GET", path)).status_code == 200

    async def test_binary_batch_and_typed_json(self, intake):
        provider = await intake.register()
        one, two = concern(provider), concern(provider)
        attributes = {f"ce-{name}": value for name, value in one.items() if name != "data"}
        headers = intake.bearer() | attributes | {"Content-Type": "application/json"}
        flat = {"provider": provider, "reference": "T-1", "time": one["time"], **concern(provider)["data"]}

        binary = await intake.client.post("/v1/events", json=one["data"], headers=headers)
        batch = await intake.post([two, concern(provider)], mode=BATCH)
        typed = await intake.client.post("/v1/intelligence/quality_concern.raised", json=flat, headers=intake.bearer())

        assert [r["status"] for r in binary.json()["results"]] == ["accepted"]
        assert [r["status"] for r in batch.json()["results"]] == ["accepted", "accepted"]
        assert [r["status"] for r in typed.json()["results"]] == ["accepted"], typed.text

    async def test_binary_and_structured_are_the_same_fact(self, intake):
        sent = concern(await intake.register())
        attributes = {f"ce-{name}": value for name, value in sent.items() if name != "data"}
        headers = intake.bearer() | attributes | {"Content-Type": "application/json"}
        first = await intake.result(sent)

        again = await intake.client.post("/v1/events", json=sent["data"], headers=headers)

        assert again.json()["results"] == [{"id": first["id"], "status": "duplicate"}]


class TestTheSameAgain:
    async def test_the_same_is_a_duplicate_although_its_ciphertext_would_differ(self, intake):
        sent = concern(await intake.register(), description="A synthetic text.")
        first = await intake.result(sent)
        second = await intake.result(sent | {"data": dict(reversed(sent["data"].items()))})

        assert (first["status"], second["status"]) == ("accepted", "duplicate")
        assert first["id"] == second["id"]

    @pytest.mark.parametrize("change", [{"severity": "S3"}, {"description": "Another text."}])
    async def test_other_content_under_the_same_reference_is_409(self, intake, change):
        sent = concern(await intake.register(), description="A synthetic text.")
        await intake.result(sent)

        answer = await intake.post(sent | {"data": sent["data"] | change})

        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"

    async def test_the_same_reference_of_another_publisher_is_another_fact(self, intake):
        sent = concern(await intake.register())

        one = await intake.result(sent)
        other = await intake.result(sent, publisher="council-quality")

        assert (one["status"], other["status"]) == ("accepted", "accepted")
        assert one["id"] != other["id"]

    async def test_many_at_once_are_accepted_once(self, intake):
        sent = concern(await intake.register(), description="A synthetic text.")

        results = await asyncio.gather(*(intake.result(sent) for _ in range(12)))

        assert sorted(r["status"] for r in results) == ["accepted"] + ["duplicate"] * 11
        assert len({r["id"] for r in results}) == 1


class TestRefusing:
    @pytest.mark.parametrize(
        ("body", "mode"),
        [
            (b"{", "application/cloudevents+json"),
            (b"[]", "application/cloudevents+json"),
            (b"{}", "application/cloudevents+json"),
            (b"{}", BATCH),
            (b"{}", "application/json"),
            (b'{"specversion":"0.3","id":"1","source":"/x","type":"t"}', "application/cloudevents+json"),
        ],
    )
    async def test_no_cloudevent_is_400(self, intake, body, mode):
        answer = await intake.post(body, mode=mode)

        assert answer.status_code == 400, answer.text
        assert answer.json()["errors"]

    @pytest.mark.parametrize(
        ("change", "path", "fix"),
        [
            ({"type": "careledger.quality_concern.rased.v1"}, "/type", "careledger.quality_concern.raised.v1"),
            ({"type": "careledger.registry.service.registered.v1"}, "/type", ""),
            ({"data": {"severity": "S9"}}, "/data/severity", "'S1', 'S2', 'S3' or 'S4'"),
            ({"data": {"severty": "S1"}}, "/data/severty", "spelled"),
            ({"data": None}, "/data", ""),
            ({"time": "2026-03-02T09:30:00"}, "/time", "offset"),
            ({"time": "1772444400"}, "/time", "2026"),
            ({"time": None}, "/time", ""),
            ({"subject": "1-999999999"}, "/subject", "cqc:1-999999999"),
            ({"subject": None}, "/subject", "prv-"),
            ({"classification": "secret"}, "/classification", "official"),
            ({"datacontenttype": "text/plain"}, "/datacontenttype", "application/json"),
        ],
    )
    async def test_what_cannot_be_used_is_422_with_its_path_and_a_fix(self, intake, change, path, fix):
        sent = concern(await intake.register())
        data = sent["data"] | change["data"] if change.get("data") else sent["data"]

        answer = await intake.post(sent | change | ({"data": data} if "data" not in change or change["data"] else {}))

        assert answer.status_code == 422, answer.text
        errors = {error["path"]: error["fix"] for error in answer.json()["errors"]}
        assert path in errors
        assert fix in errors[path]

    async def test_typed_json_is_told_at_its_own_paths(self, intake):
        body = {"provider": "nobody", "reference": "T-2", "time": "2026-03-02T09:30:00", "severity": "S9", "themes": []}

        answer = await intake.client.post("/v1/intelligence/quality_concern.raised", json=body, headers=intake.bearer())

        assert answer.status_code == 422
        assert {error["path"] for error in answer.json()["errors"]} == {
            "/provider", "/time", "/severity", "/themes", "/concern_id"
        }  # fmt: skip

    async def test_too_large_for_the_ledger_is_422_before_anything_is_kept(self, intake):
        provider = await intake.register()
        sent = concern(provider) | {"type": "careledger.returns.submitted.v1"}
        sent["data"] = {
            "return_type": "RT-PMR", "period": "2026-02",
            "figures": {f"{'figure' * 10}{n}": n for n in range(4000)},
        }  # fmt: skip

        answer = await intake.post(sent)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == "/data"

    async def test_more_than_500_events_or_4_mib_are_413(self, intake):
        one = concern("prv-x")
        assert (await intake.post([one] * 501, mode=BATCH)).status_code == 413
        assert (await intake.post(b" " * (4 * 1024 * 1024 + 1))).status_code == 413

    async def test_a_token_without_publisher_role_or_place_is_refused(self, intake):
        sent = concern("prv-x")
        assert (await intake.post(sent, roles=["auditor"])).status_code == 403
        assert (await intake.post(sent, publisher=None)).status_code == 403
        assert (await intake.post(sent, places=[])).status_code == 403
        answer = await intake.client.post("/v1/events", json=sent)
        assert answer.status_code == 401


class TestBatches:
    async def test_each_event_is_answered_for_itself_in_order(self, intake):
        provider = await intake.register()
        good, text = concern(provider), concern(provider, description="A synthetic text.")
        await intake.result(text)
        other = copy.deepcopy(text)
        other["data"]["description"] = "Another."
        batch = [
            good, good, other, text, {"no": "event"}, concern(provider, severity="S9"),
            concern(f"cqc:{new_alias()}"), concern(provider),
        ]  # fmt: skip

        answer = await intake.post(batch, mode=BATCH)

        results = answer.json()["results"]
        assert answer.status_code == 202
        assert [result["status"] for result in results] == [
            "accepted", "duplicate", "conflict", "duplicate", "refused", "refused", "quarantined", "accepted",
        ]  # fmt: skip
        assert results[5]["errors"][0]["path"] == "/5/data/severity"
        assert results[6]["reason"] == "unknown-provider"

    async def test_five_hundred_at_once(self, intake):
        provider = await intake.register()

        answer = await intake.post([concern(provider, description="Synthetic.") for _ in range(500)], mode=BATCH)

        assert {result["status"] for result in answer.json()["results"]} == {"accepted"}


class TestDryRun:
    async def test_it_answers_the_same_and_keeps_nothing(self, intake):
        provider = await intake.register()
        known = concern(provider)
        await intake.result(known)
        new, lost = concern(provider, description="Synthetic."), concern(f"cqc:{new_alias()}")
        before = await intake.rows("SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM quarantine)")
        batch = [known, new, new, lost, {}]

        rehearsed = await intake.post(batch, mode=BATCH, dry_run=True)

        assert await intake.rows("SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM quarantine)") == before
        real = await intake.post(batch, mode=BATCH)
        assert rehearsed.json() == real.json()
        assert [result["status"] for result in real.json()["results"]] == [
            "duplicate", "accepted", "duplicate", "quarantined", "refused",
        ]  # fmt: skip

    async def test_a_conflict_is_409_in_a_rehearsal_too(self, intake):
        sent = concern(await intake.register())
        await intake.result(sent)

        answer = await intake.post(sent | {"time": "2026-03-03T09:30:00Z"}, dry_run=True)

        assert answer.status_code == 409
