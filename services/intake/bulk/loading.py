"""One batch of what a feed says: services registered, facts through the door; what became of each row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.intake import normalise, register
from services.intake.bulk import managers
from services.intake.bulk.tally import Tally
from services.intake.faults import Unusable
from services.intake.feeds.reading import Fact, Said, Service
from services.intake.identity import CQC
from services.intake.judgement import Home, Outcome
from services.intake.parts import Parts
from services.intake.registration import Register, Registered, Request
from services.intake.submission import Subject, Submission
from shared import calendar
from shared.events import envelope

AT_ONCE = 40
"""Services registered in one transaction: it holds the lock for well under a tenth of a second."""
Homes = dict[Subject, tuple[Home, ...]]


@dataclass(frozen=True, slots=True)
class Loader:
    """Loads batch after batch. The same batch again changes nothing."""

    parts: Parts
    publisher: str
    basis: Callable[[str | None, date], envelope.Basis]
    """Why a fact of this place and day is written: only what comes after a feed's go-live is told one by one."""
    in_life: Callable[[str | None], envelope.Basis]
    """The same for what is said of a service itself, which has no day of its own."""

    async def load(self, batch: Sequence[Said], tally: Tally) -> None:
        """Register the batch's services, then publish its facts. Raises what the journal and the database raise."""
        batch = await self._with_managers(batch)
        homes = await self._homes(_names(batch))
        todo = [said for said in batch if said.service and not self._is_known(said, said.service, homes, tally)]
        for start in range(0, len(todo), AT_ONCE):
            await self._register(todo[start : start + AT_ONCE], homes, tally)
        if todo:
            homes = await self._homes(_names(batch))
        await self._publish(batch, homes, tally)

    async def _with_managers(self, batch: Sequence[Said]) -> Sequence[Said]:
        async with self.parts.pool.connection() as connection, connection.cursor() as cursor:
            return await managers.ended(cursor, batch, self.publisher, calendar.london_date(self.parts.now()))

    async def _homes(self, subjects: set[Subject]) -> Homes:
        async with self.parts.pool.connection() as connection, connection.cursor() as cursor:
            return await register.homes(cursor, subjects)

    def _is_known(self, said: Said, service: Service, homes: Homes, tally: Tally) -> bool:
        """Whether nothing needs to be written of this service: it may not be changed, or must be known and is not."""
        own, place = _own(said, service, homes), said.place or ""
        if own is None and not service.add:
            tally.left_out(said.rows, "no service of this name is registered here", said.subject)
            return True
        there = [_there(homes, Subject(*name), place) for name in service.aliases.items()]
        if not service.facts and any(who - {own} for who in there):
            tally.left_out(said.rows, "another service has one of its names", said.subject)
            return True
        if own is None or service.change or service.closed or not all(there):
            return False
        tally.services["known"] += 1
        tally.known(said.rows, said.subject)
        return True

    async def _register(self, todo: Sequence[Said], homes: Homes, tally: Tally) -> None:
        """Each service, beginning with the oldest of its names: a newer one is then a registration anew."""
        steps = [self._steps(said, said.service, homes) for said in todo if said.service]
        last: list[Registered | None] = [None] * len(steps)
        best: list[str] = ["known"] * len(steps)
        for number in range(max(map(len, steps))):
            at = [n for n, each in enumerate(steps) if number < len(each)]
            requests = [replace(steps[n][number], provider_id=steps[n][number].provider_id or _id(last[n])) for n in at]
            done = await self.parts.writer.submit(Register(requests, self.parts.now(), self.parts.digest_key))
            for n, answer in zip(at, done.answers, strict=True):
                last[n], best[n] = answer, min(best[n], answer.status, key=_ORDER.index)
        for said, status, final in zip(todo, best, last, strict=True):
            tally.services[status] += 1
            if status in ("new", "changed"):
                tally.event(said.rows, said.subject)
            elif status == "known":
                tally.known(said.rows, said.subject)
            else:
                tally.left_out(said.rows, (final and final.reason) or status, said.subject)

    def _steps(self, said: Said, service: Service, homes: Homes) -> list[Request]:
        """The requests that make the register say this, one after another."""
        place, own = said.place or "", _own(said, service, homes)
        # A further name is this service's only where it is nobody else's: two may share an address.
        free = {
            scheme: value
            for scheme, value in service.aliases.items()
            if scheme == CQC or _there(homes, Subject(scheme, value), place) <= {own}
        }
        whole = Request(
            place=place,
            facts={name: value for name, value in service.facts.items() if not own or name not in service.keep},
            aliases=free,
            publisher=self.publisher,
            basis=self.in_life(said.place),
            provider_id=own,
            change=service.change,
        )
        # Name after name, from the one behind the newest that is known: each is then a registration anew.
        ids = [*service.former, service.aliases[CQC]] if CQC in service.aliases else []
        new = ids[max((n + 1 for n, each in enumerate(ids) if _there(homes, Subject(CQC, each), place)), default=0) :]
        steps = [replace(whole, aliases={**free, CQC: new[0]}) if new else whole]
        steps += [replace(whole, aliases={CQC: each}, facts={}) for each in new[1:]]
        end = [replace(whole, facts={}, aliases={}, closed=service.closed)] if service.closed else []
        return [*steps, *end]

    async def _publish(self, batch: Sequence[Said], homes: Homes, tally: Tally) -> None:
        """Facts of all places go through the door together; those of a name that stands in several, place by place."""
        groups: dict[str | None, list[tuple[Said, Fact, Submission, str]]] = {}
        for said in batch:
            everywhere = {home.place for home in homes.get(_subject(said), ())}
            found = everywhere & {said.place} if said.place else everywhere
            if len(found) != 1:
                why = "registered in several places: say --place" if found else "its service is not registered"
                for fact in said.facts:
                    tally.left_out(fact.rows, why, said.subject)
                continue
            (place,) = found
            for fact in said.facts:
                if submission := self._submission(said, fact, place, tally):
                    group = groups.setdefault(place if len(everywhere) > 1 else None, [])
                    group.append((said, fact, submission, place))
        for group in groups.values():
            places = {place for *_, place in group}
            outcomes = await self.parts.door.admit([submission for _, _, submission, _ in group], places)
            for (said, fact, *_), outcome in zip(group, outcomes, strict=True):
                self._note(said, fact, outcome, tally)

    def _note(self, said: Said, fact: Fact, outcome: Outcome, tally: Tally) -> None:
        tally.fact(fact.kind, outcome.status)
        if outcome.status == "accepted":
            tally.event(fact.rows, said.subject)
        elif outcome.status == "duplicate":
            tally.known(fact.rows, said.subject)
        else:
            tally.left_out(fact.rows, f"{outcome.status}: {outcome.reason or ''}", said.subject)

    def _submission(self, said: Said, fact: Fact, place: str, tally: Tally) -> Submission | None:
        at = envelope.instant(calendar.midnight(fact.on))
        try:
            return normalise.fact(
                fact.kind,
                dict(fact.data),
                reference=fact.reference,
                attributes={"subject": said.subject, "time": at, "observedtime": at},
                publisher=self.publisher,
                digest_key=self.parts.digest_key,
                basis=self.basis(place, fact.on),
            )
        except Unusable as unusable:
            tally.fact(fact.kind, "refused")
            tally.left_out(fact.rows, f"refused: {unusable}", said.subject)
            return None


_ORDER = ("conflict", "unknown", "new", "changed", "known")


def _names(batch: Sequence[Said]) -> set[Subject]:
    names = {_subject(said) for said in batch}
    for service in (said.service for said in batch if said.service):
        names |= {Subject(scheme, value) for scheme, value in service.aliases.items()}
        names |= {Subject(CQC, each) for each in service.former}
    return names


def _subject(said: Said) -> Subject:
    scheme, _, value = said.subject.partition(":")
    return Subject(normalise.SCHEMES.get(scheme, scheme), value)


def _there(homes: Homes, name: Subject, place: str) -> set[str | None]:
    """Who has this name in the place."""
    return {home.provider_id for home in homes.get(name, ()) if home.place == place}


def _own(said: Said, service: Service, homes: Homes) -> str | None:
    """Who it is: by its CQC id, else by the newest of those that it had before; by any name if it has none of CQC's."""
    ids = [service.aliases[CQC], *reversed(service.former)] if CQC in service.aliases else []
    names = [Subject(CQC, each) for each in ids] or [Subject(*name) for name in service.aliases.items()]
    return next((who for name in names for who in _there(homes, name, said.place or "")), None)


def _id(answer: Registered | None) -> str | None:
    return answer.provider_id if answer and answer.provider_id else None
