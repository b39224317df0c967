"""A concern by the public form: asked page by page, with errors that help, for a service that is found or is not."""

import re
from uuid import UUID

import pytest

from shared.events.registry import Sealed
from tests.component.intake.browsing import Visitor, only
from tests.component.intake.concerning import REFERENCE, begin, fill, fill_until, raised, register
from tests.component.intake.conftest import ELSEWHERE, PLACE

pytestmark = pytest.mark.asyncio(loop_scope="module")


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

    async def test_who_raised_it_is_sealed_apart_from_what_happened(self, intake):
        service = await register(intake, "Beech House (synthetic)")
        visitor = await fill(
            await begin(intake), service, contact="yes", email="person@example.org", looked_for="beech"
        )
        await visitor.send()

        (event,) = await raised(intake, service)
        data, vault = event["data"], intake.intake.parts.vault
        who = await vault.open(Sealed.model_validate(data["reporter"]), event_id=UUID(event["id"]))
        assert who == "Synthetic Person\nperson@example.org"
        assert data["reporter"]["kid"] != data["description"]["kid"]
        assert data["anonymous"] is False
        await vault.destroy(f"identity:{event['id']}")
        assert await vault.open(Sealed.model_validate(data["description"]), event_id=UUID(event["id"]))

    async def test_a_workers_words_are_not_for_the_employer(self, intake):
        service = await register(intake, "Cherry House (synthetic)")
        await (await fill(await begin(intake), service, looked_for="cherry", reporter_type="care_worker")).send()

        (event,) = await raised(intake, service)
        assert event["nottoprovider"] is True

    async def test_a_named_day_and_a_place_in_the_path(self, intake):
        service = await register(intake, "Cedar House (synthetic)")
        visitor = await begin(intake, f"/concern/{PLACE}")
        day = {"date__day": "3", "date__month": "2", "date__year": "2026"}
        await (await fill(visitor, service, looked_for="cedar", when="date", **day)).send()

        (event,) = await raised(intake, service)
        assert event["time"] == "2026-02-03T00:00:00.000000Z"

    async def test_danger_now_says_999_before_anything_else_and_is_critical(self, intake):
        service = await register(intake, "Dogwood House (synthetic)")
        visitor = await begin(intake)
        assert "call 999" in (await intake.client.get("/concern")).text
        await visitor.send(danger="yes")
        assert visitor.path == "/concern/questions/call-999"
        assert "Call 999 now" in visitor.text
        await visitor.send()
        await (await fill(visitor, service, danger="yes", looked_for="dogwood")).send()

        (event,) = await raised(intake, service)
        assert event["data"]["severity"] == "S4"


class TestTheService:
    async def test_is_found_by_parts_of_its_name_within_the_place(self, intake):
        here = await register(intake, "Elderberry Court (synthetic)")
        await intake.register(name="Elderberry Hall (synthetic)", place=ELSEWHERE)
        visitor = await begin(intake, f"/concern/{PLACE}")
        await visitor.send(danger="no")
        await visitor.send(looked_for="court elderberry")

        assert [a["value"] for a in visitor.seen.all("input") if a.get("type") == "radio"] == [here, "none"]
        await visitor.send(service="prv-notinthislist")
        assert visitor.page.status_code == 422

    async def test_a_personal_assistant_is_not_shown_to_whoever_types_a_name(self, intake):
        await intake.register(name="Fern Synthetic-Person", service_type="personal_assistant")
        visitor = await begin(intake)
        await visitor.send(danger="no")
        await visitor.send(looked_for="fern synthetic")

        assert "Fern Synthetic-Person" not in visitor.text

    async def test_one_that_nobody_finds_is_kept_with_its_text_for_a_steward(self, intake):
        visitor = await fill(await begin(intake, f"/concern/{PLACE}"), "none", looked_for="no such home")
        await visitor.send()

        reference = only(REFERENCE, visitor.text)
        ((reason, places, value, sealed),) = await intake.rows(
            "SELECT reason, places, value, sealed::text FROM quarantine WHERE submission->'data'->>'concern_id' = %s",
            reference,
        )
        assert (reason, places) == ("unknown-provider", [PLACE])
        assert value == f"Willow Lodge, Ross [{reference}]"
        assert "Doses" not in sealed
        near = await intake.register(name="The Willow Lodge (synthetic)")
        ((item,),) = await intake.rows("SELECT id FROM quarantine WHERE value = %s", value)
        suggested = (await intake.steward("GET", f"/v1/quarantine/{item}/suggestions")).json()["suggestions"]
        assert suggested[0]["provider_id"] == near
        provider = await intake.register(aliases={"named": value})
        (event,) = await raised(intake, provider)
        assert event["data"]["concern_id"] == reference


class TestMistakes:
    async def test_an_error_stands_above_and_beside_and_what_was_typed_stays(self, intake):
        visitor = await begin(intake)
        await visitor.send()

        assert visitor.page.status_code == 422
        assert visitor.page.text.count("Select yes if somebody is in danger now") == 2
        assert re.search(r"<title>Error: ", visitor.page.text)
        await visitor.send(danger="no")
        await visitor.send(looked_for="x" * 200)
        assert "x" * 200 in visitor.page.text
        assert "use 100 characters or fewer" in visitor.text

    async def test_words_of_others_are_text_and_never_markup(self, intake):
        visitor = await fill(await begin(intake), "none", description="<b>bold</b> & 'quoted' <script>x</script>")

        assert "<b>bold</b> & 'quoted' <script>x</script>" in visitor.text
        assert not visitor.seen.all("script")

    async def test_a_day_that_is_none_is_shown_again_as_it_was_typed(self, intake):
        visitor = await fill_until(await begin(intake), "when-date", when="date")
        await visitor.send(date__day="31", date__month="2", date__year="2026")

        assert visitor.page.status_code == 422
        assert "must be a real date" in visitor.text
        assert [a["value"] for a in visitor.seen.all("input") if a.get("name", "").startswith("date-")] == [
            "31",
            "2",
            "2026",
        ]

    async def test_an_nhs_number_in_a_name_is_refused_with_a_clear_message(self, intake):
        visitor = await fill_until(await begin(intake), "other-service", service="none")
        await visitor.send(service_name="Home of 943 476 5919")

        assert "looks like an NHS number" in visitor.text

    async def test_a_page_that_does_not_come_in_its_turn_leads_to_the_one_that_does(self, intake):
        visitor = await begin(intake)

        for path in ("/concern/questions/when-date", "/concern/questions/none-such", "/concern/answers"):
            await visitor.get(path)
            assert visitor.path == "/concern/questions/danger"
        await visitor.get("/concern/sent")
        assert visitor.path == "/concern/questions/danger"


class TestForgery:
    async def test_a_page_of_somebody_else_is_refused(self, intake):
        visitor = await begin(intake)

        for more in ({"headers": {"Sec-Fetch-Site": "cross-site"}}, {"headers": {"Origin": "https://evil.example"}}):
            await visitor.send("/concern/questions/danger", danger="yes", **more)
            assert visitor.page.status_code == 403
        await visitor.get("/concern/questions/danger")
        await visitor.send(danger="yes", token="0" * 64)
        assert visitor.page.status_code == 403

    async def test_what_fills_in_the_hidden_field_is_told_so(self, intake):
        visitor = Visitor(intake.client)
        await visitor.get("/concern")
        await visitor.send(website="https://spam.example")

        assert visitor.page.status_code == 422
        assert "Leave the hidden field empty" in visitor.text

    async def test_too_much_is_413_and_another_kind_of_body_415(self, intake):
        visitor = await begin(intake)
        await visitor.send("/concern/questions/danger", danger="x" * 200_000)
        assert visitor.page.status_code == 413
        answer = await intake.client.post("/concern", json={})
        assert (answer.status_code, answer.headers["content-type"]) == (415, "text/html; charset=utf-8")

    async def test_every_page_forbids_scripts_frames_and_keeping(self, intake):
        for path in (
            "/concern",
            "/feedback",
            f"/concern/{PLACE}",
            "/concern/status",
            "/concern/nothing",
            "/returns/resume",
        ):
            headers = (await intake.client.get(path)).headers
            assert "default-src 'none'" in headers["content-security-policy"], path
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")

    async def test_the_code_is_in_a_cookie_that_no_script_reads(self, intake):
        answer = await intake.client.post("/concern", data={"website": ""})

        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "path=/concern" in cookie
