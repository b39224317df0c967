"""The same input gives the same word: what a worker said on a real broker, and what is recomputed from what it names.

Then a draft beside the policy, and peers: both reach a running worker by their marks.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import orjson
import pytest

from services.risk import app
from shared import events, policy
from shared.policies.peers import group
from shared.topics import LEDGER
from tests.component.risk.worker import Worker
from tests.component.risk.world import World, whole
from tests.support import ledger as ledgers
from tests.support import servers
from tests.support.issuer import Issuer
from tests.support.settings import settings_of

Start = Callable[..., Worker]
HOMES = [ledgers.provider_id(number) for number in range(4)]
ALIVE = ["quality_concern.raised", "safeguarding_concern.received", "returns.submitted", "visit.completed"]
KIND = "care_home_residential"


@pytest.fixture(scope="module")
def issuer() -> Any:
    made = Issuer()
    yield made
    made.close()


def newer() -> policy.Pack:
    """The next version of the same policy: clocks go on through it."""
    return policy.parse(policy.document(policy.load("herefordshire-2018")) | {"version": "2"})


def decided(ledger: ledgers.Ledger, home: str, decision: dict[str, Any]) -> None:
    data = {
        "decision_id": f"d-{len(ledger.records)}", "decision": decision, "body": "COMMISSIONERS",
        "organisation": "council", "role": "director",
    }  # fmt: skip
    ledger.fact("decision.took_effect", home, data, writer="governance")


def a_year(world: World) -> dict[str, Any]:
    """Policies, peers, decisions, corrections and days, in the order in which a place might have them."""
    ledger = world.ledger
    ledger.adopt(policy.load("herefordshire-2018"))
    for home in HOMES:
        ledgers.registered(ledger, home, beds=20)
    for number in range(4):
        ledgers.concern(ledger, HOMES[0], number, severity="S2")
    ledgers.concern(ledger, HOMES[1], 9, severity="S4")
    ledger.close_day(date(2026, 3, 20), ALIVE)
    rates = {group("concerns", KIND, "11-40"): {"events": 3, "exposure": 200000.0, "peers": 8}}
    peers = ledger.compare(rates)
    decided(ledger, HOMES[0], {"type": "suspension.imposed", "suspension_id": "s-1", "kind": "enforced"})
    taken = ledgers.concern(ledger, HOMES[0], 77, severity="S3").event
    ledger.fact("fact.withdrawn", HOMES[0], {"event_id": str(taken.id), "because": "sent_in_error"})
    ledger.fact("concern.outcome_recorded", HOMES[0], {"concern_id": "QC-1", "outcome": "not_upheld"})
    ledger.adopt(newer())
    ledgers.filed(ledger, HOMES[0], "RT-PMR", "2026-04", at=datetime(2026, 5, 4, tzinfo=UTC))
    ledger.close_day(date(2026, 4, 30), ALIVE)
    ledger.close_day(date(2026, 7, 31), ALIVE)
    decided(ledger, HOMES[0], {"type": "suspension.lifted", "suspension_id": "s-1"})
    return peers


def test_every_word_of_a_worker_is_recomputed_to_the_byte(world: World, start: Start, issuer: Issuer) -> None:
    peers = a_year(world)
    world.write()
    worker = start()
    world.settle(worker)
    proof = world.prove()
    whole(proof)
    packs = {policy.digest(pack): pack for pack in (policy.load("herefordshire-2018"), newer())}
    said = [each for each in proof.about(HOMES[0]) if each.kind == "assessment.changed"]

    asked = [each for each in said if "policy_digest" in each.data["computed_from"]]
    for each in asked:
        assert servers.run(recomputed(world, issuer, each, packs, peers)) == orjson.dumps(each.data)

    bases = [each.data["computed_from"] for each in asked]
    assert {basis["policy_digest"] for basis in bases} == set(packs)
    assert {basis.get("baseline_digest") for basis in bases} == {None, peers["digest"]}
    assert any(each.id == "HER-L2.c" and each.outcome == "met" for each in last_criteria(asked, peers))


def last_criteria(said: list[events.Event], peers: dict[str, Any]) -> Any:
    """The criteria of the first word that compared with the peers."""
    first = next(each for each in said if each.data["computed_from"].get("baseline_digest") == peers["digest"])
    return events.assessments.AssessmentChanged.model_validate(first.data).criteria


async def recomputed(
    world: World, issuer: Issuer, said: events.Event, packs: dict[str, policy.Pack], peers: dict[str, Any]
) -> bytes:
    """What the HTTP helper answers to the prefix of the partition that an assessment names."""
    basis = said.data["computed_from"]
    head = {
        "pack": policy.document(packs[basis["policy_digest"]]),
        "c": basis.get("c"),
        "names": {digest: pack.pack for digest, pack in packs.items()},
        "baseline": peers if "baseline_digest" in basis else None,
        "offset": basis["offset"],
    }
    lane = [row for row in world.ledger.records if (row.topic, row.partition) == (LEDGER, basis["partition"])]
    prefix = lane[: basis["offset"] + 1]
    mine = [row.value for row in prefix if row.key.decode() in (said.subject, f"partition/{basis['partition']}")]
    api, _ = app.create(settings_of("risk", issuer=issuer.url, jwks_url=issuer.jwks_url))
    transport = httpx2.ASGITransport(app=api)
    async with httpx2.AsyncClient(transport=transport, base_url="http://risk", headers=issuer.headers()) as client:
        answer = await client.post("/v1/assessments", content=b"\n".join([orjson.dumps(head), *mine]))
    assert answer.status_code == 200, answer.text
    return answer.content


def test_a_draft_is_judged_beside_the_policy_and_alerts_nobody(world: World, start: Start) -> None:
    world.adopt()
    for home in HOMES:
        ledgers.registered(world.ledger, home)
        rated = {"overall": "requires_improvement", "report_date": "2026-02-01"}
        world.ledger.fact("cqc_rating.published", home, rated | dict.fromkeys(QUESTIONS, "requires_improvement"))
    world.ledger.close_day(date(2026, 3, 20), ALIVE)
    draft = world.ledger.judge_beside(policy.load("salford-2024"))
    before = len(world.ledger.records)
    decided(world.ledger, HOMES[0], {"type": "level.confirmed", "scale": "level", "level": "2"})
    world.write()
    worker = start()
    world.settle(worker)

    proof = world.prove()

    whole(proof)
    beside = [each for said in proof.said.values() for each in said if each.kind == "assessment.shadowed"]
    assert {each.subject for each in beside} == set(HOMES)
    for each in beside:
        assert each.data["policy"]["digest"] == each.data["computed_from"]["policy_digest"] == draft
        assert (each.data["beside_indicated"]["min"], each.data["indicated"]["min"]) == ("3", "2")
        assert each.data["moves"] is True
        assert each.basis == "adoption"
    raised = [each for said in proof.said.values() for each in said if each.kind == "alert.raised"]
    assert {each.data["policy_digest"] for each in raised} == {policy.digest(policy.load("herefordshire-2018"))}
    assert before < len(world.ledger.records)


QUESTIONS = ("safe", "effective", "caring", "responsive", "well_led")
