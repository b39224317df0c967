"""One source of facts that are counted: zero only where it was heard, here or in the place, inside the window."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from services.risk import expected
from services.risk.known import Known, Scalar
from services.risk.remembered.items import Report, Stamp
from services.risk.remembered.keeping import Dated
from services.risk.view import View
from shared.policies.catalogue import MAX_WINDOW_DAYS

T = TypeVar("T", bound=Dated)


class Source:
    """Kinds of event, and the things that came of them for this provider."""

    def __init__(self, seen: View, known: Known, kinds: Sequence[str], reported: Iterable[Dated]) -> None:
        self._seen, self._known, self._kinds = seen, known, kinds
        self._newest = max((each.day for each in reported), default=None)

    def young(self, all_: Iterable[T], days: int) -> list[T]:
        """Those of the last so many days."""
        return [each for each in all_ if self._seen.within(each.day, days)]

    def alive(self, days: int) -> bool:
        """Whether this source was heard inside the window."""
        here = self._newest is not None and self._seen.within(self._newest, days)
        return here or any(self._seen.heard(kind, days) for kind in self._kinds)

    def put(self, name: str, days: int, inside: Iterable[Dated], value: Scalar | None) -> None:
        """A fact over a window, if the source was heard inside it. A count of something is known even if it was not."""
        if self._known.asks(name) and self.alive(days):
            self._known.put(name, value, (each.stamp for each in inside))

    def count(self, name: str, days: int, all_: Iterable[T]) -> None:
        """How many there are of the last so many days."""
        if self._known.asks(name):
            inside = self.young(all_, days)
            self.put(name, days, inside, number(inside))

    def compare(self, measure: str, all_: Iterable[T]) -> None:
        """Whether there are more than expected for a service of its size and nature."""
        if not any(self._known.asks(f"{measure}.{name}") for name in ("outside_expected", "far_outside_expected")):
            return
        seen, who = self._seen, exposure(self._seen)
        peer, baseline = seen.pack.expected, seen.baseline
        if baseline is None or who is None or not self.alive(peer.days):
            return
        inside = self.young(all_, peer.days)
        verdict = expected.judge(measure, number(inside), who, peer, baseline)
        if verdict is not None:
            behind = [each.stamp for each in inside]
            self._known.compared(measure, verdict)
            self._known.put(f"{measure}.outside_expected", verdict.outside, behind)
            self._known.put(f"{measure}.far_outside_expected", verdict.far_outside, behind)


def number(things: Iterable[Dated]) -> int:
    """How many things these are: a report may stand for several."""
    return sum(each.count if isinstance(each, Report) else 1 for each in things)


def stamps(things: Iterable[Dated]) -> tuple[Stamp, ...]:
    """What says so."""
    return tuple(each.stamp for each in things)


def newest(seen: View, reports: Mapping[str, Report] | Iterable[Report]) -> Report | None:
    """The newest report by its day, of those that the longest window still holds."""
    every = reports.values() if isinstance(reports, Mapping) else reports
    young = (each for each in every if seen.within(each.day, MAX_WINDOW_DAYS))
    return max(young, key=lambda each: (each.day, each.stamp), default=None)


def exposure(seen: View) -> expected.Exposure | None:
    """How much of a service there is to go wrong; None where its size is not recorded."""
    register = seen.state.register
    kind, beds, hours = register.text("service_type"), register.number("beds"), register.number("weekly_care_hours")
    if kind is None or (beds is None and hours is None):
        return None
    return expected.Exposure(kind, beds if beds is not None else (hours or 0) / 7, beds)


def size(seen: View) -> float | None:
    """Its size in tens of beds, or in 250 hours of care a week; None where it is not recorded."""
    beds, hours = seen.state.register.number("beds"), seen.state.register.number("weekly_care_hours")
    tens = beds / 10 if beds else hours / 250 if hours else None
    return tens if tens and tens > 0 else None
