"""A provider's page, its timeline and its events; now, and as it was; and which roles come in at which door."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.governance.parts import KNOWING, READING
from shared.events import alerts, assessments, concerns, notifications, safeguarding
from shared.security import ROLES
from tests.component.governance.browsing import sign_in
from tests.component.governance.conftest import Running
from tests.component.governance.test_history import judged
from tests.component.governance.test_pages_dashboard import MET, plain, shown
from tests.component.governance.test_processes import LGA, adopted, decide

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def concern(governance: Running, provider: str, name: str = "QC-1", **more: Any) -> str:
    data = {"concern_id": name, "themes": ["q.medicines"], "severity": "S2"}
    return str((await governance.others.write(concerns.QualityConcernRaised, provider, data, **more)).id)


async def judge(governance: Running, provider: str, low: str | None, high: str | None, **more: Any) -> None:
    data = judged(low, high, **more)
    await governance.others.write(assessments.AssessmentChanged, provider, data, topic="assessments", writer="risk")


async def test_the_page_says_the_level_and_why_with_its_evidence_one_click_away(governance: Running):
    provider = await governance.register(name="Birch House (synthetic)")
    evidence = await concern(governance, provider)
    met = MET | {"evidence": [evidence], "evidence_count": 1, "clears_when": "a later rating is better"}
    unmet = MET | {"id": "HER-L3.z", "says": "Something else entirely", "outcome": "unknown"}
    compared = {
        "measure": "concerns", "observed": 7, "expected": 2.0, "probability": 0.004, "outside": True,
        "far_outside": True, "group": "care_home_residential, 11-40", "peers": 9, "days": 90, "baseline": "9" * 64,
    }  # fmt: skip
    await judge(governance, provider, "3", "3", criteria=[met, unmet], expected=[compared])
    await governance.decide(provider, level="1")
    browser = sign_in(governance)

    page = plain(await shown(browser, f"/providers/{provider}", "HER-L3.a", "Level 1 confirmed on"))

    for words in (
        "Birch House", "“Overall CQC rating of Inadequate, or worse still”", "Clears when a later rating is better",
        "Not known: 1", "“Something else entirely”", "none was filed", "What was confirmed differs",
        "7 in 90 days, 2.0 expected", "at the rate of 9 peers (care home residential, 11-40)", "Contact", "31 Dec 2026",
        "None in place.", "There is none.", "No alert was raised.",
    ):  # fmt: skip
        assert words in page, words
    link = f"/providers/{provider}/events/{evidence}"
    assert link in page
    event = plain((await browser.get(link)).text)
    assert "Quality concern raised" in event
    assert "QC-1" in event


async def test_who_was_told_and_who_acknowledged(governance: Running):
    provider = await governance.register()
    write, after = governance.others.write, {"topic": "notifications", "writer": "notify"}
    said: Any = {"alert": "A8", "cause": "c", "name": "X", "summary": "A stepped change of level"}
    raised = await write(alerts.AlertRaised, provider, said, topic="assessments", writer="risk")
    delivery = {"delivery_id": "d-1", "alert_id": str(raised.id), "alert": "A8", "recipient_role": "panel_chair"}
    await write(notifications.NotificationSent, provider, delivery | {"channel": "email", "attempt": 1}, **after)
    browser = sign_in(governance)
    await shown(browser, f"/providers/{provider}", "A stepped change of level", "0 acknowledged, 1 sent")
    answered = delivery | {"by": "panel_chair", "how": "link"}
    await write(notifications.NotificationAcknowledged, provider, answered, **after)

    page = plain(await shown(browser, f"/providers/{provider}", "1 acknowledged, 1 sent"))

    assert "Acknowledged: panel chair" in page


async def test_the_past_is_shown_as_recorded_and_as_recomputed_with_a_banner(governance: Running):
    provider = await governance.register()
    await judge(governance, provider, "1", "1")
    browser = sign_in(governance)
    await shown(browser, f"/providers/{provider}", "Level 1")
    then = datetime.now(UTC)
    await judge(governance, provider, "3", "3")
    await shown(browser, f"/providers/{provider}", "Level 3")
    await governance.arrived(then + timedelta(milliseconds=1))
    moment = then.isoformat().replace("+00:00", "Z")
    path = f"?as_of={moment}&known_at={moment}"

    page = plain((await browser.get(f"/providers/{provider}{path}")).text)

    assert "You are looking at the past." in page
    assert "Level 3" not in page.partition("Level over time")[0]
    assert "Indicated, as recorded then" in page
    assert "Met: HER-L2.d" in page, "what was met then, beside what is recomputed"
    assert "Not recomputed" in page, "risk does not run here: the recorded one stands, and says why"
    assert "data-live=" not in page, "the past does not change under a reader"
    api = await governance.page(provider, as_of=moment, known_at=moment)
    assert api["recorded"]["indicated"]["max"] == "1"


async def test_what_was_never_judged_is_not_called_unmet(governance: Running):
    provider = await governance.register()

    page = plain((await sign_in(governance).get(f"/providers/{provider}")).text)

    assert "Nothing was judged" in page
    assert "No criterion is met" not in page


async def test_what_was_not_known_then_is_not_on_the_past_timeline(governance: Running):
    provider = await governance.register()
    first = await concern(governance, provider, "QC-FIRST")
    browser = sign_in(governance)
    await shown(browser, f"/providers/{provider}/timeline", first)
    then = datetime.now(UTC)
    late = await concern(governance, provider, "QC-LATE", time=then - timedelta(days=3))
    await shown(browser, f"/providers/{provider}/timeline", late)
    await governance.arrived(then)
    path = f"/providers/{provider}/timeline?known_at={then.isoformat().replace('+00:00', 'Z')}"

    page = (await browser.get(path)).text

    assert first in page
    assert late not in page


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("as_of=2999-01-01", "does not fit"),
        ("known_at=2999-01-01", "not known yet"),
        ("as_of=yesterday", "does not fit"),
        ("as_of-day=31&as_of-month=2&as_of-year=2026", "That is no day"),
    ],
)
async def test_a_moment_that_cannot_be_shown_is_refused_in_words(governance: Running, query: str, title: str):
    provider = await governance.register()

    answer = await sign_in(governance).get(f"/providers/{provider}?{query}")

    assert answer.status_code == 422
    assert title in answer.text
    assert "To the dashboards" in answer.text


async def test_a_moment_at_which_nobody_knew_of_it_is_no_address_of_another(governance: Running):
    provider = await governance.register()
    await governance.arrived(datetime.now(UTC))
    query = "?known_at=2026-01-01"

    known = await sign_in(governance).get(f"/providers/{provider}{query}")
    nobodys = await sign_in(governance).get(f"/providers/prv-00000nobody{query}")

    assert [answer.status_code for answer in (known, nobodys)] == [404, 404]
    assert "was not on the record by then" in known.text
    assert "There is nothing here" in nobodys.text


class TestTheTimeline:
    async def test_is_filtered_and_searched_and_goes_on_in_pages(self, governance: Running):
        provider = await governance.register()
        for number in range(42):
            await concern(governance, provider, f"QC-{number:03d}")
        browser, path = sign_in(governance), f"/providers/{provider}/timeline"
        page = await shown(browser, f"{path}?group=concerns", "QC-041")
        assert page.count("<li><h2>") == 40
        assert "Service registered" not in page
        older = page.rpartition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        assert (await browser.get(path + older)).text.count("<li><h2>") == 2

        sought = (await browser.get(f"{path}?sought=qc-007")).text
        assert (sought.count("<li><h2>"), "QC-007" in sought) == (1, True)
        assert (await browser.get(f"{path}?sought=quality concern raised")).text.count("<li><h2>") == 40, "its kind"
        assert "Nothing fits" in (await browser.get(f"{path}?sought=%25")).text, "a sign is a sign, not any word"
        assert (await browser.get(f"{path}?sought=%00")).status_code == 422

    async def test_what_is_restricted_is_neither_shown_nor_found_without_the_role(self, governance: Running):
        provider = await governance.register()
        data = {"sg_ref": "SG-SECRET", "abuse_types": ["abuse.neglect"]}
        event = await governance.others.write(safeguarding.SafeguardingConcernReceived, provider, data)
        path = f"/providers/{provider}/timeline"
        lead, officer = sign_in(governance, "safe"), sign_in(governance)
        await shown(lead, path, "SG-SECRET")

        page = (await officer.get(path)).text

        assert "Withheld: for safeguarding" in page
        assert "SG-SECRET" not in page
        assert "Nothing fits" in (await officer.get(f"{path}?sought=SG-SECRET")).text
        assert "SG-SECRET" not in (await officer.get(f"/providers/{provider}/events/{event.id}")).text


async def test_a_sealed_text_is_read_by_asking_for_it_and_that_is_kept(governance: Running):
    provider = await governance.register()
    answer = await governance.decide(provider, level="1", rationale="Because the manager has left.")
    decision = answer.json()["decision_id"]
    await governance.kinds(provider, 3)
    [event] = [
        each["event"]["id"]
        for each in await governance.history(provider)
        if each["event"]["type"].endswith("decision.proposed.v1") and each["event"]["data"]["decision_id"] == decision
    ]
    browser, path = sign_in(governance, "chair"), f"/providers/{provider}/events/{event}"
    before = await governance.rows("SELECT count(*) FROM openings WHERE event_id = %s", event)
    shown_first = (await browser.get(path)).text
    refused = await browser.post(path, {"csrf_token": "0" * 64})

    opened = await browser.post(path, {"csrf_token": await browser.csrf()})

    assert "Because the manager has left." not in shown_first + refused.text
    assert "Because the manager has left." in opened.text
    assert refused.status_code == 403
    after = await governance.rows("SELECT count(*) FROM openings WHERE event_id = %s", event)
    assert (before, after) == ([(0,)], [(1,)])


async def test_each_role_at_each_door(governance: Running):
    """The walk: who holds a role that may read comes in, and nobody else."""
    provider = await governance.register()
    event = await concern(governance, provider)
    officer = sign_in(governance)
    await shown(officer, f"/providers/{provider}/timeline", event)
    doors = {
        "/dashboards": READING,
        "/dashboards/E06000019/care-homes": READING,
        "/dashboards/E06000019/community": READING,
        f"/dashboards/E06000019/care-homes/rows/{provider}": READING,
        f"/providers/{provider}": READING,
        f"/providers/{provider}/timeline": KNOWING,
        f"/providers/{provider}/events/{event}": KNOWING,
    }
    for role in sorted(ROLES):
        browser = sign_in(governance, roles=[role], sub=f"walker-{role}")
        for path, roles in doors.items():
            status = (await browser.get(path)).status_code
            assert status == (200 if role in roles else 403), (role, path)


async def test_what_is_only_recommended_is_not_on_the_page_of_others(governance: Running):
    provider = await adopted(governance, "herefordshire-lga-2017", LGA)
    flag = {"type": "lsi.recommended", "body": "MAQAP", "grounds": ["organisational_abuse"]}
    assert (await decide(governance, provider, LGA, "chair", **flag)).status_code == 201

    officer, lead = (sign_in(governance, who, place=LGA) for who in ("officer", "safe"))

    assert "Large scale process" not in (await officer.get(f"/providers/{provider}")).text
    assert "Large scale process</a> recommended" in plain((await lead.get(f"/providers/{provider}")).text)
