"""The register of services: what a provider is. One event for each change of what is known of it."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import ANYONE, OFFICIALS, Data, Sealed, published

READERS = ("risk", "governance", "notify")


@published("registry.service.registered", topic="ledger", writers=("intake",), readers=READERS)
class ServiceRegistered(Data):
    """A care service came under watch in a place."""

    name: str = Field(min_length=1, max_length=300)
    service_type: words.ServiceType
    commissioning: words.Commissioning
    beds: int | None = Field(None, ge=0, le=5000)
    """Registered beds; the exposure of a care home."""
    weekly_care_hours: float | None = Field(None, ge=0)
    """The exposure of a home-care service."""
    aliases: dict[words.AliasScheme, words.AliasValue] = Field(default_factory=dict)
    organisation: str | None = Field(None, max_length=300)
    """The legal entity that runs it."""
    organisation_ids: dict[words.AliasScheme, words.AliasValue] | None = None
    """What the legal entity is called elsewhere: cqc_provider_id, companies_house_no, charity_no, ods_hq_code."""
    brand: str | None = Field(None, max_length=300)
    """The group that it trades under."""
    postcode: words.Postcode | None = None
    placing_authorities: tuple[str, ...] = ()
    """GSS codes of other places with people placed here."""
    moved_from: words.ProviderId | None = None
    """Who it was in the place that watched it before."""


@published("registry.service.changed", topic="ledger", writers=("intake",), readers=READERS)
class ServiceChanged(Data):
    """Something known of a service changed: only what is set here."""

    name: str | None = Field(None, min_length=1, max_length=300)
    service_type: words.ServiceType | None = None
    commissioning: words.Commissioning | None = None
    beds: int | None = Field(None, ge=0, le=5000)
    weekly_care_hours: float | None = Field(None, ge=0)
    aliases: dict[words.AliasScheme, words.AliasValue] | None = None
    """Aliases added: an alias once given is never taken away."""
    organisation: str | None = Field(None, max_length=300)
    organisation_ids: dict[words.AliasScheme, words.AliasValue] | None = None
    brand: str | None = Field(None, max_length=300)
    postcode: words.Postcode | None = None
    placing_authorities: tuple[str, ...] | None = None


@published("registry.service.reregistered", topic="ledger", writers=("intake",), readers=READERS)
class ServiceReregistered(Data):
    """CQC registered the same service anew: a further alias of the same provider, so that its history goes on."""

    old_cqc_location_id: words.AliasValue
    new_cqc_location_id: words.AliasValue
    reason: str | None = Field(None, max_length=300)


@published("registry.service.closed", topic="ledger", writers=("intake",), readers=READERS)
class ServiceClosed(Data):
    """The service closed, or its registration ended."""

    closed_on: date
    reason: Literal["closed", "deregistered", "moved_place", "registered_in_error", "duplicate_registration"]
    moved_to: words.ProviderId | None = None
    """Of `moved_place`: who it is in the place that watches it now."""
    duplicate_of: words.ProviderId | None = None
    """Of `duplicate_registration`: the provider that stands for both. What names this one is recorded there."""


@published(
    "registry.manager.changed", topic="ledger", writers=("intake",), readers=("risk", "governance"), senders=ANYONE
)
class ManagerChanged(Data):
    """The registered manager came, went or is away (SAL-27b, rulings 13). No name is needed, and none is taken."""

    status: Literal["in_post", "absent", "vacant", "interim"]
    since: date
    expected_back: date | None = None
    reason: Sealed | None = None


@published(
    "registry.ownership.changed", topic="ledger", writers=("intake",), readers=("risk", "governance"), senders=ANYONE
)
class OwnershipChanged(Data):
    """Who owns or runs the service changed, or will (SAL-27b)."""

    kind: Literal["sale", "merger", "new_legal_entity", "new_parent", "restructure", "other"]
    effective_date: date
    organisation: str | None = Field(None, max_length=300)
    """The legal entity from then on."""


@published("registry.service.suspended_by_cqc", topic="ledger", writers=("intake",), readers=("governance",),
           senders=OFFICIALS, no_fact="the same act comes as cqc_enforcement.recorded, which is what counts",
)  # fmt: skip
class ServiceSuspendedByCqc(Data):
    """CQC suspended the registration: for the register and its clocks."""

    suspended_from: date
    suspended_until: date | None = None
    enforcement_id: words.Reference | None = None
