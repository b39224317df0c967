"""A fact is taken back by its own publisher alone; what names nothing, or another's, waits for a steward."""

import uuid

import pytest

from tests.component.intake.conftest import concern, new_alias

pytestmark = pytest.mark.asyncio(loop_scope="module")


def withdrawal(subject, event_id, **more):
    event = concern(subject)
    return event | {"type": "careledger.fact.withdrawn.v1",
                    "data": {"event_id": str(event_id), "because": "wrong_provider"} | more}  # fmt: skip


async def test_its_publisher_takes_it_back_and_another_does_not(intake):
    alias = new_alias()
    await intake.register(alias)
    subject = f"cqc:{alias}"
    raised = (await intake.result(concern(subject)))["id"]

    own = await intake.result(withdrawal(subject, raised))
    others = await intake.result(withdrawal(subject, raised), publisher="council-quality", org="council")
    nothing = await intake.result(withdrawal(subject, uuid.uuid4()))
    rehearsed = await intake.result(withdrawal(subject, uuid.uuid4()), dry_run=True)

    assert own["status"] == "accepted"
    assert (others["status"], others["reason"]) == ("quarantined", "not-its-publisher")
    assert (nothing["status"], nothing["reason"]) == ("quarantined", "unknown-event")
    assert rehearsed["reason"] == "unknown-event"
    released = await intake.steward("POST", f"/v1/quarantine/{others['id']}/release", {"reason": "asked of us"})
    assert released.json() == {"id": others["id"], "status": "accepted"}


async def test_a_fact_of_another_provider_is_not_found(intake):
    one, two = new_alias(), new_alias()
    await intake.register(one)
    await intake.register(two)
    raised = (await intake.result(concern(f"cqc:{one}")))["id"]

    result = await intake.result(withdrawal(f"cqc:{two}", raised))

    assert (result["status"], result["reason"]) == ("quarantined", "unknown-event")


async def test_a_correction_and_what_replaces_it_may_come_in_one_batch(intake):
    alias = new_alias()
    await intake.register(alias)
    subject = f"cqc:{alias}"
    first = (await intake.result(concern(subject)))["id"]
    again = concern(subject, severity="S3")
    again_id = (await intake.result(again, dry_run=True))["id"]
    corrected = concern(subject) | {
        "type": "careledger.fact.corrected.v1",
        "data": {"event_id": first, "replaced_by": again_id, "fields": ["severity"]},
    }

    answer = await intake.post([again, corrected], mode="application/cloudevents-batch+json")

    assert [result["status"] for result in answer.json()["results"]] == ["accepted", "accepted"]
