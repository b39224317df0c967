"""Register providers and their aliases: one work under the writer's lock, its events in the same transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from services.intake import register
from services.intake.identity import CQC, Provider
from services.intake.judgement import Outcome
from services.intake.registry_rows import Rows
from services.intake.release import Release
from services.intake.submission import Subject, Submission
from shared import calendar, identifiers
from shared.events import envelope, registry, registry_facts
from shared.journal.rows import Result, Row


class NotRecorded(Exception):
    """The ledger does not take an event of the register's: then the register has not changed either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is said of one provider."""

    place: str
    facts: Mapping[str, Any]
    """Fields of `registry.service.registered`, without aliases. Only what is said: the rest stays as it is."""
    aliases: Mapping[str, str]
    publisher: str
    basis: envelope.Basis = "live"
    provider_id: str | None = None
    """Who it is, where that is known; else its aliases tell, or it is new."""
    closed: registry_facts.ServiceClosed | None = None
    """It has closed, or will."""
    change: bool = True
    """Whether what is known of the provider may be changed; a file of old ratings only adds."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of one request."""

    provider_id: str
    status: Literal["new", "changed", "known", "conflict", "unknown"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of the requests, and what left the quarantine through them."""

    answers: list[Registered]
    released: list[tuple[Submission, Outcome]]


@dataclass
class Register:
    """The work: find or make each provider under the lock, then release what has waited for its new names."""

    requests: Sequence[Request]
    now: datetime
    digest_key: bytes
    correlationid: str | None = None
    traceparent: str | None = None
    new_id: Callable[[], str] = identifiers.new_provider_id
    _answers: list[Registered] = field(default_factory=list, init=False)
    _names: set[tuple[str, str]] = field(default_factory=set, init=False)
    _release: Release = field(init=False)
    _own: int = field(default=0, init=False)

    async def rows(self, cursor: register.Cursor) -> Sequence[Row]:
        """The registry's events, and after them what was quarantined for want of these names."""
        self._answers, self._names = [], set()
        self._release = Release(self.now, names=self._names)
        own: list[Row] = []
        for request in self.requests:
            own += await self._take(cursor, request)
        self._own = len(own)
        return [*own, *await self._release.rows(cursor)]

    async def done(self, cursor: register.Cursor, results: Sequence[Result]) -> Done:
        """One answer a request. Raises NotRecorded."""
        if bad := next((result for result in results[: self._own] if result.status != "accepted"), None):
            raise NotRecorded(bad.reason or bad.status)
        return Done(self._answers, await self._release.done(cursor, results[self._own :]))

    async def _take(self, cursor: register.Cursor, request: Request) -> list[Row]:
        subjects = {Subject(scheme, value): scheme for scheme, value in request.aliases.items()}
        homes = await register.homes(cursor, subjects)
        owners = {
            subject: home.provider_id
            for subject, found in homes.items()
            for home in found
            if home.place == request.place
        }
        known = set(owners.values()) | ({request.provider_id} if request.provider_id else set())
        if len(known) > 1:
            taken = ", ".join(f"{subject.scheme}:{subject.value}" for subject in sorted(owners, key=str))
            reason = f"these aliases stand for different providers of {request.place}: {taken}"
            self._answers.append(Registered(request.provider_id or "", "conflict", reason))
            return []
        unknown = {subject.scheme: subject.value for subject in subjects if subject not in owners}
        if known:
            rows = await self._change(cursor, known.pop(), request, unknown)
        else:
            rows = await self._add(cursor, request)
        self._names.update(unknown.items())
        return rows

    async def _add(self, cursor: register.Cursor, request: Request) -> list[Row]:
        provider_id = self.new_id()
        await register.add(cursor, provider_id, request.place, request.facts, calendar.london_date(self.now))
        await register.name(cursor, provider_id, request.aliases)
        self._answers.append(Registered(provider_id, "new"))
        data = registry_facts.ServiceRegistered(**request.facts, aliases=dict(request.aliases))
        rows = [self._row(request, provider_id, data, 1)]
        if request.closed:  # a file of the past knows of it when it is over
            day = calendar.london_date(self.now)
            version = await register.change(cursor, provider_id, register.closure(request.closed), day)
            rows.append(self._row(request, provider_id, request.closed, version))
        return rows

    async def _change(
        self, cursor: register.Cursor, provider_id: str, request: Request, unknown: dict[str, str]
    ) -> list[Row]:
        found = await register.provider(cursor, provider_id)
        if found is None or found.place != request.place:
            self._answers.append(Registered(provider_id, "unknown"))
            return []
        differing = {name: value for name, value in request.facts.items() if found.facts.get(name) != value}
        facts = differing if request.change else {}
        closed = _closure(request.closed, found)
        if not facts and not unknown and not closed:
            self._answers.append(Registered(provider_id, "known"))
            return []
        version = await register.change(cursor, provider_id, facts | closed, calendar.london_date(self.now))
        await register.name(cursor, provider_id, unknown)
        self._answers.append(Registered(provider_id, "changed"))
        rows = []
        if facts or unknown:
            changed = registry_facts.ServiceChanged(**facts, aliases=unknown or None)
            rows.append(self._row(request, provider_id, changed, version))
        if closed and request.closed:
            rows.append(self._row(request, provider_id, request.closed, version))
        before = [value for scheme, value in found.aliases if scheme == CQC]
        if before and CQC in unknown:
            anew = registry_facts.ServiceReregistered(old_cqc_location_id=before[-1], new_cqc_location_id=unknown[CQC])
            rows.append(self._row(request, provider_id, anew, version))
        return rows

    def _row(self, request: Request, provider_id: str, data: registry.Data, version: int) -> Row:
        rows = Rows(
            publisher=request.publisher,
            digest_key=self.digest_key,
            now=self.now,
            basis=request.basis,
            correlationid=self.correlationid,
            traceparent=self.traceparent,
        )
        return rows.row(request.place, provider_id, data, version)


def _closure(closed: registry_facts.ServiceClosed | None, found: Provider) -> dict[str, Any]:
    """What the register keeps of a closure that it does not know yet."""
    kept = register.closure(closed) if closed else {}
    return {} if all(found.facts.get(name) == value for name, value in kept.items()) else kept
