"""The voice form, and returns of providers: by a signed link, what is known is not asked, once a period."""

import secrets
from datetime import timedelta

import pytest

from services.intake.writing import signed_links, voice_form
from tests.component.intake.browsing import Visitor, only
from tests.component.intake.conftest import ELSEWHERE, PLACE

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def link(intake, provider, kind="RT-PMR", period="2026-03", **claims):
    usual = {"roles": ["contracts-officer"], "places": [PLACE]}
    body = {"provider_id": provider, "return_type": kind, "period": period}
    return await intake.steward("POST", "/v1/returns/links", body, **(usual | claims))


async def begin(intake, provider, kind="RT-PMR", period="2026-03"):
    answer = await link(intake, provider, kind, period)
    assert answer.status_code == 201, answer.text
    visitor = Visitor(intake.client)
    await visitor.get(answer.json()["path"])
    return visitor


async def fill(visitor, **given):
    """Answer what is given, and leave the rest empty."""
    while visitor.path.startswith("/returns/questions/"):
        names = {attrs["name"] for tag, attrs in visitor.seen.tags if tag in ("input", "textarea") and "name" in attrs}
        await visitor.send(**{name.replace("-", "__"): given[name] for name in names if name in given})
        assert visitor.page.status_code == 200, visitor.text
    return visitor


async def returned(intake, provider):
    rows = await intake.rows("SELECT id FROM journal WHERE key = %s AND type LIKE '%%returns.submitted%%'"
                             " ORDER BY position", provider)  # fmt: skip
    return [await intake.journal(str(id_)) for (id_,) in rows]


async def tell(intake, kind, provider, **data):
    body = {"provider": provider, "reference": secrets.token_hex(4), "time": "2026-03-31T09:00:00Z", **data}
    claims = {"roles": ["quality-officer"], "org": "council", "publisher": "council-quality"}
    answer = await intake.client.post(f"/v1/intelligence/{kind}", json=body, headers=intake.bearer(**claims))
    assert answer.status_code == 202, answer.text


class TestReturning:
    async def test_what_is_known_is_shown_and_not_asked_and_the_rest_is_sent(self, intake):
        provider = await intake.register(name="Quince House (synthetic)", beds=38)
        await tell(intake, "registry.manager.changed", provider, status="interim", since="2026-02-01")
        tracker = {"kind": "RT-CT", "occupied": 31}
        await tell(intake, "returns.submitted", provider, return_type="RT-CT", period="2026-03", body=tracker)
        visitor = await begin(intake, provider)
        for words in (
            "Quince House",
            "38 (from CQC’s register)",
            "31 (from the Capacity Tracker",
            "An interim manager",
        ):
            assert words in visitor.text

        await visitor.send()
        await fill(
            visitor, how="form", falls="4", complaints="0", safeguarding_alerts_raised="2", agency_percent="12.5"
        )
        assert visitor.path == "/returns/answers"
        assert "38 (from CQC’s register)" in visitor.text
        assert "Registered beds (optional)" not in visitor.text
        await visitor.send()

        _, event = await returned(intake, provider)
        assert event["data"]["body"] == {
            "kind": "RT-PMR", "falls": 4, "complaints": 0, "safeguarding_alerts_raised": 2, "agency_percent": 12.5,
        }  # fmt: skip
        assert (event["data"]["return_type"], event["data"]["period"]) == ("RT-PMR", "2026-03")
        assert "beds" not in event["data"]["body"]

    async def test_a_document_answers_a_return(self, intake):
        provider = await intake.register(name="Rose House (synthetic)")
        visitor = await begin(intake, provider, "RT-SDP", "2026")
        await visitor.send()
        await fill(visitor, how="document", document="Improvement plan of May, sent to CQC")
        await visitor.send()

        (event,) = await returned(intake, provider)
        assert event["data"]["answered_by_reference"] == "Improvement plan of May, sent to CQC"
        assert "body" not in event["data"]

    async def test_what_is_needed_is_asked_for_and_what_is_no_number_refused(self, intake):
        visitor = await begin(intake, await intake.register(name="Sage House (synthetic)"))
        await visitor.send()
        await visitor.send(how="form")
        await visitor.send(people_supported="about ten")
        assert "enter a whole number" in visitor.text
        await visitor.send(people_supported="10")
        await visitor.send()
        assert visitor.page.status_code == 422
        assert visitor.text.count("enter what you have; 0 if none") == 4  # two questions, above and beside

    async def test_a_return_is_there_once_and_the_link_says_so(self, intake):
        provider = await intake.register(name="Thyme House (synthetic)")
        early, late = await begin(intake, provider), await begin(intake, provider)
        for visitor, number in ((early, "1"), (late, "2")):
            await visitor.send()
            await fill(visitor, how="form", complaints=number, safeguarding_alerts_raised="0")
        await early.send()
        await late.send()

        assert len(await returned(intake, provider)) == 1
        ((reason,),) = await intake.rows(
            "SELECT q.reason FROM quarantine q JOIN drafts d ON d.id = q.id WHERE d.bound->>'provider_id' = %s",
            provider,
        )
        assert reason == "conflict"
        again = await begin(intake, provider)
        assert again.page.status_code == 409
        assert "We have this return already" in again.text


class TestLinks:
    async def test_only_officers_of_its_place_issue_one(self, intake):
        provider = await intake.register(name="Umber House (synthetic)")

        assert (await link(intake, provider, roles=["provider"])).status_code == 403
        assert (await link(intake, provider, places=[ELSEWHERE])).status_code == 404
        assert (await link(intake, provider, kind="RT-CT")).status_code == 422

    async def test_a_changed_or_an_old_link_opens_nothing(self, intake):
        provider = await intake.register(name="Vine House (synthetic)")
        parts = intake.intake.parts
        bound = {"provider_id": provider, "return_type": "RT-PMR", "period": "2026-03"}
        good = signed_links.sign(parts.digest_key, "return", bound, parts.now() + timedelta(days=1))
        old = signed_links.sign(parts.digest_key, "return", bound, parts.now() - timedelta(seconds=1))
        other = signed_links.sign(b"x" * 32, "return", bound, parts.now() + timedelta(days=1))

        statuses = [
            (await intake.client.get(f"/returns/{each}")).status_code for each in (good, old, other, good[:-4], "x")
        ]

        assert statuses == [200, 404, 404, 404, 404]


async def speak(intake, service, **other):
    visitor = Visitor(intake.client)
    await visitor.get("/feedback")
    await visitor.send(website="")
    given = {
        "told": "opinion", "looked_for": "Synthetic", "service": service, "voice": "person", "sentiment": "negative",
        "themes": ["q.nutrition_hydration"], "comment": "The food is cold.", "consent": "yes", "service_name": "Home",
        "service_area": "",
    } | other  # fmt: skip
    while visitor.path.startswith("/feedback/questions/"):
        page = voice_form.FORM.page(visitor.path.rpartition("/")[2])
        if page.is_end:
            break
        await visitor.send(**{each.name: given[each.name] for each in page.questions})
        assert visitor.page.status_code == 200, visitor.text
    return visitor


async def said(intake, service):
    rows = await intake.rows("SELECT id FROM journal WHERE key = %s AND type NOT LIKE '%%registry%%'", service)
    return [await intake.journal(str(id_)) for (id_,) in rows]


async def test_feedback_reaches_the_journal_without_a_name(intake):
    service = await intake.register(name="Oak House, feedback (synthetic)")
    visitor = await speak(intake, service, looked_for="oak feedback")
    await visitor.send()

    (event,) = await said(intake, service)
    assert event["type"] == "careledger.feedback.received.v1"
    assert (event["data"]["voice"], event["data"]["sentiment"], event["data"]["method"]) == (
        "person",
        "negative",
        "form",
    )
    assert event["data"]["feedback_id"] == only(r"F-[0-9A-Z]{4}-[0-9A-Z]{4}", visitor.text)
    assert event["data"]["consent_to_share"] is True
    assert "nottoprovider" not in event
    assert "cold" not in str(event)


async def test_thank_you_is_a_compliment_and_does_not_ask_how_the_care_is(intake):
    service = await intake.register(name="Pear House, feedback (synthetic)")
    visitor = await speak(intake, service, looked_for="pear feedback", told="praise", comment="", consent="no")
    await visitor.send()

    (event,) = await said(intake, service)
    assert event["type"] == "careledger.compliment.received.v1"
    assert event["data"] == {"themes": ["q.nutrition_hydration"], "consent_to_share": False, "count": 1}
    assert event["nottoprovider"] is True


async def test_a_worry_is_sent_to_the_concern_form_and_goes_nowhere_else(intake):
    visitor = await speak(intake, "none", told="worry")

    assert visitor.path == "/feedback/questions/worried"
    assert any(link.get("href") == "/concern" for link in visitor.seen.all("a"))
    await visitor.get("/feedback/answers")
    assert visitor.path == "/feedback/questions/worried"
