"""What the facts indicated, as measures need it: the range of each scale, and how much was not processed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec


@dataclass(frozen=True, slots=True)
class Judged:
    """One word of risk's on a service."""

    low: str | None
    """The lower end on the primary scale. None: not known."""
    high: str | None = None
    certain: tuple[tuple[str, str], ...] = ()
    """Scales on which one level alone was indicated, with it."""
    unprocessed: int = 0


class _Said(msgspec.Struct):
    """The criteria with their evidence are by far the most of it, and are passed over."""

    indicated: object = None
    scales: object = None
    unprocessed: object = None


_SAID = msgspec.json.Decoder(_Said)


def of(data: bytes) -> Judged:
    """From the data of an `assessment.changed`. Raises msgspec's DecodeError for what is no object."""
    said = _SAID.decode(data)
    indicated, scales, unprocessed = _ends(said.indicated), said.scales, said.unprocessed
    each = {name: _ends(ends) for name, ends in scales.items()} if isinstance(scales, Mapping) else {}
    certain = tuple(sorted((name, low) for name, (low, high) in each.items() if low is not None and low == high))
    return Judged(*indicated, certain, unprocessed if isinstance(unprocessed, int) else 0)


def _ends(said: object) -> tuple[str | None, str | None]:
    if not isinstance(said, Mapping):
        return None, None
    low, high = said.get("min"), said.get("max")
    return (low if isinstance(low, str) else None, high if isinstance(high, str) else None)
