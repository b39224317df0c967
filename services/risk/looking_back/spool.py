"""A history split by provider into files of their own, so that any size of it can be looked at a part at a time.

Which part a provider falls into depends on its id alone, and the number of parts is fixed: the same history gives the
same result whatever the number of workers.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Self
from uuid import UUID

from services.risk.looking_back import knowledge
from services.risk.looking_back.knowledge import Known
from services.risk.remembered import partition
from services.risk.remembered.items import Day
from services.risk.remembered.state import CHANGES
from shared import events


@dataclass(slots=True)
class Survey:
    """What a history holds, before anybody is judged."""

    kinds: Counter[str] = field(default_factory=Counter)
    clocks: Counter[str] = field(default_factory=Counter)
    """How many facts count from their recording, and how many from their publication."""
    returns: set[str] = field(default_factory=set)
    """Types of returns that anybody ever filed."""
    policies: set[str] = field(default_factory=set)
    """Digests of the policies that came into force, and of the baselines."""
    baselines: set[str] = field(default_factory=set)
    rows: int = 0
    unreadable: int = 0
    """Records that are no events at all."""
    closed: Day | None = None
    """The newest day that a mark closes."""
    first: Day | None = None
    last: Day | None = None

    @property
    def end(self) -> Day | None:
        """The last day of which anything is told: a fact, or that it is over."""
        return max((day for day in (self.last, self.closed) if day is not None), default=None)

    def see(self, known: Known) -> None:
        """One more fact."""
        self.kinds[known.event.kind] += 1
        self.clocks[known.clock] += 1
        if known.event.kind == "returns.submitted":
            self.returns.add(str(known.event.data.get("return_type")))
        self.first = known.day if self.first is None else min(self.first, known.day)
        self.last = known.day if self.last is None else max(self.last, known.day)

    def merge(self, other: "Survey") -> None:
        """Those of another part as well."""
        self.kinds += other.kinds
        self.clocks += other.clocks
        self.returns |= other.returns
        self.policies |= other.policies
        self.baselines |= other.baselines
        self.rows += other.rows
        self.unreadable += other.unreadable
        for name, choose in (("first", min), ("last", max), ("closed", max)):
            both = [day for day in (getattr(self, name), getattr(other, name)) if day is not None]
            setattr(self, name, choose(both, default=None))


class Spool:
    """Writes events into their parts. Use as a context; the files stay."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._stack = ExitStack()
        self._open: list[IO[bytes]] = []
        self.survey = Survey()

    def __enter__(self) -> Self:
        self._open = [self._stack.enter_context(file.open("wb")) for file in self._files]
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, event: events.Event, raw: bytes | None = None) -> None:
        """One event, into its provider's part; `raw` where it is at hand as it stands in Kafka. Marks go into all.

        What says nothing to a judgement (steps of decisions, alerts) is passed over.
        """
        self.survey.rows += 1
        if event.kind not in CHANGES and not partition.is_mark(event):
            return
        line = (raw or event.model_dump_json(exclude_none=True).encode()) + b"\n"
        if partition.is_mark(event):
            if event.kind == "day.closed":
                day = date.fromisoformat(event.data["date"]).toordinal()
                self.survey.closed = max(day, self.survey.closed or day)
            in_force = {"policy.in_force": self.survey.policies, "baseline.in_force": self.survey.baselines}
            in_force.get(event.kind, set()).add(str(event.data.get("digest")))
            for file in self._open:
                file.write(line)
            return
        self.survey.see(knowledge.known(event))
        self._open[zlib.crc32(event.subject.encode()) % len(self._open)].write(line)


def files(folder: Path, count: int) -> tuple[Path, ...]:
    """The files of so many parts."""
    return tuple(folder / f"part-{number:02d}.jsonl" for number in range(count))


@dataclass(frozen=True, slots=True)
class Past:
    """All that was known of one provider, in the order in which it became known."""

    provider: str
    facts: tuple[Known, ...]
    repeats: int
    """Events that stood there more than once."""
    unusable: int = 0
    """Records that break their type: live they hold the provider up until a person looks; here they are left out."""


def read(file: Path) -> tuple[list[events.Event], list[Past]]:
    """The marks of one part, as they stand there, and its providers, by id."""
    marks: list[events.Event] = []
    by_provider: dict[str, list[events.Event]] = {}
    with file.open("rb") as lines:
        for line in lines:
            event = events.decode(line)
            if partition.is_mark(event):
                marks.append(event)
            else:
                by_provider.setdefault(event.subject, []).append(event)
    return marks, [past(provider, by_provider[provider]) for provider in sorted(by_provider)]


def past(provider: str, told: Iterable[events.Event]) -> Past:
    """One provider's events in the order in which they became known; what stands there twice counts once."""
    there = list(told)
    once: dict[UUID, events.Event] = {}
    for event in there:
        once.setdefault(event.id, event)
    usable = [event for event in once.values() if _is_usable(event)]
    # Sorting is stable: what became known at one moment stays in the order of the log.
    facts = tuple(sorted(map(knowledge.known, usable), key=lambda known: known.at))
    return Past(provider, facts, len(there) - len(once), len(once) - len(usable))


def _is_usable(event: events.Event) -> bool:
    try:
        events.data_of(event)
    except (ValueError, events.UnknownType):
        return False
    return True
