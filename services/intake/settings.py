"""What intake is told from outside, beside what every service is."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from services.intake import cqc_client
from services.intake.judgement import ANYWHERE
from shared import topics
from shared.settings import ServiceSettings


class IntakeSettings(ServiceSettings):
    """`INTAKE_PORT`, `INTAKE_INBOXES`, `INTAKE_CQC_…`, `INTAKE_SILENT_DAYS`."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_")
    port: int = Field(8001, ge=0, le=65535)
    inboxes: dict[str, tuple[str, ...]] | None = None
    """Whose inbox topics are read, and of which places each may speak: `{"icb-quality": ["E06000019"]}`."""
    cqc_url: str = Field(cqc_client.PUBLIC, pattern=r"^https?://")
    """CQC's public API."""
    cqc_key: SecretStr | None = None
    """The subscription key for it."""
    cqc_per_minute: int = Field(600, ge=1, le=60_000)
    """At most so many requests a minute; CQC allows about 2,000 to everybody who uses one key."""
    cqc_pause: float = Field(1.0, gt=0, le=60)
    """Seconds before a request that failed is made again; then longer and longer."""
    silent_days: dict[str, int] = Field(default_factory=dict)
    """By feed: silent after so many days without a load; 0: never. It overrides `freshness.SILENT_DAYS`."""

    @field_validator("inboxes")
    @classmethod
    def _have_topics(cls, inboxes: dict[str, tuple[str, ...]] | None) -> dict[str, tuple[str, ...]] | None:
        """A name that is no publisher's would be a topic that nobody writes: whatever is sent would never be heard."""
        if unknown := sorted(set(inboxes or {}) - set(topics.PUBLISHERS)):
            known = ", ".join(topics.PUBLISHERS)
            raise ValueError(f"no inbox topic is made for {', '.join(unknown)}; there are {known} (shared/topics.py)")
        return inboxes

    @property
    def heard(self) -> dict[str, tuple[str, ...]]:
        """As `inboxes` says; unsaid, nobody's in production, and in local development everybody's, of any place."""
        if self.inboxes is not None:
            return self.inboxes
        return dict.fromkeys(topics.PUBLISHERS, (ANYWHERE,)) if self.environment == "local" else {}
