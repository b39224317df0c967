"""How far a service has come, from the figures that it keeps for Prometheus. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True, slots=True)
class Figures:
    """What a reader of operations looks for first. None: the service does not say."""

    unpublished: float | None = None
    """Rows of its journal that Kafka does not have yet."""
    behind: Mapping[str, float] | None = None
    """By topic, records that it has not applied."""
    dead_letters: float | None = None
    """Since its start."""
    gaps: float | None = None
    moved: datetime | None = None
    """When it last moved forward."""
    closed: datetime | None = None
    """The London midnight up to which it has closed its days."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service, as the page shows it."""

    name: str
    missing: str = ""
    """Why nothing is known of it."""
    wrong: tuple[str, ...] = ()
    """Checks that fail, each with its reason."""
    figures: Figures | None = None

    @property
    def is_well(self) -> bool:
        """Whether it answers and every check of its own passes."""
        return not self.missing and not self.wrong


def wrong(checks: Any) -> tuple[str, ...]:
    """The checks that fail, in words."""
    return tuple(f"{one['name']}: {one.get('reason', 'not well')}" for one in checks if not one.get("ok"))


def figures(text: str) -> Figures:
    """The figures in a service's own words. What it does not say stays unknown, never nought."""
    values: dict[str, list[tuple[Mapping[str, str], float]]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            values.setdefault(sample.name, []).append((sample.labels, sample.value))

    def total(name: str) -> float | None:
        found = [value for _, value in values.get(name, ())]
        return sum(found) if found else None

    lag = {labels.get("topic", "?"): value for labels, value in values.get("careledger_consumer_lag", ())}
    return Figures(
        unpublished=total("careledger_journal_unpublished"),
        behind=lag or None,
        dead_letters=total("careledger_dead_letters_total"),
        gaps=total("careledger_gaps_total"),
        moved=_moment(values.get("careledger_last_progress_timestamp_seconds", ())),
        closed=_moment(values.get("careledger_day_closed_timestamp_seconds", ())),
    )


def _moment(found: Any) -> datetime | None:
    latest = max((value for _, value in found), default=0)
    return datetime.fromtimestamp(latest, UTC) if latest > 0 else None
