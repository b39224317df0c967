"""A service moves to another place, or turns out to be registered twice: one work under the writer's lock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from services.intake import register
from services.intake.identity import Provider
from services.intake.judgement import Outcome
from services.intake.registration import NotRecorded
from services.intake.registry_rows import Rows
from services.intake.release import Release
from services.intake.submission import Subject, Submission
from shared import calendar, identifiers
from shared.events import registry_facts
from shared.journal.rows import Result, Row

NOT_CARRIED = ("closed_on", "closed_because", "moved_to", "moved_from", "duplicate_of")
"""What the register keeps of a provider, and its successor in another place has not."""


class Refused(Exception):
    """It cannot be done; the message says why."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of it."""

    provider_id: str
    """Who it is from now on."""
    status: Literal["new", "linked", "known"]
    released: list[tuple[Submission, Outcome]]


@dataclass
class Transfer:
    """The work: a new provider in another place, with the same facts and names, linked both ways (architecture §7)."""

    provider_id: str
    place: str
    moved_on: date
    commissioning: str | None
    """In the new place. None: as before."""
    make: Rows
    _answer: tuple[str, Literal["new", "linked", "known"]] = field(default=("", "known"), init=False)
    _release: Release | None = field(default=None, init=False)

    async def rows(self, cursor: register.Cursor) -> Sequence[Row]:
        """Registered there and closed here. Raises Refused."""
        old = await register.provider(cursor, self.provider_id)
        if old is None or old.place == self.place or "duplicate_of" in old.facts:
            raise Refused("a service moves from its place to another one")
        if (before := old.facts.get("moved_to")) is not None:
            return await self._again(cursor, before)
        there = await self._there(cursor, old)
        rows = [] if there else await self._register(cursor, old)
        to = there or self._answer[0]
        self._answer = to, "linked" if there else "new"
        closed = registry_facts.ServiceClosed(closed_on=self.moved_on, reason="moved_place", moved_to=to)
        rows.append(await _close(cursor, self.make, old, closed))
        self._release = Release(self.make.now, names=set(old.aliases))
        return [*rows, *await self._release.rows(cursor)]

    async def done(self, cursor: register.Cursor, results: Sequence[Result]) -> Moved:
        """Who it is there. Raises NotRecorded."""
        waited = 0 if self._release is None else self._release.count
        _demand(results[: len(results) - waited])
        released = await self._release.done(cursor, results[len(results) - waited :]) if self._release else []
        return Moved(*self._answer, released)

    async def _again(self, cursor: register.Cursor, before: str) -> list[Row]:
        """Said again: the same answer. Raises Refused where it has moved elsewhere."""
        successor = await register.provider(cursor, before)
        if successor is None or successor.place != self.place:
            raise Refused(f"it has moved already, and is {before} now")
        self._answer = before, "known"
        return []

    async def _there(self, cursor: register.Cursor, old: Provider) -> str | None:
        """Who has one of its names in the other place already. Raises Refused where they are several."""
        homes = await register.homes(cursor, {Subject(scheme, value) for scheme, value in old.aliases})
        found = {home.provider_id for each in homes.values() for home in each if home.place == self.place}
        if len(found) > 1:
            raise Refused(f"its names stand for different providers of {self.place}: {', '.join(sorted(found))}")
        return next(iter(found), None)

    async def _register(self, cursor: register.Cursor, old: Provider) -> list[Row]:
        """The new one: its first names in its registration, later ones of a scheme as changes, oldest first."""
        id_, day = identifiers.new_provider_id(), calendar.london_date(self.make.now)
        facts = {name: value for name, value in old.facts.items() if name not in NOT_CARRIED}
        facts |= {"commissioning": self.commissioning} if self.commissioning else {}
        facts |= {"moved_from": old.provider_id}
        first: dict[str, str] = {}
        later = [(scheme, value) for scheme, value in old.aliases if first.setdefault(scheme, value) != value]
        await register.add(cursor, id_, self.place, facts, day)
        await register.name(cursor, id_, first)
        rows = [self.make.row(self.place, id_, registry_facts.ServiceRegistered(**facts, aliases=first), 1)]
        for scheme, value in later:
            version = await register.change(cursor, id_, {}, day)
            await register.name(cursor, id_, {scheme: value})
            rows.append(self.make.row(self.place, id_, registry_facts.ServiceChanged(aliases={scheme: value}), version))
        self._answer = id_, "new"
        return rows


@dataclass
class Duplicate:
    """The work: two registrations of one service. One stands for both from now on; what was recorded stays."""

    provider_id: str
    of: str
    make: Rows

    async def rows(self, cursor: register.Cursor) -> Sequence[Row]:
        """The end of the duplicate. Raises Refused."""
        found, survivor = [await register.provider(cursor, id_) for id_ in (self.provider_id, self.of)]
        if found is None or survivor is None or found.place != survivor.place or self.provider_id == self.of:
            raise Refused("two registrations of one place can be one service")
        if "duplicate_of" in survivor.facts or "moved_to" in survivor.facts:
            raise Refused(f"{self.of} does not stand for itself any more")
        if found.facts.get("duplicate_of") == self.of:
            return []
        if "duplicate_of" in found.facts or "moved_to" in found.facts:
            raise Refused(f"{self.provider_id} does not stand for itself any more")
        today = calendar.london_date(self.make.now)
        closed = registry_facts.ServiceClosed(closed_on=today, reason="duplicate_registration", duplicate_of=self.of)
        row = await _close(cursor, self.make, found, closed)
        await register.follow_on(cursor, self.provider_id)
        return [row]

    async def done(self, cursor: register.Cursor, results: Sequence[Result]) -> bool:  # noqa: ARG002
        """Whether it was new. Raises NotRecorded."""
        _demand(results)
        return bool(results)


async def _close(cursor: register.Cursor, make: Rows, found: Provider, closed: registry_facts.ServiceClosed) -> Row:
    day = calendar.london_date(make.now)
    version = await register.change(cursor, found.provider_id, register.closure(closed), day)
    return make.row(found.place, found.provider_id, closed, version)


def _demand(results: Sequence[Result]) -> None:
    if bad := next((result for result in results if result.status != "accepted"), None):
        raise NotRecorded(bad.reason or bad.status)
