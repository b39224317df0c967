"""Forms of the pages: the same commands as the HTTP interface's, with what is wrong said beside each field."""

import re

import pytest

from tests.component.governance.browsing import sign_in
from tests.component.governance.conftest import Running

pytestmark = pytest.mark.asyncio(loop_scope="package")


def key(text: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', text)
    assert found
    return found[1]


async def test_a_plan_is_drafted_by_its_form_once(governance: Running) -> None:
    provider = await governance.register(name="Form House (synthetic)")
    browser = sign_in(governance, "officer")
    address = f"/providers/{provider}/plans/new"
    empty = await browser.get(address)
    assert empty.status_code == 200
    assert "What it answers" in empty.text
    fields = {"csrf_token": await browser.csrf(), "key": key(empty.text)}
    wrong = await browser.post(address, fields | {"actions.rows": "2", "actions.1.action_id": "A1"})
    assert wrong.status_code == 422
    assert "Choose what it answers." in wrong.text
    assert 'href="#actions.0.due-day"' in wrong.text
    right = fields | {
        "source": "visit", "actions.rows": "1", "actions.0.action_id": "A1", "actions.0.due-day": "3",
        "actions.0.due-month": "2", "actions.0.due-year": "2027",
    }  # fmt: skip
    first, again = await browser.post(address, right), await browser.post(address, right)
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    page = await browser.get(first.headers["location"])
    assert page.status_code == 200
    assert "Recorded:" in page.text
    assert "3 Feb 2027" in page.text


async def test_a_refusal_stands_above_the_form_with_what_was_written(governance: Running) -> None:
    provider = await governance.register(name="Form Court (synthetic)")
    browser = sign_in(governance, "officer")
    csrf = await browser.csrf()
    drafted = await browser.post(f"/providers/{provider}/plans/new", {"csrf_token": csrf, "source": "visit"})
    plan = drafted.headers["location"].partition("?")[0]
    address = f"{plan}/steps/submitted_for_signoff"
    refused = await browser.post(address, {"csrf_token": csrf, "statement": "All is done (synthetic)."})
    assert refused.status_code == 409
    assert "There is a problem" in refused.text
    assert "All is done (synthetic)." in refused.text
