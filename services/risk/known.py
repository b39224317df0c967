"""Facts as they are gathered: what is known, and the events that say so. A fact that is not put is not known."""

from collections.abc import Iterable
from functools import lru_cache

from services.risk.expected import Verdict
from services.risk.remembered.items import Stamp

Scalar = bool | int | float | str
EVIDENCE_KEPT = 50


class Known:
    """Values by the names of the catalogue, and the stamps of the events behind each."""

    def __init__(self, wanted: frozenset[str] | None = None) -> None:
        self.values: dict[str, Scalar] = {}
        self.comparisons: dict[str, Verdict] = {}
        """By measure, how a count compares with the peers'."""
        self._wanted = wanted
        self._behind: dict[str, tuple[Stamp, ...]] = {}
        self._told: dict[frozenset[str], tuple[tuple[str, ...], int]] = {}

    def wants(self, prefix: str) -> bool:
        """Whether any fact whose name begins like this is asked for."""
        return self._wanted is None or _any(self._wanted, prefix)

    def asks(self, name: str) -> bool:
        """Whether this fact is asked for."""
        return self._wanted is None or name in self._wanted

    def put(self, name: str, value: Scalar | None, behind: Iterable[Stamp] = ()) -> None:
        """A fact is known: None means that it is not."""
        if value is not None and (self._wanted is None or name in self._wanted):
            self.values[name] = value
            self._behind[name] = tuple(behind)

    def compared(self, measure: str, verdict: Verdict) -> None:
        """A count was compared with what is expected."""
        self.comparisons[measure] = verdict

    def evidence(self, names: frozenset[str]) -> tuple[tuple[str, ...], int]:
        """Ids of the newest events behind these facts, newest first, and how many there are. Asked once all are put."""
        told = self._told.get(names)
        if told is None:
            found = {stamp for name in names for stamp in self._behind.get(name, ())}
            told = tuple(stamp[2] for stamp in sorted(found, reverse=True)[:EVIDENCE_KEPT]), len(found)
            self._told[names] = told
        return told


@lru_cache(maxsize=1024)
def _any(wanted: frozenset[str], prefix: str) -> bool:
    return any(name.startswith(prefix) for name in wanted)
