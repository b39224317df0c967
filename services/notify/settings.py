"""What notify is told from outside: NOTIFY_… beside the deployment's own names."""

import re
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from services.notify.limits import Bounds, Limits
from shared.settings import Key, ServiceSettings

SHORTEST_TOKEN = 20
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
Template = Annotated[str, Field(pattern=rf"^{_UUID}$")]
Word = Literal[
    "heading", "subject", "text", "service", "number", "place", "summary", "link", "acknowledge_link",
    "acknowledge_by", "role", "reference",
]  # fmt: skip
"""What may stand in a field of a template at GOV.UK Notify."""

FIELDS: dict[str, Word] = {"subject": "subject", "message": "text"}


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
    govuk_api_key: SecretStr | None = None
    """Of GOV.UK Notify, as it gave it: `name-service-secret`."""
    govuk_template_id: Template | None = None
    govuk_templates: dict[str, Template] = Field(default_factory=dict)
    """JSON: templates of their own for some alerts, by code."""
    govuk_personalisation: dict[str, Word] = Field(default_factory=lambda: dict(FIELDS))
    """JSON: the fields of the templates, and which of our words goes into each."""
    govuk_url: str = "https://api.notifications.service.gov.uk"
    govuk_callback_token: SecretStr | None = None
    """The bearer token that GOV.UK Notify sends with what became of a message; at least 20 characters."""
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

    @field_validator("govuk_api_key")
    @classmethod
    def _whole_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not re.fullmatch(rf".+-{_UUID}-{_UUID}", key.get_secret_value()):
            raise ValueError("must be a whole key of GOV.UK Notify: name-service-secret")
        return key

    @field_validator("govuk_callback_token")
    @classmethod
    def _long_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and len(token.get_secret_value()) < SHORTEST_TOKEN:
            raise ValueError(f"must have at least {SHORTEST_TOKEN} characters")
        return token

    @model_validator(mode="after")
    def _govuk_by_tls(self) -> Self:
        if urlsplit(self.govuk_url).scheme != "https" and self.environment != "local":
            raise ValueError("NOTIFY_GOVUK_URL must begin with https:// unless ENVIRONMENT is local")
        return self

    @property
    def pages(self) -> str:
        """The start of links to the record."""
        return self.pages_url or self.public_url

    @property
    def tls(self) -> Literal["none", "starttls", "tls"]:
        """How the mail server is spoken to."""
        return self.smtp_tls or ("none" if self.environment == "local" else "starttls")
