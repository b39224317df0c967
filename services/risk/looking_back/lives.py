"""One provider's replay put together: how it stood, where it would have moved and why, what happened to it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from services.risk import expected
from services.risk.assessment import assess
from services.risk.criteria import Rules
from services.risk.looking_back.knowledge import Known
from services.risk.looking_back.outcomes import Happened, happened
from services.risk.looking_back.replay import Change, Staging, Standing, Track, track
from services.risk.looking_back.spool import Past
from services.risk.remembered.items import Day
from services.risk.remembered.state import ProviderState

NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class Move:
    """The range changed at the end of this day."""

    day: Day
    before: Standing | None
    """None: nothing was known before."""
    after: Standing
    by: tuple[str, ...]
    """Criteria above the lowest level that it is put down to; none: evidence for the lowest level came or went."""
    records: frozenset[str]
    """Events that became known that day and on which a criterion above the lowest level rests."""
    time_alone: bool
    """No record came that day: a clock ran out, or a window passed."""


@dataclass(frozen=True, slots=True)
class Life:
    """What the measures look at."""

    provider: str
    first: Day
    """Watched from this day …"""
    last: Day
    """… to this one, its last open day in the time that is looked at."""
    track: Track
    moves: tuple[Move, ...]
    happened: Happened
    groups: Mapping[str, str]
    """Dimension → group, for fairness: as recorded last."""
    repeats: int

    @property
    def days(self) -> int:
        """Days watched."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are looked at."""

    first: Day
    last: Day


def live(past: Past, staging: Staging, span: Span, *, daily: bool) -> Life | None:
    """A provider's replay; None where nothing was known of it while it was open inside the span."""
    known = [each for each in past.facts if each.day <= span.last]
    what = happened(known)
    last = span.last if what.closed is None else min(what.closed - 1, span.last)
    if not known or known[0].day > last or last < span.first:
        return None
    first = max(known[0].day, span.first)
    told = track([each for each in known if each.day <= last], staging, last, daily=daily)
    moves = tuple(move for move in _moves(told, known) if span.first <= move.day <= last)
    return Life(past.provider, first, last, told, moves, what, _groups(told.changes[-1].state, past), past.repeats)


def _moves(told: Track, known: Sequence[Known]) -> Iterator[Move]:
    ids = {day: frozenset(str(each.event.id) for each in group) for day, group in groupby(known, key=_day)}
    before: Change | None = None
    for change in told.changes:
        if before is None or before.standing.range != change.standing.range:
            yield _move(before, change, ids)
        before = change


def _day(known: Known) -> Day:
    return known.day


def _move(before: Change | None, after: Change, told: Mapping[Day, frozenset[str]]) -> Move:
    stood, today = None if before is None else before.standing, told.get(after.day, frozenset())
    if after.stage.verdicts is None:
        return Move(after.day, stood, after.standing, (), frozenset(), not today)
    rules = after.stage.verdicts.rules
    levels = _above_lowest(rules)
    found = assess(after.state, after.stage.at, rules, date.fromordinal(after.day), after.stage.baseline)
    met = (each for each in found.criteria if each.outcome == "met" and each.id in levels)
    behind = frozenset(record for each in met for record in each.evidence)
    return Move(after.day, stood, after.standing, _by(stood, after.standing, levels), behind & today, not today)


def _above_lowest(rules: Rules) -> Mapping[str, int]:
    """Criteria of the primary scale that speak of more than its lowest level, with their places on it."""
    primary = rules.pack.primary
    order = rules.pack.scales[primary].order
    of_scale = (each.criterion for each in rules.criteria if each.scale == primary)
    return {each.id: order.index(each.level) for each in of_scale if each.level != order[0]}


def _by(before: Standing | None, after: Standing, levels: Mapping[str, int]) -> tuple[str, ...]:
    """What a move is put down to: for the worse what came, for the better what went; if that is nothing, what stays."""
    was = frozenset(() if before is None else before.met)
    came = tuple(name for name in after.met if name in levels and name not in was)
    went = tuple(name for name in levels if name in was and name not in after.met)
    if not worse(before, after):
        return went or came
    # One item in two levels moves up when its lower twin goes: then the upper one, which was there before, is why.
    return came or tuple(name for name in after.met if name in levels and levels[name] == after.high) or went


def worse(before: Standing | None, after: Standing) -> bool:
    """Whether it stands worse than before, or than was known."""
    if after.low is None or after.high is None:
        return False
    if before is None or before.low is None or before.high is None:
        return after.high > 0
    return (after.high, after.low) > (before.high, before.low)


def _groups(state: ProviderState, past: Past) -> Mapping[str, str]:
    """Size and kind from the register; who owns it, where the history says so beside its ratings."""
    beds, kind = state.register.number("beds"), state.register.text("service_type")
    owners = [str(each.event.data["ownership"]) for each in past.facts if each.event.data.get("ownership")]
    return {
        "size_band": NOT_RECORDED if beds is None else expected.band(beds),
        "service_type": kind or NOT_RECORDED,
        "ownership": owners[-1] if owners else NOT_RECORDED,
    }
