"""What governance is told from outside, beside what every service is."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from shared.settings import Key, ServiceSettings


class GovernanceSettings(ServiceSettings):
    """`GOVERNANCE_PORT`, `GOVERNANCE_RISK_URL`, `GOVERNANCE_SIGNING_KEY`, `GOVERNANCE_CHECKPOINT_FILE`."""

    model_config = SettingsConfigDict(env_prefix="GOVERNANCE_")
    port: int = Field(8003, ge=0, le=65535)
    risk_url: str = "http://127.0.0.1:8002"
    """Where past assessments are recomputed. If it does not answer, the recorded one stands alone."""
    signing_key: Key | None = None
    """Signs checkpoints and bundles (Ed25519, its 32 bytes). Only in development may it follow from the digest key."""
    checkpoint_file: Path | None = None
    """Outside the database, on storage that is only ever added to: each signed checkpoint is a line of it."""

    @model_validator(mode="after")
    def _own_key_outside_development(self) -> Self:
        if self.signing_key is None and self.environment != "local":
            raise ValueError("GOVERNANCE_SIGNING_KEY is missing: base64 of 32 random bytes")
        return self
