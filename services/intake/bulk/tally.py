"""What became of every row of a file: an event, there already, or left out and why; for people, and as a report."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TextIO

from services.intake.feeds.reading import LeftOut

EVENT, KNOWN = "became an event", "there already"
_HEAD = ("file", "row", "outcome", "why", "about")


@dataclass
class Tally:
    """The account of one file. Every row has one outcome; a failure outweighs a success, and that what was there."""

    file: str
    rows: int
    services: Counter[str] = field(default_factory=Counter)
    events: dict[str, Counter[str]] = field(default_factory=dict)
    """By kind of fact, then by what became of it."""
    _outcomes: dict[int, tuple[str, str]] = field(default_factory=dict)
    """By row: its outcome (or why it has none), and whom it is about."""

    def event(self, rows: Iterable[int], about: str) -> None:
        """These rows became an event now."""
        for row in rows:
            if self._outcomes.get(row, (KNOWN, ""))[0] == KNOWN:
                self._outcomes[row] = (EVENT, about)

    def known(self, rows: Iterable[int], about: str) -> None:
        """What these rows say was there already."""
        for row in rows:
            self._outcomes.setdefault(row, (KNOWN, about))

    def left_out(self, rows: Iterable[int], why: str, about: str) -> None:
        """These rows could not be recorded."""
        for row in rows:
            self._outcomes[row] = (why, about)

    def leave(self, left_out: Iterable[LeftOut]) -> None:
        """What the feed itself could make nothing of; unless the same row said something else, which was taken."""
        for each in left_out:
            self._outcomes.setdefault(each.row, (each.why, each.about))

    def fact(self, kind: str, status: str) -> None:
        """Count one fact."""
        self.events.setdefault(kind, Counter())[status] += 1

    def add(self, more: "Tally") -> None:
        """The account of further rows of the same source."""
        self._outcomes |= {row + self.rows: outcome for row, outcome in more._outcomes.items()}
        self.rows += more.rows
        self.services += more.services
        for kind, statuses in more.events.items():
            self.events.setdefault(kind, Counter()).update(statuses)

    @property
    def outcomes(self) -> Counter[str]:
        """How many rows had which outcome."""
        return Counter(outcome for outcome, _ in self._outcomes.values())

    @property
    def is_whole(self) -> bool:
        """Whether nothing that should have gone in was kept out, and every row is accounted for."""
        failed = {status for counted in self.events.values() for status in counted} - {"accepted", "duplicate"}
        return not failed and not self.services["conflict"] and len(self._outcomes) == self.rows

    def lines(self) -> Iterator[str]:
        """For people."""
        counted = self.outcomes
        taken, there = counted.pop(EVENT, 0), counted.pop(KNOWN, 0)
        yield (
            f"{self.file}: {self.rows} rows: {taken} became events, {there} were there already,"
            f" {sum(counted.values())} left out"
        )
        if services := sum(self.services.values()):
            told = {
                name: self.services[name] for name in ("new", "changed", "known", "conflict") if self.services[name]
            }
            yield f"services: {services}: " + ", ".join(f"{count} {name}" for name, count in told.items())
        for kind, statuses in sorted(self.events.items()):
            other = "".join(f", {n} {status}" for status, n in sorted(statuses.items()) if status not in _GOOD)
            yield f"{kind}: {statuses['accepted']} new, {statuses['duplicate']} there already{other}"
        for why, count in counted.most_common():
            yield f"left out: {count} rows: {why}"
        if (missing := self.rows - len(self._outcomes)) > 0:
            yield f"NOT ACCOUNTED FOR: {missing} rows"

    def kept_out(self) -> Iterator[str]:
        """Every row that was left out, by its number."""
        for row, (outcome, about) in sorted(self._outcomes.items()):
            if outcome not in (EVENT, KNOWN):
                yield f"row {row}: {outcome} ({about})"

    def write(self, to: TextIO, *, head: bool) -> None:
        """The same row by row, as CSV."""
        out = csv.writer(to)
        if head:
            out.writerow(_HEAD)
        for row, (outcome, about) in sorted(self._outcomes.items()):
            is_good = outcome in (EVENT, KNOWN)
            out.writerow((self.file, row, outcome if is_good else "left out", "" if is_good else outcome, about))


_GOOD = ("accepted", "duplicate")
