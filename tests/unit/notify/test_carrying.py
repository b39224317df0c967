"""One message that tells of several."""

from datetime import timedelta
from email.headerregistry import Address
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.notify import carrying, messages
from services.notify.deliveries import Delivery
from services.notify.messages import Links
from services.notify.notice import URGENT
from shared.policies.section import Limit
from tests.unit.notify.given import NOW, PLACE, notice, recipient, uuid

LEAD = recipient("quality_lead")
LINKS = Links("http://record.example/?place=E06000019", "http://notify.example/acknowledge/x")


def member(number: int, alert: str = "A2", **more: Any) -> Delivery:
    """One delivery among several."""
    told = notice(alert, event_id=uuid(f"event-{number}"), provider_id=f"prv-{number}", name=f"Home {number}", **more)
    return Delivery(
        id=uuid(f"delivery-{number}"), notice=told, role="quality_lead", recipient_id=LEAD.id, channel="webhook",
        acknowledge=Limit(hours=4 + number), next_attempt_at=NOW, give_up_at=NOW + timedelta(hours=number),
    )  # fmt: skip


def test_it_counts_and_names() -> None:
    carrier = carrying.message([member(n) for n in range(7)], LEAD, "alerts.summary", NOW)

    assert carrier.notice.summary == (
        "7 alerts: A2 Safeguarding concern to consider (7). "
        "About Home 0, Home 1, Home 2, Home 3, Home 4 and 2 more services."
    )
    assert (carrier.notice.alert, carrier.notice.provider_id, carrier.notice.name) == ("A2", None, PLACE)
    assert carrier.acknowledge == Limit(hours=4)
    assert carrier.ladder == ()


def test_the_same_ones_are_the_same_message() -> None:
    first, again = (carrying.message([member(1), member(2)], LEAD, "alerts.summary", NOW) for _ in range(2))

    assert first.id == again.id
    assert first.id != carrying.message([member(1)], LEAD, "alerts.summary", NOW).id


def test_each_is_told_as_far_as_the_role_may_read_it() -> None:
    hidden = member(1, classification="restricted-safeguarding")

    carrier = carrying.message([hidden, member(2)], LEAD, "alerts.summary", NOW)

    first, second = carrier.notice.items
    assert first.summary == "Safeguarding concern to consider. The record says more to those who may read it."
    assert second.summary == "Something happened"


def test_the_webhook_and_the_mail_list_every_one() -> None:
    carrier = carrying.message([member(1), member(2, "A4")], LEAD, "alerts.reminder", NOW)
    told = messages.compose(
        carrier.notice, delivery_id=carrier.id, role="quality_lead", links=LINKS, now=NOW, acknowledge_by=None
    )

    body = orjson.loads(messages.webhook_body(told))
    mail = messages.email(told, sender=Address("CareLedger", "x", "example.org"), to="a@b.example", now=NOW)

    assert [one["provider"]["id"] for one in body["alerts"]] == ["prv-1", "prv-2"]
    assert body["type"] == "alerts.reminder"
    assert mail["Subject"] == "Reminder: Summary of alerts (2): Herefordshire"
    for part in mail.iter_parts():
        assert "prv-1" in part.get_content()
        assert "prv-2" in part.get_content()


@given(st.lists(st.sampled_from(["A1", "A2", "A4", "A9", "A10", "A12"]), min_size=1, max_size=30))
def test_nothing_is_hidden_and_what_is_urgent_makes_it_urgent(alerts: list[str]) -> None:
    carrier = carrying.message([member(n, alert) for n, alert in enumerate(alerts)], LEAD, "alerts.summary", NOW)

    assert [one.alert for one in carrier.notice.items] == alerts
    assert all(f"{alert} " in carrier.notice.summary for alert in alerts)
    assert carrier.notice.urgent is bool(URGENT & set(alerts))
