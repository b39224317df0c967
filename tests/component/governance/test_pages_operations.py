"""The pages of operations: by roles and places; whatever does not answer is said, and the page still comes."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from services.governance.proof import verifying
from services.governance.web import neighbours
from tests.component.governance.browsing import COOKIE, Browser, sign_in
from tests.component.governance.conftest import PLACE, Running
from tests.component.governance.test_erasure import about_somebody

pytestmark = pytest.mark.asyncio(loop_scope="package")
ITEM = "0b0e4f0e-5f5e-4a57-9d0a-2f2d3f0a1c11"
PAGES = {
    "/operations": {"ops", "steward", "auditor", "director", "safeguarding", "team-manager", "panel-chair"},
    "/operations/quarantine": {"steward"},
    f"/operations/quarantine/{ITEM}/reject": {"steward"},
    "/operations/deliveries": {"ops", "steward", "auditor", "director", "safeguarding", "team-manager", "panel-chair"},
    f"/operations/deliveries/{ITEM}/replay": {"ops"},
    "/operations/proof": {"ops", "auditor", "director"},
    "/operations/erasures": {"auditor", "director", "safeguarding", "team-manager", "panel-chair"},
    f"/operations/retention/{PLACE}": {"auditor", "director", "safeguarding", "team-manager", "panel-chair"},
    f"/operations/holds/hold-{'0' * 16}/lift": {"director", "safeguarding", "team-manager", "panel-chair"},
    f"/operations/erasures/erasure-{'0' * 16}/answer": {"director", "safeguarding"},
}
ROLES = ("ops", "steward", "auditor", "director", "safeguarding", "team-manager", "panel-chair", "quality-officer",
         "provider", "cqc-inspector", "publisher")  # fmt: skip


def somebody(running: Running, role: str, **more: Any) -> Browser:
    return sign_in(running, "auditor", sub=f"somebody-{role}", roles=[role], **more)


async def csrf(browser: Browser) -> str:
    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', (await browser.get("/operations")).text)
    assert found
    return found[1]


def key(text: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', text)
    assert found
    return found[1]


@asynccontextmanager
async def answering(running: Running, name: str, answer: Any) -> AsyncIterator[list[httpx2.Request]]:
    """A neighbour that answers as recorded; what it was asked."""
    clients, asked = running.app.state.neighbours._clients, list[httpx2.Request]()
    before = clients[name]

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return answer(request)

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(handle), base_url=f"http://{name}") as client:
        clients[name] = client
        try:
            yield asked
        finally:
            clients[name] = before


async def test_each_page_is_for_the_roles_of_the_interface_behind_it(governance: Running) -> None:
    for role in ROLES:
        browser = somebody(governance, role)
        found = {path for path in PAGES if (await browser.get(path)).status_code == 200}
        assert found == {path for path, roles in PAGES.items() if role in roles}, role


async def test_who_has_no_dashboards_begins_with_their_own_section(governance: Running) -> None:
    assert (await somebody(governance, "ops").get("/")).headers["location"] == "/operations"
    assert (await somebody(governance, "director").get("/")).headers["location"] == "/dashboards"
    assert (await governance.client.get("/")).headers["location"] == "/sign-in"


async def test_a_page_comes_without_those_who_do_not_answer(governance: Running) -> None:
    browser = somebody(governance, "ops")
    page = await browser.get("/operations")
    assert page.status_code == 200
    assert page.text.count("does not answer at the moment") >= 3
    assert "Governance" in page.text
    deliveries = await browser.get("/operations/deliveries")
    assert "Notify does not answer at the moment" in deliveries.text
    session = governance.app.state.desk.sessions.find(browser.cookie)
    for text in (page.text, deliveries.text):
        assert session.bearer.removeprefix("Bearer ") not in text
        assert browser.cookie not in text
        assert COOKIE not in text


async def test_a_listener_that_never_answers_holds_nobody_up(
    governance: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await asyncio.start_server(lambda _reader, _writer: asyncio.sleep(30), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    clients = governance.app.state.neighbours._clients
    before = dict(clients)
    monkeypatch.setattr(neighbours, "SECONDS", 0.3)
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as silent:
        clients |= dict.fromkeys(before, silent)
        began = time.monotonic()
        page = await somebody(governance, "ops").get("/operations")
        clients |= before
    server.close()
    assert page.status_code == 200
    assert "does not answer" in page.text
    assert time.monotonic() - began < 10


async def test_what_waits_is_listed_and_decided_at_intake_in_ones_own_name(governance: Running) -> None:
    provider = await governance.register(name="Matching House (synthetic)")
    waiting = {
        "id": ITEM, "reason": "unknown-provider", "fix": "Find out who is meant.", "urgent": True, "detail": None,
        "type": "careledger.quality_concern.raised.v1", "subject": "named:Maching House", "publisher": "nhs-trust",
        "places": [PLACE], "receivedtime": "2026-03-02T09:30:00Z", "waiting_hours": 5, "state": "open",
        "decided_by": None, "decidedtime": None,
    }  # fmt: skip
    suggested = {"provider_id": provider, "place": PLACE, "name": "Matching House", "score": 92, "reason": "the name"}

    def intake(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/suggestions"):
            return httpx2.Response(200, json={"named": "named:Maching House", "suggestions": [suggested]})
        if request.url.path.endswith("/release"):
            refused = {"title": "It still cannot be used", "status": 409, "detail": "Nobody is known by this name."}
            return httpx2.Response(409, json=refused, headers={"Content-Type": "application/problem+json"})
        if request.method == "POST":
            return httpx2.Response(200, json={"id": ITEM, "status": "accepted"})
        calm = waiting | {"id": ITEM.replace("0b", "0c"), "urgent": False, "subject": "named:Came first"}
        is_pressing = request.url.params.get("urgent") == "true"
        return httpx2.Response(200, json={"items": [waiting] if is_pressing else [calm, waiting], "next": "7"})

    steward = somebody(governance, "steward")
    token = {"csrf_token": await csrf(steward)}
    async with answering(governance, "intake", intake) as asked:
        page = (await steward.get("/operations/quarantine")).text
        assert page.count("named:Maching House</td>") == page.count("named:Came first</td>") == 1
        assert page.index("▲ somebody may be in danger") < page.index("named:Came first"), "whoever came first waits"
        assert "after=7" in page
        address = f"/operations/quarantine/{ITEM}/match"
        form = (await steward.get(address)).text
        assert "Matching House" in form
        nothing = await steward.post(address, token | {"key": key(form)})
        assert nothing.status_code == 422
        order = token | {"key": key(form), "provider_id": provider, "reason": "Asked the sender", "remember": "true"}
        assert (await steward.post(address, order)).status_code == 303
        refused = await steward.post(f"/operations/quarantine/{ITEM}/release", token | {"key": "k", "reason": "again"})
        assert refused.status_code == 409
        assert "Nobody is known by this name" in refused.text
    sent = next(each for each in asked if each.url.path.endswith("/match"))
    bearer = governance.app.state.desk.sessions.find(steward.cookie).bearer
    assert {each.headers["authorization"] for each in asked} == {bearer}
    assert b'"remember":true' in sent.content.replace(b" ", b"")


async def test_a_dead_delivery_is_sent_again_with_its_reason(governance: Running) -> None:
    dead = {
        "id": ITEM, "type": "alert.raised", "alert": "A1", "event_id": ITEM, "provider_id": "prv-0", "place": PLACE,
        "recipient": {"role": "director", "id": None}, "channel": "email", "state": "dead", "reason": "gave_up",
        "attempts": [{"number": 1, "at": "2026-03-02T09:30:00Z", "outcome": "failed", "status": 410,
                      "detail": "gone", "seconds": 0.1}],
        "echoes": [], "created_at": "2026-03-02T09:00:00Z", "sent_at": None, "acknowledge_by": None,
        "acknowledged_at": None, "acknowledged_by": None,
    }  # fmt: skip

    def notify(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            return httpx2.Response(202, json={"delivery_id": ITEM, "state": "due", "attempt": 2})
        return httpx2.Response(200, json={"deliveries": [dead], "next": None})

    ops, auditor = somebody(governance, "ops"), somebody(governance, "auditor")
    async with answering(governance, "notify", notify) as asked:
        assert "Send again" in (await ops.get("/operations/deliveries")).text
        assert "Send again" not in (await auditor.get("/operations/deliveries")).text
        address = f"/operations/deliveries/{ITEM}/replay"
        form = (await ops.get(address)).text
        order = {"csrf_token": await csrf(ops), "key": key(form)}
        assert (await ops.post(address, order | {"why": "x"})).status_code == 422
        assert (await ops.post(address, order | {"why": "The address was mended"})).status_code == 303
    assert asked[-1].url.path == f"/v1/deliveries/{ITEM}/replay"


async def test_a_hold_is_placed_and_lifted(governance: Running) -> None:
    provider = await governance.register(name="Held House (synthetic)")
    director = sign_in(governance, "director")
    token = {"csrf_token": await csrf(director)}
    address = f"/providers/{provider}/holds/new"
    order = token | {"key": "hold-1", "because": "inquest", "reason": "The coroner asked."}
    assert (await director.post(address, order)).status_code == 303
    page = (await director.get("/operations/erasures?what=holds")).text
    assert "Held House (synthetic)" in page
    found = re.search(r"/operations/holds/(hold-[0-9a-f]{16})/lift", page)
    assert found
    lifted = await director.post(
        f"/operations/holds/{found[1]}/lift", token | {"key": "lift-1", "reason": "It is over."}
    )
    assert lifted.status_code == 303

    retention = await director.get(f"/operations/retention/{PLACE}?provider={provider}")
    assert retention.status_code == 200
    assert "Macro" not in retention.text
    assert (await director.get("/operations/retention/X00000099")).status_code == 403


async def test_an_erasure_needs_two_people_on_the_pages_too(governance: Running) -> None:
    provider, event = await about_somebody(governance)
    director, safe = sign_in(governance, "director"), sign_in(governance, "safe")
    token = {"csrf_token": await csrf(director)}
    wanted = token | {"key": "erase-1", "because": "request", "events": event, "texts": "all"}
    begun = (await director.get(f"/providers/{provider}/events/{event}")).text
    address = f"/providers/{provider}/erasures/new?event={event}"
    assert address in begun
    form = (await director.get(address)).text
    assert re.search(rf'value="{event}" checked', form), form
    assert "Quality concern raised" in form
    assert (await director.post(f"/providers/{provider}/erasures/new", wanted)).status_code == 303
    page = (await safe.get("/operations/erasures")).text
    found = re.findall(r"/operations/erasures/(erasure-[0-9a-f]{16})/answer", page)
    mine = [one for one in found if provider in (await safe.get(f"/operations/erasures/{one}")).text]
    address = f"/operations/erasures/{mine[0]}/answer"
    alone = await director.post(address, token | {"key": "answer-1", "approve": "true"})
    assert alone.status_code == 409
    assert "another person" in alone.text
    agreed = {"csrf_token": await csrf(safe), "key": "answer-2", "approve": "true"}
    assert (await safe.post(address, agreed)).status_code == 303
    receipt = (await safe.get(f"/operations/erasures/{mine[0]}")).text
    assert "Carried out" in receipt
    assert "/answer" not in receipt


async def test_what_was_proved_is_told(governance: Running) -> None:
    auditor = sign_in(governance, "auditor")

    page = (await auditor.get("/operations/proof")).text
    assert "python -m services.governance verify" in page
    assert "Our public key" in page
    found = await verifying.verify(governance.settings, journals=("governance",))
    page = (await auditor.get("/operations/proof")).text
    assert "never proved" not in page
    assert f"{found.records:,} records" in page
