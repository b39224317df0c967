"""What is known of a provider already, and is shown in its return, not asked (OXF-22, collect once) (pure)."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.intake.writing import return_fields

SUBMITTED, MANAGER = "careledger.returns.submitted.v1", "careledger.registry.manager.changed.v1"
TRACKER = "RT-CT"
FROM_TRACKER: Mapping[str, str] = {
    "maximum_capacity": "beds",
    "occupied": "occupied_beds",
    "packages_of_care": "people_supported",
}
"""Fields of the Capacity Tracker, and what the monitoring return calls them (domain.md §2.2)."""
FROM_REGISTER: Mapping[str, str] = {"beds": "beds"}
Known = dict[str, dict[str, str]]


def known(bound: Mapping[str, Any], facts: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> Known:
    """By field: its label, its value and where that comes from. `events` are the provider's, oldest first.

    A figure of the Capacity Tracker counts for a period that it covers: an older one is asked for again.
    """
    found: dict[str, tuple[Any, str]] = {}
    for field, name in FROM_REGISTER.items():
        if facts.get(field) is not None:
            found[name] = (facts[field], "from CQC’s register")
    for event in events:
        data = event["data"]
        if event["type"] == MANAGER:
            found["manager_status"] = (data["status"], "told before")
        elif _covers(data, bound["period"]):
            body = data.get("body") or {}
            for field, name in FROM_TRACKER.items():
                if body.get(field) is not None:
                    found[name] = (body[field], f"from the Capacity Tracker, {data['period']}")
    fields = return_fields.fields(bound["return_type"])
    return {name: _shown(fields[name], *found[name]) for name in found if name in fields}


def _covers(data: Mapping[str, Any], period: str) -> bool:
    return data.get("return_type") == TRACKER and str(data["period"])[:7] >= period[:7]


def _shown(field: return_fields.Field, value: Any, source: str) -> dict[str, str]:
    words = {option.value: option.text for option in field.options}
    return {
        "label": field.label,
        "value": words.get(str(value), f"{value:g}" if isinstance(value, float) else str(value)),
        "source": source,
    }
