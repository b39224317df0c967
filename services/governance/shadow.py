"""The use case of a draft: judge it beside the policy in force, to see who would move. Nobody is told by it."""

from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict

from services.governance import packs, publish
from services.governance.adoption import ending, pack_of
from services.governance.asking import Asking, NoPolicy, PlaceNotHeld, Reply, Unfit
from services.governance.event_store import WRITER, Cursor, EventStore, Keep
from services.governance.once import once
from services.governance.order import Code, Text
from services.governance.policy_book import Shadow
from shared import calendar, policy
from shared.events import marks, places
from shared.journal import marks as journal_marks
from shared.journal.rows import Row
from shared.vault import Vault


class Draft(BaseModel):
    """`POST /v1/places/{place}/policy/shadow`: a shipped pack by its name, or a draft whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pack: Code | dict[str, Any]
    rationale: Text | None = None


class Shadows:
    """Blocks: call it from a thread."""

    def __init__(self, store: EventStore, vault: Vault) -> None:
        self._store, self._vault = store, vault

    def begin(self, place: str, order: Draft, asking: Asking) -> Reply:
        """201, or 200 where this draft is judged already. Raises Unfit, NoPolicy."""
        if place not in asking.places:
            raise PlaceNotHeld(place)
        pack = pack_of(order.pack)
        command = asking.digest("shadow", place, order.model_dump(mode="json"))
        return once(self._store, asking, command, lambda: self._begin(place, order, pack, asking, command))

    def end(self, place: str, asking: Asking) -> Reply:
        """200; also where nothing is judged beside the policy."""
        if place not in asking.places:
            raise PlaceNotHeld(place)
        command = asking.digest("shadow-ends", place, {})
        return once(self._store, asking, command, lambda: self._end(place, asking, command))

    def _begin(self, place: str, order: Draft, pack: policy.Pack, asking: Asking, command: bytes) -> Reply:
        book, digest = self._store.book(place), policy.digest(pack)
        in_force = book.in_force(calendar.london_date(asking.at))
        if in_force is None:
            raise NoPolicy(f"no policy is in force at {place}: there is nothing to judge a draft beside")
        if in_force.digest == digest:
            raise Unfit("/pack", "This is the policy in force.", "Send the draft that is to be compared with it.")
        if book.shadow is not None and book.shadow.digest == digest:
            return Reply(200, said(book.shadow))
        text, number = policy.document(pack), book.shadows + 1
        event_id = publish.text_id(places.PolicyShadowed, place, number)
        rationale = order.rationale and self._vault.seal_sync(order.rationale, event_id=event_id, subjects=[place])
        step = places.PolicyShadowed(
            pack=pack.pack,
            version=pack.version,
            digest=digest,
            text=text,
            rationale=rationale or None,
            actor=asking.actor,
        )
        shadow = book.judge_beside(step, asking.at)

        def rows(cursor: Cursor) -> Sequence[Row]:
            packs.keep(cursor, digest, orjson.dumps(text))
            row = publish.text(step, number, asking.at, asking.origin(place))
            data = marks.ShadowInForce(place=place, digest=digest)
            return [row, *journal_marks.in_force(data, writer=WRITER, at=asking.at, adoption=str(row.draft.id))]

        self._store.save(book, keep=Keep(rows, asking.scoped_key, command, 201, said(shadow)))
        return Reply(201, said(shadow))

    def _end(self, place: str, asking: Asking, command: bytes) -> Reply:
        book = self._store.book(place)
        if book.shadow is None:
            return Reply(200, {"shadow": None})
        rows = ending(book, asking.at, asking.actor, asking.origin(place))
        self._store.save(book, keep=Keep(lambda _: rows, asking.scoped_key, command, 200, {"shadow": None}))
        return Reply(200, {"shadow": None})


def said(shadow: Shadow) -> dict[str, Any]:
    """A draft as it is answered."""
    return {"shadow": {"pack": shadow.pack, "version": shadow.version, "digest": shadow.digest}}
