"""Let out of quarantine what has a home now: new journal rows, in order of arrival, first arrival kept (§7)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.intake import corrected, heard, judgement, quarantine, register
from services.intake.judgement import Arrival, Home, Outcome
from services.intake.quarantine import Item
from services.intake.submission import Submission
from shared.journal.rows import Result, Row

BY_ITSELF = "intake"


class DecidedMeanwhile(Exception):
    """Somebody else has ended its wait in the same moment."""


@dataclass
class Release:
    """The work, for everything that is releasable: all of it, or what waits for the given names."""

    now: datetime
    names: set[tuple[str, str]] | None = None
    limit: int = 200
    _released: list[tuple[Item, Arrival, Row]] = field(default_factory=list, init=False)

    @property
    def count(self) -> int:
        """How many rows it has given."""
        return len(self._released)

    async def rows(self, cursor: register.Cursor) -> Sequence[Row]:
        """A row for each item that has one home now; their recordedtime will be the release's."""
        self._released = []
        if self.names is not None and not self.names:
            return []
        found = await quarantine.releasable(cursor, self.now, names=self.names, limit=self.limit)
        arrivals = [(item, item.arrival()) for item in found]
        homes = await register.homes(cursor, {arrival.it.subject for _, arrival in arrivals})
        judged = [judgement.judge(arrival, homes, self.now) for _, arrival in arrivals]
        verdicts = await corrected.checked(cursor, [arrival for _, arrival in arrivals], judged)
        for (item, arrival), verdict in zip(arrivals, verdicts, strict=True):
            if isinstance(verdict, Row):
                self._released.append((item, arrival, verdict))
            elif verdict != item.reason:
                await quarantine.hold(cursor, item.number, verdict, None)
        return [row for _, _, row in self._released]

    async def done(self, cursor: register.Cursor, results: Sequence[Result]) -> list[tuple[Submission, Outcome]]:
        """What became of each; one whose id has meanwhile been taken by other content stays, as a conflict."""
        await heard.note(cursor, [row for _, _, row in self._released], results)
        outcomes = []
        for (item, arrival, row), result in zip(self._released, results, strict=True):
            await _settle(cursor, item, result, quarantine.Decision(by=BY_ITSELF, at=self.now))
            outcomes.append((arrival.it, Outcome(item.id, result.status, result.reason, row.draft.place)))
        return outcomes


@dataclass
class ReleaseOne:
    """The work, for one item that a steward releases: who thereby answers for a correction of another's fact."""

    item: Item
    arrival: Arrival
    places: Collection[str]
    """The steward's: what belongs to a provider of another place is not theirs to release."""
    decision: quarantine.Decision
    now: datetime
    home: Home | None = None
    """Who is meant, where the steward says so: the sender's name for it leads to nobody, or to several."""
    _verdict: Row | str = field(default=judgement.UNKNOWN, init=False)

    async def rows(self, cursor: register.Cursor) -> Sequence[Row]:
        """Its row, if it can be used now."""
        subject = self.arrival.it.subject
        homes = {subject: (self.home,)} if self.home else await register.homes(cursor, [subject])
        self._verdict = judgement.judge(self.arrival, homes, self.now)
        if isinstance(self._verdict, Row) and self._verdict.draft.place not in self.places:
            self._verdict = judgement.UNKNOWN
        return [self._verdict] if isinstance(self._verdict, Row) else []

    async def done(self, cursor: register.Cursor, results: Sequence[Result]) -> Outcome:
        """What became of it; `quarantined` with the reason why it still has to wait. Raises DecidedMeanwhile."""
        if isinstance(self._verdict, str):
            return Outcome(self.arrival.it.id, "quarantined", self._verdict)
        await heard.note(cursor, [self._verdict], results)
        await _settle(cursor, self.item, results[0], self.decision)
        return Outcome(self.arrival.it.id, results[0].status, results[0].reason, self._verdict.draft.place)


async def _settle(cursor: register.Cursor, item: Item, result: Result, decision: quarantine.Decision) -> None:
    if result.status in ("accepted", "duplicate"):
        if not await quarantine.settle(cursor, item.number, "released", decision):
            raise DecidedMeanwhile(f"{item.id} does not wait any more")
    else:
        reason = quarantine.CONFLICT if result.status == "conflict" else quarantine.REFUSED
        await quarantine.hold(cursor, item.number, reason, result.reason)
