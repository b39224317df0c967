"""What governance is told from outside, beside what every service is."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class GovernanceSettings(ServiceSettings):
    """`GOVERNANCE_PORT`, `GOVERNANCE_RISK_URL`."""

    model_config = SettingsConfigDict(env_prefix="GOVERNANCE_")
    port: int = Field(8003, ge=0, le=65535)
    risk_url: str = "http://127.0.0.1:8002"
    """Where past assessments are recomputed. If it does not answer, the recorded one stands alone."""
