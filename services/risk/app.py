"""The parts of the risk service, put together: the Faust application with its one agent, the policies, the web edge."""

import asyncio
import tempfile
from typing import Any

import faust
from fastapi import FastAPI
from faust.serializers.schemas import Schema

from services.risk import api, transport
from services.risk.agent import Agent
from services.risk.desk import Desk
from services.risk.judge import Judge
from services.risk.policies import Policies
from services.risk.settings import RiskSettings
from shared import service
from shared.kafka.places import Places


class Raw(Schema[bytes, bytes]):
    """Bytes in: whatever cannot be decoded is the agent's to set aside, and never Faust's to drop."""

    def __init__(self) -> None:
        super().__init__(key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

    def update(self, **_: Any) -> None:
        """A channel would put its own (absent) types here."""

    def loads_key(self, app: Any, message: Any, **_: Any) -> Any:  # noqa: ARG002
        """The key as it is."""
        return message.key

    def loads_value(self, app: Any, message: Any, **_: Any) -> Any:  # noqa: ARG002
        """The value as it is."""
        return message.value


def build_app(settings: RiskSettings, version: int) -> faust.App:
    """The Faust application of one state version: a consumer group, and nothing that Faust would keep by itself."""
    transport.install()
    return faust.App(
        settings.group(version),
        broker=";".join(f"kafka://{address.strip()}" for address in settings.kafka_bootstrap.split(",")),
        store="memory://",
        datadir=tempfile.gettempdir(),
        processing_guarantee="at_least_once",
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        worker_redirect_stdouts=False,
        table_standby_replicas=0,
        cython_optimizations=True,
        stream_wait_empty=True,
        stream_buffer_maxsize=16384,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=settings.member,
        consumer_max_fetch_size=4 << 20,
        broker_commit_interval=1.0,
        broker_max_poll_records=2000,
        broker_session_timeout=settings.session_seconds,
        broker_heartbeat_interval=1.0,
        broker_request_timeout=90.0,
    )


class Risk:
    """The running service."""

    def __init__(self, settings: RiskSettings) -> None:
        self._settings = settings
        self.places = Places(settings.kafka_bootstrap, settings.topics)
        self.policies = Policies(self.places, settings.places_seconds)
        self.agent: Agent | None = None

    async def work(self) -> None:
        """Follow the ledger, for as long as the process lives."""
        desk = await Desk.connect(self._settings, self.policies)
        try:
            await self.places.until_ready()
            await self._follow(build_app(self._settings, desk.version), desk)
        finally:
            await desk.stop()

    async def _follow(self, app: faust.App, desk: Desk) -> None:
        judge = Judge(desk.version, self.policies.rules, self.policies.baseline)
        agent = self.agent = Agent(app, desk, judge, self._settings.most_records)

        @app.agent(app.topic(desk.ledger, schema=Raw()), concurrency=1, name="risk")
        async def follow(stream: Any) -> None:
            await agent.run(stream)

        app.loop = asyncio.get_running_loop()
        app.finalize()
        try:
            await app.start()
            await app.wait_until_stopped()
            raise RuntimeError("the stream worker ended by itself") from app.crash_reason
        finally:
            await app.stop()

    def not_ready(self) -> str | None:
        """Why this worker is not at work; None: it is."""
        if self.agent is None or not self.agent.adopted:
            return "the partitions have not been taken up yet"
        return "; ".join(f"partition {number} stopped" for number in self.agent.halted) or None


def create(settings: RiskSettings) -> tuple[FastAPI, Risk]:
    """The web application and the worker behind it."""
    risk = Risk(settings)
    readiness = service.Readiness()
    readiness.add("places", lambda: None if risk.places.ready else "places has not been read yet")
    readiness.add("ledger", risk.not_ready)
    return api.create(settings, readiness), risk
