"""People placed from one area in another: counts and tokens, never names (CAL-32 to CAL-39, SAL-11)."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import PROFESSIONALS, Data, Sealed, published

READERS = ("risk", "governance")
WRITERS = ("intake", "governance")
"""Systems of those who place, through the door; officers who keep the register here."""
Token = words.Reference
"""A placement under a pseudonym of the placing authority's: never an NHS or case number."""


@published("placement.started", topic="ledger", writers=WRITERS, readers=READERS, senders=PROFESSIONALS)
class PlacementStarted(Data):
    """A placing authority placed people here: the six-week clock starts (CAL-33), the count may pass five (CAL-39)."""

    placement_token: Token
    placing_authority: words.Gss
    host_authority: words.Gss
    started_on: date
    count: int = Field(1, ge=1, le=1000)
    check_due: date | None = None
    """By when it is looked at for the first time (CAL-33)."""


@published("placement.ended", topic="ledger", writers=WRITERS, readers=READERS, senders=PROFESSIONALS)
class PlacementEnded(Data):
    """A placement ended."""

    placement_token: Token
    placing_authority: words.Gss
    ended_on: date
    because: Literal["moved_home", "moved_service", "hospital", "death", "quality_concern", "other", "unknown"] = (
        "unknown"
    )


class Check(Data):
    """One look at a placement out of area."""

    placement_token: Token
    host_authority: words.Gss
    checked_on: date | None = None
    result: Literal["satisfactory", "concerns", "unsatisfactory"]
    themes: words.Themes = ()
    next_due: date | None = None
    """By when it is looked at again: by need (CAL-33)."""
    findings: Sealed | None = None


@published("ooa.placement.checked", topic="ledger", writers=WRITERS, readers=READERS, senders=PROFESSIONALS)
class PlacementChecked(Check):
    """A check before placing or in the first six weeks (CAL-32, CAL-33)."""

    kind: Literal["pre_placement", "six_week"]


@published("ooa.placement.reviewed", topic="ledger", writers=WRITERS, readers=READERS, senders=PROFESSIONALS)
class PlacementReviewed(Check):
    """A later review, at the service or at a desk (CAL-33, CAL-39, SAL-11)."""

    kind: Literal["review", "desktop"]


@published("ooa.host.told", topic="ledger", writers=("governance",), readers=("governance",),
           no_fact="that the host authority was told of a concern; the concern itself counts")  # fmt: skip
class HostTold(Data):
    """A concern about a service elsewhere was raised with the authority that is responsible there (CAL-34)."""

    placement_token: Token
    actor: str | None = None
    """Who told it, by a keyed pseudonym."""
    host_authority: words.Gss
    told_on: date
    themes: words.Themes = ()
    detail: Sealed | None = None


@published("ooa.host_notice.received", topic="ledger", writers=("intake",), readers=READERS, senders=PROFESSIONALS)
class HostNoticeReceived(Data):
    """The host authority has serious concerns: no further placements until it gives assurance (CAL-35, rulings 24)."""

    notice_id: words.Reference
    host_authority: words.Gss
    concern_level: Literal["moderate", "serious", "large_scale_enquiry", "closure"]
    requested_action: Literal["none", "pause", "review_people", "welfare_visits", "move_people"] = "pause"
    themes: words.Themes = ()
    detail: Sealed | None = None


@published("ooa.host_notice.assurance_received", topic="ledger", writers=("intake",), readers=READERS,
           senders=PROFESSIONALS)  # fmt: skip
class HostAssuranceReceived(Data):
    """What the host says has become of it: only improvements made *and* embedded give assurance (golden 11)."""

    notice_id: words.Reference
    host_authority: words.Gss
    improvements_made: bool
    embedded: bool
    detail: Sealed | None = None
