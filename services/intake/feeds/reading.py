"""What every feed makes of its rows: what they say of services, as facts, and why the other rows say nothing (pure)."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from shared.events import registry_facts


class UnusableFile(Exception):
    """The file cannot be loaded as a whole: what is wrong with it, in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact of a feed, with the rows that it stands on."""

    rows: tuple[int, ...]
    reference: str
    """The feed's name for it. It holds the digest of what the rows say: a changed row is a new fact."""
    kind: str
    """The type, less prefix and version: `cqc_rating.published`."""
    data: Mapping[str, Any]
    """As a partner would send it: free texts in clear."""
    on: date
    """The London day on which it happened, and was published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a feed says of a service itself."""

    facts: Mapping[str, Any]
    """Fields of `registry.service.registered`, without aliases: what is said, and nothing else."""
    aliases: Mapping[str, str]
    former: tuple[str, ...] = ()
    """CQC location ids that it had before, oldest first."""
    closed: registry_facts.ServiceClosed | None = None
    add: bool = True
    """Whether one that is not known is registered."""
    change: bool = False
    """Whether what is known of one may be changed: a table of ratings only adds."""
    keep: tuple[str, ...] = ()
    """Of the facts those that only a new service is given: what a steward has said of them stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """All that some rows say about one service."""

    subject: str
    """The service, as an event's subject names it: `cqc:1-999999999`."""
    rows: tuple[int, ...]
    """The rows that speak of the service itself; facts have their own."""
    service: Service | None = None
    facts: tuple[Fact, ...] = ()
    place: str | None = None
    """Where it is, if the feed says so; else wherever its name leads."""
    manager_is_there: bool = False
    """The feed tells when a registered manager is away, and does not of this one: if it did before, that has ended."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that says nothing which could be recorded, and why."""

    row: int
    why: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gave. Rows are numbered as a spreadsheet numbers them: the head is row 1 (of JSON lines: none is).

    A row that is in no fact, and of no service, is left out: none is ever lost silently.
    """

    said: tuple[Said, ...]
    rows: int
    left_out: tuple[LeftOut, ...]

    @property
    def reasons(self) -> Counter[str]:
        """How many rows were left out for which reason."""
        return Counter(each.why for each in self.left_out)

    def accounted(self) -> Iterator[int]:
        """Every row that is spoken for, once or more often."""
        for said in self.said:
            yield from said.rows
            for fact in said.facts:
                yield from fact.rows
        yield from (each.row for each in self.left_out)


def reference(feed: str, key: Sequence[str], said: Any) -> str:
    """A fact's reference: the feed, what the row is about, and the digest of what it says."""
    digest = hashlib.sha256(orjson.dumps([*key, said], option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
    return "/".join((feed, *key, digest))
