"""The published language. Importing this package fills the register."""

from shared.events import (
    alerts,
    assessments,
    concerns,
    cqc,
    decisions,
    marks,
    notifications,
    places,
    registry_facts,
    returns,
    safeguarding,
    visits,
)
from shared.events import envelope as envelope
from shared.events.envelope import Draft, Event
from shared.events.registry import TYPES, Data, Published, Sealed, UnknownType, data_of, decode, dumped, entry_of

__all__ = [
    "TYPES",
    "Data",
    "Draft",
    "Event",
    "Published",
    "Sealed",
    "UnknownType",
    "alerts",
    "assessments",
    "concerns",
    "cqc",
    "data_of",
    "decisions",
    "decode",
    "dumped",
    "entry_of",
    "marks",
    "notifications",
    "places",
    "registry_facts",
    "returns",
    "safeguarding",
    "visits",
]
