"""What of a place or a provider is due for erasure: read from the history, the holds and the vault. Erases nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from services.governance import matters, view
from services.governance.domain import erasure, legal_hold
from services.governance.event_store import EventStore
from services.governance.proof import retention, sealed_texts
from services.governance.proof.retention import BadSchedule, Count, Kept, Schedule
from shared import calendar
from shared.events import decode
from shared.policies import reading
from shared.vault import Vault

SHIPPED = Path(__file__).parent / "retention.yaml"
AT_ONCE = 500
State = Literal["due", "held", "asked"]
ONE: Mapping[State, Count] = {"due": Count(due=1), "held": Count(held=1), "asked": Count(asked=1)}

_PROVIDERS = f"SELECT provider_id FROM {view.SCHEMA}.providers WHERE place = %s ORDER BY provider_id"  # noqa: S608 - ours
_PLACES = f"SELECT DISTINCT place FROM {view.SCHEMA}.providers ORDER BY place"  # noqa: S608
_TIMES = f"""
SELECT id, type, greatest(time, recordedtime) AS at FROM {view.SCHEMA}.history
WHERE provider_id = %s AND type = ANY(%s)
"""  # noqa: S608
_BODIES = f"SELECT body FROM {view.SCHEMA}.history WHERE provider_id = %s AND id = ANY(%s)"  # noqa: S608


def read(file: Path | None) -> Schedule:
    """The periods of this deployment: its own file, else ours. Raises BadSchedule."""
    try:
        data, _ = reading.read_file(file or SHIPPED)
        return retention.schedule(data)
    except (OSError, reading.Unreadable) as error:
        raise BadSchedule(f"{file or SHIPPED}: {error}") from error


@dataclass(frozen=True, slots=True)
class Standing:
    """Words that are due, and what keeps them from being asked for."""

    kept: Kept
    state: State


@dataclass(frozen=True, slots=True)
class Due:
    """Blocks: call it from a thread."""

    store: EventStore
    vault: Vault
    schedule: Schedule

    def places(self) -> list[str]:
        """Every place that has a provider."""
        with self.store.reading() as cursor:
            cursor.execute(_PLACES)
            return [row["place"] for row in cursor]

    def providers(self, place: str) -> list[str]:
        """All of a place."""
        with self.store.reading() as cursor:
            cursor.execute(_PROVIDERS, (place,))
            return [row["provider_id"] for row in cursor]

    def of(self, provider_id: str, place: str, today: date) -> tuple[list[Standing], dict[str, Count]]:
        """What is due, the oldest first; and the counts of each class."""
        reached, counts = list[Kept](), {name: Count() for name in self.schedule.classes}
        for one in self._kept(provider_id, place):
            if one.due_on <= today:
                reached.append(one)
            else:
                counts[one.in_class] += Count(later=1, next_on=one.due_on)
        due = list(self._standing(provider_id, sorted(reached, key=lambda one: (one.due_on, one.event_id))))
        for each in due:
            counts[each.kept.in_class] += ONE[each.state]
        return due, counts

    def counted(
        self, wanted: Sequence[tuple[str, str]], today: date, step: Callable[[int], None]
    ) -> dict[str, dict[str, Count]]:
        """The counts of these (place, provider), by place and class; `step` is told of each provider."""
        found: dict[str, dict[str, Count]] = {}
        for place, provider_id in wanted:
            _, counts = self.of(provider_id, place, today)
            sums = found.setdefault(place, {name: Count() for name in counts})
            for name, count in counts.items():
                sums[name] += count
            step(1)
        return found

    def _kept(self, provider_id: str, place: str) -> Iterator[Kept]:
        class_of = self.schedule.class_of()
        with self.store.reading() as cursor:
            cursor.execute(_TIMES, (provider_id, list(class_of)), prepare=True)
            rows = cursor.fetchall()
        found = ((row["id"], row["type"], calendar.london_date(row["at"])) for row in rows)
        return retention.reckon(found, class_of, self.schedule.years(place))

    def _standing(self, provider_id: str, reached: Sequence[Kept]) -> Iterator[Standing]:
        """Those that can still be read. An entry that never had a text, or whose text was erased, is none."""
        if not reached:
            return
        with self.store.reading() as cursor:
            holds = matters.open_ones(cursor, legal_hold.KIND.name, provider_id)
            asked = {
                name for one in matters.open_ones(cursor, erasure.KIND.name, provider_id)
                if one["texts"] == "all" for name in one["events"]
            }  # fmt: skip
        for start in range(0, len(reached), AT_ONCE):
            some = reached[start : start + AT_ONCE]
            readable = self._readable(provider_id, some)
            for one in some:
                if (name := str(one.event_id)) in readable:
                    held = legal_hold.forbids(holds, [name]) is not None
                    yield Standing(one, "held" if held else "asked" if name in asked else "due")

    def _readable(self, provider_id: str, some: Sequence[Kept]) -> set[str]:
        with self.store.reading() as cursor:
            cursor.execute(_BODIES, (provider_id, [one.event_id for one in some]), prepare=True)
            events = [decode(bytes(row["body"])) for row in cursor]
        keys = {str(event.id): sealed_texts.kids(event) for event in events}
        gone = self.vault.destroyed_sync({kid for kids in keys.values() for kid in kids})
        return {name for name, kids in keys.items() if kids - gone}


def shown(counts: Mapping[str, Count], schedule: Schedule, place: str) -> list[dict[str, Any]]:
    """The classes of a place, as they are shown."""
    years = schedule.years(place)
    return [
        {
            "class": name, "years": years[name], "why": schedule.classes[name].why, "due": one.due, "held": one.held,
            "asked": one.asked, "later": one.later, "next_on": one.next_on.isoformat() if one.next_on else None,
        }
        for name, one in counts.items()
    ]  # fmt: skip
