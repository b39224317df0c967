"""Rows of the database that are walked beside a partition of Kafka, one row ahead of it, without holding them all."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psycopg

AT_ONCE = 2000
Row = tuple[Any, ...]


class Beside:
    """Rows in the order of their first column."""

    def __init__(self, cursor: psycopg.AsyncServerCursor[Row]) -> None:
        self._cursor = cursor
        self._rows: list[Row] = []
        self._at = 0
        self.taken = 0

    async def upto(self, number: int) -> tuple[list[Row], Row | None]:
        """The rows before this number, and the one at it."""
        before: list[Row] = []
        while (row := await self._peek()) is not None and row[0] < number:
            before.append(self._take(row))
        return before, self._take(row) if row is not None and row[0] == number else None

    async def rest(self) -> AsyncIterator[Row]:
        """All that is left."""
        while (row := await self._peek()) is not None:
            yield self._take(row)

    async def _peek(self) -> Row | None:
        if self._at == len(self._rows):
            self._rows, self._at = await self._cursor.fetchmany(AT_ONCE), 0
        return self._rows[self._at] if self._rows else None

    def _take(self, row: Row) -> Row:
        self._at, self.taken = self._at + 1, self.taken + 1
        return row


@asynccontextmanager
async def walked(
    connection: psycopg.AsyncConnection[Any], name: str, sql: str, values: Sequence[Any]
) -> AsyncIterator[Beside]:
    """The rows of one statement, whose first column is a number that rises."""
    async with connection.cursor(name, binary=True) as cursor:
        await cursor.execute(sql, values)
        yield Beside(cursor)
