"""The use cases of erasure: two people, a hold that forbids it, a receipt on the record (golden 18)."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import PersistenceError

from services.governance import matters, register
from services.governance.asking import Asking, Clash, NoPolicy, Refused, Reply, Unfit
from services.governance.domain import erasure
from services.governance.domain.authority import Verdict
from services.governance.event_store import EventStore
from services.governance.matter import NotFitting
from services.governance.matters import About, Matters, Seal
from services.governance.packs import InForce, Packs
from services.governance.proof import orders, sealed_texts
from services.governance.proof.due import Due
from services.governance.proof.holding import Holding
from shared import calendar, clock
from shared.events import erasures
from shared.journal import append as journal
from shared.vault import LegalHold, Vault

log = logging.getLogger(__name__)

EVERY_SECONDS = 30.0
MOST = 500
"""Events of one erasure."""
RETRIED = (psycopg.Error, PersistenceError, journal.Unavailable, Clash, ConnectionError, TimeoutError)

_APPROVED = "SELECT matter_id FROM matters WHERE kind = 'erasure' AND open AND document->>'status' = 'approved'"


@dataclass(frozen=True, slots=True)
class Erasing:
    """Blocks: call it from a thread."""

    store: EventStore
    matters: Matters
    vault: Vault
    packs: Packs
    digest_key: bytes

    @property
    def holding(self) -> Holding:
        """What forbids it."""
        return Holding(self.store, self.matters, self.vault)

    def request(self, provider_id: str, order: orders.NewErasure, asking: Asking) -> Reply:
        """Ask that the texts of these events be erased. Raises Unknown, Unfit, NotFitting (a hold)."""
        seen = register.provider(self.store, provider_id, asking.places)
        self.holding.demand(seen, order.events, identity=order.texts == "identity")
        self.holding.forbid(provider_id, [str(one) for one in order.events])
        role = self._power(seen.place, asking)[0].role or None
        first, content = partial(_requested, order, asking.actor, role), order.model_dump(mode="json")
        return self.matters.begin(erasure.KIND, About(provider_id, seen.place), asking, content, [first])

    def request_due(self, provider_id: str, order: orders.Expired, due: Due, asking: Asking) -> Reply:
        """Ask that whatever is due be erased, the oldest first. Raises Unknown, NotFitting (nothing is due)."""
        seen = register.provider(self.store, provider_id, asking.places)
        role = self._power(seen.place, asking)[0].role or None

        def first(name: str, _: Any, seal: Seal) -> erasures.ErasureRequested:  # looked for once, whatever comes due
            found, _counts = due.of(provider_id, seen.place, calendar.london_date(asking.at))
            events = tuple(one.kept.event_id for one in found if one.state == "due")[:MOST]
            if not events:
                raise NotFitting("nothing of this provider is due for erasure")
            wanted = orders.NewErasure(because="retention_expired", events=events, reason=order.reason)
            return _requested(wanted, asking.actor, role, name, None, seal)

        content = {"due": True, "reason": order.reason}
        return self.matters.begin(erasure.KIND, About(provider_id, seen.place), asking, content, [first])

    def answer(self, erasure_id: str, order: orders.Agreement, asking: Asking) -> Reply:
        """Another person agrees, and it is carried out; or refuses. Raises as `request`, and Refused.

        One of the two has the power to erase: who asked, or else who agrees.
        """
        found = self.matters.matter(erasure.KIND, erasure_id, asking.places)
        verdict, policy = self._power(found.place, asking)
        if order.approve:
            if not (verdict.allowed or found.state.asked.role):
                raise Refused(verdict, policy.reference if policy else {})
            self.holding.forbid(found.subject, found.state.asked.events)
        elif order.reason is None:
            raise Unfit("/reason", "A refusal says why.", "Add a reason.")
        said = partial(_answered, order, asking.actor, verdict.role or None)
        reply = self.matters.step(erasure.KIND, erasure_id, asking, order.model_dump(mode="json"), said)
        if order.approve:
            try:
                return Reply(reply.status, self.carry_out(erasure_id))
            except RETRIED as error:  # agreed is agreed: it is finished later
                log.warning("%s is not carried out yet: %s: %.300s", erasure_id, type(error).__name__, error)
        return reply

    def carry_out(self, erasure_id: str) -> dict[str, Any]:
        """Destroy the keys of an erasure that was agreed, and keep the receipt. Again and again does no harm."""
        made = self.store.matter(erasure.KIND.name, erasure_id)
        assert made is not None  # noqa: S101 - it was agreed
        if made.state.status == "approved":
            asked, identity = made.state.asked, made.state.asked.texts == "identity"
            events = self.holding.events(made.subject, [UUID(one) for one in asked.events])
            kids = {kid for event in events for kid in sealed_texts.kids(event, identity=identity)}
            names = [name for event in events for name in sealed_texts.subjects(event.id, identity=identity)]
            try:
                self.holding.forbid(made.subject, asked.events)
                said = _receipt(self.vault.destroy_many_sync(names, kids))
            except (LegalHold, NotFitting):  # placed after it was agreed, or by another service
                said = _held
            with contextlib.suppress(NotFitting):  # the other process was first
                self.matters.step(erasure.KIND, erasure_id, self._ours(erasure_id, made.place), {}, said)
        found = self.store.matter(erasure.KIND.name, erasure_id)
        assert found is not None  # noqa: S101
        return matters.shown(found)

    async def run(self) -> None:
        """For ever: what was agreed and not done is done, and holds are in the vault."""
        while True:
            try:
                await asyncio.to_thread(self.finish)
            except RETRIED as error:
                log.warning("erasures are not looked after: %s: %.300s", type(error).__name__, error)
            await asyncio.sleep(EVERY_SECONDS)

    def finish(self) -> None:
        """Once."""
        self.holding.settle()
        with self.store.reading() as cursor:
            cursor.execute(_APPROVED)
            waiting = [row["matter_id"] for row in cursor]
        for erasure_id in waiting:
            self.carry_out(erasure_id)

    def _power(self, place: str, asking: Asking) -> tuple[Verdict, InForce | None]:
        try:
            policy = self.packs.in_force(place, calendar.london_date(asking.at))
        except NoPolicy:
            policy = None  # what was sent by mistake before one was adopted can be erased too
        return erasure.power(policy.pack.authority if policy else None, asking.asker), policy

    def _ours(self, erasure_id: str, place: str) -> Asking:
        return Asking(
            "governance", "governance", frozenset(), frozenset({place}), clock.now(), f"carry-out-{erasure_id}",
            self.digest_key,
        )  # fmt: skip


def _requested(
    order: orders.NewErasure, actor: str, role: str | None, name: str, _: Any, seal: Seal
) -> erasures.ErasureRequested:
    return erasures.ErasureRequested(
        erasure_id=name, actor=actor, role=role, because=order.because, events=tuple(map(str, order.events)),
        texts=order.texts, reason=seal(order.reason),
    )  # fmt: skip


def _answered(order: orders.Agreement, actor: str, role: str | None, name: str, _: Any, seal: Seal) -> erasures.Erasure:
    if order.approve:
        return erasures.ErasureApproved(erasure_id=name, actor=actor, role=role)
    return erasures.ErasureRefused(erasure_id=name, actor=actor, role=role, because="person", reason=seal(order.reason))


def _receipt(kids: Sequence[UUID]) -> matters.Said:
    digest = hashlib.sha256("".join(f"{kid}\n" for kid in sorted(map(str, kids))).encode()).hexdigest()

    def said(name: str, _: Any, __: Seal) -> erasures.ErasureCarriedOut:
        return erasures.ErasureCarriedOut(erasure_id=name, keys=len(kids), digest=digest)

    return said


def _held(name: str, _: Any, __: Seal) -> erasures.ErasureRefused:
    return erasures.ErasureRefused(erasure_id=name, because="legal_hold")
