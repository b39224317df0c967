"""Ratings that partners give of a provider and that are put together each month (read by risk)."""

from pydantic import Field

from shared.policies.section import Clause


class PartnerRatings(Clause):
    """Whose ratings are collated, and until when a month's may come. One that is missing is shown, never guessed."""

    partners: tuple[str, ...] = Field(min_length=2)
    """Who must rate every provider, by the publisher's name in `partner_rating.submitted`."""
    lead: str
    """The partner whose red alone makes the whole red."""
    cut_off_day: int = Field(ge=1, le=28)
    """Day of the month at whose end that month's ratings are collated."""
