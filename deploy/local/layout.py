"""What lies where in a deployment folder, and the settings file from which every service and command finds it."""

import base64
import json
import pathlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from deploy.local import postgres

ROOT = pathlib.Path(__file__).parents[2]
USUAL = ROOT / ".local"
REPORTS = ROOT / "docs" / "backtest"
SECRETS = ("MASTER_KEY", "DIGEST_KEY", "NOTIFY_LINK_KEY")
DATABASES = ("careledger", "careledger_vault")


@dataclass(frozen=True)
class Backends:
    """Where the deployment's databases, brokers and topics are."""

    database_url: str
    vault_database_url: str
    kafka_bootstrap: str
    topic_set: str = ""


@dataclass(frozen=True)
class Layout:
    """One deployment folder and its ports."""

    directory: pathlib.Path
    ports: Mapping[str, int]

    @property
    def env_file(self) -> pathlib.Path:
        """The settings that all services and command lines read."""
        return self.directory / "careledger.env"

    @property
    def issuer(self) -> str:
        """The development issuer's name, which is also its address."""
        return f"http://127.0.0.1:{self.ports['issuer']}"

    def url(self, service: str) -> str:
        """A service's address."""
        return f"http://127.0.0.1:{self.ports[service]}"

    def own_backends(self) -> Backends:
        """The PostgreSQL and Kafka that this deployment runs itself."""
        folder, port = self.directory / "postgres", self.ports["postgres"]
        database, vault = (postgres.url(folder, port, name) for name in DATABASES)
        return Backends(database, vault, f"127.0.0.1:{self.ports['kafka']}")

    def write_settings(self, backends: Backends) -> None:
        """Write the settings file, readable by its owner alone. Secrets are made once and kept."""
        clock = self.directory / "clock"
        if not clock.exists():
            clock.write_text("0\n")
        settings = {
            "ENVIRONMENT": "local",
            "DATABASE_URL": backends.database_url,
            "VAULT_DATABASE_URL": backends.vault_database_url,
            "KAFKA_BOOTSTRAP": backends.kafka_bootstrap,
            "TOPIC_SET": backends.topic_set,
            "CLOCK_FILE": str(clock),
            "ISSUER": self.issuer,
            "JWKS_URL": f"{self.issuer}/jwks.json",
            "AUDIENCE": "careledger",
            **{f"{name.upper()}_PORT": str(self.ports[name]) for name in ("intake", "risk", "governance", "notify")},
            **{f"GOVERNANCE_{name.upper()}_URL": self.url(name) for name in ("risk", "intake", "notify")},
            "GOVERNANCE_BACKTESTS": str(REPORTS),
            "GOVERNANCE_PUBLIC_URL": self.url("governance"),
            "NOTIFY_PUBLIC_URL": self.url("notify"),
            "NOTIFY_PAGES_URL": self.url("governance"),
            "NOTIFY_SMTP_HOST": "127.0.0.1",
            "NOTIFY_SMTP_PORT": str(self.ports["smtp"]),
            "NOTIFY_SMTP_FROM": "careledger@localhost",
            **self._secrets(),
        }
        lines = "".join(f"{name}='{value}'\n" for name, value in settings.items())
        write_private(self.env_file, f"# Written by the local launcher at each start.\n{lines}")

    def _secrets(self) -> dict[str, str]:
        path = self.directory / "secrets.json"
        kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        missing = [name for name in SECRETS if name not in kept]
        if missing:
            kept |= {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in missing}
            write_private(path, json.dumps(kept, indent=1) + "\n")
        return kept


def write_private(path: pathlib.Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    scratch = path.with_name(f".{path.name}.new")
    scratch.touch(mode=0o600)
    scratch.chmod(0o600)
    scratch.write_text(text)
    scratch.replace(path)
