"""One provider as it stands at C under one policy: what facts, criteria and alerts look at."""

from dataclasses import dataclass
from datetime import date

from services.risk import deadlines, expected
from services.risk.remembered.items import Day
from services.risk.remembered.partition import PartitionState
from services.risk.remembered.state import ProviderState
from shared.policy import Pack


@dataclass(frozen=True, slots=True)
class View:
    """One provider as it stands at C under one policy."""

    state: ProviderState
    partition: PartitionState
    pack: Pack
    due: deadlines.Deadlines
    baseline: expected.Baseline | None = None

    def within(self, day: Day, days: int) -> bool:
        """Whether something of that day is at most so many days old. Only asked where there is a C."""
        return self.due.today is not None and self.due.today - day <= days

    def heard(self, kind: str, days: int) -> bool:
        """Whether facts of this kind were heard from the place inside the window."""
        last = self.partition.heard.get(self.state.place, {}).get(kind)
        return last is not None and self.within(last, days)


def view(
    state: ProviderState,
    partition: PartitionState,
    pack: Pack,
    c: date | None,
    baseline: expected.Baseline | None = None,
) -> View:
    """A provider as it stands at C. `c`: the last London day that both writers have closed; None before the first."""
    return View(state, partition, pack, deadlines.due(state, partition, pack, c), baseline)
