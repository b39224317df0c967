"""What comes after a sending: bounces and callbacks take it back, an operator sends a dead one again."""

import functools
from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.component.notify.doors import Hook, Reply, until
from tests.component.notify.world import World
from tests.support.govuk import TOKEN
from tests.support.mail import dsn

Hooks = Callable[..., Hook]
MAIL = {"Content-Type": "message/rfc822"}
WHY = {"why": "Synthetic: their mail server is well again"}


def bounce(notify: World, key: str, action: str = "failed") -> dict[str, str]:
    headers = notify.issuer.headers(roles=["ops"], places=[notify.ledger.place], org="council", publisher=None)
    raw = dsn(action, "5.1.1", key=UUID(key))
    answer = notify.http.post(f"{notify.url}/v1/bounces", headers=headers | MAIL, content=raw)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def acknowledge(notify: World, key: str) -> int:
    body = {"by": "safeguarding"}
    return notify.call("POST", f"/v1/deliveries/{key}/acknowledgement", "safeguarding", json=body).status_code


def has_ended(notify: World, raised: UUID) -> bool:
    with psycopg.connect(notify.database_url) as connection:
        query = "SELECT cleared_by IS NOT NULL FROM notify.notices WHERE event_id = %s"
        return connection.execute(query, [raised]).fetchone() == (True,)


class TestABounce:
    def test_makes_what_was_sent_dead_and_climbs_the_ladder(self, notify: World, hook: Hooks) -> None:
        notify.place()
        lead = hook()
        notify.register("safeguarding", "gone@one.example")
        notify.register("quality_lead", lead)
        _, provider = notify.raise_("A2")
        key = notify.one(provider, "sent")["id"]

        assert bounce(notify, key, "delayed")["outcome"] == "noted"
        assert bounce(notify, key)["outcome"] == "failed"

        delivery = notify.one(provider, "dead", role="safeguarding")
        assert (delivery["reason"], delivery["sent_at"]) == ("bounced (5.1.1: the address)", None)
        assert [(one["failed"], one["detail"][:7]) for one in delivery["echoes"]] == [
            (False, "the mai"),
            (True, "bounced"),
        ]
        assert until(lambda: lead.calls)[0].said["alert"] == "A18"
        assert bounce(notify, key)["outcome"] == "known"
        kinds = notify.recorded(provider)
        assert kinds[:4] == ["notification.sent", "notification.failed", "notification.escalated", "alert.raised"]
        assert kinds.count("notification.failed") == 1
        # Should the report be wrong, the answer of whoever has it counts.
        assert acknowledge(notify, key) == 201

    def test_of_what_was_acknowledged_changes_nothing(self, notify: World) -> None:
        notify.place()
        notify.register("safeguarding", "there@one.example")
        _, provider = notify.raise_("A2")
        key = notify.one(provider, "sent")["id"]
        acknowledge(notify, key)

        assert bounce(notify, key)["outcome"] == "noted"
        assert notify.one(provider, "acknowledged")

    def test_that_is_none_is_refused(self, notify: World) -> None:
        notify.place()
        headers = notify.issuer.headers(roles=["ops"], places=[notify.ledger.place], org="council", publisher=None)

        for raw, status in ((b"Subject: away\r\n\r\nUntil Monday.", 422), (dsn("failed", "5.1.1", key=uuid4()), 404)):
            answer = notify.http.post(f"{notify.url}/v1/bounces", headers=headers | MAIL, content=raw)
            assert answer.status_code == status, answer.text
        assert notify.call("POST", "/v1/bounces", json={}).status_code == 415
        assert notify.call("POST", "/v1/bounces", "director", json={}).status_code == 403


class TestACallback:
    def call(self, notify: World, key: str, status: str, token: str = TOKEN) -> int:
        body = {"id": "11111111-1111-4111-8111-111111111111", "reference": key, "status": status, "to": "a@b.example"}
        headers = {"Authorization": f"Bearer {token}"}
        return notify.http.post(f"{notify.url}/v1/callbacks/govuk-notify", json=body, headers=headers).status_code

    def test_of_a_failure_makes_it_dead(self, notify: World) -> None:
        notify.place()
        notify.register("safeguarding", "full@one.example", channel="govuk_notify")
        _, provider = notify.raise_("A2")
        key = notify.one(provider, "sent")["id"]

        assert self.call(notify, key, "permanent-failure", "synthetic-but-wrong-0123456789") == 401
        assert self.call(notify, key, "permanent-failure", "x") == 401
        assert notify.deliveries(provider)[0]["state"] == "sent"
        assert self.call(notify, key, "sending") == 204
        assert self.call(notify, key, "permanent-failure") == 204
        assert notify.one(provider, "dead")["reason"] == "GOV.UK Notify: permanent-failure"
        assert self.call(notify, key, "permanent-failure") == 204
        assert self.call(notify, str(uuid4()), "delivered") == 404


class TestAReplay:
    def test_sends_a_dead_one_again_under_its_id_and_says_who_and_why(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook()
        door.replies = [Reply(410)]
        notify.register("safeguarding", door)
        _, provider = notify.raise_("A2")
        key = notify.one(provider, "dead", role="safeguarding")["id"]

        answer = notify.call("POST", f"/v1/deliveries/{key}/replay", json=WHY)
        assert (answer.status_code, answer.json()["attempt"]) == (202, 2)
        delivery = notify.one(provider, "sent", role="safeguarding")

        assert {call.id for call in door.calls} == {key}
        assert [attempt["outcome"] for attempt in delivery["attempts"]] == ["failed", "replayed", "sent"]
        kinds = notify.recorded(provider)
        assert "notification.replayed" in kinds
        assert kinds[-1] == "notification.sent"
        assert notify.call("POST", f"/v1/deliveries/{key}/replay", json=WHY).json()["type"].endswith("not-dead")

    def test_is_recorded_without_a_name_or_a_clear_word(self, notify: World, hook: Hooks) -> None:
        notify.place()
        notify.register("safeguarding", hook(Reply(410)))
        _, provider = notify.raise_("A2")
        key = notify.one(provider, "dead", role="safeguarding")["id"]
        notify.call("POST", f"/v1/deliveries/{key}/replay", json=WHY)

        [data] = [one for kind, one in notify.said(provider) if kind == "notification.replayed"]

        assert (data["delivery_id"], len(data["actor"])) == (key, 24)
        assert set(data["why"]) == {"kid", "nonce", "ciphertext"}

    @pytest.mark.parametrize("why_not", ["alert-ended", "recipient-withdrawn", "not-dead"])
    def test_is_refused_where_nobody_would_be_told(self, notify: World, hook: Hooks, why_not: str) -> None:
        notify.place()
        to = notify.register("safeguarding", hook(Reply(204 if why_not == "not-dead" else 410)))["id"]
        raised, provider = notify.raise_("A2")
        state = "sent" if why_not == "not-dead" else "dead"
        key = notify.one(provider, state, role="safeguarding")["id"]
        if why_not == "recipient-withdrawn":
            assert notify.call("DELETE", f"/v1/recipients/{to}").status_code == 204
        if why_not == "alert-ended":
            notify.clear(raised, provider, "A2")
            until(lambda: has_ended(notify, raised))

        answer = notify.call("POST", f"/v1/deliveries/{key}/replay", json=WHY)

        assert (answer.status_code, answer.json()["type"]) == (409, f"urn:careledger:problem:{why_not}")
        assert notify.call("POST", f"/v1/deliveries/{key}/replay", "director", json=WHY).status_code == 403
        assert notify.call("POST", f"/v1/deliveries/{uuid4()}/replay", json=WHY).status_code == 404


def test_a_template_can_be_looked_at(notify: World) -> None:
    notify.place()
    for channel, part in {"email": "html", "govuk_notify": "message", "kafka": "headers", "inbox": "summary"}.items():
        shown = notify.call("GET", "/v1/templates/A1/preview", params={"channel": channel})
        assert (shown.status_code, shown.json()["synthetic"]) == (200, True)
        assert "ynthetic" in "".join(shown.json()["parts"].values())
        assert part in shown.json()["parts"]
    assert notify.call("GET", "/v1/templates/A99/preview").status_code == 422


def test_a_message_of_several_bounces_and_comes_back_with_what_it_tells_of(notify: World) -> None:
    notify.place()
    address = f"officer@{notify.ledger.place.lower()}.example"
    notify.register("quality_officer", address)
    homes = [notify.raise_("A10")[1] for _ in range(3)]
    for home in homes:
        until(functools.partial(notify.deliveries, home))
    notify.pass_(hours=25)
    mail = until(lambda: notify.mailbox.to(address), why="the day's mail")[0]
    carrier = str(mail["Message-ID"])[1:37]

    until(lambda: [one for one in notify.deliveries(state="sent") if one["id"] == carrier])
    assert bounce(notify, carrier)["outcome"] == "failed"
    assert {one["provider_id"] for one in notify.deliveries(state="dead")} >= set(homes)
    assert notify.call("POST", f"/v1/deliveries/{carrier}/replay", json=WHY).status_code == 202

    for home in homes:
        notify.one(home, "sent")
        kinds = [kind for kind in notify.recorded(home) if kind in ("notification.sent", "notification.failed")]
        assert kinds == ["notification.sent", "notification.failed", "notification.sent"]
    first, again = notify.mailbox.to(address)
    assert first["Message-ID"] == again["Message-ID"]
