"""The words that are sent."""

import json
from datetime import datetime, timedelta
from email.headerregistry import Address
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.notify import messages
from services.notify.messages import Links, Message
from services.notify.notice import Notice
from tests.unit.notify.given import NOW, notice, uuid

SENDER = Address("CareLedger", "careledger", "example.org")
LINKS = Links("https://record.example/providers/prv-1", "https://notify.example/acknowledge/x")


def composed(about: Notice, now: datetime = NOW, **more: Any) -> Message:
    usual: dict[str, Any] = {"role": "cqc", "links": LINKS, "acknowledge_by": NOW + timedelta(hours=1)}
    return messages.compose(about, delivery_id=uuid("delivery"), now=now, **(usual | more))


class TestTheWebhook:
    def test_has_the_members_of_the_contract(self) -> None:
        assert json.loads(messages.webhook_body(composed(notice()))) == {
            "type": "alert.raised",
            "delivery_id": str(uuid("delivery")),
            "alert": "A5",
            "provider": {"id": "prv-1", "name": "Synthetic Home"},
            "place": "E06000019",
            "summary": "Something happened",
            "link": LINKS.provider,
            "acknowledge_by": "2026-05-01T14:05:00.000000Z",
            "acknowledge_url": LINKS.acknowledge,
        }

    def test_has_all_of_them_where_there_is_nothing_to_say(self) -> None:
        quiet = composed(notice(provider_id=None), acknowledge_by=None, links=Links("https://record.example", None))

        said = json.loads(messages.webhook_body(quiet))

        assert said["acknowledge_by"] is said["acknowledge_url"] is said["provider"]["id"] is None

    def test_says_when_it_is_late(self) -> None:
        assert composed(notice(), NOW + timedelta(minutes=14)).summary == "Something happened"
        late = composed(notice(), NOW + timedelta(minutes=16)).summary
        assert late == "Late: recorded at 14:05 on 1 May 2026. Something happened"


class TestTheEmail:
    def mail(self, about: Notice, **more: Any) -> Any:
        return messages.email(composed(about, **more), sender=SENDER, to="duty@example.org", now=NOW)

    def test_reads_as_a_letter(self) -> None:
        mail = self.mail(notice())

        plain = mail.get_body(("plain",)).get_content()
        assert mail["Subject"] == "A5 Notice to the ICB: Synthetic Home"
        assert plain.splitlines()[:6] == [
            "A5 Notice to the ICB", "", "Service: Synthetic Home", "Number: prv-1", "Place: Herefordshire", "",
        ]  # fmt: skip
        assert "Please acknowledge by 15:05 on 1 May 2026:" in plain

    def test_says_nothing_of_acknowledgement_where_none_is_asked_for(self) -> None:
        mail = self.mail(notice(), acknowledge_by=None, links=Links("https://record.example", None))

        assert "cknowledge" not in mail.as_string()

    def test_an_end_says_so(self) -> None:
        mail = self.mail(notice(type="alert.cleared"))

        assert mail["Subject"] == "Ended: A5 Notice to the ICB: Synthetic Home"

    @given(name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=80), summary=st.text(max_size=80))
    def test_no_name_is_markup_or_a_header(self, name: str, summary: str) -> None:
        mail = self.mail(notice(name=f"<script>{name}\r\nBcc: x@y.example", summary=f"<img>{summary}"))

        html = mail.get_body(("html",)).get_content()
        assert "<script>" not in html
        assert "<img>" not in html
        assert mail["Bcc"] is None
        assert mail.as_bytes()
