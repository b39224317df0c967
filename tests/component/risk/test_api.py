"""The stateless helpers: a policy checked, an assessment recomputed from the ledger's own events."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from services.risk import app
from shared import policy
from tests.support import ledger as ledgers
from tests.support.issuer import Issuer, issuer
from tests.support.settings import settings_of
from tests.unit.risk_edge.log import PARTITION, Log, Worker, homes, rules

HOME, OTHER = homes(2)
TEXT = (Path(policy.DIRECTORY) / "herefordshire-2018.yaml").read_text()


@pytest.fixture
async def client(issuer: Issuer) -> AsyncIterator[httpx2.AsyncClient]:
    settings = settings_of("risk", issuer=issuer.url, jwks_url=issuer.jwks_url)
    api, _ = app.create(settings)
    transport = httpx2.ASGITransport(app=api)
    async with httpx2.AsyncClient(transport=transport, base_url="http://risk", headers=issuer.headers()) as made:
        yield made


async def told(log_of: ledgers.Ledger) -> Log:
    log = Log()
    for record in log_of.records:
        log.add(record)
    await Worker(log).work(5)
    return log


__all__ = ["issuer"]


class TestCheckAPolicy:
    async def test_a_valid_one_is_explained_in_plain_english(self, client: httpx2.AsyncClient) -> None:
        answer = (await client.post("/v1/policies/check", content=TEXT)).json()

        assert (answer["valid"], answer["mistakes"]) == (True, [])
        assert answer["digest"] == rules().digest
        assert any("Requires Improvement" in sentence and "HER-L2.a" in sentence for sentence in answer["means"])

    async def test_the_same_as_json(self, client: httpx2.AsyncClient) -> None:
        answer = await client.post("/v1/policies/check", json=policy.document(rules().pack))

        assert answer.json()["digest"] == rules().digest

    async def test_what_it_holds_is_listed_for_programs(self, client: httpx2.AsyncClient) -> None:
        answer = (await client.post("/v1/policies/check", json=policy.document(rules().pack))).json()

        assert [each["id"] for each in answer["criteria"]] == [each.id for each in rules().pack.criteria]
        assert {"scores", "scales", "responses"} <= answer.keys()
        assert answer["past_review"] is True

    async def test_two_are_compared_in_words(self, client: httpx2.AsyncClient) -> None:
        first, second = "herefordshire-2018", policy.document(rules().pack) | {"version": "9"}
        answer = await client.post("/v1/policies/diff", json={"first": first, "second": second})

        assert answer.json()["parts"] == [
            {"heading": "The policy", "sentences": ["version was “1” and is “9”."]},
        ]

    async def test_what_cannot_be_compared_says_which_and_why(self, client: httpx2.AsyncClient) -> None:
        for field, two in {"first": ("atlantis", "salford-2024"), "second": ("salford-2024", {"pack": "x"})}.items():
            answer = await client.post("/v1/policies/diff", json=dict(zip(("first", "second"), two, strict=True)))
            assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, f"/{field}")

    async def test_every_mistake_is_told_at_once_with_its_place(self, client: httpx2.AsyncClient) -> None:
        broken = TEXT.replace("restriction.over_three_months", "restriction.over_three_moons", 1).replace(
            "period: month", "period: fortnight", 1
        )
        first = (await client.post("/v1/policies/check", content=broken)).json()
        second = (await client.post("/v1/policies/check", content=broken.replace("fortnight", "month"))).json()

        assert not first["valid"]
        assert not second["valid"]
        [mistake] = second["mistakes"]
        line = 1 + broken[: broken.index("over_three_moons")].count("\n")
        assert abs(mistake["line"] - line) <= 1
        assert "over_three_moons" in mistake["problem"]

    @pytest.mark.parametrize("text", ["[" * 20_000, "", "\x00", "a: [", '{"pack": 1}'])
    async def test_what_is_no_policy_at_all_is_told_so(self, client: httpx2.AsyncClient, text: str) -> None:
        answer = await client.post("/v1/policies/check", content=text)

        assert answer.status_code == 200
        assert answer.json()["mistakes"] != []

    async def test_a_text_that_unfolds_without_end_is_refused(self, client: httpx2.AsyncClient) -> None:
        bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
        )

        answer = (await client.post("/v1/policies/check", content=bomb)).json()

        assert not answer["valid"]

    async def test_nobody_is_answered_without_a_token(self, client: httpx2.AsyncClient) -> None:
        for path in ("/v1/policies/check", "/v1/assessments"):
            assert (await client.post(path, content="x", headers={"Authorization": ""})).status_code == 401


class TestRecompute:
    async def ask(self, client: httpx2.AsyncClient, events: list[bytes], **head: Any) -> httpx2.Response:
        first = orjson.dumps({"pack": policy.document(rules().pack)} | head)
        return await client.post("/v1/assessments", content=b"\n".join([first, *events]) + b"\n")

    async def test_every_published_assessment_can_be_recomputed_from_what_it_names(
        self, client: httpx2.AsyncClient
    ) -> None:
        ledger = ledgers.Ledger()
        ledgers.registered(ledger, HOME)
        ledger.in_force(rules().digest, partitions=[PARTITION])
        for day in range(1, 4):
            ledgers.concern(ledger, HOME, day, severity="S3")
            ledgers.concern(ledger, OTHER, day)
            ledger.close_day(date(2026, 3 + day, 20), ["quality_concern.raised"], partitions=[PARTITION])
        log = await told(ledger)
        published = [event for event in log.said() if event.subject == HOME and event.kind == "assessment.changed"]

        for event in published:
            basis = event.data["computed_from"]
            if "policy_digest" not in basis:
                continue
            upto = [
                record for record in log.ledger[: basis["offset"] + 1] if record.key in (HOME, f"partition/{PARTITION}")
            ]
            answer = await self.ask(client, [record.raw for record in upto], c=basis.get("c"))
            found = {name: value for name, value in answer.json().items() if value is not None}
            assert plain(found) == plain({name: each for name, each in event.data.items() if name != "computed_from"})
        assert len(published) > 3

    async def test_what_if_it_had_been_adopted_earlier(self, client: httpx2.AsyncClient) -> None:
        ledger = ledgers.Ledger()
        registered = ledgers.registered(ledger, HOME)

        answer = await self.ask(client, [registered.value], c="2026-06-30", adopted="2026-01-01")

        assert answer.status_code == 200
        assert [clock["reference"] for clock in answer.json()["clocks"] if clock["kind"] == "return"]

    async def test_the_events_of_a_place_that_the_token_does_not_hold_are_refused(
        self, client: httpx2.AsyncClient
    ) -> None:
        ledger = ledgers.Ledger(place="E10000019")

        answer = await self.ask(client, [ledgers.registered(ledger, HOME).value], c="2026-06-30")

        assert answer.status_code == 403

    @pytest.mark.parametrize(
        ("body", "line"),
        [
            (b"", "line 1"),
            (b"{}", "line 1"),
            (b'{"pack": {"pack": "x"}, "c": "2026-03-01"}\n{"type": 1}', "line 2"),
        ],
    )
    async def test_what_cannot_be_judged_names_its_line(
        self, client: httpx2.AsyncClient, body: bytes, line: str
    ) -> None:
        answer = await client.post("/v1/assessments", content=body)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == line

    async def test_two_providers_are_one_too_many(self, client: httpx2.AsyncClient) -> None:
        ledger = ledgers.Ledger()
        both = [ledgers.registered(ledger, home).value for home in (HOME, OTHER)]

        answer = await self.ask(client, both, c="2026-03-01")

        assert answer.status_code == 422


def plain(value: Any) -> Any:
    """Without what is null: published events leave it out."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items() if each is not None}
    return [plain(each) for each in value] if isinstance(value, list) else value
