"""Golden 17 and 20: one concern by two doors is one; what seems one is flagged, and kept, until an officer decides."""

from typing import Any

import pytest

from tests.component.intake.conftest import JSON, PLACE, Running, concern

pytestmark = pytest.mark.asyncio(loop_scope="module")
COUNCIL = {"publisher": "council-quality", "org": "council"}
OFFICER: JSON = {"roles": ["quality-officer"], "publisher": "council-quality", "org": "council", "places": [PLACE]}


async def raised(intake: Running, provider: str, day: str = "2026-03-02", **more: Any) -> str:
    claims = {name: more.pop(name) for name in ("publisher", "org") if name in more}
    event = concern(provider, **({"people_affected_band": "1"} | more)) | {"time": f"{day}T10:00:00Z"}
    result = await intake.result(event, **claims)
    assert result["status"] == "accepted"
    return str(result["id"])


async def flagged(intake: Running, provider: str, **query: str) -> list[JSON]:
    path = "/v1/duplicates?limit=500" + "".join(f"&{name}={value}" for name, value in query.items())
    answer = await intake.client.get(path, headers=intake.bearer(**OFFICER))
    assert answer.status_code == 200, answer.text
    return [each for each in answer.json()["duplicates"] if each["provider_id"] == provider]


async def decide(intake: Running, pair: JSON, what: str, **claims: Any) -> Any:
    body = {"reason": "Synthetic: the same fall."}
    return await intake.steward("POST", f"/v1/duplicates/{pair['id']}/{what}", body, **(OFFICER | claims))


async def test_the_same_day_theme_and_people_from_two_senders_are_flagged_and_both_are_kept(intake: Running) -> None:
    provider = await intake.register()
    first = await raised(intake, provider, themes=["q.medicines", "q.falls_moving"])
    second = await raised(intake, provider, themes=["q.falls_moving"], **COUNCIL)

    (pair,) = await flagged(intake, provider)

    assert (pair["first"]["event_id"], pair["second"]["event_id"], pair["state"]) == (first, second, "open")
    assert pair["reasons"] == ["same-provider-theme-day-and-people"]
    assert len(await intake.rows("SELECT 1 FROM journal WHERE id = ANY(%s)", [first, second])) == 2


async def test_another_day_theme_band_or_an_unknown_theme_is_not_the_same(intake: Running) -> None:
    provider = await intake.register()
    await raised(intake, provider, themes=["q.medicines", "q.never_heard_of"])
    await raised(intake, provider, day="2026-03-03", themes=["q.medicines"], **COUNCIL)
    await raised(intake, provider, themes=["q.dignity"], **COUNCIL)
    await raised(intake, provider, themes=["q.medicines"], people_affected_band="2-5", **COUNCIL)
    await raised(intake, provider, themes=["q.another_word"], **COUNCIL)
    other = await intake.register()
    await raised(intake, other, themes=["q.medicines"], **COUNCIL)
    assert await flagged(intake, provider) == []
    assert await flagged(intake, other) == []


async def test_one_publisher_and_one_reference_is_one_concern_and_needs_no_flag(intake: Running) -> None:
    provider = await intake.register()
    for channel in ("form", "inbox"):
        await raised(intake, provider, concern_id="QC-1700", channel=channel, **COUNCIL)
    assert await flagged(intake, provider) == []

    await raised(intake, provider, day="2026-05-01", concern_id="QC-1700")  # the ICB quotes it, later
    (pair,) = await flagged(intake, provider)
    assert pair["reasons"] == ["same-reference"]


@pytest.mark.parametrize(("severities", "stays"), [(("S2", "S2"), 0), (("S1", "S3"), 1), (("S4", "S1"), 0)])
async def test_a_confirmed_one_counts_once_and_never_the_less_grave(
    intake: Running, severities: tuple[str, str], stays: int
) -> None:
    provider = await intake.register()
    ids = [
        await raised(intake, provider, severity=severities[0]),
        await raised(intake, provider, severity=severities[1], **COUNCIL),
    ]
    (pair,) = await flagged(intake, provider)

    answer = await decide(intake, pair, "confirm")

    assert (answer.status_code, answer.json()["counts"]) == (200, ids[stays])
    event = await intake.journal(answer.json()["id"])
    assert (event["type"], event["subject"]) == ("careledger.fact.withdrawn.v1", provider)
    assert (event["data"]["event_id"], event["data"]["duplicate_of"]) == (ids[1 - stays], ids[stays])
    assert set(event["data"]["reason"]) == {"kid", "nonce", "ciphertext"}
    assert await flagged(intake, provider) == []
    assert [each["state"] for each in await flagged(intake, provider, state="confirmed")] == ["confirmed"]
    assert (await decide(intake, pair, "dismiss")).status_code == 409


async def test_a_dismissed_one_goes_on_counting_as_two(intake: Running) -> None:
    provider = await intake.register()
    ids = [await raised(intake, provider), await raised(intake, provider, **COUNCIL)]
    (pair,) = await flagged(intake, provider)

    answer = await decide(intake, pair, "dismiss")

    event = await intake.journal(answer.json()["id"])
    assert (event["type"], event["data"]["actor"] is not None) == ("careledger.duplicate.dismissed.v1", True)
    assert {event["data"]["event_id"], event["data"]["other_event_id"]} == set(ids)
    assert [each["state"] for each in await flagged(intake, provider, state="dismissed")] == ["dismissed"]


async def test_what_its_sender_takes_back_is_flagged_no_more(intake: Running) -> None:
    provider = await intake.register()
    await raised(intake, provider)
    second = await raised(intake, provider, **COUNCIL)
    (pair,) = await flagged(intake, provider)
    withdrawal = concern(provider) | {
        "type": "careledger.fact.withdrawn.v1", "data": {"event_id": second, "because": "sent_in_error"},
    }  # fmt: skip
    assert (await intake.result(withdrawal, **COUNCIL))["status"] == "accepted"
    assert await flagged(intake, provider) == []
    assert (await decide(intake, pair, "confirm")).status_code == 409


async def test_only_officers_of_the_place_see_and_decide(intake: Running) -> None:
    provider = await intake.register()
    await raised(intake, provider)
    await raised(intake, provider, **COUNCIL)
    (pair,) = await flagged(intake, provider)
    assert (await decide(intake, pair, "confirm", roles=["publisher"])).status_code == 403
    assert (await decide(intake, pair, "confirm", places=["E10000019"])).status_code == 404
    elsewhere = await intake.client.get(
        "/v1/duplicates", headers=intake.bearer(**(OFFICER | {"places": ["E10000019"]}))
    )
    assert elsewhere.json()["duplicates"] == []
