"""Acknowledgement by API and by link, and the ladder for those who do not answer."""

from collections.abc import Callable

from shared import identifiers
from tests.component.intake.browsing import Seen
from tests.component.notify.doors import Hook, until
from tests.component.notify.world import JSON, World

Hooks = Callable[..., Hook]


def told(notify: World, hook: Hooks, alert: str = "A2", role: str = "safeguarding") -> tuple[JSON, str]:
    """What a recipient was told, and about which provider."""
    door = hook()
    notify.register(role, door)
    _, provider = notify.raise_(alert)
    said = until(lambda: door.calls)[0].said
    notify.one(provider, "sent", role=role)
    return said, provider


class TestByApi:
    def test_it_is_recorded_once(self, notify: World, hook: Hooks) -> None:
        notify.place()
        said, provider = told(notify, hook)
        path = f"/v1/deliveries/{said['delivery_id']}/acknowledgement"

        first = notify.call("POST", path, "safeguarding", json={"by": "safeguarding", "note": "We are on it."})
        again = notify.call("POST", path, "safeguarding", json={"by": "director"})

        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert first.json()["by"] == "safeguarding"
        assert notify.one(provider, "acknowledged")["acknowledged_by"] == "safeguarding"
        assert notify.recorded(provider) == ["notification.sent", "notification.acknowledged"]

    def test_it_needs_the_place_and_a_role_that_acts(self, notify: World, hook: Hooks) -> None:
        notify.place()
        said, _ = told(notify, hook)
        path = f"/v1/deliveries/{said['delivery_id']}/acknowledgement"
        body = {"by": "safeguarding"}

        assert notify.call("POST", path, "auditor", json=body).status_code == 403
        assert notify.call("POST", path, "safeguarding", places=["E06000019"], json=body).status_code == 404
        assert notify.call("POST", path, "cqc-inspector", json=body).status_code == 404
        assert notify.call("POST", path, "safeguarding", json={"by": "Ann O'Brien <a@b>"}).status_code == 422
        nothing = identifiers.derived_id("nothing")
        assert (
            notify.call("POST", f"/v1/deliveries/{nothing}/acknowledgement", "director", json=body).status_code == 404
        )

    def test_what_was_not_told_cannot_be_acknowledged(self, notify: World) -> None:
        notify.place()
        _, provider = notify.raise_("A2")
        waiting = notify.one(provider, "due")

        answer = notify.call(
            "POST", f"/v1/deliveries/{waiting['id']}/acknowledgement", "director", json={"by": "director"}
        )

        assert answer.status_code == 409
        assert answer.json()["type"].endswith("not-told")


class TestByLink:
    def test_looking_changes_nothing_and_the_form_acknowledges(self, notify: World, hook: Hooks) -> None:
        notify.place()
        said, provider = told(notify, hook)

        shown = notify.http.get(said["acknowledge_url"])
        notify.http.get(said["acknowledge_url"])
        assert notify.one(provider, "sent")
        done = notify.http.post(said["acknowledge_url"], data={"note": ""})
        after = notify.http.get(said["acknowledge_url"])

        assert shown.status_code == done.status_code == after.status_code == 200
        assert '<form method="post">' in shown.text
        assert "Synthetic Home" in shown.text
        assert "Already acknowledged" in after.text
        assert "<form" not in after.text
        assert notify.one(provider, "acknowledged")["acknowledged_by"] == "safeguarding"
        assert "no-referrer" in shown.headers["referrer-policy"]

    def test_the_page_has_the_look_of_the_others_and_keeps_what_was_written(self, notify: World, hook: Hooks) -> None:
        notify.place()
        said, provider = told(notify, hook)
        address = said["acknowledge_url"]

        shown = notify.http.get(address)
        refused = notify.http.post(address, data={"note": "a word " * 300})

        for page in (shown, refused):
            seen = Seen()
            seen.feed(page.text)
            assert seen.faults() == []
        assert '<link rel="stylesheet" href="/look.css">' in shown.text
        assert "unsafe" not in shown.headers["content-security-policy"]
        assert notify.http.get(address.partition("/acknowledge/")[0] + "/look.css").status_code == 200
        assert "Safeguarding concern to consider (A2)" in shown.text
        assert f'/providers/{provider}">Open the record of' in shown.text
        assert refused.status_code == 422
        assert "Nothing was recorded" in refused.text
        assert "a word a word" in refused.text
        assert notify.one(provider, "sent")

    def test_a_changed_link_is_no_link(self, notify: World, hook: Hooks) -> None:
        notify.place()
        said, provider = told(notify, hook)
        head, _, token = said["acknowledge_url"].rpartition("/")
        bad = f"{head}/{'A' if token[0] != 'A' else 'B'}{token[1:]}"

        assert notify.http.get(bad).status_code == 404
        assert "This link does not work" in notify.http.get(f"{head}/{token[:12]}").text, "cut short by a mail program"
        assert notify.http.post(bad).status_code == 404
        assert notify.one(provider, "sent")

    def test_an_answer_may_be_quicker_than_our_own_record(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door, lead = hook(), hook()
        answers = []
        door.on_call = lambda call: answers.append(notify.http.post(call.said["acknowledge_url"]).status_code)
        notify.register("safeguarding", door)
        notify.register("quality_lead", lead)
        _, provider = notify.raise_("A2")

        until(lambda: len(notify.recorded(provider)) == 2)

        assert answers == [200]
        assert notify.one(provider, "acknowledged")["attempts"]
        assert set(notify.recorded(provider)) == {"notification.acknowledged", "notification.sent"}
        notify.pass_(hours=5)
        notify.raise_("A10")
        until(lambda: lead.calls)
        assert [call.said["alert"] for call in lead.calls] == ["A10"]


class TestTheLadder:
    def test_an_unanswered_alert_goes_one_step_up_at_a_time(self, notify: World, hook: Hooks) -> None:
        notify.place()
        lead, director = hook(), hook()
        notify.register("quality_lead", lead)
        notify.register("director", director)
        said, provider = told(notify, hook)

        notify.pass_(hours=3, minutes=55)
        notify.raise_("A10")
        until(lambda: lead.calls, why="the quality lead is told of another alert")
        assert [call.said["alert"] for call in lead.calls] == ["A10"]

        notify.pass_(minutes=6)
        until(lambda: len(lead.calls) == 2)
        assert lead.calls[1].said["summary"].endswith("has not been acknowledged by safeguarding.")
        assert lead.calls[1].said["alert"] == "A18"
        assert notify.one(provider, "escalated")["id"] == said["delivery_id"]
        notify.one(provider, "sent", alert="A18")
        assert director.calls == []

        notify.pass_(hours=4, minutes=5)
        until(lambda: director.calls)
        assert director.calls[0].said["alert"] == "A18"

        done = notify.call(
            "POST", f"/v1/deliveries/{said['delivery_id']}/acknowledgement", "safeguarding", json={"by": "safeguarding"}
        )
        assert done.status_code == 201
        until(lambda: director.calls[-1].said["type"] == "alert.cleared", why="the director hears that it was answered")

    def test_an_answer_stops_the_clock_of_the_whole_role(self, notify: World, hook: Hooks) -> None:
        notify.place()
        lead, second = hook(), hook()
        notify.register("quality_lead", lead)
        notify.register("safeguarding", second)
        said, provider = told(notify, hook)
        until(lambda: len(notify.deliveries(provider, state="sent")) == 2)
        notify.http.post(said["acknowledge_url"])

        notify.pass_(hours=5)
        notify.raise_("A10")
        until(lambda: lead.calls)

        assert [call.said["alert"] for call in lead.calls] == ["A10"]

    def test_many_unanswered_alerts_are_one_message(self, notify: World, hook: Hooks) -> None:
        notify.place()
        lead, door = hook(), hook()
        notify.register("quality_lead", lead)
        notify.register("safeguarding", door)
        _, provider = notify.raise_("A2", cause="first")
        for number in range(4):
            notify.raise_("A2", provider, cause=f"more-{number}")
        until(lambda: len(notify.deliveries(provider, state="sent")) == 5)

        notify.pass_(hours=5)

        said = until(lambda: lead.calls)[0].said
        assert "has not been acknowledged by safeguarding (5 times)" in said["summary"]
        until(lambda: len(notify.deliveries(provider, state="escalated")) == 5)
        assert len(lead.calls) == 1
