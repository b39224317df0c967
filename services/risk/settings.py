"""What risk is told from outside: the deployment's settings, and a few of its own (`RISK_…`)."""

import socket

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings
from shared.topics import CHANGELOG, Topics


class RiskSettings(ServiceSettings):
    """Settings of the risk service."""

    model_config = SettingsConfigDict(env_prefix="RISK_")

    port: int = Field(8002, ge=0, le=65535)
    session_seconds: float = Field(10.0, ge=6.0, le=60.0)
    """After how long without a heartbeat a worker's partitions go to the others."""
    instance: str | None = Field(None, pattern=r"^[A-Za-z0-9._-]{1,100}$")
    """A worker's name for life: one that comes back under it takes its partitions up again at once. Two workers that
    live at the same time have different ones. By default the host and the port."""
    most_records: int = Field(1000, ge=1, le=10_000)
    """Records judged in one go, over all partitions."""
    places_seconds: float = Field(60.0, ge=1.0)
    """How long to wait for a text of `places` that a mark has put in force, before ending to start again."""

    @property
    def topics(self) -> Topics:
        """Logical names to real ones."""
        return Topics(prefix=self.topic_set)

    @property
    def member(self) -> str | None:
        """The static name in the consumer group. A worker whose port the system chooses has none."""
        return self.instance or (f"{socket.gethostname()}-{self.port}" if self.port else None)

    def group(self, version: int) -> str:
        """Consumer group of a state version (and the name of the Faust application)."""
        return self.topics.name(f"risk-v{version}")

    def changelog(self, version: int) -> str:
        """Changelog topic of a state version, by its name on the broker."""
        return self.topics.name(CHANGELOG if version == 1 else f"risk-v{version}-changelog")
