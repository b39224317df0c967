"""The use case of a place: adopt a policy. Its text goes to `places` whole; marks in the ledger say when it counts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
import psycopg

from services.governance import packs, publish
from services.governance.asking import Asking, PlaceNotHeld, Reply, Unfit
from services.governance.event_store import WRITER, Cursor, EventStore, Keep
from services.governance.once import once
from services.governance.orders import Adoption as Order
from services.governance.policy_book import Adoption, PolicyBook
from services.governance.publish import Origin
from shared import calendar, clock, policy
from shared.events import envelope, marks, places
from shared.journal import marks as journal_marks
from shared.journal.rows import Row
from shared.policies.pack import Pack
from shared.vault import Vault

MAX_BYTES = envelope.MAX_BYTES - 120 * 1024
"""What is left for the text beside the envelope and a sealed reason of the greatest length."""


class Adoptions:
    """Blocks: call it from a thread."""

    def __init__(self, store: EventStore, vault: Vault) -> None:
        self._store, self._vault = store, vault

    def adopt(self, place: str, order: Order, asking: Asking) -> Reply:
        """201, or 200 where this was adopted last. Raises Unfit for a pack that cannot be used."""
        if place not in asking.places:
            raise PlaceNotHeld(place)
        pack = pack_of(order.pack)
        command = asking.digest("adopt", place, order.model_dump(mode="json"))
        return once(self._store, asking, command, lambda: self._adopt(place, order, pack, asking, command))

    def _adopt(self, place: str, order: Order, pack: Pack, asking: Asking, command: bytes) -> Reply:
        book, digest = self._store.book(place), policy.digest(pack)
        today = calendar.london_date(asking.at)
        if (latest := book.latest) and latest.digest == digest and not _is_new(order, latest, today):
            return Reply(200, _said(latest))
        number, text = len(book.adoptions) + 1, policy.document(pack)
        event_id = publish.adoption_id(place, number)
        rationale = order.rationale and self._vault.seal_sync(order.rationale, event_id=event_id, subjects=[place])
        step = places.PolicyAdopted(
            pack=pack.pack,
            version=pack.version,
            digest=digest,
            text=text,
            effective_from=order.effective_from or today,
            endorsed_by=order.endorsed_by,
            review_by=order.review_by,
            rationale=rationale or None,
            actor=asking.actor,
        )
        adopted = book.adopt(step, asking.at)
        ended = ending(book, asking.at, asking.actor, asking.origin(place)) if _is_shadow(book, digest) else []

        def rows(cursor: Cursor) -> Sequence[Row]:
            packs.keep(cursor, digest, orjson.dumps(text))
            now = adopted.in_force_from <= today
            cursor.execute(_SCHEDULE, (str(event_id), place, digest, number, adopted.in_force_from, now))
            kept = [publish.adopted(step, number, asking.at, asking.origin(place))]
            return kept + ended + (_marks(place, digest, str(event_id), asking.at) if now else [])

        self._store.save(book, keep=Keep(rows, asking.scoped_key, command, 201, _said(adopted)))
        return Reply(201, _said(adopted))


async def due(cursor: psycopg.AsyncCursor[Any], day: Any) -> Sequence[Row]:
    """Marks of the policies whose day has begun, for the day closer, after that day's close."""
    await cursor.execute(
        "UPDATE adoptions SET marked = true WHERE NOT marked AND in_force_from <= %s"
        " RETURNING place, digest, event_id, in_force_from, number",
        (day,),
    )
    found = sorted(await cursor.fetchall(), key=lambda row: (row[3], row[4]))
    now = clock.now()
    return [mark for place, digest, event_id, *_ in found for mark in _marks(place, digest, event_id, now)]


def ending(book: PolicyBook, at: Any, actor: str, origin: Origin) -> list[Row]:
    """End the draft that is judged beside a place's policy: what is published of it."""
    shadow = book.shadow
    if shadow is None:
        return []
    step = places.PolicyShadowEnded(digest=shadow.digest, actor=actor)
    book.judge_no_longer(step, at)
    row = publish.text(step, shadow.number, at, origin)
    data = marks.ShadowInForce(place=origin.place)
    return [row, *journal_marks.in_force(data, writer=WRITER, at=at, adoption=str(row.draft.id))]


_SCHEDULE = (
    "INSERT INTO adoptions(event_id, place, digest, number, in_force_from, marked) VALUES (%s, %s, %s, %s, %s, %s)"
)


def _is_shadow(book: PolicyBook, digest: str) -> bool:
    """Whether this is the draft that is judged beside the policy: adopted, it is a draft no longer."""
    return book.shadow is not None and book.shadow.digest == digest


def _is_new(order: Order, latest: Adoption, today: date) -> bool:
    """Whether the same text is adopted anew: to count sooner, endorsed by others, to be looked at by another day."""
    sooner = max(order.effective_from or today, today) < latest.in_force_from
    endorsed = bool(order.endorsed_by) and order.endorsed_by != latest.endorsed_by
    return sooner or endorsed or (order.review_by is not None and order.review_by != latest.review_by)


def _marks(place: str, digest: str, adoption: str, at: Any) -> list[Row]:
    return journal_marks.in_force(
        marks.PolicyInForce(place=place, digest=digest), writer=WRITER, at=at, adoption=adoption
    )


def pack_of(asked: str | dict[str, Any]) -> Pack:
    """A shipped pack by its name, or one that is sent whole. Raises Unfit."""
    pack = _read(asked)
    if (size := len(orjson.dumps(policy.document(pack)))) > MAX_BYTES:
        raise Unfit("/pack", f"This pack has {size} bytes.", f"At most {MAX_BYTES} fit into its event.")
    return pack


def _read(asked: str | dict[str, Any]) -> Pack:
    try:
        if isinstance(asked, dict):
            return policy.parse(asked)
        if asked not in policy.shipped():
            raise Unfit("/pack", f"There is no pack {asked}.", f"Use one of {', '.join(policy.shipped())}.")
        return policy.load(asked)
    except policy.PackError as error:
        raise Unfit("/pack", "This pack cannot be used: " + " ".join(error.mistakes[:20]), "Correct it.") from error


def _said(adoption: Adoption) -> dict[str, Any]:
    reference = {"pack": adoption.pack, "version": adoption.version, "digest": adoption.digest}
    return {"policy": reference, "in_force_from": adoption.in_force_from.isoformat()}
