"""The read model's open alerts: raised, cleared, acknowledged, from three topics that arrive in any order."""

from typing import Any

import psycopg

from shared.events import Data, Event, alerts, notifications

MODELS: tuple[type[Data], ...] = (alerts.AlertRaised, alerts.AlertCleared, notifications.NotificationAcknowledged)
_RAISED = """
INSERT INTO alerts(alert_id, place, provider_id, alert, cause, summary, since, due, raised)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (alert_id) DO UPDATE SET cause = excluded.cause, summary = excluded.summary, since = excluded.since,
  due = excluded.due, raised = coalesce(alerts.raised, excluded.raised)
"""
_CLEARED = """
INSERT INTO alerts(alert_id, place, provider_id, alert, cleared) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (alert_id) DO UPDATE SET cleared = coalesce(alerts.cleared, excluded.cleared)
"""
_ACKNOWLEDGED = """
INSERT INTO alerts(alert_id, place, provider_id, alert, acknowledged) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (alert_id) DO UPDATE SET acknowledged = least(alerts.acknowledged, excluded.acknowledged)
"""


async def take(cursor: psycopg.AsyncCursor[Any], event: Event, data: Data) -> None:
    """One more word about an alert. An alert is raised once for its cause, and cleared once."""
    match data:
        case alerts.AlertRaised():
            about = (
                str(event.id),
                event.place,
                event.subject,
                data.alert,
                data.cause,
                data.summary,
                data.since,
                data.due,
            )
            await cursor.execute(_RAISED, (*about, event.recordedtime), prepare=True)
        case alerts.AlertCleared(raised_id=alert_id):
            ended = (alert_id, event.place, event.subject, data.alert, event.recordedtime)
            await cursor.execute(_CLEARED, ended, prepare=True)
        case notifications.NotificationAcknowledged(alert_id=alert_id):
            heard = (alert_id, event.place, event.subject, data.alert, event.recordedtime)
            await cursor.execute(_ACKNOWLEDGED, heard, prepare=True)
