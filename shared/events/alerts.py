"""Alerts (domain.md §3.7): raised once for their cause, cleared when the cause is gone."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events.registry import Data, published

Code = Literal[
    "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "A11", "A12", "A13", "A14", "A15", "A16", "A17",
    "A18", "A19",
]  # fmt: skip
READERS = ("governance", "notify")
ELSEWHERE = {"ledger": ("governance", "intake"), "notifications": ("notify",)}


class AlertBody(Data):
    """What notify needs to route, and no more: names of services, codes and references, never personal data."""

    alert: Code
    cause: str
    """The cause key: the suspension's id, the return's period, the concern's id."""
    name: str = Field(max_length=300)
    """The service's name; the place's for a market-wide alert."""
    commissioning: str | None = None
    summary: str = Field(max_length=500)
    """Plain English, without personal data."""
    policy_digest: str | None = None
    clause: str | None = None
    """The clause of the policy that asks for it."""
    task: str | None = None
    """What whoever is told is asked to do: a proposal, never done by itself."""
    evidence: tuple[str, ...] = ()
    placing_authorities: tuple[str, ...] = ()
    host_authority: str | None = None
    """Of an A6 to the authority in whose area people were placed: its GSS code (CAL-34)."""
    since: date | None = None
    due: date | None = None
    urgent: bool | None = None
    """Of an A19: somebody may be in danger, and what says so has no home: told at once, to safeguarding as well."""
    to_role: str | None = None
    """Told to this role, whatever the policy says. Of an A18: the ladder's next, and `evidence` names the alerts that
    nobody acknowledged. Of an A3 that people raise: the director (rulings 22). Of an A6 about a placement: its host."""


@published("alert.raised", topic="assessments", writers=("risk",), also=ELSEWHERE, readers=READERS)
class AlertRaised(AlertBody):
    """People must be told. risk's stand on `assessments`, governance's and intake's on `ledger`, notify's on its own.

    An alert about no provider (a silent feed, what waits in quarantine) has the place as its subject and its key.
    """


@published("alert.cleared", topic="assessments", writers=("risk",), also=ELSEWHERE, readers=READERS)
class AlertCleared(AlertBody):
    """The cause is gone: what is due is cancelled, and whoever was told is told so."""

    raised_id: str
    """The id of the alert that is cleared."""
