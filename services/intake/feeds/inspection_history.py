"""Every published overall rating of a service, from a table of years → facts of the past (pure)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.intake.feeds import table
from services.intake.feeds.cqc_ratings import RATINGS
from services.intake.feeds.reading import Fact, LeftOut, Reading, Said, Service, reference
from shared.events import cqc, registry, registry_facts

FEED = "inspection-history"
REQUIRED = ("reportdate", "overall", "locationid", "locationstart2025", "locationend2025")
DAY_ZERO = date(1960, 1, 1)
"""The table counts the days of opening and closing from here."""
NOT_RATINGS = "no rating that is known"


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    location_id: str
    on: date
    word: str
    opened: date | None
    closed: date | None


def reading(rows: Iterable[table.Row], register: Mapping[str, Said] | None = None) -> Reading:
    """Each row a rating, of the location as a whole and with the overall rating alone.

    The table tells neither name nor place. `register`, by location id, is what another table (the ratings) says of
    services: those of them that are not registered yet are, where that table has them.
    :raises table.UndecidedDates: the dates contradict each other.
    """
    numbered = list(enumerate(rows, 2))
    order = table.date_order(row["reportdate"] for _, row in numbered)
    left_out: list[LeftOut] = []
    kept: dict[str, list[_Row]] = {}
    for number, row in numbered:
        if (found := _row(number, row, order)) is None:
            left_out.append(LeftOut(number, "unreadable date", row["locationid"]))
        elif found.word.lower() not in RATINGS:
            left_out.append(LeftOut(number, f"{NOT_RATINGS}: {found.word or 'empty'}", found.location_id))
        else:
            kept.setdefault(found.location_id, []).append(found)
    said = tuple(_said(location_id, rows, register or {}, left_out) for location_id, rows in sorted(kept.items()))
    return Reading(said, len(numbered), tuple(left_out))


def _row(number: int, row: table.Row, order: table.DateOrder) -> _Row | None:
    try:
        on = table.parse(row["reportdate"], order)
        opened, closed = _day(row["locationstart2025"]), _day(row["locationend2025"])
    except ValueError:
        return None
    return _Row(number, row["locationid"], on, row["overall"], opened, closed) if on else None


def _day(count: str) -> date | None:
    """A day by its number; `NA` is none. Raises ValueError."""
    return None if count in ("", "NA") else DAY_ZERO + timedelta(days=int(count))


def _said(location_id: str, rows: list[_Row], register: Mapping[str, Said], left_out: list[LeftOut]) -> Said:
    """One location: of several ratings on one day the worst stands, and what was said of it is told of each."""
    known = register.get(location_id)
    service, closed = known.service if known else None, rows[0].closed
    ended = registry_facts.ServiceClosed(closed_on=closed, reason="deregistered") if closed else None
    return Said(
        subject=f"cqc:{location_id}",
        rows=(),
        service=Service(facts=service.facts, aliases=service.aliases, closed=ended) if service else None,
        facts=tuple(_facts(location_id, rows, left_out)),
        place=known.place if known else None,
    )


def _facts(location_id: str, rows: list[_Row], left_out: list[LeftOut]) -> Iterator[Fact]:
    by_day: dict[date, _Row] = {}
    for row in rows:
        other = by_day.get(row.on)
        if other is None:
            by_day[row.on] = row
            continue
        worse, better = sorted((row, other), key=_badness, reverse=True)
        same = RATINGS[worse.word.lower()] == RATINGS[better.word.lower()]
        why = "the same rating of the same day twice" if same else "a better rating of the same location and day"
        left_out.append(LeftOut(better.number, why, location_id))
        by_day[row.on] = worse
    for on, row in sorted(by_day.items()):
        fact = cqc.CqcRatingPublished(
            location_id=location_id,
            overall=RATINGS[row.word.lower()],
            as_published=row.word,
            report_date=on,
            inherited=row.opened is not None and on < row.opened,
        )
        yield Fact(
            rows=(row.number,),
            reference=reference(FEED, [location_id, on.isoformat()], row.word.lower()),
            kind="cqc_rating.published",
            data=registry.dumped(fact),
            on=on,
        )


def _badness(row: _Row) -> tuple[int, int]:
    return list(RATINGS).index(row.word.lower()), -row.number
