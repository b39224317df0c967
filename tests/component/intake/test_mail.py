"""E-mails of the quality inbox: kept whole, one draft a thread, completed by an officer as one concern."""

import base64
import secrets
from email.message import EmailMessage

import pytest

from services.intake import mail_command
from tests.component.intake.browsing import Visitor
from tests.component.intake.concerning import raised
from tests.component.intake.conftest import ELSEWHERE, PLACE
from tests.component.intake.mailing import complete, mail, officer, send

pytestmark = pytest.mark.asyncio(loop_scope="module")


class TestKeeping:
    async def test_an_e_mail_becomes_a_draft_with_everything_sealed(self, intake):
        taken = (await send(intake, mail(text="Synthetic secret words", file=b"\x89PNG123"))).json()

        assert taken["status"] == "new"
        rows = await intake.rows("SELECT m.sealed::text, d.bound::text FROM mails m JOIN drafts d ON d.id = m.draft_id"
                                 " WHERE d.id = %s", taken["draft"])  # fmt: skip
        assert "Synthetic" not in str(rows)
        assert base64.b64encode(b"Synthetic secret")[:12].decode() not in str(rows)
        opened = (await officer(intake, "GET", f"/v1/drafts/{taken['draft']}")).json()
        (content,) = opened["content"]
        assert content["text"].strip() == "Synthetic secret words"
        assert content["files"] == [{"number": 1, "name": "wound é.png", "media_type": "image/png", "size": 7}]
        file = await officer(intake, "GET", f"/v1/drafts/{taken['draft']}/files/1")
        assert file.content == b"\x89PNG123"
        assert file.headers["content-disposition"].startswith("attachment")
        reads = await intake.rows("SELECT by FROM mail_reads WHERE draft_id = %s", taken["draft"])
        assert reads == [("olive",), ("olive",)]

    async def test_the_same_again_is_nothing_new_and_a_reply_joins_its_draft(self, intake):
        first = mail()
        reply = mail("Re: Worry", "Synthetic: and it goes on.", answers=first)

        answers = [(await send(intake, each)).json() for each in (first, first, reply, reply)]

        assert [each["status"] for each in answers] == ["new", "duplicate", "follow_up", "duplicate"]
        assert len({each["draft"] for each in answers}) == 1
        opened = (await officer(intake, "GET", f"/v1/drafts/{answers[0]['draft']}")).json()
        assert [each["text"].strip() for each in opened["content"]] == [
            "Synthetic: cold food every day.", "Synthetic: and it goes on.",
        ]  # fmt: skip

    async def test_the_same_message_to_two_places_is_a_draft_in_each(self, intake):
        message, both = mail(), {"places": [PLACE, ELSEWHERE]}

        taken = [(await send(intake, message, place=place, **both)).json() for place in (PLACE, ELSEWHERE)]

        assert [each["status"] for each in taken] == ["new", "new"]

    async def test_a_message_that_carries_it_whole_joins_its_draft(self, intake):
        first = mail()
        draft = (await send(intake, first)).json()["draft"]
        forward = EmailMessage()
        forward["Subject"], forward["Message-ID"] = "Fwd: Worry", f"<{secrets.token_hex(8)}@example.org>"
        forward.set_content("Please see below.")
        forward.add_attachment(first)

        taken = (await send(intake, forward)).json()

        assert (taken["status"], taken["draft"]) == ("follow_up", draft)

    @pytest.mark.parametrize("raw", [b"\xff\x00 no mail at all", b"Subject: only this\n\n"])
    async def test_what_cannot_be_read_is_kept_and_says_why(self, intake, raw):
        taken = (await send(intake, raw + secrets.token_bytes(4).hex().encode() * ("no mail" in str(raw)))).json()

        assert taken["fault"]
        drafts = (await officer(intake, "GET", "/v1/drafts?limit=500")).json()["drafts"]
        assert taken["draft"] in {each["id"] for each in drafts}

    async def test_other_places_and_other_roles_see_nothing_of_it(self, intake):
        draft = (await send(intake, mail())).json()["draft"]

        assert (await send(intake, mail(), place=ELSEWHERE)).status_code == 403
        assert (await send(intake, mail(), roles=["publisher"])).status_code == 403
        assert (await officer(intake, "GET", f"/v1/drafts/{draft}", places=[ELSEWHERE])).status_code == 404
        elsewhere = (await officer(intake, "GET", "/v1/drafts?limit=500", places=[ELSEWHERE])).json()
        assert draft not in {each["id"] for each in elsewhere["drafts"]}

    async def test_anything_but_mail_is_415_and_nothing_is_422(self, intake):
        headers = intake.issuer.headers(roles=["quality-officer"])

        other = await intake.client.post(f"/v1/mail?place={PLACE}", json={}, headers=headers)
        nothing = await send(intake, b"")

        assert (other.status_code, nothing.status_code) == (415, 422)


class TestCompleting:
    async def test_an_officer_makes_the_concern_of_it(self, intake):
        provider = await intake.register()
        message = mail(file=b"\x89PNG\r\n\x1a\n synthetic")
        message.add_attachment(b"MZ synthetic", maintype="application", subtype="x-msdownload", filename="a.exe")
        taken = (await send(intake, message)).json()

        done = await complete(intake, taken["draft"], provider)

        assert done.status_code == 201, done.text
        event = await intake.journal(done.json()["id"])
        assert (event["subject"], event["place"], event["time"]) == (provider, PLACE, "2026-03-02T09:30:00.000000Z")
        assert event["data"]["concern_id"] == taken["reference"]
        assert event["data"]["channel"] == "inbox"
        assert [file["media_type"] for file in event["data"]["attachments"]] == ["image/png"]
        assert [words.partition(":")[0] for words in done.json()["left"]] == ["a.exe"]
        opened = await intake.intake.parts.vault.open(_sealed(event, "description"), event_id=_id(event))
        assert opened.strip() == "Synthetic: cold food every day."
        assert "sender@example.org" in await intake.intake.parts.vault.open(
            _sealed(event, "reporter"), event_id=_id(event)
        )
        again = await complete(intake, taken["draft"], provider)
        assert again.status_code == 409

    async def test_one_reference_by_form_and_e_mail_is_one_concern(self, intake):
        provider = await intake.register()
        drafts = [(await send(intake, mail())).json()["draft"] for _ in range(2)]
        own = f"INC-{secrets.token_hex(4)}"

        first = (await complete(intake, drafts[0], provider, concern_id=own)).json()
        second = (await complete(intake, drafts[1], provider, concern_id=own)).json()

        assert (first["status"], second["status"]) == ("accepted", "duplicate")
        assert first["id"] == second["id"]
        assert len(await intake.rows("SELECT FROM journal WHERE key = %s AND type LIKE '%%concern%%'", provider)) == 1

    async def test_a_reference_of_another_service_is_refused_and_the_draft_waits_on(self, intake):
        one, other = await intake.register(), await intake.register()
        drafts = [(await send(intake, mail())).json()["draft"] for _ in range(2)]
        own = f"INC-{secrets.token_hex(4)}"
        await complete(intake, drafts[0], one, concern_id=own)

        refused = await complete(intake, drafts[1], other, concern_id=own)

        assert refused.status_code == 409
        assert (await officer(intake, "GET", f"/v1/drafts/{drafts[1]}")).json()["state"] == "open"

    async def test_a_reply_after_it_was_dealt_with_waits_for_an_officer_again(self, intake):
        provider, first = await intake.register(), mail()
        draft = (await send(intake, first)).json()["draft"]
        await complete(intake, draft, provider)

        await send(intake, mail("Re: Worry", "Synthetic: it happened again.", answers=first))

        opened = (await officer(intake, "GET", f"/v1/drafts/{draft}")).json()
        assert (opened["state"], opened["messages"]) == ("open", 2)
        closed = await officer(intake, "POST", f"/v1/drafts/{draft}/close", {"reason": "recorded_already"})
        assert closed.json()["state"] == "closed"

    async def test_what_the_door_does_not_take_is_422_and_the_draft_waits_on(self, intake):
        draft = (await send(intake, mail())).json()["draft"]

        refused = await complete(intake, draft, "no provider at all")

        assert refused.status_code == 422
        assert refused.json()["errors"][0]["path"] == "/provider"
        assert (await officer(intake, "GET", f"/v1/drafts/{draft}")).json()["state"] == "open"

    @pytest.mark.parametrize("word", ["\\u0000", "\\ud800"])
    @pytest.mark.parametrize("name", ["provider", "concern_id", "description"])
    async def test_what_no_database_holds_is_refused(self, intake, name, word):
        draft = (await send(intake, mail())).json()["draft"]
        body = f'{{"provider": "prv-1", "themes": ["q.ipc"], "severity": "S1", "{name}": "x{word}"}}'
        headers = intake.issuer.headers(roles=["quality-officer"]) | {"Content-Type": "application/json"}

        assert (await intake.client.post(f"/v1/drafts/{draft}", content=body, headers=headers)).status_code == 422

    async def test_a_file_of_the_command_line_is_a_draft_too(self, intake, tmp_path):
        file = tmp_path / "worry.eml"
        file.write_bytes(mail().as_bytes())

        counts = [
            await mail_command._take(intake.settings, [file], PLACE, mail_command.Console(quiet=True)) for _ in "12"
        ]

        assert counts == [{"new": 1}, {"duplicate": 1}]


class TestThePage:
    """The same on a page, behind a link of the officer's own."""

    async def test_an_officer_reads_it_finds_the_service_and_records_the_concern(self, intake):
        provider = await intake.register(name="Walnut Court, inbox (synthetic)")
        visitor = await opened(intake, mail(text="Synthetic <b>bold</b>\n\nwords", file=b"\x89PNG\r\n\x1a\n1"))
        assert "Synthetic <b>bold</b> words" in visitor.text
        assert "From Synthetic Sender <sender@example.org>, 02 March 2026 09:30" in visitor.text

        await visitor.send(looked_for="walnut inbox", severity="S3")
        assert visitor.page.status_code == 422
        assert "Walnut Court, inbox (synthetic)" in visitor.text
        given = {"service": provider, "themes": ["q.medicines"], "abuse_types": ["abuse.neglect"], "severity": "S3",
                 "people": "1", "reporter_type": "care_worker"}  # fmt: skip
        await visitor.send(looked_for="walnut inbox", **given)

        assert "accepted" in visitor.text
        (event,) = await raised(intake, provider)
        assert event["data"]["themes"] == ["q.medicines", "abuse.neglect"]
        assert (event["data"]["severity"], event["data"]["reporter_type"]) == ("S3", "care_worker")
        assert event["nottoprovider"] is True

    async def test_a_file_is_saved_and_never_shown(self, intake):
        visitor = await opened(intake, mail(file=b"\x89PNG\r\n\x1a\n2"))
        (path,) = [link["href"] for link in visitor.seen.all("a") if "/files/" in link["href"]]

        answer = await intake.client.get(path)

        assert answer.content == b"\x89PNG\r\n\x1a\n2"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert (await intake.client.get(path[:-1] + "7")).status_code == 404

    async def test_what_is_put_aside_leaves_the_list_and_the_link_ends(self, intake):
        visitor = await opened(intake, mail())
        path = visitor.path
        await visitor.send(aside="no_concern")
        assert "put aside" in visitor.text

        await visitor.get(path)
        assert visitor.page.status_code == 409

    async def test_without_the_link_or_from_elsewhere_nothing_is_shown_or_done(self, intake):
        visitor = await opened(intake, mail())
        path = visitor.path

        assert (await intake.client.get(path[:-3])).status_code == 404
        await visitor.send(path, aside="no_concern", token="0" * 64)
        assert visitor.page.status_code == 403
        assert (await visitor.get(path)).status_code == 200


async def opened(intake, message):
    draft = (await send(intake, message)).json()["draft"]
    answer = await officer(intake, "POST", f"/v1/drafts/{draft}/link")
    assert answer.status_code == 201, answer.text
    visitor = Visitor(intake.client)
    await visitor.get(answer.json()["path"])
    return visitor


def _sealed(event, name):
    from shared.events.registry import Sealed

    return Sealed.model_validate(event["data"][name])


def _id(event):
    from uuid import UUID

    return UUID(event["id"])
