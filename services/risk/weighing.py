"""One provider judged by what is in force where its partition stands: policy, peers' baseline, and a draft beside them.

Pure: texts are looked up by their digest, and are known by the time that a mark names them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from services.risk import alerts
from services.risk.assessment import Weighed, weigh
from services.risk.criteria import Rules
from services.risk.deadlines import Deadlines
from services.risk.expected import Baseline
from services.risk.remembered.partition import PartitionState
from services.risk.remembered.state import ProviderState
from services.risk.standing import Scene
from shared.events.assessments import Assessment, Indicated


@dataclass(frozen=True, slots=True)
class Texts:
    """Policies and baselines by digest. Raises KeyError for one that was not made ready."""

    rules: Callable[[str], Rules]
    baselines: Callable[[str], Baseline]

    def weigh(self, known: ProviderState, at: PartitionState) -> Weighed:
        """What the facts indicate under the policy in force for the provider's place."""
        in_force = at.policies.get(known.place)
        return self._weigh(known, at, None if in_force is None else self.rules(in_force.digest))

    def shadow(self, known: ProviderState, at: PartitionState) -> Assessment | None:
        """What they would indicate under the draft that is judged beside it; None where there is none.

        Its clocks started when those of the policy in force did: it is judged as if it had been adopted then.
        """
        digest = at.shadows.get(known.place)
        return None if digest is None else self._weigh(known, at, self.rules(digest)).assessment

    def scene(self, known: ProviderState, at: PartitionState, due: Deadlines | None = None) -> Scene:
        """A provider as alerts look at it."""
        in_force = at.policies.get(known.place)
        return alerts.scene(known, at, None if in_force is None else self.rules(in_force.digest), due)

    def _weigh(self, known: ProviderState, at: PartitionState, rules: Rules | None) -> Weighed:
        peers = at.baselines.get(known.place)
        c = None if at.c is None else date.fromordinal(at.c)
        return weigh(known, at, rules, c, None if peers is None else self.baselines(peers))


def moves(draft: Assessment, beside: Assessment) -> bool | None:
    """Whether a scale that both policies have says something else. None: none is known in both."""
    common = [(draft.scales[name], beside.scales[name]) for name in draft.scales.keys() & beside.scales.keys()]
    known = [(one, other) for one, other in common if not (one.unknown or other.unknown)]
    return any(_range(one) != _range(other) for one, other in known) if known else None


def _range(found: Indicated) -> tuple[str | None, str | None]:
    return found.min, found.max
