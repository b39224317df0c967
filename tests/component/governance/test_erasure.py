"""Golden 18: two people let a text be erased; counts, level and chains stay; a hold prevents it."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from typer.testing import CliRunner

from services.governance.proof import commands, verifying
from shared.events import concerns
from shared.vault import Vault
from tests.component.governance.conftest import PLACE, Running, kind
from tests.component.governance.test_kill import environment
from tests.component.governance.test_texts import read, recorded

pytestmark = pytest.mark.asyncio(loop_scope="package")
CONCERN: dict[str, Any] = {"concern_id": "QC-18", "themes": ["q.medicines"], "severity": "S2"}


async def about_somebody(running: Running) -> tuple[str, str]:
    provider = await running.register()
    event = await recorded(
        running, provider, concerns.QualityConcernRaised, CONCERN, description="Of Mrs Example.", reporter="A nurse"
    )
    return provider, event


async def asked(running: Running, provider: str, event: str, who: str = "manager", **more: Any) -> Any:
    body = {"because": "request", "events": [event], "reason": "She asked for it."} | more
    return await running.ask("POST", f"/v1/providers/{provider}/erasures", who, body=body)


async def answered(running: Running, erasure: str, who: str = "director", **said: Any) -> Any:
    return await running.ask("POST", f"/v1/erasures/{erasure}/answers", who, body={"approve": True} | said)


def away(*_: Any) -> None:
    raise ConnectionError("the vault is away")


async def test_golden_18_the_words_go_and_everything_else_stays(governance: Running) -> None:
    provider, event = await about_somebody(governance)
    await governance.decide(provider, level="2", evidence=[event])
    ((ours,),) = await governance.rows("SELECT count(*) FROM journal WHERE key = %s", provider)
    await governance.kinds(provider, ours + 2)
    before, page = await governance.history(provider), await governance.page(provider)

    erasure = (await asked(governance, provider, event, "director")).json()["erasure_id"]
    alone = await answered(governance, erasure)
    officer = await answered(governance, erasure, "officer")
    done = await answered(governance, erasure, "safe")

    assert (alone.status_code, officer.status_code, done.status_code) == (409, 403, 201)
    assert "another person" in alone.json()["detail"]
    assert (done.json()["status"], done.json()["keys"], len(done.json()["digest"])) == ("carried_out", 2, 64)
    texts = (await read(governance, provider, event, "safe")).json()
    assert texts["texts"] == {"description": None, "reporter": None}
    assert texts["erased"] == ["description", "reporter"]
    kinds = await governance.kinds(provider, len(before) + 3)
    assert kinds[-3:] == ["erasure.requested", "erasure.approved", "erasure.carried_out"]
    assert (await governance.history(provider))[: len(before)] == before
    after = await governance.page(provider)
    assert {**after, "behind_seconds": 0} == {**page, "behind_seconds": 0}
    found = await verifying.verify(governance.settings, journals=("governance",))
    assert [bad for bad in found.rows if provider in bad.says or bad.event_id == event] == []
    assert (await answered(governance, erasure, "safe")).status_code == 409


async def test_a_hold_forbids_it_before_and_after_it_was_agreed(governance: Running) -> None:
    provider, event = await about_somebody(governance)
    erasure = (await asked(governance, provider, event)).json()["erasure_id"]
    body = {"because": "inquest", "reason": "The coroner asks."}
    hold = await governance.ask("POST", f"/v1/providers/{provider}/holds", "safe", body=body)
    assert hold.status_code == 201, hold.text

    held = await answered(governance, erasure)
    again = await asked(governance, provider, event)

    assert (held.status_code, again.status_code) == (409, 409)
    assert hold.json()["hold_id"] in held.json()["detail"]
    assert "description" in (await read(governance, provider, event, "officer")).json()["texts"]
    lifted = await governance.ask(
        "POST", f"/v1/holds/{hold.json()['hold_id']}/lift", "safe", body={"reason": "The inquest is over."}
    )
    assert (lifted.status_code, lifted.json()["lifted"]) == (201, True)
    assert (await answered(governance, erasure)).json()["status"] == "carried_out"
    kinds = await governance.kinds(provider, 7)
    assert kinds[-5:] == [
        "erasure.requested", "legal_hold.placed", "legal_hold.lifted", "erasure.approved", "erasure.carried_out",
    ]  # fmt: skip


async def test_one_of_the_two_has_the_power_that_the_policy_gives(governance: Running) -> None:
    provider, event = await about_somebody(governance)
    erasure = (await asked(governance, provider, event, "chair")).json()["erasure_id"]

    alone = await answered(governance, erasure, "safe")

    assert (alone.status_code, alone.json()["rule"]) == (403, "HER-R19")
    assert "description" in (await read(governance, provider, event, "officer")).json()["texts"]
    assert (await answered(governance, erasure)).json()["status"] == "carried_out"


async def test_what_the_vault_holds_for_another_service_is_not_erased(governance: Running) -> None:
    provider, event = await about_somebody(governance)
    erasure = (await asked(governance, provider, event)).json()["erasure_id"]
    await governance.service.vault.hold(f"{provider}-description", "another service")

    done = await answered(governance, erasure)

    assert (done.json()["status"], done.json()["refused_because"]) == ("refused", "legal_hold")
    assert (await read(governance, provider, event, "officer")).json()["texts"]["description"] == "Of Mrs Example."


async def test_who_reported_goes_alone_and_what_was_agreed_is_finished_later(
    governance: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, event = await about_somebody(governance)
    erasure = (await asked(governance, provider, event, texts="identity")).json()["erasure_id"]
    with monkeypatch.context() as broken:
        broken.setattr(Vault, "destroy_many_sync", away)
        agreed = await answered(governance, erasure)
    assert (agreed.status_code, agreed.json()["status"]) == (201, "approved")

    governance.service.erasing.finish()

    shown = (await governance.ask("GET", f"/v1/erasures/{erasure}", "auditor")).json()
    assert (shown["status"], shown["keys"]) == ("carried_out", 1)
    texts = (await read(governance, provider, event, "safe")).json()["texts"]
    assert texts == {"description": "Of Mrs Example.", "reporter": None}
    listed = (await governance.ask("GET", "/v1/erasures", "auditor", open="false", limit=500)).json()["erasures"]
    assert erasure in {one["erasure_id"] for one in listed}


async def test_an_event_without_texts_is_nothing_to_erase(governance: Running) -> None:
    provider, _ = await about_somebody(governance)
    registered = next(one for one in await governance.history(provider) if kind(one) == "registry.service.registered")

    answer = await asked(governance, provider, registered["event"]["id"])
    unreasoned = await answered(governance, "erasure-0000000000000000", approve=False)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "/events/0")
    assert unreasoned.status_code == 404


async def test_what_is_kept_no_longer_is_told_and_asked_for_and_goes_when_another_agrees(governance: Running) -> None:
    provider = await governance.register()
    long_ago = datetime(2010, 3, 1, 9, tzinfo=UTC)
    old, held, new = [
        await recorded(governance, provider, concerns.QualityConcernRaised, CONCERN, at, description="Of Mrs Example.")
        for at in (long_ago, long_ago + timedelta(days=1), None)
    ]
    body = {"because": "inquest", "reason": "The coroner asks.", "events": [held]}
    await governance.ask("POST", f"/v1/providers/{provider}/holds", "safe", body=body)

    async def told(**more: Any) -> Any:
        path = f"/v1/places/{PLACE}/retention"
        return (await governance.ask("GET", path, "auditor", provider=provider, **more)).json()

    first = await told(limit=1)
    rest = await told(limit=1, cursor=first["next"])
    shown = [(one["event_id"], one["state"], one["due_on"]) for one in (*first["events"], *rest["events"])]
    assert shown == [(old, "due", "2018-03-02"), (held, "held", "2018-03-03")]
    assert rest["next"] is None
    counts = next(one for one in first["classes"] if one["class"] == "concerns")
    assert (counts["due"], counts["held"], counts["asked"], counts["later"], counts["years"]) == (1, 1, 0, 1, 8)
    place = (await governance.ask("GET", f"/v1/places/{PLACE}/retention", "auditor")).json()
    assert {"provider_id": provider, "due": 1} in place["due"]

    due = f"/v1/providers/{provider}/erasures/due"
    command = partial(CliRunner().invoke, commands.cli, ["retention", "--place", PLACE])
    printed = await asyncio.to_thread(command, env=environment(governance.settings))
    assert printed.exit_code == 0, printed.output
    whole = next(one for one in place["classes"] if one["class"] == "concerns")
    said = f"{PLACE} concerns: {whole['due']} due, {whole['held']} held, {whole['asked']} asked for, "
    assert (whole["due"] > 0, whole["held"] > 0, said in printed.output) == (True, True, True), printed.output

    asked_for = await governance.ask("POST", due, "manager", key="due-1", body={})
    again = await governance.ask("POST", due, "manager", key="due-1", body={})
    nothing = await governance.ask("POST", due, "manager", body={})
    assert asked_for.status_code == 201, asked_for.text
    said = asked_for.json()
    assert (said["because"], said["events"], said["status"]) == ("retention_expired", [old], "requested")
    assert (again.json(), nothing.status_code) == (said, 409)
    assert [one["state"] for one in (await told())["events"]] == ["asked", "held"]
    assert "description" in (await read(governance, provider, old, "safe")).json()["texts"]

    done = await answered(governance, said["erasure_id"], "director")

    assert (done.json()["status"], done.json()["keys"]) == ("carried_out", 1)
    assert [one["event_id"] for one in (await told())["events"]] == [held]
    assert (await read(governance, provider, new, "safe")).json()["texts"]["description"] == "Of Mrs Example."
