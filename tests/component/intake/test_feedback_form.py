"""What people say of their care, by the voice form."""

import pytest

from services.intake import voice_form
from tests.component.intake.browsing import Visitor, only

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def fill(intake, service, **other):
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
    visitor = await fill(intake, service, looked_for="oak feedback")
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
    assert "cold" not in str(event)


async def test_thank_you_is_a_compliment_and_does_not_ask_how_the_care_is(intake):
    service = await intake.register(name="Pear House, feedback (synthetic)")
    visitor = await fill(intake, service, looked_for="pear feedback", told="praise", comment="", consent="no")
    await visitor.send()

    (event,) = await said(intake, service)
    assert event["type"] == "careledger.compliment.received.v1"
    assert event["data"] == {"themes": ["q.nutrition_hydration"], "consent_to_share": False, "count": 1}


async def test_a_worry_is_sent_to_the_concern_form_and_goes_nowhere_else(intake):
    visitor = await fill(intake, "none", told="worry")

    assert visitor.path == "/feedback/questions/worried"
    assert any(link.get("href") == "/concern" for link in visitor.seen.all("a"))
    await visitor.get("/feedback/answers")
    assert visitor.path == "/feedback/questions/worried"
