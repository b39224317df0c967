"""Recipients that fail: every failure ends in a message that arrives once, or in somebody else who is told."""

import signal
import time
from collections.abc import Callable

from tests.component.notify.doors import Hook, Reply, until
from tests.component.notify.world import World

Hooks = Callable[..., Hook]


class TestARecipientThatFails:
    def test_is_tried_again_with_the_same_id(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook()
        door.replies = [Reply(500), Reply(503)]
        notify.register("safeguarding", door)
        _, provider = notify.raise_("A2")
        until(lambda: door.calls)
        notify.one(provider, "failed")

        notify.pass_(minutes=1)
        until(lambda: len(door.calls) == 2)
        notify.pass_(minutes=1)
        delivery = notify.one(provider, "sent")

        assert len({call.id for call in door.calls}) == 1
        assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 503, 204]
        assert notify.recorded(provider) == ["notification.failed", "notification.failed", "notification.sent"]

    def test_recovers_by_itself(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook()
        door.replies = [Reply(500)]
        notify.register("safeguarding", door)
        _, provider = notify.raise_("A2")

        notify.one(provider, "sent")

        assert len(door.calls) == 2

    def test_that_asks_for_a_pause_gets_it(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door, other = hook(), hook()
        door.replies = [Reply(429, {"Retry-After": "600"})]
        notify.register("safeguarding", door)
        notify.register("director", other)
        _, provider = notify.raise_("A2")
        notify.one(provider, "failed")

        notify.pass_(minutes=9)
        notify.raise_("A1")
        until(lambda: other.calls)
        assert len(door.calls) == 1

        notify.pass_(minutes=2)
        notify.one(provider, "sent")

    def test_by_a_redirect_is_not_followed(self, notify: World, hook: Hooks) -> None:
        notify.place()
        elsewhere = hook()
        door = hook(Reply(302, {"Location": elsewhere.url}))
        notify.register("safeguarding", door)
        _, provider = notify.raise_("A2")

        delivery = notify.one(provider, "failed")

        assert delivery["reason"] == "302: redirects are not followed"
        assert elsewhere.calls == []

    def test_for_good_is_dead_and_goes_up_the_ladder(self, notify: World, hook: Hooks) -> None:
        notify.place()
        lead = hook()
        notify.register("safeguarding", hook(Reply(410)))
        notify.register("quality_lead", lead)
        _, provider = notify.raise_("A2")

        notify.one(provider, "dead", role="safeguarding")

        said = until(lambda: lead.calls)[0].said
        assert (said["alert"], said["provider"]["id"]) == ("A18", provider)
        assert said["summary"] == "A2 (Safeguarding concern to consider) could not be sent to safeguarding."
        assert said["acknowledge_url"]
        assert notify.recorded(provider)[:3] == ["notification.failed", "notification.escalated", "alert.raised"]

    def test_too_often_is_dead(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook(Reply(500))
        notify.register("safeguarding", door)
        _, provider = notify.raise_("A2")

        def is_dead() -> bool:
            notify.pass_(minutes=20)
            return any(one["state"] == "dead" for one in notify.deliveries(provider))

        until(is_dead)

        assert 3 <= len(notify.one(provider, "dead")["attempts"]) <= 10

    def test_that_keeps_an_urgent_matter_waiting_is_given_up(self, notify: World, hook: Hooks) -> None:
        notify.place()
        lead = hook()
        notify.register("safeguarding", hook(Reply(503, {"Retry-After": "3000"})))
        notify.register("quality_lead", lead)
        _, provider = notify.raise_("A2")
        notify.one(provider, "failed")

        notify.pass_(minutes=16)

        assert notify.one(provider, "dead")["reason"] == "the recipient does not answer"
        assert until(lambda: lead.calls)[0].said["alert"] == "A18"


class TestAMailServer:
    def test_that_greylists_is_tried_again(self, notify: World) -> None:
        notify.place()
        answers = ["451 come back later"]
        notify.mailbox.refuse = lambda address: answers.pop() if "grey" in address and answers else None
        notify.register("safeguarding", "grey@one.example")
        _, provider = notify.raise_("A2")

        delivery = notify.one(provider, "sent")

        assert [attempt["status"] for attempt in delivery["attempts"]] == [451, None]

    def test_that_refuses_for_good_makes_it_dead(self, notify: World) -> None:
        notify.place()
        notify.mailbox.refuse = lambda address: "550 nobody here" if "nobody" in address else None
        notify.register("safeguarding", "nobody@one.example")
        _, provider = notify.raise_("A2")

        assert notify.one(provider, "dead")["reason"] == "550: refused by the mail server"


class TestASlowRecipient:
    def test_keeps_nobody_waiting(self, notify: World, hook: Hooks) -> None:
        notify.place()
        slow, quick = hook(Reply(204, seconds=20)), hook()
        notify.register("safeguarding", slow)
        notify.register("cqc", quick)
        for _ in range(30):
            notify.raise_("A2")
        until(lambda: slow.calls)

        began = time.monotonic()
        for _ in range(5):
            notify.raise_("A4")
        until(lambda: len(quick.calls) == 5, seconds=5)

        assert time.monotonic() - began < 5
        assert len(slow.calls) <= 4, "no more than its share is under way at once"
        slow.let_go.set()
        until(lambda: len(slow.told) == 30)


class TestAKill:
    def test_between_claim_and_outcome_repeats_under_the_same_id(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook()
        door.replies = [Reply(204, seconds=60)]
        notify.register("safeguarding", door)
        _, provider = notify.raise_("A2")
        until(lambda: door.calls)

        notify.end(signal.SIGKILL)
        notify.start()
        notify.pass_(seconds=11)

        delivery = notify.one(provider, "sent")
        assert len(door.calls) == 2
        assert {call.id for call in door.calls} == {delivery["id"]}
        assert [d["state"] for d in notify.deliveries(provider)] == ["sent"]
        assert notify.recorded(provider) == ["notification.sent"]

    def test_under_load_loses_nothing(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook(Reply(204, seconds=0.02))
        notify.register("safeguarding", door)
        homes = [notify.raise_("A2")[1] for _ in range(40)]
        until(lambda: len(door.calls) >= 5)

        notify.end(signal.SIGKILL)
        notify.start()
        notify.pass_(seconds=11)
        until(lambda: {d["provider_id"] for d in notify.deliveries(state="sent")} >= set(homes), seconds=40)

        assert {home for home, _ in door.told} == set(homes)
        assert len(set(door.told)) == len(homes), "each under one id alone"
        assert all(notify.recorded(home) == ["notification.sent"] for home in homes)

    def test_by_request_is_clean(self, notify: World) -> None:
        assert notify.end(signal.SIGTERM) == 0
        notify.start()
