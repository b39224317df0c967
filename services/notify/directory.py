"""Who is registered to be told: the recipients of each role of a place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from services.notify import duty
from services.notify.duty import Duty
from services.notify.routing import Recipient
from shared import calendar, identifiers

Cursor = psycopg.AsyncCursor[Any]


def recipient_id(place: str, role: str, only: str | None, channel: str, address: str) -> UUID:
    """Made of what it is, so that one who is registered again after a restore is the same, and is not told twice.

    `only`: the one provider, or the one placing authority, that it speaks for.
    """
    return identifiers.derived_id("recipient", place, role, only or "", channel, address)


async def of_place(cursor: Cursor, place: str) -> list[Recipient]:
    """All that are active and whose first day has come, in a stable order."""
    return await _select(cursor, "place = %s AND active AND begun", (place,))


async def find(cursor: Cursor, key: UUID) -> Recipient | None:
    """One recipient, active or not."""
    found = await _select(cursor, "id = %s", (key,))
    return found[0] if found else None


async def is_active(cursor: Cursor, key: UUID) -> bool:
    """Whether it is told of anything at present."""
    found = await cursor.execute("SELECT FROM recipients WHERE id = %s AND active", (key,))
    return await found.fetchone() is not None


async def keep(cursor: Cursor, new: Recipient, *, by: str, now: datetime) -> bool:
    """Register, or register again: an old secret is replaced and a pause is over. True where it is new."""
    found = await cursor.execute(
        """INSERT INTO recipients(id, place, role, provider_id, authority, channel, address, secret, duty, begun,
             created_at, created_by)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (id) DO UPDATE SET active = true, failures = 0, paused_until = NULL, duty = excluded.duty,
             begun = excluded.begun, secret = coalesce(excluded.secret, recipients.secret)
           RETURNING xmax = 0""",
        (
            new.id, new.place, new.role, new.provider_id, new.authority, new.channel, new.address, new.secret,
            Jsonb(new.duty.model_dump(mode="json", exclude_defaults=True)), has_begun(new, now), now, by,
        ),
    )  # fmt: skip
    row = await found.fetchone()
    return bool(row and row[0])


def has_begun(one: Recipient, now: datetime) -> bool:
    """Whether its first day has come."""
    first = one.duty.effective_from
    return first is None or first <= calendar.london_date(now)


async def begin(cursor: Cursor, now: datetime) -> list[Recipient]:
    """Those whose first day has come since the last look. They are told of from now on."""
    rows = await cursor.execute(
        """UPDATE recipients SET begun = true
           WHERE NOT begun AND active AND (duty ->> 'effective_from')::date <= %s RETURNING id""",
        (calendar.london_date(now),),
    )
    found = [await find(cursor, row[0]) for row in await rows.fetchall()]
    return [one for one in found if one is not None]


async def expire(cursor: Cursor, now: datetime) -> None:
    """Those whose last day is over are no longer recipients."""
    await cursor.execute(
        "UPDATE recipients SET active = false WHERE active AND (duty ->> 'effective_until')::date < %s",
        (calendar.london_date(now),),
    )


async def roles_held(cursor: Cursor, place: str, provider_id: str | None, now: datetime) -> set[str]:
    """The roles that somebody is registered for at present, for a provider or for the whole place."""
    day, known = calendar.london_date(now), await of_place(cursor, place)
    return {one.role for one in known if one.provider_id in (None, provider_id) and duty.is_effective(one.duty, day)}


async def withdraw(cursor: Cursor, key: UUID) -> None:
    """No longer a recipient; what it was told stays on the record."""
    await cursor.execute("UPDATE recipients SET active = false WHERE id = %s", (key,))


async def answered(cursor: Cursor, key: UUID) -> None:
    """It took a message: the count of failures begins anew."""
    await cursor.execute(
        """UPDATE recipients SET failures = 0, paused_until = NULL
           WHERE id = %s AND (failures > 0 OR paused_until IS NOT NULL)""",
        (key,),
    )


async def failed(cursor: Cursor, key: UUID) -> int:
    """It did not take a message. How often now, in a row."""
    found = await cursor.execute(
        "UPDATE recipients SET failures = failures + 1 WHERE id = %s RETURNING failures", (key,)
    )
    row = await found.fetchone()
    return int(row[0]) if row else 0


async def pause(cursor: Cursor, key: UUID, until: datetime) -> None:
    """Leave it alone for a while."""
    await cursor.execute("UPDATE recipients SET paused_until = %s WHERE id = %s", (until, key))


def of_row(row: Mapping[str, Any], *, key: str = "id", provider: str = "provider_id") -> Recipient:
    """A recipient from a row; of a joined one, under which names its id and its only provider stand."""
    return Recipient(
        id=row[key],
        place=row["place"],
        role=row["role"],
        channel=row["channel"],
        address=row["address"],
        provider_id=row[provider],
        secret=row["secret"],
        authority=row["only_authority"],
        duty=Duty.model_validate(row["duty"]),
    )


async def _select(cursor: Cursor, where: str, values: tuple[Any, ...]) -> list[Recipient]:
    columns = "id, place, role, channel, address, provider_id, secret, authority AS only_authority, duty"
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(f"SELECT {columns} FROM recipients WHERE {where} ORDER BY created_at, id", values)  # noqa: S608
        return [of_row(row) for row in await rows.fetchall()]
