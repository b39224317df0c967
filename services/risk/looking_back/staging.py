"""What surrounds a provider on each day of a replay: marks, and the policy that is tried or was adopted. Pure.

Every day closes on time. A policy that is tried counts from the first day that is looked at. Returns that nobody ever
filed in this history were never asked for there: a policy that asks for them is tried without them.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from services.risk.criteria import Rules
from services.risk.expected import Baseline
from services.risk.looking_back.replay import Stage, Verdicts
from services.risk.remembered import items, partition
from services.risk.remembered.items import Day
from services.risk.remembered.partition import InForce, PartitionState
from shared.events import Event
from shared.policy import Pack


def tried(pack: Pack, filed: frozenset[str]) -> Pack:
    """The policy without returns that this history could not have answered."""
    return pack.model_copy(update={"returns": {key: each for key, each in pack.returns.items() if _type(key) in filed}})


def unanswerable(pack: Pack, filed: frozenset[str]) -> tuple[str, ...]:
    """The returns that are left out."""
    return tuple(sorted(key for key in pack.returns if _type(key) not in filed))


class Staging:
    """By day, for the providers of one place in one partition."""

    def __init__(
        self,
        place: str,
        marks: Sequence[Event],
        policies: Mapping[str, Verdicts],
        imposed: tuple[str, Day] | None,
        baselines: Mapping[str, Baseline] | None = None,
    ) -> None:
        """`imposed`: the digest of the policy that is tried, and since when; None: those that the marks name."""
        self._place, self._policies, self._baselines = place, policies, baselines or {}
        self._days, self._states = [0], [_begun(place, policies, imposed)]
        for day, event in sorted(((_day(event), event) for event in marks), key=lambda each: each[0]):
            if event.kind == "policy.in_force" and imposed is not None:
                continue
            verdicts = policies.get(str(event.data.get("digest")))
            pack = "" if verdicts is None else verdicts.rules.pack.pack
            self._days.append(day)
            self._states.append(partition.fold_mark(self._states[-1], event, pack=pack))
        self._made: dict[Day, Stage] = {}

    def __call__(self, day: Day) -> Stage:
        """At the end of a day."""
        if day not in self._made:
            state = self._states[bisect_right(self._days, day) - 1]
            in_force = state.policies.get(self._place)
            verdicts = None if in_force is None else self._policies.get(in_force.digest)
            baseline = self._baselines.get(state.baselines.get(self._place, ""))
            self._made[day] = Stage(msgspec.structs.replace(state, c=day), verdicts, baseline)
        return self._made[day]


def _begun(place: str, policies: Mapping[str, Verdicts], imposed: tuple[str, Day] | None) -> PartitionState:
    if imposed is None:
        return PartitionState(0)
    digest, since = imposed
    pack = policies[digest].rules.pack.pack
    return PartitionState(0, policies={place: InForce(digest, since, pack, since)})


def _day(mark: Event) -> Day:
    """The day at whose end it counts: a close is written after the midnight that ends its day."""
    closed = mark.kind == "day.closed"
    return date.fromisoformat(mark.data["date"]).toordinal() if closed else items.recorded_day(mark)


def _type(key: str) -> str:
    """A return's type: its key may name a sector too (`RT-PERF.home_care`)."""
    return key.partition(".")[0]


def ready(packs: Mapping[str, Pack]) -> dict[str, Verdicts]:
    """Policies made ready to judge by, under the digests that they are known by."""
    return {digest: Verdicts(Rules(pack)) for digest, pack in packs.items()}
