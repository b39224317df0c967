"""Writes `dashboards/careledger.json`: the way of an event from left to right, one row a question."""

import json
import pathlib
from dataclasses import dataclass
from typing import Any

TARGET = pathlib.Path(__file__).parent / "dashboards" / "careledger.json"
WIDTH, HEIGHT, COLUMNS = 8, 7, 3


@dataclass(frozen=True)
class Panel:
    """One picture: a question, the query that answers it, its unit."""

    title: str
    query: str
    legend: str = ""
    unit: str = "short"
    kind: str = "timeseries"


def quantile(metric: str, share: str = "0.99") -> str:
    """The upper quantile of a histogram over five minutes."""
    return f"histogram_quantile({share}, sum by (le) (rate({metric}_bucket[5m])))"


ROWS: dict[str, tuple[Panel, ...]] = {
    "Does everything run?": (
        Panel("Services answering", 'up{job="careledger"}', "{{service_name}}", kind="stat"),
        Panel("Holes seen in the log", "sum by (service) (careledger_gaps_total)", "{{service}}", kind="stat"),
        Panel("Records set aside", "sum by (service) (careledger_dead_letters_total)", "{{service}}", kind="stat"),
        Panel("Not yet published", "careledger_journal_unpublished", "{{service}}"),
        Panel("Not yet applied", "sum by (service, topic) (careledger_consumer_lag)", "{{service}} {{topic}}"),
        Panel("Since the last progress", "time() - careledger_last_progress_timestamp_seconds", "{{service}}", "s"),
    ),
    "What comes in": (
        Panel(
            "Events accepted", "sum by (publisher) (rate(careledger_events_accepted_total[5m]))", "{{publisher}}", "eps"
        ),
        Panel("Quarantined", "sum by (reason) (increase(careledger_events_quarantined_total[1h]))", "{{reason}}"),
        Panel(
            "Themes nobody knows",
            "sum by (publisher) (increase(careledger_events_unclassified_total[1d]))",
            "{{publisher}}",
        ),
        Panel("Days since the last close", "time() - careledger_day_closed_timestamp_seconds", "{{writer}}", "s"),
    ),
    "What it means": (
        Panel("Event to assessment, 99 of 100", quantile("careledger_event_to_assessment_seconds"), "", "s"),
        Panel(
            "Assessments",
            "sum by (place, changed) (rate(careledger_assessments_total[5m]))",
            "{{place}} {{changed}}",
            "ops",
        ),
        Panel(
            "Providers by confirmed level",
            "sum by (place, confirmed) (careledger_providers)",
            "{{place}} {{confirmed}}",
        ),
        Panel("Confirmed and indicated differ", "sum by (place) (careledger_divergences)", "{{place}}"),
        Panel("Providers with an unprocessed record", "sum by (place) (careledger_providers_unprocessed)", "{{place}}"),
        Panel("Alerts open", "sum by (place, alert) (careledger_alerts_open)", "{{place}} {{alert}}"),
    ),
    "What is decided": (
        Panel(
            "Decisions",
            "sum by (place, type, body) (increase(careledger_decisions_total[1d]))",
            "{{place}} {{type}} {{body}}",
        ),
        Panel("Waiting for the other organisation", "sum by (place) (careledger_consents_pending)", "{{place}}"),
    ),
    "Who is told": (
        Panel("Event to message, 99 of 100", quantile("careledger_event_to_notification_seconds"), "", "s"),
        Panel(
            "Deliveries",
            "sum by (channel, outcome) (rate(careledger_deliveries_total[5m]))",
            "{{channel}} {{outcome}}",
            "ops",
        ),
        Panel("One attempt, 99 of 100", quantile("careledger_delivery_attempt_seconds"), "", "s"),
        Panel("Sending to acknowledgement, half", quantile("careledger_acknowledgement_seconds", "0.5"), "", "s"),
    ),
}


def dashboard() -> dict[str, Any]:
    """The dashboard in Grafana's own form."""
    panels: list[dict[str, Any]] = []
    top = 0
    for title, row in ROWS.items():
        panels.append(_row(len(panels) + 1, title, top))
        top += 1
        for place, panel in enumerate(row):
            panels.append(_panel(len(panels) + 1, panel, place % COLUMNS * WIDTH, top + place // COLUMNS * HEIGHT))
        top += -(-len(row) // COLUMNS) * HEIGHT
    return {
        "uid": "careledger",
        "title": "CareLedger",
        "schemaVersion": 41,
        "timezone": "Europe/London",
        "refresh": "10s",
        "time": {"from": "now-6h", "to": "now"},
        "panels": panels,
    }


def _row(number: int, title: str, top: int) -> dict[str, Any]:
    grid = {"h": 1, "w": WIDTH * COLUMNS, "x": 0, "y": top}
    return {"id": number, "type": "row", "title": title, "gridPos": grid, "collapsed": False, "panels": []}


def _panel(number: int, panel: Panel, left: int, top: int) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "prometheus"}
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "gridPos": {"h": HEIGHT, "w": WIDTH, "x": left, "y": top},
        "datasource": source,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [{"refId": "A", "datasource": source, "expr": panel.query, "legendFormat": panel.legend or "all"}],
    }


def text() -> str:
    """What the file holds."""
    return json.dumps(dashboard(), indent=1) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text())
