"""Settings of a deployment that exists only for one test."""

import base64
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
    given = {name.lower(): value for name, value in environment().items()} | {"topic_set": "", "clock_file": None}
    return ServiceSettings(**(given | changes))
