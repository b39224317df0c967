"""One provider's replay put together: how it stood, where it would have moved and why, what happened to it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services.risk import expected
from services.risk.assessment import assess
from services.risk.criteria import Rules
from services.risk.items import Day
from services.risk.outcomes import Happened, happened
from services.risk.replay import Change, Staging, Standing, Track, track
from services.risk.spool import Past
from services.risk.state import ProviderState
from shared.events.assessments import Assessment

NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class Move:
    """The range changed at the end of this day."""

    day: Day
    before: Standing | None
    """None: nothing was known before."""
    after: Standing
    by: tuple[str, ...]
    """Criteria above the lowest level that came to be met, or ceased to be; none: evidence for level 1 came or went."""
    records: frozenset[str]
    """Events of which these criteria, as far as they are met, rest on."""
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
    days = frozenset(each.day for each in known)
    moves = tuple(move for move in _moves(told, days) if span.first <= move.day <= last)
    return Life(past.provider, first, last, told, moves, what, _groups(told.changes[-1].state, past), past.repeats)


def _moves(told: Track, days: frozenset[Day]) -> Iterator[Move]:
    before: Change | None = None
    for change in told.changes:
        if before is None or before.standing.range != change.standing.range:
            yield _move(before, change, days)
        before = change


def _move(before: Change | None, after: Change, days: frozenset[Day]) -> Move:
    stood, alone = None if before is None else before.standing, after.day not in days
    if after.stage.verdicts is None:
        return Move(after.day, stood, after.standing, (), frozenset(), alone)
    rules = after.stage.verdicts.rules
    changed = frozenset(() if stood is None else stood.met).symmetric_difference(after.standing.met)
    by = tuple(name for name in _above_lowest(rules) if name in changed)
    found = assess(after.state, after.stage.at, rules, date.fromordinal(after.day))
    return Move(after.day, stood, after.standing, by, _behind(found, frozenset(by)), alone)


def _above_lowest(rules: Rules) -> list[str]:
    primary = rules.pack.primary
    lowest = rules.pack.scales[primary].order[0]
    of_scale = (each for each in rules.criteria if each.scale == primary)
    return [each.criterion.id for each in of_scale if each.criterion.level != lowest]


def _behind(found: Assessment, names: frozenset[str]) -> frozenset[str]:
    met = (each for each in found.criteria if each.outcome == "met" and each.id in names)
    return frozenset(record for each in met for record in each.evidence)


def _groups(state: ProviderState, past: Past) -> Mapping[str, str]:
    """Size and kind from the register; who owns it, where the history says so beside its ratings."""
    beds, kind = state.register.number("beds"), state.register.text("service_type")
    owners = [str(each.event.data["ownership"]) for each in past.facts if each.event.data.get("ownership")]
    return {
        "size_band": NOT_RECORDED if beds is None else expected.band(beds),
        "service_type": kind or NOT_RECORDED,
        "ownership": owners[-1] if owners else NOT_RECORDED,
    }
