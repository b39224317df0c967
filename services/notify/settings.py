"""What notify is told from outside: NOTIFY_… beside the deployment's own names."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from services.notify.limits import Bounds, Limits
from shared.settings import Key, ServiceSettings


class NotifySettings(ServiceSettings):
    """Read once, by the composition root."""

    model_config = SettingsConfigDict(env_prefix="NOTIFY_")

    port: int = Field(8004, ge=0, le=65535)
    link_key: Key
    """Signs acknowledgement links: base64 of 32 random bytes."""
    public_url: str
    """Where recipients reach this service: the start of every acknowledgement link."""
    pages_url: str | None = None
    """Where they reach the record's pages (governance), where that is not the same origin."""
    smtp_host: str
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_tls: Literal["none", "starttls", "tls"] | None = None
    """None: STARTTLS is demanded, but for a local deployment's mail catcher, which has none."""
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: str = Field(pattern=r"^[^@\s<>]+@[A-Za-z0-9.-]+$")
    limits: Limits = Limits()
    """As JSON, with lengths of time in ISO 8601: `{"attempts": 10, "urgent": "PT15M"}`."""
    bounds: Bounds = Bounds()

    @field_validator("public_url", "pages_url")
    @classmethod
    def _no_slash(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if not url.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return url.rstrip("/")

    @property
    def pages(self) -> str:
        """The start of links to the record."""
        return self.pages_url or self.public_url

    @property
    def tls(self) -> Literal["none", "starttls", "tls"]:
        """How the mail server is spoken to."""
        return self.smtp_tls or ("none" if self.environment == "local" else "starttls")
