"""The service as a process of its own, and what surrounds it: Kafka's topics, PostgreSQL, an issuer, a mail server."""

import base64
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import psycopg

from shared import identifiers, policy
from shared.topics import ASSESSMENTS, Topics
from tests.component.notify.doors import Hook, Mailbox, free_port, until
from tests.support import ledger as ledgers
from tests.support import servers
from tests.support.issuer import Issuer

ROOT = Path(__file__).parents[3]
KEY = base64.b64encode(bytes(range(32))).decode()
JSON = dict[str, Any]


@dataclass
class World:
    """One service with its surroundings; tests keep apart by the place that each of them takes."""

    database_url: str
    vault_url: str
    bootstrap: str
    topics: Topics
    issuer: Issuer
    mailbox: Mailbox
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    port: int = 0
    ledger: ledgers.Ledger = field(default_factory=ledgers.Ledger)
    http: httpx2.Client = field(default_factory=lambda: httpx2.Client(timeout=10))
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    # The process

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        self.port = self.port or free_port()
        (self.folder / "clock").touch()
        env = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "CARELEDGER_ENV_FILE": str(self._empty()),
            "ENVIRONMENT": "local", "DATABASE_URL": self.database_url, "VAULT_DATABASE_URL": self.vault_url,
            "KAFKA_BOOTSTRAP": self.bootstrap, "TOPIC_SET": self.topics.prefix, "ISSUER": self.issuer.url,
            "JWKS_URL": self.issuer.jwks_url, "MASTER_KEY": KEY, "DIGEST_KEY": KEY, "NOTIFY_LINK_KEY": KEY,
            "CLOCK_FILE": str(self.folder / "clock"), "NOTIFY_PORT": str(self.port), "NOTIFY_PUBLIC_URL": self.url,
            "NOTIFY_PAGES_URL": "http://record.example", "NOTIFY_SMTP_HOST": "127.0.0.1",
            "NOTIFY_SMTP_PORT": str(self.mailbox.port), "NOTIFY_SMTP_FROM": "careledger@example.org",
        }  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "services.notify"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=env | self.settings, stdout=log, stderr=log)
        until(self._is_ready, seconds=40, why=f"notify is ready; see {self.folder / 'log'}")

    def _empty(self) -> Path:
        path = self.folder / "none.env"
        path.touch()
        return path

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "log").read_text()[-3000:]
        try:
            return self.http.get(f"{self.url}/readyz").status_code == 200
        except httpx2.HTTPError:
            return False

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop it, or kill it; its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(20)

    @property
    def url(self) -> str:
        """The service's address."""
        return f"http://127.0.0.1:{self.port}"

    # Time

    @property
    def now(self) -> datetime:
        """The present as the service sees it."""
        text = (self.folder / "clock").read_text()
        return datetime.now(UTC) + timedelta(seconds=float(text or 0))

    def pass_(self, **length: float) -> None:
        """Let time pass at once."""
        ahead = self.now - datetime.now(UTC) + timedelta(**length)
        (self.folder / "clock").write_text(str(ahead.total_seconds()))

    # What happens

    def place(self, *, adopt: bool = True, pack: str = "herefordshire-2018", **alerts: JSON) -> str:
        """A place of its own for a test, with a pack (and some of its alert rules changed)."""
        self.ledger.place = f"E{next(self._numbers):08d}"
        if adopt:
            text = policy.document(policy.load(pack))
            text["alerts"] = {k: v | alerts.get(k, {}) for k, v in text["alerts"].items()}
            self._send(lambda: self.ledger.adopt(policy.parse(text), marks=False))
        return self.ledger.place

    def raise_(self, alert: str, provider: str | None = None, cause: str = "c1", **more: Any) -> tuple[UUID, str]:
        """risk raises an alert: its id, and the provider."""
        provider = provider or f"prv-{next(self._numbers):06d}{self.ledger.place.lower()}"
        event_id = identifiers.alert_id(alert, provider, cause)
        data = {"alert": alert, "cause": cause, "name": "Synthetic Home", "summary": f"{alert} happened"}
        data |= more.pop("data", {})
        self._alert("alert.raised", provider, data, event_id, **more)
        return event_id, provider

    def clear(self, raised: UUID, provider: str, alert: str, cause: str = "c1", **more: Any) -> None:
        """risk says that it is over."""
        data = {"alert": alert, "cause": cause, "name": "Synthetic Home", "summary": f"{alert} is over"}
        event_id = identifiers.derived_id("cleared", str(raised))
        self._alert("alert.cleared", provider, data | {"raised_id": str(raised)}, event_id, **more)

    def remind(self, provider: str, **said: Any) -> None:
        """intake reminds a provider of a return."""
        self._send(lambda: self.ledger.fact("returns.reminded", provider, said))

    def decide(self, provider: str, decision: JSON) -> None:
        """Governance records a decision."""
        data = {
            "decision_id": "d-1", "decision": decision, "body": "BOARD", "organisation": "council", "role": "director",
            "policy_digest": "0" * 64,
        }  # fmt: skip
        self._send(lambda: self.ledger.fact("decision.took_effect", provider, data, writer="governance"))

    def _alert(self, kind: str, provider: str, data: JSON, event_id: UUID, **more: Any) -> None:
        more = {"id": event_id} | more
        self._send(lambda: self.ledger._seal(kind, provider, provider, data, "risk", None, ASSESSMENTS, **more))

    def _send(self, seal: Callable[[], Any]) -> None:
        self.ledger.clock = max(self.ledger.clock, self.now)
        before = len(self.ledger.records)
        seal()
        self.publish(self.ledger.records[before:])

    def publish(self, records: list[ledgers.Sealed]) -> None:
        """Send records, or send them again."""
        servers.run(ledgers.publish(self.bootstrap, self.topics, records))

    # Who asks

    def call(self, method: str, path: str, role: str = "ops", **more: Any) -> httpx2.Response:
        """One request with a token of this role for the present place."""
        places = more.pop("places", [self.ledger.place])
        headers = self.issuer.headers(roles=[role], places=places, org=more.pop("org", "council"), publisher=None)
        return self.http.request(method, self.url + path, headers=headers, **more)

    def register(self, role: str, door: Hook | str, **more: Any) -> JSON:
        """Put a webhook or an e-mail address into the directory."""
        channel, address = ("email", door) if isinstance(door, str) else ("webhook", door.url)
        body = {"place": self.ledger.place, "role": role, "channel": channel, "address": address} | more
        answer = self.call("POST", "/v1/recipients", json=body)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    def deliveries(self, provider: str | None = None, **wanted: str) -> list[JSON]:
        """What the API says of a provider's deliveries."""
        wanted |= {"provider": provider} if provider else {}
        answer = self.call("GET", "/v1/deliveries", params=wanted)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["deliveries"])

    def one(self, provider: str, state: str, **wanted: Any) -> JSON:
        """The delivery that comes to this state."""

        def found() -> JSON | None:
            fits = [d for d in self.deliveries(provider) if d["state"] == state and _fits(d, wanted)]
            return fits[0] if fits else None

        return dict(until(found, why=f"a delivery of {provider} is {state} {wanted}"))

    def recorded(self, subject: str) -> list[str]:
        """The kinds on `notifications` about a provider, in order."""
        return [kind for kind, _ in self.said(subject)]

    def said(self, subject: str) -> list[tuple[str, JSON]]:
        """What stands on `notifications` about a provider: kinds and data, in order."""
        with psycopg.connect(self.database_url) as connection:
            query = "SELECT body FROM notify.journal WHERE key = %s ORDER BY position"
            events = [json.loads(bytes(row[0])) for row in connection.execute(query, [subject])]
        return [(e["type"].removeprefix("careledger.").removesuffix(".v1"), e["data"]) for e in events]


@contextmanager
def held(notify: World, lock: int) -> Iterator[None]:
    """An advisory lock of the service's schema, taken from whoever has it."""
    with psycopg.connect(notify.database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND classid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            (lock,),
        )
        connection.execute("SELECT pg_advisory_lock(%s, hashtext('notify'))", (lock,))
        yield


def _fits(delivery: JSON, wanted: JSON) -> bool:
    role = wanted.get("role")
    rest = {name: value for name, value in wanted.items() if name != "role"}
    return (role is None or delivery["recipient"]["role"] == role) and rest.items() <= delivery.items()


@contextmanager
def world(given: servers.Servers, folder: Path, **settings: str) -> Iterator[World]:
    """A service with everything around it, started; ended afterwards."""
    mailbox, issuer = Mailbox(), Issuer()
    with (
        servers.fresh_database(given.database_url) as database, servers.fresh_database(given.database_url) as vault,
        servers.fresh_topics(given.kafka_bootstrap) as topics,
    ):  # fmt: skip
        made = World(database, vault, given.kafka_bootstrap, topics, issuer, mailbox, folder, settings)
        try:
            made.start()
            yield made
        finally:
            if made.process is not None and made.process.poll() is None:
                made.end(signal.SIGKILL)
            issuer.close()
            mailbox.close()
