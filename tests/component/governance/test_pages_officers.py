"""Officers' pages: what is owed, contracts, visits, assessments; small lists, refusals beside their fields."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from services.governance.monitoring import owing
from tests.component.governance.browsing import Browser, sign_in
from tests.component.governance.conftest import Running, today, until

pytestmark = pytest.mark.asyncio(loop_scope="package")
SOON = today() + timedelta(days=20)


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
    } | day("documents.0.due", today())  # fmt: skip
    where = (await done(browser, f"/providers/{provider}/contracts/new", **order)).partition("?")[0]
    await done(browser, f"{where}/steps/rated", rag="red", reason="Two returns are missing.")
    await done(browser, f"{where}/steps/breached", clauses="returns", reason="No return for two months.")
    changing = (await browser.get(f"{where}/steps/changed")).text
    shown = (await browser.get(where)).text
    listed = (await browser.get(f"/contracts?provider={provider}&rag=red")).text
    unrated = (await browser.get(f"/contracts?provider={provider}&rag=unrated")).text
    review = {"how": "desk", "outcome": "actions"} | day("reviewed_on", today())
    reviewed = (await browser.get(await done(browser, f"{where}/steps/reviewed", **review))).text

    assert refused.status_code == 422
    assert 'id="clauses-error"' in refused.text
    assert "Now: Returns, Insurance." in changing
    assert "Breached, and not kept again: returns" in shown
    assert "▲ returns" in listed
    assert "Contract House (synthetic)" in listed
    assert "No contract fits" in unrated
    assert f"last reviewed {today().day} " in reviewed


async def answered(browser: Browser, address: str, answer: str = "mostly") -> None:
    """Every page of the questions, saved one after the other."""
    pages = re.findall(rf'href="({address}/answer/[a-z0-9._-]+)"', (await browser.get(address)).text)
    assert len(pages) > 3
    for one in pages:
        count = len(re.findall(r'name="a\d+_evidence"', (await browser.get(one)).text))
        fields = {f"a{at}_answer": answer for at in range(count)} | {f"a{at}_evidence": "Seen." for at in range(count)}
        await done(browser, one, **fields)


async def test_an_assessor_is_blind_to_the_score_until_the_draft_is_shared(governance: Running) -> None:
    provider = await governance.register(name="Blind House (synthetic)")
    browser = sign_in(governance, "officer")
    begun = await done(browser, f"/providers/{provider}/assessments/new", question_set="calderdale-2023")
    address = begun.partition("?")[0]
    first = re.search(rf'href="({address}/answer/[a-z0-9._-]+)"', (await browser.get(address)).text)
    assert first
    bare = await sent(browser, first[1], a0_answer="fully")
    await answered(browser, address)
    blind = (await browser.get(address)).text + (await browser.get(f"/assessments?provider={provider}")).text
    blind += (await browser.get(first[1])).text
    early = await browser.get(f"{address}/steps/completed")
    await done(browser, f"{address}/steps/draft_shared")
    seen = (await browser.get(address)).text
    listed = re.search(r'href="(/tasks/task-[0-9a-f]{16})"', (await browser.get(f"/work?provider={provider}")).text)
    assert listed
    task = (await browser.get(listed[1])).text
    refused = await sent(browser, f"{address}/steps/completed", **{"actions.rows": "0"})
    question = re.search(r'name="question" type="radio" value="([^"]+)"|<option value="(s1[^"]+)"',
                         (await browser.get(f"{address}/steps/disputed")).text)  # fmt: skip
    assert question
    name = question[1] or question[2]
    await done(browser, f"{address}/steps/disputed", question=name, grounds="The plan was there.")
    own = await sent(browser, f"{address}/steps/dispute_reviewed", question=name, answer="mostly", reason="It stands.")
    second = sign_in(governance, "manager")
    await done(second, f"{address}/steps/dispute_reviewed", question=name, answer="partly", reason="It was not.")
    await done(browser, f"{address}/steps/commented", accepted="true")
    begins = (await browser.get(f"{address}/steps/completed")).text
    due = {"actions.rows": "1", "actions.0.question": name} | day("actions.0.due", SOON)
    await done(browser, f"{address}/steps/completed", **due)
    final = (await browser.get(address)).text

    assert bare.status_code == 422
    assert 'id="a0_evidence-error"' in bare.text
    assert "No score is shown before the draft is shared" in blind
    assert "%" not in re.sub(r"<[^>]*>", "", blind)
    assert "app-tag" not in blind
    assert early.status_code == 200
    assert re.search(r"app-tag[^>]*>.*?\d+\.\d%", seen, re.DOTALL)
    assert f'href="{address}">The assessment</a>' in task
    assert "Blind House (synthetic): Quality Standards assessment" in begins
    assert refused.status_code == 409
    assert own.status_code == 409
    assert "a second officer reviews a dispute" in own.text
    assert 'name="actions.0.due-day"' in begins
    assert "Final rating" in final
    assert (await browser.get(f"/plans?provider={provider}")).text.count("/plans/plan-") >= 1


async def test_a_visit_from_the_plan_to_the_feedback(governance: Running) -> None:
    provider = await governance.register("joint", name="Visit House (synthetic)")
    browser = sign_in(governance, "officer")
    address = f"/providers/{provider}/visits/new"
    order = {"purpose": "joint", "lead": "council"} | day("planned_for", SOON)
    visit = (await done(browser, address, **order)).partition("?")[0]
    double = await sent(browser, address, purpose="annual", **day("planned_for", SOON))
    await done(browser, f"{visit}/steps/asked", sources="gp")
    shown = (await browser.get(visit)).text
    await done(sign_in(governance, "icb"), f"{visit}/steps/lead_agreed", lead="council")
    listed = (await browser.get(f"/visits?provider={provider}")).text
    page = await browser.get(f"{visit}/steps/finding")
    finding = {
        "csrf_token": await browser.csrf(), "key": key(page.text), "nature": "gap", "theme": "q.medicines",
        "key_questions": "safe", "detail": "Two charts had gaps.",
    }  # fmt: skip
    twice = [await browser.post(f"{visit}/steps/finding", finding) for _ in range(2)]
    await done(browser, f"{visit}/steps/completed", methods="observe_care", immediate_risk="false")
    fed = {"how": "meeting", "to_role": "registered_manager"} | day("given_on", today())
    over = (await browser.get(await done(browser, f"{visit}/steps/feedback_given", **fed))).text

    async def read(address: str, what: str) -> bool:
        return what in (await browser.post(address, {"csrf_token": await browser.csrf()})).text

    await until(partial(read, visit, "Two charts had gaps."))  # sealed: opened for whoever asks, and that is kept
    schedule = await browser.get("/visits/schedule?place=E06000019&show=unplanned")
    foreign = await browser.get("/visits/schedule?place=E06000044")

    assert "E06000019" not in re.sub("<[^>]*>", "", schedule.text), "places are named"
    assert double.status_code == 422
    assert 'id="planned_for-error"' in double.text
    assert "who leads is not agreed yet" in shown
    assert "asked, no answer yet" in shown
    assert "not asked" in shown
    assert SOON.strftime("%B %Y") in listed
    assert [answer.status_code for answer in twice] == [303, 303]
    assert over.count("app-tag--watch") >= 1
    assert "the provider was told on" in over
    assert "Two charts had gaps." not in over
    assert schedule.status_code == 200
    assert foreign.status_code == 403


async def test_nobody_sees_or_does_what_is_another_place_or_role(governance: Running) -> None:
    provider = await governance.register(name="Elsewhere House (synthetic)")
    browser = sign_in(governance, "officer")
    order = {"kind": "no_contract", "commissioner": "council", "allocated_to": "contracts-officer"}
    contract = (await done(browser, f"/providers/{provider}/contracts/new", **order)).partition("?")[0]
    stranger = sign_in(governance, "officer", places=["E06000044"])
    auditor = sign_in(governance, "auditor")
    inspector = sign_in(governance, "auditor", roles=["cqc-inspector"])

    assert "▲ no contract" in (await browser.get(f"/contracts?provider={provider}")).text
    assert (await stranger.get(contract)).status_code == 404
    assert "Elsewhere House" not in (await stranger.get("/contracts")).text
    assert (await stranger.get(f"/providers/{provider}/visits/new")).status_code == 404
    assert (await stranger.get("/work?place=E06000019")).status_code == 403
    assert "steps/" not in (await auditor.get(contract)).text
    assert (await auditor.get(f"{contract}/steps/rated")).status_code == 403
    assert (await inspector.get("/work")).status_code == 403
    assert "Work about this service" in (await auditor.get(f"/providers/{provider}")).text
    assert "Work about this service" not in (await inspector.get(f"/providers/{provider}")).text


MANY = """
INSERT INTO matters(matter_id, kind, subject, place, open, due, document)
SELECT 'task-' || lpad(to_hex(n), 16, '0'), 'task', (%(providers)s::text[])[1 + n %% 400], %(place)s, true,
       current_date - 30 + (n %% 90), json_build_object('task', 'contact_provider', 'role', 'quality-officer')
FROM generate_series(1, 20000) AS n
"""
ALSO = """
INSERT INTO matters(matter_id, kind, subject, place, open, due, document)
SELECT 'contract-' || lpad(to_hex(n), 16, '0'), 'contract', (%(providers)s::text[])[n], %(place)s, true,
       current_date + n, json_build_object('contract_id', 'contract-' || lpad(to_hex(n), 16, '0'), 'kind', 'spot',
       'commissioner', 'council', 'rag', 'amber', 'review_due', current_date + n, 'documents_due', '[]'::json)
FROM generate_series(1, 400) AS n
"""
NAMED = """
INSERT INTO governance_view.providers(provider_id, place, partition, registered, facts)
SELECT p, %(place)s, 0, now(), json_build_object('name', 'Service ' || p || ' (synthetic)',
       'service_type', 'home_care', 'commissioning', 'council')
FROM unnest(%(providers)s::text[]) AS p
"""


async def test_lists_of_twenty_thousand_stay_small_and_show_everything_once(governance: Running) -> None:
    place = "E06000099"
    providers = [f"prv-many{number:06d}" for number in range(400)]
    async with governance.service.pool.connection() as connection:
        for statement in (NAMED, MANY, ALSO):
            await connection.execute(statement, {"place": place, "providers": providers})
    browser = sign_in(governance, "officer", places=[place])
    try:
        contracts = await every(browser, "/contracts", r'href="/contracts/(contract-[0-9a-f]{16})"')
        first = await browser.get("/work")
        # Four hundred pages of fifty would take long: the same list by five hundred, and one service's on pages.
        whole = listed(governance, place)
        tasks = await every(browser, f"/work?provider={providers[7]}", r'href="/tasks/(task-[0-9a-f]{16})"')
        hub = (await browser.get("/monitoring")).text
        schedule = await browser.get(f"/visits/schedule?place={place}")
    finally:
        async with governance.service.pool.connection() as connection:
            await connection.execute("DELETE FROM matters WHERE place = %s", (place,))
            await connection.execute("DELETE FROM governance_view.providers WHERE place = %s", (place,))

    assert (len(contracts), len(set(contracts))) == (400, 400)
    assert (len(tasks), len(set(tasks))) == (50, 50)
    assert (len(whole), len(set(whole))) == (20_400, 20_400)
    assert "<strong>20400</strong> owed" in first.text
    assert "6680 overdue" in first.text
    assert len(first.content) < 100_000
    assert "Service prv-many" in first.text
    assert re.search(r'data-label="Open">400<', hub)
    assert schedule.status_code == 409  # no policy is in force there: nobody can say whose turn it is
    assert "No policy is in force here" in schedule.text


def listed(governance: Running, place: str) -> list[str]:
    ids: list[str] = []
    after: str | None = None
    while not ids or after is not None:
        found, after = owing.page(governance.app.state.parts.store, owing.Asked([place]), after, 500, today())
        ids += [one["id"] for one in found]
    return ids


async def every(browser: Browser, address: str, found: str) -> list[str]:
    """What stands on all pages of a list, one after the other."""
    ids: list[str] = []
    here: str | None = address
    while here is not None:
        answer = await browser.get(here)
        assert answer.status_code == 200, answer.text
        assert len(answer.content) < 100_000
        ids += re.findall(found, answer.text)
        after = re.search(r'rel="next" href="([^"]+)"', answer.text)
        here = f"{address.partition('?')[0]}{after[1].replace('&amp;', '&')}" if after else None
    return ids
