"""What a provider's page shows beside how it stands: levels over time, and who was told of what and answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import orjson

from services.governance import view
from services.governance.event_store import EventStore
from shared import calendar
from shared.events import alerts, decisions, entry_of, notifications

EFFECT: Final = entry_of(decisions.DecisionTookEffect).type
TOLD: Final = {
    entry_of(notifications.NotificationSent).type: "sent",
    entry_of(notifications.NotificationAcknowledged).type: "acknowledged",
    entry_of(notifications.NotificationFailed).type: "failed",
    entry_of(notifications.NotificationSuppressed).type: "suppressed",
    entry_of(notifications.NotificationEscalated).type: "escalated",
}
RAISED, CLEARED = entry_of(alerts.AlertRaised).type, entry_of(alerts.AlertCleared).type
MOST: Final = 400
SHOWN: Final = 20
LEVELS: Final = ("level.confirmed", "level.overridden")

_STEPS = f"""
SELECT recordedtime, low, high FROM {view.SCHEMA}.indications
WHERE provider_id = %s AND recordedtime <= %s ORDER BY recordedtime
"""  # noqa: S608 - names of ours alone, here and below
_EVENTS = f"""
SELECT body FROM {view.SCHEMA}.history WHERE provider_id = %(provider)s AND type = ANY(%(types)s)
AND time <= %(as_of)s AND peak <= %(known_at)s ORDER BY recordedtime DESC, rank DESC LIMIT %(most)s
"""  # noqa: S608


@dataclass(slots=True)
class Told:
    """One alert: what was said, whether it has ended, and who was told."""

    alert_id: str
    code: str
    summary: str
    raised: str
    cleared: str | None = None
    steps: list[Mapping[str, Any]] = field(default_factory=list)
    """What, when, which role, newest first."""


@dataclass(frozen=True, slots=True)
class Story:
    """Blocks: call it from a thread."""

    store: EventStore

    def indicated(self, provider_id: str, until: datetime) -> list[tuple[date, str | None, str | None]]:
        """From when on the facts indicated what, as it was recorded."""
        with self.store.reading() as cursor:
            cursor.execute(_STEPS, (provider_id, until), prepare=True)
            steps = [(calendar.london_date(row["recordedtime"]), row["low"], row["high"]) for row in cursor]
        return [each for at, each in enumerate(steps) if at + 1 == len(steps) or steps[at + 1][0] != each[0]]

    def confirmed(
        self, provider_id: str, scale: str, as_of: datetime, known_at: datetime
    ) -> list[tuple[date, str | None]]:
        """When which level was confirmed."""
        found = []
        for event in self._events(provider_id, [EFFECT], as_of, known_at):
            decision = event["data"]["decision"]
            if decision["type"] in LEVELS and decision.get("scale", "level") == scale:
                found.append((calendar.london_date(datetime.fromisoformat(event["time"])), decision["level"]))
        return sorted(found, key=lambda each: each[0])

    def told(self, provider_id: str, as_of: datetime, known_at: datetime) -> list[Told]:
        """The newest alerts, and what became of each."""
        events = self._events(provider_id, [RAISED, CLEARED, *TOLD], as_of, known_at)
        found: dict[str, Told] = {}
        for event in reversed(events):
            data = event["data"]
            if event["type"] == RAISED:
                found[event["id"]] = Told(event["id"], data["alert"], data["summary"], event["recordedtime"])
            elif event["type"] == CLEARED and data["raised_id"] in found:
                found[data["raised_id"]].cleared = event["recordedtime"]
            elif data.get("alert_id") in found:
                step = {"what": TOLD[event["type"]], "at": event["recordedtime"], "role": _role(data)}
                found[data["alert_id"]].steps.append(step | {"channel": data.get("channel")})
        newest = list(found.values())[::-1]
        return sorted(newest, key=lambda one: one.cleared is not None)[:SHOWN]

    def _events(
        self, provider_id: str, types: Sequence[str], as_of: datetime, known_at: datetime
    ) -> list[dict[str, Any]]:
        asked = {"provider": provider_id, "types": list(types), "most": MOST, "as_of": as_of, "known_at": known_at}
        with self.store.reading() as cursor:
            cursor.execute(_EVENTS, asked, prepare=True)
            return [orjson.loads(bytes(row["body"])) for row in cursor]


def _role(data: Mapping[str, Any]) -> str:
    return str(data.get("by") or data.get("to_role") or data["recipient_role"])
