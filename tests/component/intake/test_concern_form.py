"""A concern by the public form: asked page by page, saved, sent once, and told of later."""

import asyncio

import pytest

from services.intake import concern_form
from shared.security import open_to_all
from tests.component.intake.browsing import Visitor, only
from tests.component.intake.conftest import PLACE

pytestmark = pytest.mark.asyncio(loop_scope="module")
REFERENCE, CODE = r"C-[0-9A-Z]{4}-[0-9A-Z]{4}", r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}"


async def begin(intake, path="/concern"):
    visitor = Visitor(intake.client)
    await visitor.get(path)
    await visitor.send(website="")
    assert visitor.path == "/concern/questions/danger"
    return visitor


async def fill(visitor, service, **other):
    """Answer every page that is asked."""
    given = {
        "danger": "no", "looked_for": "Alder", "service": service, "description": "Doses were missed twice.",
        "themes": ["q.medicines"], "abuse_types": "none", "harm": "minor", "could_happen": "minor", "again": "no",
        "people": "1", "when": "today", "immediate_action": "", "reporter_type": "family", "contact": "no",
        "service_name": "Willow Lodge", "service_area": "Ross", "own_reference": "",
        "name": "Synthetic Person", "email": "", "telephone": "",
    } | other  # fmt: skip
    for _ in range(25):
        if not visitor.path.startswith("/concern/questions/"):
            break
        page = concern_form.FORM.page(visitor.path.rpartition("/")[2])
        answers = {each.name: given[each.name] for each in page.questions if each.kind != "date"}
        answers |= {
            name: value for name, value in given.items() if name.startswith("date__") and page.name == "when-date"
        }
        await visitor.send(**answers)
        assert visitor.page.status_code == 200, visitor.text
    assert visitor.path == "/concern/answers", visitor.text
    return visitor


async def register(intake, name):
    return await intake.register(name=name)


async def raised(intake, provider):
    rows = await intake.rows("SELECT id FROM journal WHERE key = %s AND type LIKE '%%concern.raised%%'", provider)
    return [await intake.journal(str(id_)) for (id_,) in rows]


class TestTheWhole:
    async def test_a_concern_filled_in_reaches_the_journal_with_a_reference(self, intake):
        service = await register(intake, "Alder House (synthetic)")
        visitor = await fill(await begin(intake), service, harm="serious", abuse_types=["abuse.neglect"])
        assert "Doses were missed twice." in visitor.text
        assert "Alder House (synthetic)" in visitor.text

        await visitor.send()

        (event,) = await raised(intake, service)
        reference = only(REFERENCE, visitor.text)
        assert visitor.path == "/concern/sent"
        assert event["place"] == PLACE
        assert event["data"]["concern_id"] == reference
        assert event["data"]["severity"] == "S4"
        assert event["data"]["themes"] == ["q.medicines", "abuse.neglect"]
        assert event["data"]["channel"] == "form"
        assert event["data"]["anonymous"] is True
        assert "Doses" not in str(event)
        assert "reporter" not in event["data"]
