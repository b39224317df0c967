"""What governance is told from outside, beside what every service is."""

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from shared.settings import Key, ServiceSettings


class GovernanceSettings(ServiceSettings):
    """`GOVERNANCE_PORT`, `_RISK_URL`, `_INTAKE_URL`, `_NOTIFY_URL`, `_SIGNING_KEY`, `_PUBLIC_URL`, `_CLIENT_ID`, …."""

    model_config = SettingsConfigDict(env_prefix="GOVERNANCE_")
    port: int = Field(8003, ge=0, le=65535)
    risk_url: str = "http://127.0.0.1:8002"
    """Where past assessments are recomputed. If it does not answer, the recorded one stands alone."""
    intake_url: str = "http://127.0.0.1:8001"
    """Where the page of operations asks for the quarantine and the feeds."""
    notify_url: str = "http://127.0.0.1:8004"
    """Where it asks for the deliveries."""
    grafana_url: str | None = None
    """Where browsers find Grafana. None: no page links to it."""
    backtests: Path | None = None
    """A folder of reports of back-tests (`<name>/report.json`), to be read on the pages. None: none is listed."""
    public_url: str = "https://localhost"
    """Where browsers find the pages: the issuer leads people back to `<public_url>/sign-in/back`."""
    client_id: str = "careledger-pages"
    """What the issuer knows the pages as."""
    client_secret: SecretStr | None = None
    """None: a public client, which PKCE alone protects."""
    signing_key: Key | None = None
    """Signs checkpoints and bundles (Ed25519, its 32 bytes). Only in development may it follow from the digest key."""
    checkpoint_file: Path | None = None
    """Outside the database, on storage that is only ever added to: each signed checkpoint is a line of it."""
    retention_file: Path | None = None
    """How long words are kept, where that is not as we ship it (`proof/retention.yaml`)."""

    @field_validator("grafana_url")
    @classmethod
    def _an_address(cls, given: str | None) -> str | None:
        """It becomes a link: nothing but the web's own addresses."""
        if given is not None and urlsplit(given).scheme not in ("http", "https"):
            raise ValueError("GOVERNANCE_GRAFANA_URL must be an address such as https://grafana.example.org")
        return given

    @model_validator(mode="after")
    def _own_key_outside_development(self) -> Self:
        if self.signing_key is None and self.environment != "local":
            raise ValueError("GOVERNANCE_SIGNING_KEY is missing: base64 of 32 random bytes")
        return self

    @property
    def is_plain_http(self) -> bool:
        """Whether cookies must do without `Secure`: locally alone."""
        return urlsplit(self.public_url).scheme == "http"

    @model_validator(mode="after")
    def _encrypted_outside_development(self) -> Self:
        if urlsplit(self.public_url).scheme not in ("http", "https") or not urlsplit(self.public_url).hostname:
            raise ValueError("GOVERNANCE_PUBLIC_URL must be an address such as https://careledger.example.org")
        if self.is_plain_http and self.environment != "local":
            raise ValueError("GOVERNANCE_PUBLIC_URL must be https unless ENVIRONMENT is local")
        return self
