"""What intake is told from outside, beside what every service is."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.intake.judgement import ANYWHERE
from shared import topics
from shared.settings import ServiceSettings


class IntakeSettings(ServiceSettings):
    """`INTAKE_PORT`, `INTAKE_INBOXES`."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_")
    port: int = Field(8001, ge=0, le=65535)
    inboxes: dict[str, tuple[str, ...]] | None = None
    """Whose inbox topics are read, and of which places each may speak: `{"icb-quality": ["E06000019"]}`."""

    @property
    def heard(self) -> dict[str, tuple[str, ...]]:
        """As `inboxes` says; unsaid, nobody's in production, and in local development everybody's, of any place."""
        if self.inboxes is not None:
            return self.inboxes
        return dict.fromkeys(topics.PUBLISHERS, (ANYWHERE,)) if self.environment == "local" else {}
