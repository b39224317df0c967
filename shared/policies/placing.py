"""People placed outside the area: checks, and what a concern of the host authority does."""

from typing import Literal

from pydantic import Field

from shared.policies.section import Clause


class HostNotice(Clause):
    """A serious concern that the authority in whose area the service lies has told us of."""

    pauses: bool
    """Whether the notice by itself pauses further placements (a standing rule, recorded as such: rulings 24)."""
    resumes_on: tuple[Literal["improvements_made", "improvements_embedded"], ...]
    """What the host must assure before a person may resume."""


class OutOfArea(Clause):
    """What the policy does about placements in other areas."""

    mechanisms: tuple[Clause, ...] = ()
    """How such a service is watched at all."""
    onsite_over: int | None = Field(None, ge=1)
    """With more placements than this, an assessment on site with the host is suggested."""
    host_notice: HostNotice | None = None
