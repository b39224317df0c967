"""Facts as they are gathered: what is known, and the events that say so. A fact that is not put is not known."""

from collections.abc import Iterable

from services.risk.items import Stamp

Scalar = bool | int | str
EVIDENCE_KEPT = 50


class Known:
    """Values by the names of the catalogue, and the stamps of the events behind each."""

    def __init__(self) -> None:
        self.values: dict[str, Scalar] = {}
        self._behind: dict[str, tuple[Stamp, ...]] = {}

    def put(self, name: str, value: Scalar | None, behind: Iterable[Stamp] = ()) -> None:
        """A fact is known: None means that it is not."""
        if value is not None:
            self.values[name] = value
            self._behind[name] = tuple(behind)

    def evidence(self, names: Iterable[str]) -> tuple[tuple[str, ...], int]:
        """Ids of the newest events behind these facts, newest first, and how many there are."""
        found = {stamp for name in names for stamp in self._behind.get(name, ())}
        return tuple(stamp[2] for stamp in sorted(found, reverse=True)[:EVIDENCE_KEPT]), len(found)
