"""Events that a decision may name as evidence, in a few words each. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.governance.web import event_lines, words

MOST: Final = 110
"""So many letters of an event stand beside its box."""
LINES: Final = 3
FELL: Final[Mapping[str, str]] = {
    "withdrawn": "taken back", "corrected": "corrected", "not_upheld": "not upheld",
}  # fmt: skip
"""What became of evidence."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One event."""

    event_id: str
    provider_id: str
    kind: str
    on: str
    """The day on which it happened."""
    brief: str
    fell: str = ""
    """Why it is no evidence any more."""
    fell_on: str = ""

    @property
    def words(self) -> str:
        """Kind, day, a few words."""
        fell = f" – {self.fell} since {self.fell_on}" if self.fell else ""
        return f"{self.kind}, {self.on}{': ' + self.brief if self.brief else ''}{fell}"

    @property
    def address(self) -> str:
        """Where it is looked at."""
        return f"/providers/{self.provider_id}/events/{self.event_id}"


def piece(provider_id: str, event: Mapping[str, Any], *, withheld: bool, fell: Any = None) -> Piece:
    """An event as it is picked. `withheld`: its reader may not read what it says; `fell`: what became of it."""
    return Piece(
        str(event["id"]), provider_id, words.kind(event["type"]), words.day(event["time"]),
        "withheld, for safeguarding" if withheld else brief(event["data"]),
        FELL[fell.because] if fell else "", words.day(fell.at.date()) if fell else "",
    )  # fmt: skip


def brief(data: Mapping[str, Any]) -> str:
    """The first few things that it says."""
    said = ", ".join(f"{name.lower()} {value}" for name, value in event_lines.brief(data)[:LINES])
    return said if len(said) <= MOST else f"{said[:MOST].rstrip(' ,')} …"
