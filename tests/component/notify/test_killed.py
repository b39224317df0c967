"""kill -9 with a delivery in every state at once: nothing is lost, and what is repeated has the id it had."""

import signal
from collections.abc import Callable

import psycopg

from shared import topics
from shared.journal import append, relay
from shared.kafka import offsets
from tests.component.notify.doors import Hook, Reply, until
from tests.component.notify.world import World, held
from tests.support import servers

Hooks = Callable[..., Hook]


def published(notify: World) -> int:
    """How many records are on `notifications`."""
    last = servers.run(offsets.last(notify.bootstrap, notify.topics, (topics.NOTIFICATIONS,)))
    return sum(at + 1 for at in last.values())


def recorded(notify: World) -> int:
    """How many rows the journal has."""
    with psycopg.connect(notify.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM notify.journal").fetchone()
    assert row is not None
    return int(row[0])


def test_in_every_state_of_a_delivery(notify: World, hook: Hooks) -> None:
    """One alert, and a recipient for each state that a delivery can be in when the process dies."""
    notify.place()
    said, answered, gone, unheard = hook(), hook(), hook(Reply(410)), hook()
    claimed, again = hook(Reply(204, seconds=60)), hook()
    again.replies = [Reply(503, {"Retry-After": "600"})]
    keys = {
        name: notify.register("safeguarding", door)["id"]
        for name, door in (("said", said), ("answered", answered), ("gone", gone), ("claimed", claimed))
    }
    keys |= {"again": notify.register("safeguarding", again)["id"]}
    _, provider = notify.raise_("A2")

    def states() -> dict[str, str]:
        known = {one["recipient"]["id"]: one["state"] for one in notify.deliveries(provider)}
        return {name: known.get(key, "") for name, key in keys.items()}

    until(lambda: states() | {"claimed": ""} == dict.fromkeys(keys, "sent") | {
        "gone": "dead", "again": "failed", "claimed": ""}, why="each has come as far as it can")  # fmt: skip
    waiting = notify.raise_("A4")[1]  # to CQC, which nobody is registered as
    notify.one(waiting, "due")
    until(lambda: published(notify) == recorded(notify), why="all is relayed so far")
    with held(notify, relay.RELAY):
        # recorded, and not relayed
        assert notify.http.post(answered.calls[0].said["acknowledge_url"]).status_code == 200
        assert published(notify) < recorded(notify)
        with held(notify, append.APPEND):
            # sent, and not recorded
            notify.pass_(minutes=11)
            until(lambda: len(again.calls) == 2)
            until(lambda: claimed.calls)
            notify.end(signal.SIGKILL)
    claimed.always = Reply()
    notify.start()
    notify.pass_(seconds=11)

    until(lambda: states() == dict.fromkeys(keys, "sent") | {"answered": "acknowledged", "gone": "dead"})
    assert [len(door.calls) for door in (said, answered, gone)] == [1, 1, 1], "what was recorded is not sent again"
    assert [len(door.calls) for door in (claimed, again)] == [2, 3]
    assert all(len({call.id for call in door.calls}) == 1 for door in (claimed, again)), "repeats have the same id"
    assert notify.one(waiting, "due"), "what waits goes on waiting"
    notify.register("cqc", unheard)
    assert until(lambda: unheard.calls)[0].said["provider"]["id"] == waiting
    until(lambda: published(notify) == recorded(notify), why="and all is relayed, once")
    kinds = notify.recorded(provider)
    assert (kinds.count("notification.sent"), kinds.count("notification.acknowledged")) == (4, 1)
