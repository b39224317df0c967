"""Who is told what: over real webhooks and real mail, from alerts on a real Kafka."""

from collections.abc import Callable

from standardwebhooks import Webhook

from shared import identifiers
from tests.component.notify.doors import Hook, Reply, until
from tests.component.notify.world import World

Hooks = Callable[..., Hook]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class TestAWebhook:
    def test_is_signed_and_says_what_the_contract_says(self, notify: World, hook: Hooks) -> None:
        place, door = notify.place(), hook()
        added = notify.register("safeguarding", door, secret=SECRET)
        alert, provider = notify.raise_("A2")

        call = until(lambda: door.calls)[0]
        said = Webhook(SECRET).verify(call.body, call.headers)

        delivery = notify.one(provider, "sent")
        assert added["secret"] is None
        assert call.id == said["delivery_id"] == delivery["id"]
        assert said == {
            "type": "alert.raised",
            "delivery_id": delivery["id"],
            "alert": "A2",
            "provider": {"id": provider, "name": "Synthetic Home"},
            "place": place,
            "summary": "A2 happened",
            "link": f"http://record.example/providers/{provider}",
            "acknowledge_by": said["acknowledge_by"],
            "acknowledge_url": said["acknowledge_url"],
        }
        assert said["acknowledge_url"].startswith(f"{notify.url}/acknowledge/")
        assert delivery["event_id"] == str(alert)
        assert notify.recorded(provider) == ["notification.sent"]

    def test_gets_a_secret_when_it_brings_none(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook()
        made = notify.register("safeguarding", door)["secret"]
        notify.raise_("A2")

        call = until(lambda: door.calls)[0]

        assert Webhook(made).verify(call.body, call.headers)["alert"] == "A2"
        assert notify.call("GET", "/v1/recipients").json()["recipients"][0]["secret"] is None


class TestAnEmail:
    def test_is_plain_and_html_with_links(self, notify: World) -> None:
        notify.place()
        notify.register("safeguarding", "duty@one.example")
        _, provider = notify.raise_("A2", data={"name": "Home <b>\nBcc: other@example.org"})

        mail = until(lambda: notify.mailbox.to("duty@one.example"))[0]

        delivery = notify.one(provider, "sent")
        plain, html = (part.get_content() for part in mail.iter_parts())
        assert mail["Subject"] == "A2 Safeguarding concern to consider: Home <b> Bcc: other@example.org"
        assert mail["Message-ID"] == f"<{delivery['id']}@example.org>"
        assert mail["Bcc"] is None
        for text in (plain, html):
            assert f"{notify.url}/acknowledge/" in text
            assert f"http://record.example/providers/{provider}" in text
        assert "Home &lt;b&gt;" in html

    def test_goes_beside_the_webhook_of_the_same_role(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook()
        notify.register("safeguarding", door)
        notify.register("safeguarding", "duty@two.example")
        _, provider = notify.raise_("A2")

        until(lambda: door.calls and notify.mailbox.to("duty@two.example"))

        until(lambda: {d["channel"] for d in notify.deliveries(provider, state="sent")} == {"webhook", "email"})


class TestOnce:
    def test_a_record_that_comes_again_is_told_once(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook()
        notify.register("safeguarding", door)
        _, provider = notify.raise_("A2")
        until(lambda: door.calls)

        notify.publish([notify.ledger.records[-1]])
        notify.raise_("A2", provider)
        _, last = notify.raise_("A2")
        until(lambda: len(door.calls) > 1)

        assert [call.said["provider"]["id"] for call in door.calls] == [provider, last]
        assert notify.recorded(provider) == ["notification.sent"]


class TestTheRoute:
    def test_follows_the_policy(self, notify: World, hook: Hooks) -> None:
        notify.place()
        doors = {role: hook() for role in ("quality_lead", "safeguarding", "director", "icb_quality", "cqc")}
        for role, door in doors.items():
            notify.register(role, door)
        notify.register("icb_safeguarding", hook())

        notify.raise_("A1", data={"commissioning": "council"})
        until(lambda: all(doors[role].calls for role in ("quality_lead", "safeguarding", "director")))
        notify.raise_("A4")
        until(lambda: doors["cqc"].calls)

        assert doors["icb_quality"].calls == []
        assert [call.said["alert"] for call in doors["cqc"].calls] == ["A4"]
        notify.raise_("A1", data={"commissioning": "joint"})
        until(lambda: doors["icb_quality"].calls)

    def test_of_immediate_risk_needs_no_policy(self, notify: World, hook: Hooks) -> None:
        notify.place(adopt=False)
        door = hook()
        notify.register("safeguarding", door)

        notify.raise_("A1")

        until(lambda: door.calls)

    def test_that_the_policy_switched_off_is_recorded(self, notify: World, hook: Hooks) -> None:
        notify.place(A4={"switch": "off"})
        door = hook()
        notify.register("cqc", door)
        _, provider = notify.raise_("A4")

        delivery = notify.one(provider, "suppressed")

        assert delivery["reason"] == "switched_off"
        assert notify.recorded(provider) == ["notification.suppressed"]
        assert door.calls == []

    def test_to_a_provider_is_of_itself_alone(self, notify: World, hook: Hooks) -> None:
        notify.place()
        mine, other = hook(), hook()
        notify.register("quality_officer", hook())
        notify.register("provider", mine, provider="prv-mine")
        notify.register("provider", other, provider="prv-other")

        notify.raise_("A11", "prv-mine")

        until(lambda: mine.calls)
        assert other.calls == []
        assert notify.call("POST", "/v1/recipients", json={
            "place": notify.ledger.place, "role": "provider", "channel": "webhook", "address": mine.url,
        }).status_code == 422  # fmt: skip


class TestThePast:
    def test_is_not_told_one_by_one(self, notify: World, hook: Hooks) -> None:
        place = notify.place()
        safeguarding, lead = hook(), hook()
        notify.register("safeguarding", safeguarding)
        notify.register("quality_lead", lead)
        homes = [notify.raise_("A2", basis="import")[1] for _ in range(3)]
        homes.append(notify.raise_("A2", basis="adoption")[1])

        for home in homes:
            delivery = notify.one(home, "suppressed")
            assert delivery["reason"] in ("import", "adoption")
        notify.pass_(minutes=2)
        until(lambda: len(lead.calls) == 2, why="one summary for each reason")

        said = {call.said["summary"]: call.said for call in lead.calls}
        words = "3 alerts were found in records that were imported and not sent one by one"
        assert any(text.startswith(words) for text in said)
        assert {one["type"] for one in said.values()} == {"alerts.summary"}
        assert {one["place"] for one in said.values()} == {place}
        assert safeguarding.calls == []
        assert notify.recorded(homes[0]) == ["notification.suppressed"]

    def test_a_summary_that_dies_is_said_until_its_recipient_takes_messages_again(
        self, notify: World, hook: Hooks
    ) -> None:
        place = notify.place()
        steward, lead = hook(), hook(Reply(410))
        notify.register("data_steward", steward)
        notify.register("quality_lead", lead)
        notify.one(notify.raise_("A2", basis="import")[1], "suppressed")
        notify.pass_(minutes=2)

        raised = until(lambda: steward.calls)[0].said
        assert (raised["alert"], raised["type"], raised["place"]) == ("A19", "alert.raised", place)
        assert raised["summary"].startswith(f"A message could not be sent to quality_lead in {place} by webhook")
        [dead] = notify.deliveries(state="dead")
        lead.always = Reply()
        assert notify.call("POST", f"/v1/deliveries/{dead['id']}/replay", json={"why": "Synthetic."}).status_code == 202

        until(lambda: [call.said["type"] for call in steward.calls] == ["alert.raised", "alert.cleared"])
        assert steward.calls[1].said["alert"] == "A19"


class TestAGap:
    def test_is_raised_once_and_ends_when_somebody_registers(self, notify: World, hook: Hooks) -> None:
        notify.place()
        steward, door = hook(), hook()
        notify.register("data_steward", steward)
        _, first = notify.raise_("A2")
        _, second = notify.raise_("A2")

        for home in (first, second):
            waiting = notify.one(home, "due")
            assert (waiting["recipient"]["role"], waiting["reason"]) == ("safeguarding", "no_recipient")
        raised = until(lambda: steward.calls)[0].said
        assert raised["alert"] == "A19"
        assert "safeguarding" in raised["summary"]

        notify.register("safeguarding", door)

        until(lambda: len(door.calls) == 2)
        assert {call.said["provider"]["id"] for call in door.calls} == {first, second}
        until(lambda: [c.said["type"] for c in steward.calls] == ["alert.raised", "alert.cleared"])
        assert notify.recorded(first)[:1] == ["alert.raised"]
        notify.one(first, "sent", alert="A2")
        assert len([d for d in notify.deliveries(first) if d["alert"] == "A2"]) == 1

    def test_that_nobody_fills_goes_up_the_ladder(self, notify: World, hook: Hooks) -> None:
        notify.place()
        director = hook()
        notify.register("director", director)
        _, provider = notify.raise_("A2")
        notify.one(provider, "due", role="safeguarding")

        notify.pass_(hours=5)

        said = until(lambda: director.calls)[0].said
        assert said["alert"] == "A18"
        assert "could not be sent to safeguarding" in said["summary"]
        assert notify.one(provider, "due", role="safeguarding")


class TestTheEnd:
    def test_cancels_what_is_due_and_tells_whoever_was_told(self, notify: World, hook: Hooks) -> None:
        notify.place()
        told, untold = hook(), hook(Reply(429, {"Retry-After": "3000"}))
        notify.register("safeguarding", told)
        notify.register("safeguarding", untold)
        alert, provider = notify.raise_("A2")
        notify.one(provider, "sent")
        notify.one(provider, "failed")

        notify.clear(alert, provider, "A2")

        until(lambda: len(told.calls) == 2)
        assert [call.said["type"] for call in told.calls] == ["alert.raised", "alert.cleared"]
        assert told.calls[1].said["acknowledge_url"] is None
        assert notify.one(provider, "cancelled")["reason"] == "cleared"
        until(lambda: notify.recorded(provider).count("notification.sent") == 2)
        notify.pass_(hours=1)
        notify.raise_("A2")
        until(lambda: len(untold.calls) == 2, why="the other alert comes")
        assert [call.said["provider"]["id"] == provider for call in untold.calls] == [True, False]

    def test_is_told_to_whoever_may_have_been_told(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook()
        door.replies = [Reply(500)] * 3
        notify.register("safeguarding", door)
        alert, provider = notify.raise_("A2")
        notify.one(provider, "failed")

        notify.clear(alert, provider, "A2")

        said = until(lambda: [call.said for call in door.calls if call.said["type"] == "alert.cleared"])[0]
        assert said["provider"]["id"] == provider
        notify.one(provider, "cancelled")

    def test_before_the_beginning_leaves_nothing_to_tell(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook()
        notify.register("safeguarding", door)
        provider = "prv-early"
        early = identifiers.alert_id("A2", provider, "early")
        notify.clear(early, provider, "A2", cause="early")

        notify.raise_("A2", provider, cause="early")
        notify.raise_("A2", provider, cause="late")

        until(lambda: door.calls)
        late = str(identifiers.alert_id("A2", provider, "late"))
        assert [one["event_id"] for one in notify.deliveries(provider)] == [late]
