"""What is asked of whom by when, on a real broker and database: once, however often we look; answered, waived."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.intake.returns import asked
from services.intake.returns.asker import Asker
from shared import calendar, clock, policy
from tests.component.intake.conftest import JSON, Running, concern, until
from tests.support.ledger import Ledger, publish

pytestmark = pytest.mark.asyncio(loop_scope="module")
PLACE = "X00000041"
OFFICER: JSON = {"roles": ["quality-officer"], "publisher": "council-quality", "org": "council", "places": [PLACE]}


def pack() -> policy.Pack:
    """Herefordshire's, with reminders, and a baseline that level 2 asks for."""
    text = policy.document(policy.load("herefordshire-2018"))
    text["returns"]["RT-PMR"]["remind_days"] = [7, 2]
    text["returns"]["RT-BASE"] = {
        "id": "LGA-9", "ours": "a test", "name": "Baseline", "period": "event", "on": {"confirmed": ["2"]},
        "due": {"working_days": 10},
    }  # fmt: skip
    return policy.parse(text)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger(place=PLACE)


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def adopted(intake: Running, ledger: Ledger) -> None:
    ledger.adopt(pack(), marks=False)
    await publish(intake.settings.kafka_bootstrap, intake.names, ledger.records)

    async def is_read() -> bool:
        return PLACE in intake.intake.places.places()

    await until(is_read)


def asker(intake: Running, days: int) -> Asker:
    """The asker of a fresh start, so many days from now."""
    later = dataclasses.replace(intake.intake.parts, now=lambda: clock.now() + timedelta(days=days))
    return Asker(later, intake.intake.asking.schedules, intake.intake.asking.follower)


async def listed(intake: Running, provider: str, **more: Any) -> list[JSON]:
    query = "&".join(f"{name}={value}" for name, value in {"provider": provider, **more}.items())
    answer = await intake.client.get(f"/v1/returns?{query}", headers=intake.bearer(**OFFICER))
    assert answer.status_code == 200, answer.text
    found: list[JSON] = answer.json()["returns"]
    return found


async def requests(intake: Running, provider: str) -> list[str]:
    sql = "SELECT type FROM journal WHERE key = %s AND type LIKE '%%returns.re%%' ORDER BY position"
    return [kind.split(".")[2] for (kind,) in await intake.rows(sql, provider)]


def submitted(provider: str, period: str) -> JSON:
    event = concern(provider)
    return event | {"type": "careledger.returns.submitted.v1", "data": {"return_type": "RT-PMR", "period": period}}


async def test_a_period_is_asked_for_once_whoever_looks_and_reminded_of_before_it_is_due(intake: Running) -> None:
    provider = await intake.register(place=PLACE)
    other = await intake.register(place=PLACE, commissioning="none")
    opens = calendar.add_months(calendar.london_date(clock.now()).replace(day=1), 1)
    due = calendar.add_months(opens, 1).replace(day=10)
    ahead = (opens - calendar.london_date(clock.now())).days

    for days in (0, ahead - 1, ahead, ahead, ahead + 3):  # each a restart
        await asker(intake, days).ask_if_due()
    (found,) = await listed(intake, provider)

    assert (found["return_type"], found["period"], found["state"]) == ("RT-PMR", f"{opens:%Y-%m}", "asked")
    assert found["due_on"] == due.isoformat()
    assert await listed(intake, other) == []

    to_due = (due - calendar.london_date(clock.now())).days
    for days in (to_due - 8, to_due - 7, to_due - 6, to_due - 1, to_due - 1):
        await asker(intake, days).ask_if_due()

    assert await requests(intake, provider) == ["requested", "requested", "reminded", "reminded"]
    assert [each["reminders"] for each in await listed(intake, provider, return_type="RT-PMR")] == [2, 0]


async def test_an_answer_a_waiver_and_an_analysis_show_in_the_list_at_once(intake: Running) -> None:
    provider = await intake.register(place=PLACE)
    opens = calendar.add_months(calendar.london_date(clock.now()).replace(day=1), 1)
    periods = [f"{calendar.add_months(opens, n):%Y-%m}" for n in range(3)]
    ahead = (calendar.add_months(opens, 2) - calendar.london_date(clock.now())).days
    await asker(intake, ahead).ask_if_due()

    async def all_asked() -> bool:
        return [each["period"] for each in await listed(intake, provider, state="asked")] == periods

    await until(all_asked)
    council = OFFICER | {"roles": ["publisher"]}
    assert (await intake.result(submitted(provider, periods[0]), **council))["status"] == "accepted"
    waiver = {"provider_id": provider, "return_type": "RT-PMR", "period": periods[1], "because": "emergency"}
    answers = [
        await intake.steward("POST", "/v1/returns/waivers", waiver | {"reason": reason}, **OFFICER)
        for reason in ("A flood.", "A flood.", "A fire.")
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 409]
    analysed = submitted(provider, periods[0]) | {"type": "careledger.returns.analysed.v1"}
    analysed["data"] |= {"outcome": "no_additional_concerns"}
    assert (await intake.result(analysed, **council))["status"] == "accepted"

    found = await listed(intake, provider)
    assert [each["state"] for each in found] == ["submitted", "waived", "asked"]
    assert found[0]["analysed_on"] is not None
    event = await intake.journal(answers[0].json()["id"])
    assert set(event["data"]["reason"]) == {"kid", "nonce", "ciphertext"}
    async with intake.intake.parts.pool.connection() as connection, connection.cursor() as cursor:
        later = calendar.add_months(calendar.london_date(clock.now()), 12)
        states = [e.state for e in await asked.page(cursor, [PLACE], today=later, provider_id=provider)]
    assert states == ["submitted", "waived", "due"]


async def test_what_was_answered_before_it_opened_is_not_asked(intake: Running) -> None:
    provider = await intake.register(place=PLACE)
    opens = calendar.add_months(calendar.london_date(clock.now()).replace(day=1), 1)
    await intake.result(submitted(provider, f"{opens:%Y-%m}"), **(OFFICER | {"roles": ["publisher"]}))

    await asker(intake, (opens - calendar.london_date(clock.now())).days).ask_if_due()

    assert await listed(intake, provider) == []


async def test_only_the_councils_officers_waive_and_only_what_is_a_period(intake: Running) -> None:
    provider = await intake.register(place=PLACE)
    body = {"provider_id": provider, "return_type": "RT-PMR", "period": "2026-03", "because": "other", "reason": "x"}

    async def status(**change: Any) -> int:
        claims = OFFICER | {name: value for name, value in change.items() if name in OFFICER}
        sent = body | {name: value for name, value in change.items() if name in body}
        return (await intake.steward("POST", "/v1/returns/waivers", sent, **claims)).status_code

    assert await status(org="icb", roles=["icb-quality"]) == 403
    assert await status(org="icb") == 403
    assert await status(roles=["publisher"]) == 403
    assert await status(places=["X00000042"]) == 404
    assert await status(period="2026-13") == 422
    assert await status(reason="") == 422


async def test_an_officer_asks_on_request(intake: Running) -> None:
    provider = await intake.register(place=PLACE)
    body = {"provider_id": provider, "return_type": "RT-SDP"}
    refused = await intake.steward("POST", "/v1/returns/requests", body, **OFFICER)
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "body.due_on")

    due = calendar.add_days(calendar.london_date(clock.now()), 30).isoformat()
    answers = [
        await intake.steward("POST", "/v1/returns/requests", body | {"due_on": due}, **OFFICER) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 200]
    (found,) = await listed(intake, provider)
    assert (found["return_type"], found["due_on"], found["state"]) == ("RT-SDP", due, "asked")


async def test_a_level_that_was_confirmed_asks_for_its_return_once(intake: Running, ledger: Ledger) -> None:
    provider = await intake.register(place=PLACE)
    sent = len(ledger.records)
    for before in ("1", "2"):  # confirmed anew at the same level: nothing more is asked
        ledger.clock = clock.now()
        decision = {"type": "level.confirmed", "scale": "level", "level": "2", "from_level": before}
        step = {
            "decision_id": f"d-{before}",
            "body": "MA_QUALITY_REVIEW",
            "organisation": "council",
            "role": "panel-chair",
        }
        ledger.fact("decision.took_effect", provider, step | {"decision": decision}, writer="governance")
    await publish(intake.settings.kafka_bootstrap, intake.names, ledger.records[sent:])

    async def is_asked() -> list[JSON]:
        return await listed(intake, provider)

    (found,) = await until(is_asked)
    today = calendar.london_date(clock.now())
    assert (found["return_type"], found["period"]) == ("RT-BASE", today.isoformat())
    assert found["due_on"] == calendar.working_days_after(today, 10).isoformat()
    ((cause,),) = await intake.rows("SELECT body FROM journal WHERE key = %s AND type LIKE '%%requested%%'", provider)
    assert str(ledger.records[sent].event.id) in bytes(cause).decode()


async def test_a_service_that_closes_or_is_not_commissioned_any_more_is_not_asked(intake: Running) -> None:
    provider = await intake.register(place=PLACE)
    opens = calendar.add_months(calendar.london_date(clock.now()).replace(day=1), 1)
    ahead = (opens - calendar.london_date(clock.now())).days
    await asker(intake, ahead).ask_if_due()
    ((aliases,),) = await intake.rows("SELECT value FROM aliases WHERE provider_id = %s", provider)

    await intake.register(aliases, place=PLACE, commissioning="none")
    await asker(intake, ahead + 1).ask_if_due()
    assert [each["state"] for each in await listed(intake, provider)] == ["ended"]

    await intake.register(aliases, place=PLACE, commissioning="council")
    await asker(intake, ahead + 1).ask_if_due()
    assert [each["state"] for each in await listed(intake, provider)] == ["asked"]
    assert await requests(intake, provider) == ["requested"]
