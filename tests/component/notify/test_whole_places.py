"""Intake's alerts about no provider: a silent feed goes to the stewards, danger without a home to safeguarding too."""

import json
from collections.abc import Callable

from services.intake import alerts
from shared.journal.rows import Row
from tests.component.notify.doors import Hook, until
from tests.component.notify.world import World

Hooks = Callable[..., Hook]


def write(notify: World, row: Row) -> None:
    """Intake's row, as it comes to stand on the ledger."""
    kind, data = row.draft.type.removeprefix("careledger.").removesuffix(".v1"), row.draft.data
    notify._send(lambda: notify.ledger.fact(kind, row.key, data, id=row.draft.id))


def said(door: Hook) -> list[tuple[str, str, str]]:
    """What came: type, alert, and whom it is about."""
    bodies = [json.loads(call.body) for call in door.calls]
    return [(body["type"], body["alert"], body["provider"]["id"] or body["place"]) for body in bodies]


def test_a_silent_feed_is_told_to_the_stewards_of_its_place_and_so_is_its_end(notify: World, hook: Hooks) -> None:
    place, steward, safeguarding = notify.place(), hook(), hook()
    notify.register("data_steward", steward)
    notify.register("safeguarding", safeguarding)
    about = {"place": place, "cause": "feed:cqc-locations:2026-03-01", "now": notify.now, "digest_key": b"k" * 32}

    write(notify, alerts.raised(**about, summary="The feed cqc-locations has been silent for 4 days."))
    until(lambda: steward.calls)
    write(notify, alerts.cleared(**about, summary="The feed cqc-locations was heard again."))
    until(lambda: len(steward.calls) == 2)

    assert said(steward) == [("alert.raised", "A19", place), ("alert.cleared", "A19", place)]
    assert not safeguarding.calls


def test_danger_without_a_home_is_told_to_safeguarding_at_once(notify: World, hook: Hooks) -> None:
    place, safeguarding = notify.place(A19={"switch": "off"}), hook()
    notify.register("safeguarding", safeguarding)

    write(notify, alerts.raised(
        place=place, cause="quarantine:1", now=notify.now, digest_key=b"k" * 32, urgent=True,
        summary="An urgent concern about a service that is not known waits in quarantine.",
    ))  # fmt: skip
    until(lambda: safeguarding.calls)

    assert said(safeguarding) == [("alert.raised", "A19", place)]
