"""Who is told what, how fast, and who is told next (read by notify); what raises it (read by risk)."""

from typing import Literal, Self

from pydantic import Field, model_validator

from shared.policies.section import Clause, Limit, Section

RecipientRole = Literal[
    "quality_officer",
    "quality_lead",
    "panel_chair",
    "contracts",
    "director",
    "safeguarding",
    "icb_quality",
    "icb_safeguarding",
    "nhs_quality",
    "cqc",
    "provider",
    "board_secretary",
    "brokerage",
    "placing_authorities",
    "host_authority",
    "data_steward",
    "operations",
]
"""Roles that a recipient may be registered for at notify (architecture §5.1)."""
Channel = Literal["webhook", "email", "govuk_notify", "kafka", "inbox"]


Occasion = Literal[
    "manager_lost", "ownership_changed", "reregistered", "closed", "police_incident", "sponsor_licence",
    "industrial_action", "business_failure", "rated_inadequate", "quality_poor", "whistleblowing_high",
    "organisational_abuse", "critical_concern",
]  # fmt: skip
"""What may happen to a provider that asks for an alert by itself, once each time that it happens."""


class Trigger(Clause):
    """What raises an alert that risk judges, beside what raises it under every policy."""

    on: tuple[Occasion, ...] = ()
    """Each time that one of these happens."""
    when: str | None = None
    """CEL over the facts and scores: raised once when it begins to hold. Not known: neither raised nor cleared."""
    indicated: tuple[str, ...] = ()
    """Levels of the primary scale: raised when the whole range that the facts indicate comes to lie among these."""
    hold_days: int = Field(0, ge=0, le=400)
    """Of `when` and `indicated`: cleared once it has not held for so many days."""
    summary: str = Field(min_length=1, max_length=400)
    """What the alert says, in plain English."""
    task: str | None = Field(None, pattern=r"^[a-z_]{3,60}$")
    """What whoever is told is asked to do."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum((bool(self.on), self.when is not None, bool(self.indicated))) != 1:
            raise ValueError("give one of on, when, indicated")
        return self


class AlertRule(Section):
    """The routing of one alert (domain.md §3.7)."""

    name: str
    basis: tuple[str, ...]
    """Requirements of the seed that it rests on."""
    ours: str | None = None
    switch: Literal["fixed", "on", "off"]
    """fixed: no policy may switch it off (A1, A2)."""
    to: tuple[RecipientRole, ...] = Field(min_length=1)
    to_if_joint: tuple[RecipientRole, ...] = ()
    """Told as well where the service is commissioned jointly or by the NHS."""
    levels: tuple[str, ...] = ()
    """A4, A5: confirmed levels that are told to the recipients; any change from one of them is told too."""
    after: Limit | None = None
    """A9: how long the two may differ before it is told, where the facts are better. None: at once."""
    after_if_worse: Limit | None = None
    """A9: the same where the facts are worse than what people confirmed."""
    channels: tuple[Channel, ...] = ("webhook", "email", "govuk_notify", "kafka", "inbox")
    """Channels that may carry it."""
    within: Limit
    """How soon it must have been sent."""
    acknowledge_within: Limit | None = None
    """None: no acknowledgement is asked for. The clock starts at the first successful send."""
    ladder: tuple[RecipientRole, ...] = ()
    """Who is told in turn, one step each time the limit passes unacknowledged (A18)."""
    raised_by: tuple[Trigger, ...] = ()
    """Of those that risk raises: what asks for it."""
    quiet: bool
    """Whether it waits for the end of quiet hours."""
