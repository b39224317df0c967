"""What is kept of one partition, how it stands in the changelog, and the changes that are not durable yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from services.risk import publish
from services.risk.changelog import Record, size_of
from services.risk.episodes import Episode
from services.risk.remembered.partition import PartitionState
from services.risk.remembered.state import VERSION, ProviderState
from shared.events import envelope

PARTITION, OUTBOX, RETIRED = b"\x00partition", b"\x00outbox", b"\x00retired"
RESERVED = b"\x00"
"""A provider's id never begins with NUL."""
SLACK = 16_384


class Held(msgspec.Struct, frozen=True, array_like=True):
    """A record that broke the pure core: this provider's later ones wait behind it, where they are, in the ledger."""

    event_id: str
    offset: int
    """Where it stands in the ledger: a release begins there."""
    reason: str
    letter: int
    """From this offset of the dead letters on, a release counts."""
    at: PartitionState
    """The partition when it was held, as far as the clocks of the provider's place look at it."""
    waiting: int = 0
    """How many later records wait behind it."""


class ProviderRecord(msgspec.Struct, frozen=True):
    """One provider: what is known, and what was last said of it."""

    state: ProviderState
    said: bytes = b""
    """Digest of the last assessment published; empty before the first."""
    number: int = 0
    """How many assessments were published under this version of the state."""
    hash: str = ""
    """Of the last event published about it: risk's chain."""
    held: Held | None = None
    episodes: dict[str, Episode] = {}
    """What the policy's alerts wait for and that holds, by `code|trigger`."""
    shadowed: bytes = b""
    """Digest of what was last said of it under a draft; empty while there is none."""


class Sweep(msgspec.Struct, frozen=True, array_like=True):
    """Everybody has to be judged anew, because of a mark: how far that has come."""

    before: PartitionState
    """The partition as it was before the mark."""
    cause: str
    """The mark's id."""
    recorded: datetime
    basis: envelope.Basis
    place: str | None
    """Only the providers of this place; None: all."""
    after: str = ""
    """The last provider that has been judged, in the order of ids."""


class PartitionRecord(msgspec.Struct, frozen=True):
    """One ledger partition."""

    state: PartitionState
    offset: int = -1
    """Of the last record applied."""
    order: publish.Order = publish.Order()
    sweep: Sweep | None = None
    muted: bool = False
    """A re-fold that has not caught up yet: nothing is said."""
    meaning: int = 0
    """Which software's fold the providers are of (`state.VERSION`); 0: of one before it was noted down."""


encode = msgspec.msgpack.Encoder(order="deterministic").encode
_provider = msgspec.msgpack.Decoder(ProviderRecord).decode
_partition = msgspec.msgpack.Decoder(PartitionRecord).decode
_outbox = msgspec.msgpack.Decoder(list[tuple[bytes, bytes, list[tuple[str, bytes]]]]).decode


@dataclass(slots=True)
class Memory:
    """One partition, as durable as the changelog has it."""

    partition: PartitionRecord
    providers: dict[str, ProviderRecord] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    """Providers with a record that could not be processed."""

    def put(self, providers: Mapping[str, ProviderRecord]) -> None:
        """Take over what is durable."""
        self.providers.update(providers)
        for provider_id, record in providers.items():
            (self.held.discard if record.held is None else self.held.add)(provider_id)


@dataclass(slots=True)
class Change:
    """What one record, or one step of a sweep, changes and says."""

    partition: PartitionRecord
    providers: dict[str, ProviderRecord] = field(default_factory=dict)
    outputs: list[Record] = field(default_factory=list)
    judged: tuple[str, bool] | None = None
    """For the metrics: a provider of this place was judged, and its assessment changed or not."""
    since: datetime | None = None
    """For the metrics: when the live event that was judged had been recorded."""

    def bodies(self) -> dict[bytes, bytes]:
        """The providers as they go into the changelog."""
        return {provider_id.encode(): encode(record) for provider_id, record in self.providers.items()}


class Staged:
    """Changes on top of a memory, to become durable together: never more than fit one batch."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._bodies: dict[bytes, bytes] = {}
        self._providers: dict[str, ProviderRecord] = {}
        # The partition is written once a batch; in the meantime it may gain what it was before a mark.
        self._size = 3 * len(encode(memory.partition)) + SLACK
        self.partition = memory.partition
        self.outputs: list[Record] = []
        self.judged: list[tuple[str, bool]] = []
        self.since: list[datetime] = []
        self._changed = False

    def __bool__(self) -> bool:
        return self._changed

    def provider(self, provider_id: str) -> ProviderRecord | None:
        """A provider as it is now."""
        return self._providers.get(provider_id) or self._memory.providers.get(provider_id)

    def providers(self) -> list[str]:
        """Ids of all that are known, in order."""
        return sorted(self._memory.providers.keys() | self._providers.keys())

    def add(self, change: Change, limit: int) -> bool:
        """Take one more change, if the batch then still fits; else nothing happened, and the answer is False."""
        bodies = change.bodies()
        grown = sum(size_of(key, body) - self._weight(key) for key, body in bodies.items())
        grown += sum(_weight_of(output) for output in change.outputs)
        if self._size + grown > limit:
            return False
        self._size, self._changed = self._size + grown, True
        self._bodies |= bodies
        self._providers |= change.providers
        self.partition = change.partition
        self.outputs += change.outputs
        if change.judged is not None:
            self.judged.append(change.judged)
        if change.since is not None:
            self.since.append(change.since)
        return True

    def bodies(self) -> dict[bytes, bytes]:
        """What goes into the changelog, the partition last."""
        return {**self._bodies, OUTBOX: encode(self.outputs), PARTITION: encode(self.partition)}

    def settle(self) -> None:
        """It is durable: the memory takes it over."""
        self._memory.put(self._providers)
        self._memory.partition = self.partition

    def _weight(self, key: bytes) -> int:
        return size_of(key, self._bodies[key]) if key in self._bodies else 0


def _weight_of(output: Record) -> int:
    key, value, headers = output
    return size_of(key, value) + sum(len(name) + len(text) + 10 for name, text in headers)


class OtherMeaning(Exception):
    """The providers were folded by software that kept other things of them: what they lack must be folded anew."""


def restore(number: int, truth: Mapping[bytes, bytes], *, muted: bool = False) -> tuple[Memory, list[Record]]:
    """A partition from the changelog's truth, and the outputs that perhaps were not all sent. `muted`: if it is new.

    Raises OtherMeaning: read by this software, such a state would be silently without what it does not hold.
    """
    found, outputs = ended(number, truth, muted=muted)
    if found.partition.meaning != VERSION:
        raise OtherMeaning(
            f"partition {number}: its states are of version {found.partition.meaning} of the fold, this software's of"
            f" {VERSION}: run `python -m services.risk refold` with this software"
        )
    providers = {key.decode(): _provider(body) for key, body in truth.items() if key[:1] != RESERVED}
    found.put(providers)
    return found, outputs


def is_other(truth: Mapping[bytes, bytes]) -> bool:
    """Whether a partition's states are of another fold than this software's; never where there are none."""
    return PARTITION in truth and _partition(truth[PARTITION]).meaning != VERSION


def ended(number: int, truth: Mapping[bytes, bytes], *, muted: bool = False) -> tuple[Memory, list[Record]]:
    """Where a partition stands, and its last outputs, without the providers: what a re-fold asks of an old version."""
    new = PartitionRecord(PartitionState(number), muted=muted, meaning=VERSION)
    partition = _partition(truth[PARTITION]) if PARTITION in truth else new
    outputs: list[Record] = [*_outbox(truth[OUTBOX])] if OUTBOX in truth else []
    return Memory(partition), outputs
