"""What the facts indicate: derived by risk, explained in full, never a decision."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events.registry import Data, published

READERS = ("governance", "notify")


class Indicated(Data):
    """A range on one scale. Both ends are null where the facts do not suffice (`unknown`)."""

    min: str | None = None
    max: str | None = None
    unknown: bool = False


class Criterion(Data):
    """One criterion of the pack, as judged."""

    id: str
    """The clause: `HER-L3.g`."""
    scale: str = "level"
    level: str
    says: str
    """The council's own words, to the letter."""
    outcome: Literal["met", "not_met", "unknown"]
    strength: Literal["decisive", "supporting"]
    ours: str | bool = False
    """Our reading where the seed leaves a choice: its reason."""
    evidence: tuple[str, ...] = ()
    """Ids of the newest 50 events that speak for it."""
    evidence_count: int = 0
    clears_when: str | None = None


class Missing(Data):
    """Something that is not known and matters."""

    what: str
    why: str
    how: str | None = None
    """How it could be made known."""
    criteria: tuple[str, ...] = ()


class Clock(Data):
    """Something that runs: due at the start of a London day."""

    kind: str
    since: date | None = None
    due: date | None = None
    reference: str | None = None


class Comparison(Data):
    """A count against what is expected for a service of its size and nature (AMB-3): an exact Poisson tail."""

    measure: str
    """`concerns`, `safeguarding`, `incidents`, `complaints`, `deaths`."""
    observed: int
    expected: float
    """Of so many days, at the peers' rate and this service's size."""
    probability: float
    """Of so many or more, if it were like its peers."""
    outside: bool
    far_outside: bool
    group: str
    """The peers: service type and size band (`all`: every size, where the band holds too few)."""
    peers: int
    days: int
    baseline: str
    """The digest of the baseline."""


class PolicyRef(Data):
    """Which text was applied."""

    pack: str
    version: str
    digest: str


class Basis(Data):
    """What the judgement can be recomputed from."""

    partition: int
    offset: int
    c: date | None = None
    """The last London day that both writers had closed; the judgement is made at the midnight that ends it."""
    policy_digest: str | None = None
    baseline_digest: str | None = None


class Assessment(Data):
    """What the facts indicate, in every respect but what it was computed from."""

    indicated: Indicated
    """On the pack's primary scale."""
    scales: dict[str, Indicated] = Field(default_factory=dict)
    criteria: tuple[Criterion, ...] = ()
    missing: tuple[Missing, ...] = ()
    clocks: tuple[Clock, ...] = ()
    expected: tuple[Comparison, ...] = ()
    """Each measure that the policy compares with the peers'."""
    unprocessed: int = 0
    policy: PolicyRef | None = None


@published("assessment.changed", topic="assessments", writers=("risk",), readers=READERS)
class AssessmentChanged(Assessment):
    """What the facts indicate changed in any respect but the date."""

    computed_from: Basis


@published("assessment.shadowed", topic="assessments", writers=("risk",), readers=("governance",))
class AssessmentShadowed(Data):
    """What a draft would indicate, beside what the policy in force does. It decides nothing, and alerts nobody."""

    policy: PolicyRef
    """The draft."""
    indicated: Indicated
    scales: dict[str, Indicated]
    beside: PolicyRef | None = None
    """The policy in force."""
    beside_indicated: Indicated
    beside_scales: dict[str, Indicated]
    moves: bool | None = None
    """Whether a scale that both have says something else. None: they have none in common, or one says unknown."""
    met: tuple[Criterion, ...] = ()
    """The draft's criteria that are met."""
    missing: tuple[Missing, ...] = ()
    computed_from: Basis


@published("day.judged", topic="assessments", writers=("risk",), readers=READERS, classification="official")
class DayJudged(Data):
    """All providers of one partition were judged at a day's close. Its subject is the partition."""

    date: date
    ledger_offset: int
