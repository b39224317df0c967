"""What a process is told from outside: the environment first, then the file that the local launcher writes."""

import base64
import binascii
import os
import sys
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BeforeValidator, Field, SecretBytes, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

ENV_FILE_VARIABLE = "CARELEDGER_ENV_FILE"
LOCAL_ENV_FILE = Path(__file__).parents[1] / ".local" / "careledger.env"
KEY_BYTES = 32


class EnvFileMissing(Exception):
    """The environment names a settings file that is not there: to go on with half the settings would be a guess."""


def _key(text: object) -> object:
    if not isinstance(text, str):
        return text
    try:
        raw = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error as error:
        raise ValueError(f"must be base64 of {KEY_BYTES} random bytes") from error
    if len(raw) != KEY_BYTES:
        raise ValueError(f"must be base64 of {KEY_BYTES} random bytes, and holds {len(raw)}")
    return raw


Key = Annotated[SecretBytes, BeforeValidator(_key)]
"""A 256-bit secret, written as base64 (either alphabet). `.get_secret_value()` gives the raw bytes."""


class ServiceSettings(BaseSettings):
    """What every service needs. A service subclasses it with `env_prefix` and adds fields of its own.

    Names without a prefix are the deployment's (one value for all services); `<PREFIX>PORT` and a subclass's fields are
    the service's. Nothing secret has a default. Values never appear in an error or a repr.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True, populate_by_name=True
    )

    environment: Literal["production", "local"] = Field("production", validation_alias="ENVIRONMENT")
    database_url: str = Field(validation_alias="DATABASE_URL", repr=False)
    vault_database_url: str = Field(validation_alias="VAULT_DATABASE_URL", repr=False)
    kafka_bootstrap: str = Field(validation_alias="KAFKA_BOOTSTRAP")
    topic_set: str = Field("", validation_alias="TOPIC_SET", pattern=r"^[A-Za-z0-9._-]*$")
    """Put before each topic's name: a new set for growth, isolation in tests."""
    clock_file: Path | None = Field(None, validation_alias="CLOCK_FILE")
    """Development only: the file with the shared clock's offset in seconds."""
    issuer: str = Field(validation_alias="ISSUER")
    jwks_url: str = Field(validation_alias="JWKS_URL")
    audience: str = Field("careledger", validation_alias="AUDIENCE")
    master_key: Key = Field(validation_alias="MASTER_KEY")
    """Wraps every key of the vault."""
    digest_key: Key = Field(validation_alias="DIGEST_KEY")
    """Keys the digests of plaintext, so that they cannot be guessed back."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", validation_alias="LOG_LEVEL")
    host: str = Field("127.0.0.1", validation_alias="HOST")
    port: int = Field(ge=0, le=65535)
    """0 lets the system choose; the log line `listening` names it."""

    @property
    def service(self) -> str:
        """The service's name, as in metrics and logs: the prefix in lower case."""
        return self.model_config.get("env_prefix", "").strip("_").lower() or "service"

    @model_validator(mode="after")
    def _real_clock_outside_development(self) -> Self:
        if self.clock_file is not None and self.environment != "local":
            raise ValueError("CLOCK_FILE moves the clock and is refused unless ENVIRONMENT is local")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is the library's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file. Raises EnvFileMissing for a named file that is not there."""
        return init_settings, env_settings, DotEnvSettingsSource(settings_cls, env_file=env_file())


def env_file() -> Path:
    """The settings file: `$CARELEDGER_ENV_FILE`, or else the local deployment's (which need not exist)."""
    named = os.environ.get(ENV_FILE_VARIABLE)
    if named is None:
        return LOCAL_ENV_FILE
    if not Path(named).exists():
        raise EnvFileMissing(f"{ENV_FILE_VARIABLE} names {named}, which is not there")
    return Path(named)


Settings = TypeVar("Settings", bound=ServiceSettings)


def load(kind: type[Settings]) -> Settings:
    """A service's settings, for its composition root; or one line that says what to set, and the end."""
    try:
        return kind()
    except ValidationError as error:
        wrong = "; ".join(_wrong(kind, each["loc"], each["msg"]) for each in error.errors(include_input=False))
    except (SettingsError, EnvFileMissing) as error:
        wrong = str(error)
    sys.exit(f"Settings are missing or wrong: {wrong}. Is there a local deployment (make run)?")


def _wrong(kind: type[ServiceSettings], loc: tuple[int | str, ...], message: str) -> str:
    name = ".".join(map(str, loc))
    if name in kind.model_fields:  # named by its field: then the variable is the prefix and that name
        name = f"{kind.model_config.get('env_prefix', '')}{name}".upper()
    return f"{name}: {message}" if name else message
