"""The use cases of legal holds: place one, lift one, and what one forbids (architecture §9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from services.governance import matters, register, view
from services.governance.asking import Asking, Reply, Unfit
from services.governance.domain import legal_hold
from services.governance.event_store import EventStore
from services.governance.matter import NotFitting
from services.governance.matters import About, Matters, Seal
from services.governance.proof import orders, sealed_texts
from services.governance.register import Seen
from shared.events import Event, decode, erasures
from shared.vault import Vault

FIX = "Give ids of events in this provider's history that hold a text."
OWN_ID = "id"
"""The scheme under which intake lists texts that were sent about a provider by our own id."""

_EVENTS = f"SELECT body FROM {view.SCHEMA}.history WHERE provider_id = %s AND id = ANY(%s)"  # noqa: S608 - ours
_HOLDS = "SELECT document FROM matters WHERE kind = 'hold' AND open = %s"


@dataclass(frozen=True, slots=True)
class Holding:
    """Blocks: call it from a thread."""

    store: EventStore
    matters: Matters
    vault: Vault

    def hold(self, provider_id: str, order: orders.NewHold, asking: Asking) -> Reply:
        """Place a hold: recorded, which forbids every erasure of ours, then in the vault. Raises Unknown, Unfit."""
        seen = register.provider(self.store, provider_id, asking.places)
        if order.events:
            self.demand(seen, order.events)
        first, content = (
            partial(_placed, order, asking.actor, _names(seen, order.events)),
            order.model_dump(mode="json"),
        )
        reply = self.matters.begin(legal_hold.KIND, About(provider_id, seen.place), asking, content, [first])
        self.settle()
        return reply

    def lift(self, hold_id: str, order: orders.Lift, asking: Asking) -> Reply:
        """Lift a hold. What another one still names stays held. Raises Unknown, NotFitting."""
        said = partial(_lifted, order, asking.actor)
        reply = self.matters.step(legal_hold.KIND, hold_id, asking, order.model_dump(mode="json"), said)
        self.settle()
        return reply

    def settle(self) -> None:
        """Bring the vault's holds in line with the record: it may have been restored from yesterday."""
        with self.store.reading() as cursor:
            cursor.execute(_HOLDS, (True,))
            held = {name: row["document"]["hold_id"] for row in cursor for name in row["document"]["subjects"]}
            cursor.execute(_HOLDS, (False,))
            lifted = {name for row in cursor for name in row["document"]["subjects"]} - held.keys()
        for hold_id in set(held.values()):
            self.vault.hold_sync([name for name, by in held.items() if by == hold_id], hold_id)
        self.vault.release_sync(lifted)

    def forbid(self, provider_id: str, events: Sequence[str]) -> None:
        """Raises NotFitting where a hold forbids the erasure of texts of these events."""
        with self.store.reading() as cursor:
            held = legal_hold.forbids(matters.open_ones(cursor, legal_hold.KIND.name, provider_id), events)
        if held is not None:
            raise NotFitting(f"the legal hold {held} forbids it")

    def demand(self, seen: Seen, wanted: Sequence[UUID], *, identity: bool = False) -> None:
        """Raises Unfit for what is no event of this provider, or holds no text."""
        known = {event.id: event for event in self.events(seen.provider_id, wanted)}
        for number, one in enumerate(wanted):
            if one not in known or not sealed_texts.kids(known[one], identity=identity):
                raise Unfit(f"/events/{number}", f"No event {one} of this provider holds such a text.", FIX)

    def events(self, provider_id: str, wanted: Sequence[UUID]) -> list[Event]:
        """Those of a provider's history."""
        with self.store.reading() as cursor:
            cursor.execute(_EVENTS, (provider_id, list(wanted)), prepare=True)
            return [decode(bytes(row["body"])) for row in cursor]


def _names(seen: Seen, events: Sequence[UUID]) -> tuple[str, ...]:
    """What a hold holds in the vault: these events, or all that is listed under the provider by any of its names."""
    if events:
        return tuple(name for one in events for name in sealed_texts.subjects(one))
    named = {OWN_ID: seen.provider_id, **seen.facts.get("aliases", {})}
    return seen.provider_id, *(f"{scheme}:{value}" for scheme, value in named.items())


def _placed(
    order: orders.NewHold, actor: str, names: tuple[str, ...], name: str, _: Any, seal: Seal
) -> erasures.LegalHoldPlaced:
    reason = seal(order.reason)
    assert reason is not None  # noqa: S101 - a hold says why
    return erasures.LegalHoldPlaced(
        hold_id=name, actor=actor, because=order.because, events=tuple(map(str, order.events)), subjects=names,
        reason=reason,
    )  # fmt: skip


def _lifted(order: orders.Lift, actor: str, name: str, _: Any, seal: Seal) -> erasures.LegalHoldLifted:
    reason = seal(order.reason)
    assert reason is not None  # noqa: S101 - lifting says why
    return erasures.LegalHoldLifted(hold_id=name, actor=actor, reason=reason)
