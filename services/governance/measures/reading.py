"""A place's figures, themes and standing reports: the record loaded, and counted by pure functions. Blocks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.governance.asking import Unknown
from services.governance.event_store import EventStore
from services.governance.measures import burden, catalogue, forms, loading, measured, reports, theme_counts, themes
from services.governance.measures.aside import aside
from services.governance.measures.asked import Asked, year_to
from services.governance.measures.item import Measure
from services.governance.measures.loading import Loaded
from services.governance.packs import Packs
from shared.events import envelope
from shared.policies.pack import Pack


@dataclass(frozen=True, slots=True)
class OverTime:
    """Figures at the ends of several days."""

    figures: list[list[dict[str, Any]]]
    """For each day, in the same order."""
    unreadable: int
    """Entries of the record that are in none of them."""


class Measures:
    """Blocks: call it from a thread."""

    def __init__(self, store: EventStore, packs: Packs) -> None:
        self._store, self._packs = store, packs

    def _load(self, code: str, known_at: datetime | None = None, only: str | None = None) -> Loaded:
        return loading.load(self._store, self._packs, code, known_at, only)

    @aside
    def figures(
        self, code: str, asked: Asked, *, body: str | None = None, sector: str | None = None,
        known_at: datetime | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Every figure K1-K18, counted now from the record. Raises Unknown for a body that the policy does not have."""
        place = self._load(code, known_at).at(asked.last).of_sector(sector)
        pack = place.pack or self._first_pack(code)
        if body is not None and (pack is None or body not in pack.bodies):
            raise Unknown(f"the policy of {code} knows no body {body}")
        said = {"body": body, "sector": sector, "known_at": known_at and envelope.instant(known_at)}
        return (
            _period(code, asked)
            | said
            | {
                "unreadable": place.unreadable,
                "figures": measured.figures(place, asked, body),
            }
        )

    @aside
    def over_time(
        self, code: str, ends: Sequence[date], measures: Sequence[Measure], *, body: str | None = None,
        sector: str | None = None,
    ) -> OverTime:  # fmt: skip
        """These figures of the twelve months to each of these days, by all that is known now; the record read once."""
        return _over_time(self._load(code), ends, measures, body, sector)

    @aside
    def behind(
        self, code: str, asked: Asked, measure: str, *, body: str | None = None, sector: str | None = None,
        known_at: datetime | None = None,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """What stands behind a figure, provider by provider. Raises Unknown."""
        if not (wanted := catalogue.named(measure)):
            raise Unknown(f"there is no measure {measure}")
        return _behind(self._load(code, known_at), asked, wanted, body, sector)

    @aside
    def figure(
        self, code: str, ends: Sequence[date], measures: Sequence[Measure], *, body: str | None = None,
        sector: str | None = None,
    ) -> tuple[OverTime, list[dict[str, Any]]]:  # fmt: skip
        """These figures over time, and what stands behind those of the last day; the record read once for both."""
        loaded = self._load(code)
        over_time = _over_time(loaded, ends, measures, body, sector)
        return over_time, _behind(loaded, year_to(ends[-1]), measures, body, sector)

    @aside
    def themes(
        self, code: str, scope: themes.Scope, first: date, last: date, *, restricted: bool = False
    ) -> dict[str, Any]:
        """Counts by theme and month in each group of a scope, and how each theme moves.

        `restricted`: whether small numbers that hold a safeguarding concern or a disclosure may be shown.
        """
        asked, place = Asked(first, last), self._load(code).at(last)
        unreadable = {"unreadable": place.unreadable}
        return _period(code, asked) | unreadable | theme_counts.shown(place, scope, asked, restricted=restricted)

    @aside
    def burden(self, code: str, asked: Asked, provider_id: str | None = None) -> dict[str, Any]:
        """What returns ask of the providers of a place, or of one of them; where it is held already (OXF-22)."""
        place, known = self._load(code, only=provider_id).at(asked.last), forms.shipped()
        sources = {name: one.model_dump() for name, one in known.sources.items()}
        about = _period(code, asked) | {"sources": sources}
        if provider_id is None:
            return about | burden.place(place, asked, known)
        if not place.services:
            raise Unknown("no provider of yours has this id")
        return about | burden.provider(place.services[0], asked, known)

    def reports(self, code: str, last: date) -> list[dict[str, Any]]:
        """The standing reports of the policy in force."""
        pack = self.place_pack(code, last)
        return [reports.said(one) for one in pack.reports] if pack else []

    @aside
    def report(self, code: str, clause: str, first: date, last: date) -> dict[str, Any]:
        """A standing report of a period: counts only. Raises Unknown where the policy has none of this clause.

        Of a period before the first policy: as the first would have it, and said so. Else the list of a policy's first
        month would lead to nothing.
        """
        asked, place = Asked(first, last), self._load(code).at(last)
        was_in_force = place.pack is not None
        place = place if was_in_force else replace(place, pack=self._first_pack(code))
        wanted = [one for one in place.pack.reports if one.id == clause] if place.pack else ()
        if not wanted:
            raise Unknown(f"the policy of {code} has no report {clause}")
        said = {"policy_was_in_force": was_in_force, "unreadable": place.unreadable}
        return _period(code, asked) | said | reports.made(wanted[0], place, asked)

    def _first_pack(self, code: str) -> Pack | None:
        adoption = next(iter(self._store.book(code).adoptions), None)
        return self._packs.pack(adoption.digest) if adoption else None

    def place_pack(self, code: str, last: date) -> Pack | None:
        """The policy that counts on a day, or None."""
        adoption = self._store.book(code).in_force(last)
        return self._packs.pack(adoption.digest) if adoption else None


def _over_time(
    loaded: Loaded, ends: Sequence[date], measures: Sequence[Measure], body: str | None, sector: str | None
) -> OverTime:
    places = ((loaded.at(last).of_sector(sector), last) for last in ends)
    found = [(measured.figures(place, year_to(last), body, measures), place.unreadable) for place, last in places]
    return OverTime([figures for figures, _ in found], found[-1][1])


def _behind(
    loaded: Loaded, asked: Asked, measures: Sequence[Measure], body: str | None, sector: str | None
) -> list[dict[str, Any]]:
    place = loaded.at(asked.last).of_sector(sector)
    return [line for one in measures for line in measured.behind(one, place, measured.items(one, place, asked, body))]


def _period(code: str, asked: Asked) -> dict[str, Any]:
    return {"place": code, "from": asked.first.isoformat(), "to": asked.last.isoformat()}
