"""Where what a body confirmed lies outside what the facts indicate; since when; when somebody is told (A9). Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.governance.domain import deadlines
from services.governance.domain.standing import Confirmed, Standing
from shared.events import envelope
from shared.events.assessments import Indicated
from shared.policies.assessing import Scale
from shared.policies.telling import AlertRule


@dataclass(frozen=True, slots=True)
class Divergence:
    """One scale on which the two differ."""

    scale: str
    confirmed: Confirmed
    indicated: Indicated
    worse: bool
    """Whether the facts indicate something worse than what was confirmed."""

    @property
    def answered(self) -> bool:
        """Whether a body openly set aside the very range that is indicated: nobody need be asked again."""
        return self.confirmed.set_aside == (self.indicated.min, self.indicated.max)

    def cause(self, since: datetime) -> str:
        """The cause key of its alert."""
        return f"divergence:{self.scale}:{envelope.instant(since)}"


def is_outside(level: str | None, indicated: Indicated, order: tuple[str, ...]) -> bool:
    """Whether a level lies outside the range; unknown diverges from nothing."""
    if level is None or indicated.unknown or indicated.min is None or indicated.max is None:
        return False
    if not {level, indicated.min, indicated.max} <= set(order):
        return True  # a level of another policy than the one that indicates
    return not order.index(indicated.min) <= order.index(level) <= order.index(indicated.max)


def diverging(standing: Standing, indicated: Mapping[str, Indicated], scales: Mapping[str, Scale]) -> list[Divergence]:
    """Every scale of the policy on which the two differ."""
    return list(_diverging(standing, indicated, scales))


def began(one: Divergence, judged: Iterable[tuple[datetime, Indicated]], order: tuple[str, ...]) -> datetime:
    """Since when. `judged`: what was indicated on this scale from when on, newest first; as far back as is known.

    The later of the decision and of the first assessment of the unbroken run that says otherwise.
    """
    since: datetime | None = None
    for at, indicated in judged:
        if not is_outside(one.confirmed.level, indicated, order):
            break
        since = at
        if at <= one.confirmed.since:
            break
    return one.confirmed.since if since is None else max(since, one.confirmed.since)


def told_at(one: Divergence, since: datetime, rule: AlertRule | None) -> datetime | None:
    """When A9 is raised: None where the policy has none, or the body has answered already."""
    if rule is None or one.answered:
        return None
    limit = rule.after_if_worse if one.worse else rule.after
    return since if limit is None else deadlines.end(limit, since)


def _diverging(
    standing: Standing, indicated: Mapping[str, Indicated], scales: Mapping[str, Scale]
) -> Iterator[Divergence]:
    for scale, confirmed in standing.levels.items():
        found = indicated.get(scale)
        order = scales[scale].order if scale in scales else ()
        if order and found is not None and is_outside(confirmed.level, found, order):
            yield Divergence(scale, confirmed, found, _is_worse(confirmed.level, found, order))


def _is_worse(level: str, indicated: Indicated, order: tuple[str, ...]) -> bool:
    if level not in order or indicated.min not in order:
        return True  # what cannot be compared is looked at soon
    return order.index(level) < order.index(indicated.min)
