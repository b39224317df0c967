"""What is known of a provider when a meeting is prepared: levels, what is indicated, what waits. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.events import assessments
from shared.policies.deciding import NO_LEVEL
from shared.policies.pack import Pack

NOTHING = assessments.Indicated(unknown=True)


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that is open."""

    alert_id: str
    alert: str
    cause: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """One provider, as decided and as judged."""

    provider_id: str
    name: str
    levels: Mapping[str, str] = field(default_factory=dict)
    """Confirmed, by scale."""
    assessment: assessments.Assessment | None = None
    alerts: tuple[Alert, ...] = ()
    waiting: tuple[str, ...] = ()
    """Decisions that wait for a consent, an approval or a ratification."""

    def indicated(self, scale: str) -> assessments.Indicated:
        """What the facts indicate on a scale."""
        return self.assessment.scales.get(scale, NOTHING) if self.assessment else NOTHING

    def at_least(self, scale: str, codes: tuple[str, ...]) -> str | None:
        """The level that the facts indicate at the least, if it is one of these."""
        found = self.indicated(scale)
        return found.min if not found.unknown and found.min in codes else None


def reviewed_by(pack: Pack, body: str, known: Known) -> Iterator[str]:
    """The scales on which this body decides about a provider at its present levels (rulings 16)."""
    for rule in pack.authority.decisions.get("level.confirmed", ()):
        if body not in rule.bodies:
            continue
        for scale, one in pack.scales.items():
            level = known.levels.get(scale, NO_LEVEL)
            if set(rule.to or one.order) & set(one.order) and (not rule.at or level in rule.at):
                yield scale
