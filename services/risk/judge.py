"""One record after another: what it changes in one partition, and what is said about it. Pure: `now` is an argument.

The same records in the same order give the same changes, in batches of any size and from any restart: only the wall
clock in what is said differs, and that is fixed when it is first written.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec

from services.risk import alerts, episodes, publish
from services.risk.criteria import Rules
from services.risk.expected import Baseline
from services.risk.memory import Change, Held, PartitionRecord, ProviderRecord, Sweep
from services.risk.publish import Cause
from services.risk.published import Published
from services.risk.remembered import partition, state
from services.risk.remembered.partition import PartitionState
from services.risk.speech import Speech
from services.risk.standing import Scene
from services.risk.weighing import Texts
from shared import calendar, identifiers
from shared.events import Event, assessments, dumped

replace = msgspec.structs.replace


class NothingPending(Exception):
    """Asked to go on with a sweep, or a held record, where there is none."""


def no_baselines(digest: str) -> Baseline:
    """None is known. Raises KeyError."""
    raise KeyError(digest)


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges under the policies that are known, for one version of the state."""

    version: int
    rules: Callable[[str], Rules]
    """The policy with this digest, made ready. It must be known by the time that a mark with it is judged."""
    baselines: Callable[[str], Baseline] = no_baselines
    """The peers' baseline with this digest, likewise."""

    def passed(self, record: PartitionRecord, offset: int, event: Event | None = None) -> PartitionRecord:
        """The partition once the record at `offset` is done with; with the event, its place and what it marks."""
        if event is None:
            return replace(record, offset=offset)
        pack = self.rules(event.data["digest"]).pack.pack if event.kind == "policy.in_force" else ""
        return replace(record, offset=offset, state=partition.fold_mark(record.state, event, pack=pack))

    def fact(self, record: PartitionRecord, known: ProviderRecord | None, event: Event, now: datetime) -> Change:
        """An event of a provider: folded, and judged at once, at C, over everything before it."""
        before = state.empty(event.subject, event.place) if known is None else known.state
        after = state.fold(before, event)
        if after is before:
            return Change(record)
        speech = Speech(self.version, record, known or ProviderRecord(before), after, Cause.of(event), now)
        if not record.muted:
            self._say(speech, record.state, None if known is None else self._scene(known, record.state))
        return speech.change(since=event.recordedtime if event.basis == "live" else None)

    def mark(self, record: PartitionRecord, event: Event, offset: int) -> Change:
        """A mark: time or policy moves on. Whoever that concerns is to be swept before the next record."""
        after = self.passed(record, offset, event)
        closed = event.kind == "day.closed"
        if record.muted or (closed and (after.state.c, after.state.heard) == (record.state.c, record.state.heard)):
            return Change(after)
        sweep = Sweep(
            before=record.state,
            cause=str(event.id),
            recorded=event.recordedtime,
            basis="live" if closed else "adoption",
            place=None if closed else event.data["place"],
        )
        return Change(replace(after, sweep=sweep))

    def swept(self, record: PartitionRecord, provider_id: str, known: ProviderRecord, now: datetime) -> Change:
        """One provider, judged anew because of a mark."""
        sweep, record = _sweep(record), self.skipped(record, provider_id)
        if known.held is not None or sweep.place not in (None, known.state.place):
            return Change(record)  # held: it is unknown anyway, and what waits may say that nothing is overdue
        speech = Speech(self.version, record, known, known.state, _cause(sweep, known.state.place), now)
        self._say(speech, record.state, self._scene(known, sweep.before))
        return speech.change()

    @staticmethod
    def skipped(record: PartitionRecord, provider_id: str) -> PartitionRecord:
        """The sweep is done with one provider."""
        return replace(record, sweep=replace(_sweep(record), after=provider_id))

    def sweep_ended(self, record: PartitionRecord, now: datetime) -> Change:
        """Everybody was judged: the day is, where it was a day's close."""
        sweep, record = _sweep(record), replace(record, sweep=None)
        if sweep.basis != "live" or sweep.before.c == record.state.c:
            return Change(record)
        return self.day_judged(record, _cause(sweep, publish.NOWHERE), now)

    def day_judged(self, record: PartitionRecord, cause: Cause, now: datetime) -> Change:
        """Say that everybody was judged at C."""
        if record.state.c is None:
            return Change(record)
        day, number = date.fromordinal(record.state.c), record.state.number
        said = publish.say(
            record.order,
            assessments.DayJudged,
            dumped(assessments.DayJudged(date=day, ledger_offset=record.offset)),
            version=self.version,
            id_=identifiers.derived_id("day.judged", str(self.version), str(number), day.isoformat()),
            subject=f"partition/{number}",
            prevhash=record.order.hash,
            time=calendar.midnight(day + timedelta(days=1)),
            cause=cause,
            now=now,
        )
        return Change(replace(record, order=replace(said.order, hash=said.hash)), outputs=[said.record])

    def rebuilt(
        self, record: PartitionRecord, known: ProviderRecord, published: Published, cause: Cause, now: datetime
    ) -> Change:
        """A provider after a re-fold: what differs from the last published word, and no more."""
        provider_id = known.state.provider_id
        open_ = published.open.get(provider_id, {})
        last = replace(
            known,
            said=published.words.get(provider_id, b""),
            hash=published.hashes.get(provider_id, ""),
            episodes=episodes.resumed({each.cause: each.alert for each in open_.values()}),
        )
        speech = Speech(self.version, record, last, known.state, cause, now)
        if known.held is not None:
            speech.assessment(self._unknown(speech, record.state))
            return speech.change()
        found = self._texts.weigh(speech.known.state, record.state)
        speech.assessment(found.assessment)
        here = self._texts.scene(speech.known.state, record.state, found.due)
        speech.alerts(each for each in alerts.alerts(None, here) if str(each.id) not in published.raised)
        speech.alerts(gone for each in open_.values() if (gone := alerts.settled(each, here)) is not None)
        speech.episodes(episodes.turn(last.episodes, found.seen, cause.id, here.due.today), found.seen, here)
        speech.shadow(self._texts.shadow(speech.known.state, record.state), found.assessment)
        return speech.change()

    # A record that broke the core

    def held(self, record: PartitionRecord, known: ProviderRecord, held: Held, cause: Cause, now: datetime) -> Change:
        """The provider's level is unknown from here on, and says so; its later records wait."""
        broken = replace(known.state, unprocessed=1)
        speech = Speech(self.version, record, replace(known, held=held), broken, cause, now)
        if not record.muted:
            speech.assessment(self._unknown(speech, record.state))
        return speech.change()

    @staticmethod
    def parked(record: PartitionRecord, known: ProviderRecord) -> Change:
        """One more record waits behind the one that is held."""
        held = _held(known)
        return Change(record, {known.state.provider_id: replace(known, held=replace(held, waiting=held.waiting + 1))})

    def retried(
        self, record: PartitionRecord, known: ProviderRecord, event: Event, offset: int, now: datetime
    ) -> Change:
        """A record that was held, or waited, once more. It raises what it would have raised then."""
        held = _held(known)
        after = state.fold(known.state, event)
        ahead = replace(held, offset=offset + 1, waiting=max(held.waiting - (held.offset != offset), 0))
        speech = Speech(self.version, record, replace(known, held=ahead), after, Cause.of(event), now)
        if not record.muted:
            speech.alerts(alerts.alerts(self._scene(known, held.at), self._scene(speech.known, held.at)))
        return speech.change()

    def resumed(self, record: PartitionRecord, known: ProviderRecord, cause: Cause, now: datetime) -> Change:
        """Nothing waits any more: the provider is judged where the partition stands now."""
        held = _held(known)
        whole = replace(known.state, unprocessed=0)
        speech = Speech(self.version, record, replace(known, held=None), whole, cause, now)
        if not record.muted:
            self._say(speech, record.state, self._scene(known, held.at))
        return speech.change()

    def _say(self, speech: Speech, at: PartitionState, before: Scene | None) -> None:
        """The assessment if it changed, every alert that is raised or cleared, and what a draft would say."""
        known = speech.known
        found = self._texts.weigh(known.state, at)
        here = self._texts.scene(known.state, at, found.due)
        speech.assessment(found.assessment)
        speech.alerts(alerts.alerts(before, here))
        speech.episodes(episodes.turn(known.episodes, found.seen, speech.cause.id, here.due.today), found.seen, here)
        speech.shadow(self._texts.shadow(known.state, at), found.assessment)

    def _unknown(self, speech: Speech, at: PartitionState) -> assessments.Assessment:
        try:
            return self._texts.weigh(speech.known.state, at).assessment
        except Exception:  # it was the judging that broke: then this is all that can be said
            return assessments.Assessment(
                indicated=assessments.Indicated(unknown=True), unprocessed=speech.after.unprocessed
            )

    @property
    def _texts(self) -> Texts:
        return Texts(self.rules, self.baselines)

    def _scene(self, known: ProviderRecord, at: PartitionState) -> Scene:
        return self._texts.scene(known.state, at)


def stage_of(at: PartitionState, place: str) -> PartitionState:
    """As much of a partition as the clocks of one place look at: kept with a held record."""
    policies = {name: in_force for name, in_force in at.policies.items() if name == place}
    return PartitionState(at.number, sequences=at.sequences, c=at.c, policies=policies)


def _cause(sweep: Sweep, place: str) -> Cause:
    return Cause(sweep.cause, sweep.recorded, place, sweep.basis, sweep.cause)


def _sweep(record: PartitionRecord) -> Sweep:
    if record.sweep is None:
        raise NothingPending("no sweep")
    return record.sweep


def _held(known: ProviderRecord) -> Held:
    if known.held is None:
        raise NothingPending("nothing is held")
    return known.held
