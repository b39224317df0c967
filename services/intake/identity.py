"""Who a provider is, and the names by which others know it (pure; domain.md §3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as the register knows it."""

    number: int
    provider_id: str
    place: str
    version: int
    """Counts its changes: each change has an event of its own."""
    facts: Mapping[str, Any]
    """The data of `registry.service.registered` as it stands now, without aliases."""
    registered_on: date
    """The London day on which it was recorded as registered."""
    commissioned: tuple[tuple[date, str], ...]
    """Who has commissioned it, each from the London day on which that was recorded; oldest first."""
    aliases: tuple[tuple[str, str], ...]
    """(scheme, value), oldest first. A scheme may have several: CQC registers services anew."""
