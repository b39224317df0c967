"""What the register says of a service, field by field, each as last said."""

from typing import Any

import msgspec

from services.risk.remembered import items, keeping
from services.risk.remembered.items import Day
from shared.events import Event, registry_facts

COMMISSIONING_KEPT = 20
REGULATED = frozenset({
    "care_home_nursing", "care_home_residential", "home_care", "supported_living", "extra_care", "shared_lives",
    "reablement", "ld_inpatient",
})  # fmt: skip
"""Kinds that give personal or nursing care as a rule, so that CQC registers them."""
CQC = "cqc_location_id"


class Register(msgspec.Struct, frozen=True):
    """The service as the register has it."""

    values: dict[str, items.Value] = {}
    """name, service_type, beds, weekly_care_hours, organisation, placing_authorities, closed_on."""
    commissioning: tuple[items.Change, ...] = ()
    """Who commissions it, and since when: the newest COMMISSIONING_KEPT changes, oldest first."""
    since: Day | None = None
    """The day on which it was registered, or was recorded as registered, whichever is later."""
    known_to_cqc: bool = False
    """It has a CQC location id."""

    def text(self, name: str) -> str | None:
        """A field that is text; None where it was never said."""
        value = self.values.get(name)
        return value.value if value is not None and isinstance(value.value, str) else None

    def number(self, name: str) -> float | None:
        """A field that is a number; None where it was never said."""
        value = self.values.get(name)
        return value.value if value is not None and isinstance(value.value, int | float) else None

    def names(self, name: str) -> tuple[str, ...]:
        """A field that is a list of names."""
        value = self.values.get(name)
        return value.value if value is not None and isinstance(value.value, tuple) else ()

    @property
    def commissioned(self) -> str | None:
        """Who commissions it now."""
        return self.commissioning[-1].value if self.commissioning else None

    @property
    def regulated(self) -> bool | None:
        """Whether CQC registers it; None while its kind is not known."""
        kind = self.text("service_type")
        return True if self.known_to_cqc else None if kind is None else kind in REGULATED

    def commissioned_since(self, scope: tuple[str, ...]) -> Day | None:
        """Since when it has been commissioned by one of these without a break; None: it is not. Empty: by anybody."""
        if not scope:
            return self.since
        since: Day | None = None
        for change in self.commissioning:
            since = (since or change.day) if change.value in scope else None
        return since


def fold(register: Register, event: Event, data: Any) -> Register:
    """The register after one more of its events."""
    stamp = items.stamp(event)
    if isinstance(data, registry_facts.ServiceReregistered):
        return msgspec.structs.replace(register, known_to_cqc=True)
    if isinstance(data, registry_facts.ServiceClosed):
        closed = items.Value(stamp, data.closed_on.toordinal())
        return msgspec.structs.replace(register, values=keeping.put(register.values, "closed_on", closed))
    values = register.values
    for name in ("name", "service_type", "beds", "weekly_care_hours", "organisation", "placing_authorities"):
        said = getattr(data, name)
        if said is not None:
            values = keeping.put(values, name, items.Value(stamp, said))
    day = max(items.day(event), items.recorded_day(event))
    since = register.since
    if isinstance(data, registry_facts.ServiceRegistered):
        since = day if since is None else min(since, day)
    return Register(
        values,
        _commissioning(register.commissioning, stamp, day, data.commissioning),
        since,
        register.known_to_cqc or CQC in (data.aliases or {}),
    )


def _commissioning(
    changes: tuple[items.Change, ...], stamp: items.Stamp, day: Day, said: str | None
) -> tuple[items.Change, ...]:
    if said is None:
        return changes
    found = sorted({*changes, items.Change(stamp, day, said)}, key=lambda change: change.stamp)
    if len(found) > COMMISSIONING_KEPT:
        found = [each for n, each in enumerate(found) if n == 0 or found[n - 1].value != each.value]
    return tuple(found[-COMMISSIONING_KEPT:])
