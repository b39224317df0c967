"""Who a provider is, and the names by which others know it (pure; domain.md §3.1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

CQC = "cqc_location_id"
SHAPES = {
    CQC: (r"[0-9A-Z]{1,5}(-[0-9]{1,12})?", "a CQC location id looks like 1-999999999"),
    "ods_site_code": (r"[A-Z0-9]{3,10}", "an ODS site code has 3 to 10 capital letters and digits"),
    "uprn": (r"[1-9][0-9]{0,11}", "a UPRN has at most 12 digits and no zero in front"),
}
"""What an alias of a scheme looks like, where that is known. Any other scheme is a sender's own (`local`)."""
ORGANISATIONS = {
    "cqc_provider_id": (r"[0-9A-Z]{1,5}(-[0-9]{1,12})?", "a CQC provider id looks like 1-999999999"),
    "ods_hq_code": (r"[A-Z0-9]{3,10}", "an ODS code has 3 to 10 capital letters and digits"),
    "companies_house_no": (r"[A-Z]{2}[0-9]{6}|[0-9]{8}", "a company number has 8 characters, such as 01234567"),
    "charity_no": (r"[0-9]{6,8}(-[0-9]{1,3})?", "a charity number has 6 to 8 digits"),
}
"""Schemes that name the legal entity: several services share one, so they are no names of a service."""


def alias_fault(scheme: str, value: str) -> str | None:
    """Why this cannot be a name of a service, or None."""
    if scheme in ORGANISATIONS:
        return f"{scheme} names an organisation, which may run several services: send it in organisation_ids"
    return _shape_fault(SHAPES, scheme, value)


def organisation_fault(scheme: str, value: str) -> str | None:
    """Why this cannot be a name of an organisation, or None."""
    if scheme not in ORGANISATIONS:
        return f"{scheme} names no organisation; there are {', '.join(sorted(ORGANISATIONS))}"
    return _shape_fault(ORGANISATIONS, scheme, value)


def _shape_fault(shapes: Mapping[str, tuple[str, str]], scheme: str, value: str) -> str | None:
    pattern, says = shapes.get(scheme, (r"(?s).*", ""))
    return None if re.fullmatch(pattern, value) else says


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as the register knows it."""

    number: int
    provider_id: str
    place: str
    version: int
    """Counts its changes: each change has an event of its own."""
    facts: Mapping[str, Any]
    """The data of `registry.service.registered` as it stands now, without aliases."""
    registered_on: date
    """The London day on which it was recorded as registered."""
    commissioned: tuple[tuple[date, str], ...]
    """Who has commissioned it, each from the London day on which that was recorded; oldest first."""
    aliases: tuple[tuple[str, str], ...]
    """(scheme, value), oldest first. A scheme may have several: CQC registers services anew."""
