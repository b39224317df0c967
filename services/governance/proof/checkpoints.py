"""Signed checkpoints: each day, once it is closed, the heads of all journals, in a table and in a file outside it."""

import asyncio
import base64
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.governance.proof.findings import NOWHERE, Bad
from services.governance.proof.walk import JOURNALS, Head
from shared import clock, database
from shared.journal import checkpoint
from shared.journal.days import DayCloser

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
RETRIED = (psycopg.Error, ConnectionError, TimeoutError, OSError)
SCHEMA = "governance"

_LAST = "SELECT day, position, kept FROM governance.checkpoints WHERE writer = %s ORDER BY day DESC LIMIT 1"
_KEEP = """
INSERT INTO governance.checkpoints(writer, day, position, kept) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_ALL = "SELECT writer, day, kept FROM governance.checkpoints ORDER BY writer, day"


@dataclass(frozen=True, slots=True)
class Kept:
    """One checkpoint as it was kept."""

    writer: str
    day: date
    kept: bytes

    def line(self) -> bytes:
        """As it stands in the file: one JSON object a line."""
        said = {"writer": self.writer, "day": self.day.isoformat(), "kept": base64.b64encode(self.kept).decode()}
        return orjson.dumps(said) + b"\n"


class Checkpoints:
    """Takes them. `run` must be running."""

    def __init__(self, url: str, key: Ed25519PrivateKey, closer: DayCloser, file: Path | None) -> None:
        self._url, self._key, self._closer, self._file = url, key, closer, file
        self._done: date | None = None

    async def run(self) -> None:
        """For ever: looks whether a day was closed since."""
        while True:
            day = self._closer.last
            try:
                if day is not None and day != self._done:
                    await self.take(day)
                    self._done = day
            except RETRIED as error:
                log.warning("no checkpoint of %s yet: %s: %.300s", day, type(error).__name__, error)
            await asyncio.sleep(POLL_SECONDS)

    async def take(self, day: date, writers: Sequence[str] = JOURNALS) -> list[Kept]:
        """Sign and keep the heads as they stand after this London day. Once a day and writer; answers what is new."""
        taken = [await self._take(writer, day) for writer in writers]
        return [one for one in taken if one is not None]

    async def _take(self, writer: str, day: date) -> Kept | None:
        address = database.conninfo(self._url, writer)
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
            there = await connection.execute("SELECT to_regclass('journal')")
            if (await there.fetchall())[0][0] is None:
                return None  # this service has not been set up here yet
            last = await (await connection.execute(_LAST, (writer,))).fetchone()
            if last is not None:  # else lost to the file, if we ended between the two
                self._outside(Kept(writer, last[0], bytes(last[2])))
                if last[0] >= day:
                    return None
            since, previous = (last[1], checkpoint.digest(bytes(last[2]))) if last else (0, "")
            made = await checkpoint.take(connection, writer, clock.now(), since=since, previous=previous)
            kept = Kept(writer, day, made.signed(self._key))
            done = await connection.execute(_KEEP, (writer, day, made.position, kept.kept))
        if done.rowcount == 0:
            return None  # the other process of this service was first
        self._publish(kept, made)
        return kept

    def _publish(self, kept: Kept, made: checkpoint.Checkpoint) -> None:
        """Outside the database: to the file, and to the log, which operators collect."""
        self._outside(kept)
        log.info(
            "checkpoint of %s for %s: position %d, %d chains moved, digest %s, signature %s",
            kept.writer, kept.day, made.position, len(made.heads), checkpoint.digest(kept.kept),
            base64.b64encode(kept.kept[: checkpoint.SIGNATURE]).decode(),
        )  # fmt: skip

    def _outside(self, kept: Kept) -> None:
        if self._file is not None and (not self._file.exists() or kept not in in_file(self._file)):
            with self._file.open("ab") as file:
                file.write(kept.line())


async def kept(connection: psycopg.AsyncConnection[Any]) -> list[Kept]:
    """Those in the table."""
    rows = await (await connection.execute(_ALL)).fetchall()
    return [Kept(writer, day, bytes(body)) for writer, day, body in rows]


def in_file(file: Path) -> list[Kept]:
    """Those in the file. Raises OSError, ValueError, KeyError for a line that is none."""
    said = [orjson.loads(line) for line in file.read_bytes().splitlines() if line.strip()]
    return [Kept(one["writer"], date.fromisoformat(one["day"]), base64.b64decode(one["kept"])) for one in said]


def proven(
    table: Sequence[Kept], outside: Sequence[Kept] | None, keys: Sequence[Ed25519PublicKey]
) -> tuple[dict[Head, str], list[Bad]]:
    """The heads that the journals must still have, by the checkpoint that says so; and what is wrong with these."""
    bad: list[Bad] = []
    if outside is not None:
        bad += [_bad(one, "stands in the file, and the table lacks it") for one in outside if one not in table]
        begun = {
            writer: min(one.day for one in outside if one.writer == writer) for writer in {o.writer for o in outside}
        }
        bad += [
            _bad(one, "stands in the table, and the file lacks it")
            for one in table
            if one.writer in begun and one.day >= begun[one.writer] and one not in outside
        ]
    heads: dict[Head, str] = {}
    previous: dict[str, str] = {}
    for one in sorted({*table, *(outside or ())}, key=lambda one: (one.writer, one.day)):
        if (made := _read(one, keys)) is None:
            bad.append(_bad(one, "was not signed by a key that is known, or was changed since"))
            continue
        if made.previous != previous.get(one.writer, ""):
            bad.append(_bad(one, "does not follow the one before it"))
        previous[one.writer] = checkpoint.digest(one.kept)
        heads |= {(one.writer, *chain, head): str(one.day) for chain, head in made.heads.items()}
    return heads, bad


def _read(one: Kept, keys: Sequence[Ed25519PublicKey]) -> checkpoint.Checkpoint | None:
    for key in keys:
        try:
            return checkpoint.read(one.kept, key)
        except checkpoint.Forged:
            continue
    return None


def _bad(one: Kept, says: str) -> Bad:
    return Bad("checkpoints", 0, NOWHERE, "", f"the checkpoint of {one.writer} for {one.day} {says}")
