"""What becomes of a concern form: sent once, saved for later, and told of."""

import asyncio
import re
import secrets
from datetime import timedelta

import pytest

from services.intake.writing import drafts, limits
from shared.events.registry import Sealed
from shared.journal import append
from tests.component.intake.browsing import Visitor, only
from tests.component.intake.concerning import CODE, REFERENCE, begin, fill, raised, register
from tests.component.intake.conftest import ELSEWHERE, PLACE, until
from tests.component.intake.mailing import complete, mail, officer, send

pytestmark = pytest.mark.asyncio(loop_scope="module")


class TestOnce:
    async def test_sent_twice_at_the_same_moment_and_once_more_is_one_concern(self, intake):
        service = await register(intake, "Gorse House (synthetic)")
        visitor = await fill(await begin(intake), service, looked_for="gorse")
        twins = [Visitor(intake.client, visitor.page, dict(visitor.cookies)) for _ in range(3)]

        await asyncio.gather(*(twin.send() for twin in twins))
        await visitor.send()

        assert len(await raised(intake, service)) == 1
        assert {only(REFERENCE, each.text) for each in (*twins, visitor)} == {only(REFERENCE, visitor.text)}

    async def test_back_after_sending_leads_to_what_was_sent_and_changes_nothing(self, intake):
        service = await register(intake, "Hazel House (synthetic)")
        visitor = await fill(await begin(intake), service, looked_for="hazel")
        old = Visitor(intake.client, visitor.page, visitor.cookies)
        await visitor.send()

        await visitor.get("/concern/questions/harm")
        assert visitor.path == "/concern/sent"
        await old.send("/concern/questions/harm", harm="died")
        assert old.path == "/concern/sent"
        (event,) = await raised(intake, service)
        assert event["data"]["severity"] == "S2"

    async def test_a_reference_that_another_concern_has_holds_up_nothing(self, intake):
        service, own = await register(intake, "Ivy House (synthetic)"), f"INC-{secrets.token_hex(4)}"
        for text in ("One thing.", "Another thing."):
            visitor = await fill(
                await begin(intake), service, looked_for="ivy", reporter_type="health_professional", own_reference=own,
                description=text,
            )  # fmt: skip
            await visitor.send()

        names = [event["data"]["concern_id"] for event in await raised(intake, service)]
        assert names == [own, only(REFERENCE, visitor.text)]

    async def test_while_the_journal_is_closed_it_is_received_and_recorded_later(self, intake, monkeypatch):
        service = await register(intake, "Juniper House (synthetic)")
        visitor = await fill(await begin(intake), service, looked_for="juniper")

        async def closed(*_):
            raise append.Unavailable("synthetic")

        with monkeypatch.context() as broken:
            broken.setattr(intake.intake.parts.writer, "submit", closed)
            await visitor.send()
        assert only(REFERENCE, visitor.text)
        assert await raised(intake, service) == []

        await intake.intake.desk.submitting.sweep(intake.intake.parts.now() + timedelta(minutes=1))
        assert len(await raised(intake, service)) == 1

    async def test_what_the_door_refuses_waits_in_quarantine_and_can_be_released(self, intake, monkeypatch):
        service = await register(intake, "Kapok House (synthetic)")
        visitor = await fill(await begin(intake, f"/concern/{PLACE}"), service, looked_for="kapok")
        with monkeypatch.context() as broken:
            broken.setattr("services.intake.writing.concern_facts.severity", lambda _: "S9")
            await visitor.send()

        reference = only(REFERENCE, visitor.text)
        ((id_, reason),) = await intake.rows(
            "SELECT q.id, q.reason FROM quarantine q JOIN drafts d ON d.id = q.id WHERE d.reference = %s", reference
        )
        assert reason == "unusable"
        released = await intake.steward("POST", f"/v1/quarantine/{id_}/release", {"reason": "Synthetic."})
        assert released.json()["errors"][0]["path"] == "/data/severity"


class TestLater:
    async def test_saved_answers_come_back_with_the_code_on_another_computer(self, intake):
        visitor = await begin(intake)
        await visitor.send(danger="no")
        await visitor.send(looked_for="", later="1")
        code = only(CODE, visitor.text)
        assert visitor.path == "/concern/save"
        await visitor.send()
        assert visitor.cookies == {}

        other = Visitor(intake.client)
        await other.get("/concern/resume")
        await other.send(code=code.lower().replace("-", " "))

        assert other.path == "/concern/questions/find-service"
        await other.get("/concern/questions/danger")
        assert [a["value"] for a in other.seen.all("input") if "checked" in a] == ["no"]

    async def test_a_wrong_code_opens_nothing_and_many_tries_have_to_wait(self, intake, monkeypatch):
        monkeypatch.setattr(limits, "CODES", limits.Limit(f"code-{secrets.token_hex(4)}", 2, timedelta(days=365)))
        visitor = Visitor(intake.client)
        await visitor.get("/concern/resume")
        statuses = [(await visitor.send("/concern/resume", code="0000-0000-0000-0000")).status_code for _ in range(3)]

        assert statuses == [422, 422, 429]
        assert "Try again in" in visitor.text

    async def test_what_is_not_sent_is_deleted_in_the_end(self, intake):
        visitor = await begin(intake)
        await visitor.send(danger="no")
        newest = "SELECT id, sealed FROM drafts WHERE state = 'open' ORDER BY number DESC LIMIT 1"
        ((id_, sealed),) = await intake.rows(newest)

        later = intake.intake.parts.now() + drafts.LASTS + timedelta(days=1)
        await until(lambda: _is_forgotten(intake, id_, later))

        assert await intake.intake.parts.vault.open_many([(Sealed.model_validate(sealed), id_)]) == [None]
        await visitor.get("/concern/answers")
        assert visitor.page.status_code == 404

    async def test_the_words_of_a_draft_and_the_code_are_not_in_the_database(self, intake):
        visitor = await fill(await begin(intake), "none", description="Synthetic hidden words")
        await visitor.get("/concern/save")
        code = only(CODE, visitor.text)

        (row,) = await intake.rows("SELECT d::text FROM drafts AS d ORDER BY number DESC LIMIT 1")
        assert "hidden" not in row[0]
        assert code not in row[0]
        assert drafts.plain(code) not in row[0]


async def _is_forgotten(intake, id_, now):
    await intake.intake.desk.submitting.sweep(now)
    return await intake.rows("SELECT FROM drafts WHERE id = %s AND state = 'closed' AND sealed IS NULL", id_)


class TestStatus:
    async def test_received_then_looked_at_then_dealt_with_and_nothing_else(self, intake):
        service = await register(intake, "Laurel House (synthetic)")
        visitor = await fill(await begin(intake), service, looked_for="laurel", abuse_types=["abuse.financial"])
        await visitor.send()
        reference, code = only(REFERENCE, visitor.text), only(CODE, visitor.text)

        told = [await status(intake, reference, code)]
        assert (await where(intake, reference))["safeguarding"] == "told"
        assert reference in await waiting(intake)
        await route(intake, "concern.routed", service, reference, destination="safeguarding", step="accepted")
        told.append(await status(intake, reference, code))
        found = await where(intake, reference)
        assert found["safeguarding"] == "accepted"
        assert [(each["destination"], each["step"]) for each in found["where"]] == [("safeguarding", "accepted")]
        assert reference not in await waiting(intake)
        await route(intake, "concern.outcome_recorded", service, reference, outcome="upheld")
        told.append(await status(intake, reference, code))

        assert [re.search(r"(Received|Being looked at|Dealt with)\.", words)[1] for words in told] == [
            "Received", "Being looked at", "Dealt with",
        ]  # fmt: skip
        assert not any("Laurel" in words or "safeguarding" in words.lower() or "upheld" in words for words in told)

    async def test_a_wrong_code_and_a_wrong_reference_are_answered_alike(self, intake):
        service = await register(intake, "Maple House (synthetic)")
        visitor = await fill(await begin(intake), service, looked_for="maple")
        await visitor.send()
        reference, code = only(REFERENCE, visitor.text), only(CODE, visitor.text)

        wrong = [await status(intake, reference, "0" * 16), await status(intake, "C-0000-0000", code)]

        assert all("Enter the reference and the code" in words for words in wrong)

    async def test_where_a_concern_is_is_told_to_its_own_place_alone(self, intake):
        service = await register(intake, "Nutmeg House (synthetic)")
        visitor = await fill(await begin(intake), service, looked_for="nutmeg")
        await visitor.send()
        reference = only(REFERENCE, visitor.text)

        headers = intake.issuer.headers(roles=["auditor"], places=[ELSEWHERE])
        assert (await intake.client.get(f"/v1/concerns/{reference}", headers=headers)).status_code == 404
        assert (await where(intake, reference))["safeguarding"] == "not_needed"


async def status(intake, reference, code):
    visitor = Visitor(intake.client)
    await visitor.get("/concern/status")
    await visitor.send(reference=reference.lower(), code=code)
    return visitor.text


async def where(intake, reference):
    path = f"/v1/concerns/{reference}"
    answer = await intake.client.get(path, headers=intake.issuer.headers(roles=["safeguarding"]))
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["concerns"]
    return found


async def waiting(intake):
    answer = await intake.client.get("/v1/concerns", headers=intake.issuer.headers(roles=["safeguarding"]))
    return [each["concern_id"] for each in answer.json()["concerns"]]


async def route(intake, kind, service, reference, **data):
    body = {
        "provider": service, "reference": secrets.token_hex(4), "time": "2026-03-03T09:00:00Z",
        "concern_id": reference, "raised_by": "concerns", **data,
    }  # fmt: skip
    claims = {"roles": ["safeguarding"], "org": "council", "publisher": "council-safeguarding"}
    answer = await intake.client.post(f"/v1/intelligence/{kind}", json=body, headers=intake.bearer(**claims))
    assert answer.status_code == 202, answer.text


class TestFormAndMail:
    """Golden 17: the same concern by form and by e-mail, with one reference."""

    async def test_is_one_concern(self, intake):
        provider, own = await register(intake, "Yew House, twice (synthetic)"), f"INC-{secrets.token_hex(4)}"
        form = await fill(
            await begin(intake),
            provider,
            looked_for="yew twice",
            reporter_type="health_professional",
            own_reference=own,
        )
        await form.send()
        draft = (await send(intake, mail(text=f"Synthetic: as in the form, our {own}."))).json()["draft"]

        done = (await complete(intake, draft, provider, concern_id=own)).json()

        (event,) = await raised(intake, provider)
        assert (done["status"], done["id"]) == ("duplicate", event["id"])

    async def test_an_e_mail_that_names_our_reference_says_so_in_the_list(self, intake):
        provider = await register(intake, "Zinnia House, named (synthetic)")
        form = await fill(await begin(intake), provider, looked_for="zinnia named")
        await form.send()
        reference = only(REFERENCE, form.text)

        draft = (await send(intake, mail(text=f"Synthetic: about {reference.lower()}, and C-0000-0000."))).json()[
            "draft"
        ]

        listed = (await officer(intake, "GET", "/v1/drafts?limit=500")).json()["drafts"]
        assert [each["mentions"] for each in listed if each["id"] == draft] == [[reference]]
