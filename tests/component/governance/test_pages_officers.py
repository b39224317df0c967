"""Officers' pages: what is owed, contracts, visits, assessments; small lists, refusals beside their fields."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared import calendar
from tests.component.governance.browsing import Browser, sign_in
from tests.component.governance.conftest import Running

pytestmark = pytest.mark.asyncio(loop_scope="package")
TODAY = calendar.london_date(datetime.now(UTC))
SOON = TODAY + timedelta(days=20)


def day(name: str, given: Any) -> dict[str, str]:
    return {f"{name}-day": str(given.day), f"{name}-month": str(given.month), f"{name}-year": str(given.year)}


def key(text: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', text)
    assert found
    return found[1]


async def sent(browser: Browser, address: str, **fields: str) -> Any:
    """The form of a page, filled in and sent."""
    shown = await browser.get(address)
    assert shown.status_code == 200, shown.text
    return await browser.post(address, {"csrf_token": await browser.csrf(), "key": key(shown.text)} | fields)


async def done(browser: Browser, address: str, **fields: str) -> str:
    """The same; where it leads, and what stands there."""
    answer = await sent(browser, address, **fields)
    assert answer.status_code == 303, re.findall(r"error-message[^>]*>.*?</p>|<li>.*?</li>", answer.text, re.DOTALL)
    return str(answer.headers["location"])


async def test_a_task_is_handed_over_and_done_from_the_list_of_what_is_owed(governance: Running) -> None:
    provider = await governance.register(name="Owing House (synthetic)")
    answer = await governance.decide(provider, level="1", rationale="A first level.")
    assert answer.status_code == 201, answer.text
    browser = sign_in(governance, "officer")
    listed = (await browser.get(f"/work?provider={provider}&kind=task")).text
    task = re.search(r'href="(/tasks/task-[0-9a-f]{16})"', listed)
    assert task
    assert "Owing House (synthetic)" in listed

    refused = await sent(browser, f"{task[1]}/steps/not_done", reason="")
    where = await done(browser, f"{task[1]}/steps/assigned", role="contracts-officer", officer="qm-07")
    handed = (await browser.get(where)).text
    mine = (await browser.get("/work?role=contracts-officer&officer=qm-07")).text
    await done(browser, f"{task[1]}/steps/done", note="Rung the manager.")
    over = (await browser.get(task[1])).text

    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.text
    assert "Contracts officer, officer qm-07" in handed
    assert task[1] in mine
    assert "Done." in over
    assert "/steps/done" not in over


async def test_a_contract_is_registered_rated_breached_and_reviewed(governance: Running) -> None:
    provider = await governance.register(name="Contract House (synthetic)")
    browser = sign_in(governance, "officer")
    none = {"kind": "no_contract", "commissioner": "council", "allocated_to": "contracts-officer", "clauses": "returns"}
    refused = await sent(browser, f"/providers/{provider}/contracts/new", **none)
    order = {
        "kind": "framework", "commissioner": "council", "allocated_to": "contracts-officer", "officer": "qm-07",
        "clauses": "returns\ninsurance", "documents.rows": "1", "documents.0.name": "insurance",
    } | day("documents.0.due", TODAY)  # fmt: skip
    where = (await done(browser, f"/providers/{provider}/contracts/new", **order)).partition("?")[0]
    await done(browser, f"{where}/steps/rated", rag="red", reason="Two returns are missing.")
    await done(browser, f"{where}/steps/breached", clauses="returns", reason="No return for two months.")
    changing = (await browser.get(f"{where}/steps/changed")).text
    shown = (await browser.get(where)).text
    listed = (await browser.get(f"/contracts?provider={provider}&rag=red")).text
    unrated = (await browser.get(f"/contracts?provider={provider}&rag=unrated")).text
    review = {"how": "desk", "outcome": "actions"} | day("reviewed_on", TODAY)
    reviewed = (await browser.get(await done(browser, f"{where}/steps/reviewed", **review))).text

    assert refused.status_code == 422
    assert 'id="clauses-error"' in refused.text
    assert "Now: Returns, Insurance." in changing
    assert "Breached, and not kept again: returns" in shown
    assert "▲ returns" in listed
    assert "Contract House (synthetic)" in listed
    assert "No contract fits" in unrated
    assert f"last reviewed {TODAY.day} " in reviewed
