"""Notices, recipients and rules for the tests of what decides."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.notify.notice import Notice
from services.notify.routing import Recipient
from shared import identifiers
from shared.policies.section import Limit
from shared.policies.telling import AlertRule

PLACE, PROVIDER = "E06000019", "prv-1"
NOW = datetime(2026, 5, 1, 13, 5, tzinfo=UTC)


def notice(alert: str = "A5", **more: Any) -> Notice:
    """An alert about a council's home."""
    usual: dict[str, Any] = {
        "event_id": identifiers.alert_id(alert, PROVIDER, "cause"), "type": "alert.raised", "alert": alert,
        "provider_id": PROVIDER, "place": PLACE, "basis": "live", "classification": "official-sensitive",
        "raised_at": NOW, "name": "Synthetic Home", "summary": "Something happened", "commissioning": "council",
    }  # fmt: skip
    return Notice(**(usual | more))


def recipient(role: str, **more: Any) -> Recipient:
    """Somebody registered for a role."""
    usual: dict[str, Any] = {"place": PLACE, "role": role, "channel": "webhook", "address": f"https://{role}.example"}
    usual |= more
    return Recipient(id=uuid(f"{usual}"), **usual)


def rule(*to: str, **more: Any) -> AlertRule:
    """A policy's rule."""
    usual = {"name": "n", "basis": (), "switch": "on", "to": to, "within": Limit(hours=1), "quiet": False}
    return AlertRule.model_validate(usual | more)


def uuid(text: str) -> UUID:
    """A UUID of its own for each text."""
    return identifiers.derived_id("test", text)
