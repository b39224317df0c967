"""A concern filled in by the form, for the tests of what the form asks and of what becomes of it."""

from services.intake.writing import concern_form
from tests.component.intake.browsing import Visitor

REFERENCE, CODE = r"\bC-[0-9A-Z]{4}-[0-9A-Z]{4}", r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}"


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
    rows = await intake.rows(
        "SELECT id FROM journal WHERE key = %s AND type LIKE '%%concern.raised%%' ORDER BY position", provider
    )
    return [await intake.journal(str(id_)) for (id_,) in rows]


async def fill_until(visitor, name, **other):
    given = {
        "danger": "no", "looked_for": "Alder", "service": "none", "service_name": "Willow", "service_area": "",
        "description": "Synthetic.", "themes": ["q.medicines"], "abuse_types": "none", "harm": "none",
        "could_happen": "none", "again": "no", "people": "1", "when": "today",
    } | other  # fmt: skip
    while not visitor.path.endswith(f"/{name}"):
        page = concern_form.FORM.page(visitor.path.rpartition("/")[2])
        await visitor.send(**{each.name: given[each.name] for each in page.questions})
        assert visitor.page.status_code == 200, visitor.text
    return visitor
