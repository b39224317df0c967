"""Settings of a deployment that exists only for one test."""

import base64
import importlib
from typing import Any

from shared.settings import ServiceSettings

KEY = base64.b64encode(bytes(range(32))).decode()


def environment(**changes: str) -> dict[str, str]:
    """What a service must be told, as environment variables. The keys are the test's, and no secret."""
    return {
        "ENVIRONMENT": "local",
        "DATABASE_URL": "postgresql://nowhere.invalid/careledger",
        "VAULT_DATABASE_URL": "postgresql://nowhere.invalid/careledger_vault",
        "KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "ISSUER": "http://127.0.0.1:1",
        "JWKS_URL": "http://127.0.0.1:1/jwks.json",
        "MASTER_KEY": KEY,
        "DIGEST_KEY": KEY,
        "PORT": "0",
    } | changes


def settings(**changes: Any) -> ServiceSettings:
    """The same as settings, by field name, whatever this machine's own environment says."""
    return ServiceSettings(**(_given() | changes))


def _given() -> dict[str, Any]:
    return {name.lower(): value for name, value in environment().items()} | {"topic_set": "", "clock_file": None}


OWN: dict[str, dict[str, Any]] = {
    "notify": {
        "link_key": KEY,
        "public_url": "http://127.0.0.1:1",
        "smtp_host": "127.0.0.1",
        "smtp_from": "careledger@example.org",
    }
}
"""What a service must be told beside what all must."""


def settings_of(service: str, **changes: Any) -> Any:
    """Settings of one of the four services, as its composition root takes them."""
    made = getattr(importlib.import_module(f"services.{service}.settings"), f"{service.capitalize()}Settings")
    return made(**(_given() | OWN.get(service, {}) | changes))
