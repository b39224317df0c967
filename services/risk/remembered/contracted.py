"""Contracts with a provider, and the recorded lack of one: each term as last said (OXF-5 to OXF-7, SAL-10)."""

from typing import Any

import msgspec

from services.risk.remembered import items, keeping
from services.risk.remembered.items import Day, Value
from shared.events import Event

KEPT = 20
TERMS = ("kind", "commissioner", "size_band", "signed", "officer", "tier", "clauses")
DAYS = ("starts_on", "mid_term_on", "ends_on", "ended_on")
NONE = "no_contract"


class Contract(msgspec.Struct, frozen=True, array_like=True):
    """One contract."""

    stamp: items.Stamp
    terms: dict[str, Value] = {}
    """The terms by name; days as ordinals; `clauses` as names."""

    def text(self, name: str) -> str:
        """A term that is a code; empty where it was never said."""
        value = self.terms.get(name)
        return value.value if value is not None and isinstance(value.value, str) else ""

    def day(self, name: str) -> Day | None:
        """A term that is a London day."""
        value = self.terms.get(name)
        return value.value if value is not None and isinstance(value.value, int) else None

    def names(self, name: str) -> tuple[str, ...]:
        """A term that is a list of codes."""
        value = self.terms.get(name)
        return value.value if value is not None and isinstance(value.value, tuple) else ()

    def truth(self, name: str) -> bool | None:
        """A term that is true or false."""
        day = self.day(name)
        return None if day is None else bool(day)

    def runs(self, today: Day) -> bool:
        """Whether it stands: it is a contract, and has not ended."""
        ended = self.day("ended_on")
        return self.text("kind") not in ("", NONE) and (ended is None or ended > today)


def fold(known: dict[str, Contract], event: Event, data: Any) -> dict[str, Contract]:
    """The contracts after one more of their events; each term as last said, whatever the order of arrival."""
    stamp = items.stamp(event)
    before = known.get(data.contract_id) or Contract(stamp)
    terms = before.terms
    for name in (*TERMS, *DAYS):
        said = getattr(data, name, None)
        if said is not None:
            value = said.toordinal() if name in DAYS else int(said) if isinstance(said, bool) else said
            terms = keeping.put(terms, name, Value(stamp, value))
    known = {**known, data.contract_id: Contract(max(before.stamp, stamp), terms)}
    if len(known) > KEPT:
        known.pop(min(known, key=lambda key: known[key].stamp))
    return known
