"""Who is told what, how fast, and who is told next if nobody answers (read by notify)."""

from typing import Literal

from pydantic import Field

from shared.policies.section import Limit, Section

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
    "data_steward",
    "operations",
]
"""Roles that a recipient may be registered for at notify (architecture §5.1)."""
Channel = Literal["webhook", "email", "govuk_notify"]


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
    channels: tuple[Channel, ...] = ("webhook", "email", "govuk_notify")
    """Channels that may carry it."""
    within: Limit
    """How soon it must have been sent."""
    acknowledge_within: Limit | None = None
    """None: no acknowledgement is asked for. The clock starts at the first successful send."""
    ladder: tuple[RecipientRole, ...] = ()
    """Who is told in turn, one step each time the limit passes unacknowledged (A18)."""
    quiet: bool
    """Whether it waits for the end of quiet hours."""
