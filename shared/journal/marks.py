"""Marks: one row per ledger partition, by which time and policy reach risk in one order with the facts."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import orjson

from shared import events, identifiers, topics
from shared.events import marks
from shared.journal.rows import Row

NOWHERE = "-"
"""The place of a mark that is about no place in particular."""


def day_closed(
    day: date, *, writer: str, at: datetime, sources: Mapping[str, Sequence[str]], partitions: Sequence[int] = ()
) -> list[Row]:
    """Marks that close all days up to `day` for a writer, in every partition, or in those that still lack one.

    `at`: the instant of closing. `sources`: per place, what was heard on the days closed.
    """
    data = marks.DayClosed(date=day, sources={place: tuple(sorted(heard)) for place, heard in sources.items()})
    wanted = partitions or range(topics.PARTITIONS)
    return [_row(data, n, writer=writer, at=at, place=NOWHERE, name=str(day)) for n in wanted]


def in_force(
    data: marks.PolicyInForce | marks.BaselineInForce | marks.ShadowInForce,
    *,
    writer: str,
    at: datetime,
    adoption: str,
    cause: events.Event | None = None,
) -> list[Row]:
    """Marks in every partition from which on a text of `places` counts for its place.

    `adoption` names the adoption that takes effect: the same one makes the same marks, however often it is tried.
    """
    wanted = range(topics.PARTITIONS)
    return [_row(data, n, writer=writer, at=at, place=data.place, name=adoption, cause=cause) for n in wanted]


def _row(
    data: events.Data,
    partition: int,
    *,
    writer: str,
    at: datetime,
    place: str,
    name: str,
    cause: events.Event | None = None,
) -> Row:
    entry, subject = events.entry_of(type(data)), f"partition/{partition}"
    body = events.dumped(data)
    draft = events.Draft(
        id=identifiers.derived_id("mark", writer, entry.type, name, subject),
        type=entry.type,
        source=f"/{writer}",
        subject=subject,
        time=at,
        dataschema=entry.schema_path,
        place=place,
        causationid=None if cause is None else str(cause.id),
        classification=entry.classification,
        data=body,
    )
    return Row(
        topic="ledger",
        key=subject,
        draft=draft,
        digest=hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).digest(),
        partition=partition,
        cause=None if cause is None else cause.recordedtime,
    )
