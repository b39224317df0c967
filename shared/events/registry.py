"""The register of published types: each with its model, its topic, its writers and readers, an example and a schema."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, create_model

from shared.events import envelope

ModelType = TypeVar("ModelType", bound="type[Data]")
MAX_TEXT = 20_000

Sender = Literal["commissioner", "regulator", "partner", "provider", "steward"]
"""Who sends: council and ICB; CQC; any other professional body; a provider; a steward of the register."""
ANYONE: tuple[Sender, ...] = ("commissioner", "regulator", "partner", "provider")
PROFESSIONALS: tuple[Sender, ...] = ("commissioner", "regulator", "partner")
OFFICIALS: tuple[Sender, ...] = ("commissioner", "regulator")
COMMISSIONERS: tuple[Sender, ...] = ("commissioner",)
PROVIDERS: tuple[Sender, ...] = ("provider", "commissioner")
STEWARDS: tuple[Sender, ...] = ("steward",)


class Data(BaseModel):
    """The `data` of a published type. Readers ignore fields that they do not know; writers emit exactly the model."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Sealed(BaseModel):
    """Free text as it is published: encrypted, its key in the vault, bound to its event (architecture §9)."""

    model_config = ConfigDict(frozen=True)
    kid: str
    nonce: str
    ciphertext: str


class SealedIdentity(Sealed):
    """Who somebody is and how to reach them: a subject of its own in the vault, opened to the named role alone."""


@dataclass(frozen=True, slots=True)
class Published:
    """One published type."""

    kind: str
    version: int
    model: type[Data]
    topics: dict[str, tuple[str, ...]]
    """Where it stands, and who writes it there."""
    readers: tuple[str, ...]
    classification: envelope.Classification
    correction: bool
    """Names what it corrects and applies at that one's time; else it is a change, and applies at its own."""
    senders: tuple[Sender, ...]
    """Who may send it to intake; nobody: it is ours to write."""
    future: bool
    """Its time may lie ahead."""
    basis: envelope.Basis | None
    """Why it is written, where its type says so itself."""
    no_fact: str | None
    """Why no fact of the policies' catalogue is fed by it."""

    @property
    def from_partners(self) -> bool:
        """May be sent to intake by a publisher."""
        return bool(self.senders)

    @property
    def type(self) -> str:
        """The CloudEvents type."""
        return envelope.type_name(self.kind, self.version)

    @property
    def schema_path(self) -> str:
        """The `dataschema` of the envelope."""
        return f"/schemas/{self.kind}.v{self.version}.json"


class UnknownType(Exception):
    """No such published type."""


TYPES: dict[str, Published] = {}


def published(
    kind: str,
    *,
    topic: str,
    writers: tuple[str, ...],
    readers: tuple[str, ...],
    also: Mapping[str, tuple[str, ...]] | None = None,
    version: int = 1,
    classification: envelope.Classification = "official-sensitive",
    correction: bool = False,
    senders: tuple[Sender, ...] = (),
    future: bool = False,
    basis: envelope.Basis | None = None,
    no_fact: str | None = None,
) -> Callable[[ModelType], ModelType]:
    """Declare the model below as the data of a published type."""

    def declare(model: ModelType) -> ModelType:
        topics = {topic: writers, **(also or {})}
        entry = Published(
            kind, version, model, topics, readers, classification, correction, senders, future, basis, no_fact
        )
        TYPES[entry.type] = entry
        return model

    return declare


def entry_of(model: type[Data]) -> Published:
    """The register's entry for a data model."""
    for entry in TYPES.values():
        if entry.model is model:
            return entry
    raise UnknownType(model.__name__)


def decode(body: bytes) -> envelope.Event:
    """Bytes from Kafka to an event. Raises pydantic's ValidationError."""
    return envelope.Event.model_validate_json(body)


def data_of(event: envelope.Draft) -> Data:
    """The typed data of an event. Raises UnknownType, or pydantic's ValidationError."""
    if event.type not in TYPES:
        raise UnknownType(event.type)
    return TYPES[event.type].model.model_validate(event.data)


def dumped(data: Data) -> dict[str, Any]:
    """Data as it goes into an envelope: exactly the model, nothing that is not set."""
    return data.model_dump(mode="json", exclude_none=True)


@cache
def inbound(model: type[Data]) -> type[BaseModel]:
    """The same model as a partner sends it: free text in clear, no field that we do not know (a typo is an error)."""
    return _inbound(model)


@cache
def texts(model: type[Data]) -> tuple[str, ...]:
    """The fields of a model that hold free text."""
    return tuple(name for name, info in model.model_fields.items() if _holds_text(info.annotation))


@cache
def identities(model: type[Data]) -> tuple[str, ...]:
    """Of these, the fields that say who somebody is: each is a subject of its own, and opened to few."""
    return tuple(name for name in texts(model) if _holds_text(model.model_fields[name].annotation, SealedIdentity))


def _inbound(model: type[Data]) -> type[BaseModel]:
    clear = Field(min_length=1, max_length=MAX_TEXT)
    fields: dict[str, Any] = {}
    for name in texts(model):
        info = model.model_fields[name]
        fields[name] = (
            (str, clear) if info.is_required() else (str | None, Field(None, min_length=1, max_length=MAX_TEXT))
        )
    # A subclass with its own config: constraints and validators of the published model hold at the door as well.
    strict = type(
        f"{model.__name__}Strict", (model,), {"model_config": ConfigDict(extra="forbid"), "__module__": __name__}
    )
    return create_model(f"{model.__name__}Inbound", __base__=strict, **fields)


def _holds_text(annotation: Any, kind: type[Sealed] = Sealed) -> bool:
    if get_origin(annotation) in (Union, UnionType):
        return any(_holds_text(part, kind) for part in get_args(annotation))
    return isinstance(annotation, type) and issubclass(annotation, kind)
