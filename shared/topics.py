"""The one list of Kafka topics (architecture §3): who writes, who reads, how long it is kept."""

import re
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

PARTITIONS = 12
"""For life: keys must not move."""

FOREVER = {
    "retention.ms": "-1",
    "cleanup.policy": "delete",
    "max.message.bytes": "1048576",
    # The broker's own clock: the relay compares it with the host's, and inboxes are read up to a midnight by it.
    "message.timestamp.type": "LogAppendTime",
}
THIRTY_DAYS = FOREVER | {"retention.ms": str(30 * 24 * 3600 * 1000)}
COMPACTED = {
    "cleanup.policy": "compact",
    "segment.ms": "600000",
    "min.cleanable.dirty.ratio": "0.1",
    "min.compaction.lag.ms": "86400000",
    "max.message.bytes": "1048576",
}

LEDGER, PLACES, ASSESSMENTS, NOTIFICATIONS = "ledger", "places", "assessments", "notifications"
CHANGELOG = "risk-changelog"
RISK_VERSION = "risk-version"
INBOX = "inbox-"
OUTBOX = "outbox-"
"""Topics of recipients who are told by Kafka: notify writes, the recipient reads. Made one by one, for whoever asks."""
_OUTBOX = re.compile(rf"{OUTBOX}[a-z0-9](?:[a-z0-9-]{{0,58}}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as `deploy` creates it."""

    name: str
    key: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    carries: str
    partitions: int = PARTITIONS
    config: dict[str, str] = field(default_factory=lambda: dict(FOREVER))


def _dead_letter(consumer: str) -> Topic:
    return Topic(
        f"{consumer}-dead-letter",
        "as its source",
        (consumer,),
        ("operators",),
        "what could not be processed: where it came from, the reason, a digest; no clear text",
        config=dict(THIRTY_DAYS),
    )


def _inbox(publisher: str) -> Topic:
    return Topic(
        f"{INBOX}{publisher}",
        "any",
        (publisher,),
        ("intake",),
        "CloudEvents as this partner sends them",
        config=dict(THIRTY_DAYS),
    )


def outbox(name: str) -> Topic:
    """The topic of one recipient of alerts, by its whole logical name. Raises ValueError for any other name."""
    if not _OUTBOX.fullmatch(name):
        raise ValueError(f"{name!r} is not {OUTBOX} and a name of small letters, digits and hyphens")
    who = name.removeprefix(OUTBOX)
    carries = "what this recipient is told, as CloudEvents"
    return Topic(name, "provider_id", ("notify",), (who,), carries, partitions=1, config=dict(THIRTY_DAYS))


PUBLISHERS = ("council-quality", "icb-quality", "nhs-quality")
"""Partners with an inbox topic of their own from the start; a further one is one more name here and one more ACL."""

TOPICS: tuple[Topic, ...] = (
    Topic(
        LEDGER,
        "provider_id",
        ("intake", "governance"),
        ("intake", "risk", "governance", "notify"),
        "what was recorded about a provider, in one order: facts, decisions and marks",
    ),
    Topic(
        PLACES,
        "place",
        ("governance",),
        ("intake", "risk", "governance", "notify"),
        "texts of a place: policies whole, baselines, meetings",
        partitions=1,
    ),
    Topic(
        ASSESSMENTS,
        "provider_id",
        ("risk",),
        ("governance", "notify"),
        "what was derived: assessments, alerts, days judged",
    ),
    Topic(
        NOTIFICATIONS,
        "provider_id",
        ("notify",),
        ("governance", "notify"),
        "who was told, and who acknowledged",
    ),
    Topic(CHANGELOG, "provider_id", ("risk",), ("risk",), "risk's state, position and outbox", config=COMPACTED),
    Topic(
        RISK_VERSION,
        "version",
        ("risk",),
        ("risk",),
        "which version of risk's state is in use: the newest record",
        partitions=1,
        config=COMPACTED,
    ),
    *(_inbox(publisher) for publisher in PUBLISHERS),
    *(_dead_letter(consumer) for consumer in ("intake", "risk", "governance", "notify")),
)


class Topics(BaseModel):
    """Logical names to real ones. A topic set is a prefix: so a new set can stand beside the old."""

    model_config = ConfigDict(frozen=True)
    prefix: str = ""

    def name(self, topic: str) -> str:
        """The name on the broker of a logical topic."""
        return f"{self.prefix}{topic}"

    def logical(self, name: str) -> str:
        """The logical name of a topic on the broker. Raises ValueError for one of another set."""
        if not name.startswith(self.prefix):
            raise ValueError(f"{name} is not of the topic set {self.prefix!r}")
        return name.removeprefix(self.prefix)
