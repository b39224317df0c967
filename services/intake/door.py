"""The one door: submissions → sealed texts → identity under the writer's lock → journal, or quarantine (§7)."""

import logging
from collections.abc import Callable, Collection, Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.intake import corrected, heard, judgement, quarantine, register, wording
from services.intake.judgement import Arrival, Outcome
from services.intake.submission import Submission
from shared import metrics
from shared.database import Pool
from shared.events import registry
from shared.journal.rows import Result, Row
from shared.journal.writer import Writer
from shared.vault import Clear

log = logging.getLogger(__name__)


class Sealer(Protocol):
    """What the door needs of the vault."""

    async def seal_many(self, clear: Sequence[Clear]) -> Sequence[Any]:
        """Texts as they may be published."""
        ...


@dataclass
class Admit:
    """The work: each submission becomes a journal row or a quarantined item, in order of arrival."""

    arrivals: Sequence[Arrival]
    now: datetime
    keep_conflicts: bool = False
    """Where nobody waits for an answer (an inbox), what is refused here is kept for a steward."""
    noted: Container[heard.Note] = frozenset()
    """What is known to be noted as heard: spares a statement under the lock."""
    notes: set[heard.Note] = field(default_factory=set, init=False)
    _verdicts: list[Row | str] = field(default_factory=list, init=False)

    async def rows(self, cursor: register.Cursor) -> Sequence[Row]:
        """Find each one's provider; keep what has none."""
        homes = await register.homes(cursor, {arrival.it.subject for arrival in self.arrivals})
        judged = [judgement.judge(arrival, homes, self.now) for arrival in self.arrivals]
        self._verdicts = await corrected.checked(cursor, self.arrivals, judged)
        waiting = [
            self._entry(arrival, verdict)
            for arrival, verdict in zip(self.arrivals, self._verdicts, strict=True)
            if isinstance(verdict, str)
        ]
        await quarantine.keep(cursor, waiting)
        return [verdict for verdict in self._verdicts if isinstance(verdict, Row)]

    async def done(self, cursor: register.Cursor, results: Sequence[Result]) -> list[Outcome]:
        """One outcome a submission."""
        left, outcomes, kept = iter(results), [], []
        for arrival, verdict in zip(self.arrivals, self._verdicts, strict=True):
            if isinstance(verdict, str):
                outcomes.append(Outcome(arrival.it.id, "quarantined", verdict))
                continue
            result, place = next(left), verdict.draft.place
            if self.keep_conflicts and result.status in ("conflict", "refused"):
                reason = quarantine.CONFLICT if result.status == "conflict" else quarantine.REFUSED
                kept.append(self._entry(arrival, reason, result.reason))
                outcomes.append(Outcome(arrival.it.id, "quarantined", reason, place))
            else:
                outcomes.append(Outcome(arrival.it.id, result.status, result.reason, place))
        await quarantine.keep(cursor, kept)
        rows = [verdict for verdict in self._verdicts if isinstance(verdict, Row)]
        self.notes = await heard.note(cursor, rows, results, self.noted)
        return outcomes

    def _entry(self, arrival: Arrival, reason: str, detail: str | None = None) -> quarantine.Entry:
        it = arrival.it
        return quarantine.Entry(
            id=it.id,
            digest=it.digest,
            reason=reason,
            detail=detail,
            publisher=it.publisher,
            places=arrival.places,
            receivedtime=self.now,
            sealed=arrival.sealed,
            it=it,
        )


class Door:
    """How everything that comes from outside gets in, or is kept."""

    def __init__(self, pool: Pool, writer: Writer, vault: Sealer, now: Callable[[], datetime]) -> None:
        self._pool, self._writer, self._vault, self._now = pool, writer, vault, now
        self._noted: set[heard.Note] = set()

    async def admit(self, submissions: Sequence[Submission], places: Collection[str]) -> list[Outcome]:
        """Take these in; one outcome each. Raises journal.Unavailable or psycopg.OperationalError: send again."""
        with_texts = [it for it in submissions if it.texts]
        known = await self._known(with_texts) if with_texts else {}
        new = [it for it in submissions if it.id not in known]
        sealed = await self.seal(new)
        arrivals = [Arrival(it=it, places=places, sealed=texts) for it, texts in zip(new, sealed, strict=True)]
        fresh = iter(await self._submit(Admit(arrivals, self._now(), noted=self._noted)) if arrivals else ())
        outcomes = [known_outcome(it, known[it.id]) if it.id in known else next(fresh) for it in submissions]
        measure(zip(submissions, outcomes, strict=True))
        return outcomes

    async def _submit(self, work: Admit) -> list[Outcome]:
        outcomes = await self._writer.submit(work)
        if work.notes:  # committed: from now on it need not be noted again
            today = max(day for _, _, day in work.notes)
            self._noted = {note for note in self._noted if note[2] >= today} | work.notes
        return outcomes

    async def rehearse(self, submissions: Sequence[Submission], places: Collection[str]) -> list[Outcome]:
        """What `admit` would answer, with nothing kept and nothing sealed."""
        known, now, outcomes = await self._known(submissions), self._now(), []
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            homes = await register.homes(cursor, {it.subject for it in submissions})
            arrivals = [Arrival(it=it, places=places, sealed={}) for it in submissions]
            judged = [judgement.judge(arrival, homes, now) for arrival in arrivals]
            verdicts = await corrected.checked(cursor, arrivals, judged)
        for it, verdict in zip(submissions, verdicts, strict=True):
            if it.id in known:
                outcomes.append(known_outcome(it, known[it.id]))
            elif isinstance(verdict, str):
                outcomes.append(Outcome(it.id, "quarantined", verdict))
            else:
                known[it.id] = it.digest
                outcomes.append(Outcome(it.id, "accepted", place=verdict.draft.place))
        return outcomes

    async def seal(self, submissions: Sequence[Submission]) -> list[dict[str, Any]]:
        """Each one's texts as they may be published, by field."""
        named = [(at, name, text) for at, it in enumerate(submissions) for name, text in it.texts.items()]
        clear = [Clear(text, submissions[at].id, subjects(submissions[at], name)) for at, name, text in named]
        sealed: list[dict[str, Any]] = [{} for _ in submissions]
        for (at, name, _), text in zip(named, await self._vault.seal_many(clear) if clear else (), strict=True):
            sealed[at][name] = text.model_dump()
        return sealed

    async def _known(self, submissions: Sequence[Submission]) -> dict[UUID, bytes]:
        """Those that the journal has, with the digest it has them under: nothing needs to be sealed for them."""
        async with self._pool.connection() as connection:
            found = await connection.execute(
                "SELECT id, digest FROM journal WHERE id = ANY(%s)", ([it.id for it in submissions],)
            )
            return {id_: bytes(digest) for id_, digest in await found.fetchall()}


def known_outcome(it: Submission, digest: bytes) -> Outcome:
    """The same reference again: the same content is nothing new, other content is a contradiction."""
    return Outcome(it.id, "duplicate" if digest == it.digest else "conflict")


def subjects(it: Submission, field_name: str) -> tuple[str, ...]:
    """Through whom a text of a submission can be erased: the event, and the provider as it was named.

    Who somebody is (a reporter, a whistleblower) is a subject of its own, apart from the provider's texts.
    """
    if field_name in registry.identities(registry.TYPES[it.type].model):
        return f"event:{it.id}", f"identity:{it.id}"
    return f"event:{it.id}", f"{it.subject.scheme}:{it.subject.value}"


def measure(judged: Iterable[tuple[Submission, Outcome]]) -> None:
    """Count what came in."""
    for it, outcome in judged:
        if outcome.status == "accepted":
            metrics.EVENTS_ACCEPTED.labels(outcome.place, it.publisher, it.type).inc()
            if wording.unclassified(it.data):
                metrics.UNCLASSIFIED.labels(outcome.place, it.publisher, it.type).inc()
        elif outcome.status == "quarantined":
            metrics.EVENTS_QUARANTINED.labels(outcome.reason).inc()
            if it.is_urgent:
                log.error("an urgent event waits in quarantine for a steward: %s (%s)", outcome.id, outcome.reason)
