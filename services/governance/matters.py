"""The use cases of all matters: begin one, take a step, list them. One transaction each: events, journal, our table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Json

from services.governance import publish
from services.governance.asking import Asking, Reply, Unknown
from services.governance.domain.kinds import KINDS, Kind
from services.governance.event_store import Cursor, EventStore, Keep, remember
from services.governance.matter import Matter
from services.governance.once import once
from shared import identifiers
from shared.events import Data, Sealed, entry_of
from shared.events.alerts import AlertBody
from shared.journal.rows import Row
from shared.vault import Vault

Seal = Callable[[str | None], Sealed | None]
"""Seals a text of this step, so that it can be published."""


Said = Callable[[str, Any, Seal], Data | None]
"""A step as it was asked for: from the matter's id, its state (None before the first) and a seal, what is published;
None where nothing is to be said after all."""
Also = Callable[[Matter, Asking], list[Matter]]
"""What follows from the steps of a matter: others, saved with it."""
Told = Callable[[Matter], Sequence[AlertBody]]
"""Who must be told of a step that was taken, in its transaction."""
Guard = Callable[[Cursor, str], None]
"""Whether a new matter, by its id, may stand beside the others there are: asked under the append lock, so that of
several who ask at once one is first. Raises what refuses it."""


@dataclass(frozen=True, slots=True)
class About:
    """What a matter is about: a provider of a place, or the place itself."""

    subject: str
    place: str


class Matters:
    """Blocks: call it from a thread."""

    def __init__(self, store: EventStore, vault: Vault) -> None:
        self._store, self._vault = store, vault

    def begin(
        self, kind: Kind[Any], about: About, asking: Asking, content: dict[str, Any], said: Sequence[Said],
        *, guard: Guard | None = None, also: Also | None = None, at: datetime | None = None,
    ) -> Reply:  # fmt: skip
        """A new matter, with its first steps. `content`: what was asked, for its key; `also`: what follows from them.

        `at`: when they were true, if that was before they are recorded.
        Raises NotFitting, Clash, KeyReused, UNSURE, and what `guard` raises.
        """
        command = asking.digest(kind.name, about.subject, content)
        matter_id = f"{kind.name}-{identifiers.derived_id(kind.name, about.subject, asking.scoped_key).hex[:16]}"

        def work() -> Reply:
            made = self._store.matter(kind.name, matter_id) or Matter(kind.name, matter_id, about.subject, about.place)
            if made.state is None:  # else kept before, its key lost with a restored database
                self._take(made, asking, said, at)
            return self._save(made, asking, command, *(also(made, asking) if also else ()), guard=guard)

        return once(self._store, asking, command, work)

    def step(
        self, kind: Kind[Any], matter_id: str, asking: Asking, content: dict[str, Any], *said: Said,
        also: Also | None = None, told: Told | None = None, at: datetime | None = None,
    ) -> Reply:  # fmt: skip
        """One more step, or several at once; with `also`, what follows from them. Raises Unknown, and as `begin`.

        `told`: the alerts that they raise or clear. `at`: when it was true, if that was before it is recorded.
        """
        command = asking.digest(f"{kind.name}-step", matter_id, content)

        def work() -> Reply:
            made = self.matter(kind, matter_id, asking.places)
            self._take(made, asking, said, at)
            alerts = told(made) if told else ()
            return self._save(made, asking, command, *(also(made, asking) if also else ()), told=alerts)

        return once(self._store, asking, command, work)

    def matter(self, kind: Kind[Any], matter_id: str, places: frozenset[str]) -> Matter:
        """Raises Unknown, also for a matter of a place that is not held."""
        found = self._store.matter(kind.name, matter_id)
        if found is None or found.place not in places:
            raise Unknown(f"no {kind.name} of yours has this id")
        return found

    def page(
        self, kind: Kind[Any], places: Sequence[str], *, subject: str | None = None, is_open: bool | None = None,
        after: str = "", limit: int = 100,
    ) -> tuple[list[dict[str, Any]], str | None]:  # fmt: skip
        """A page of the matters of these places, in the order of their ids, and the id to go on from."""
        asked = {"kind": kind.name, "places": list(places), "subject": subject, "open": is_open, "after": after}
        with self._store.reading() as cursor:
            cursor.execute(_LIST, asked | {"limit": limit + 1}, prepare=True)
            found = cursor.fetchall()
        shown = [shown_row(row["subject"], row["place"], row["document"]) for row in found[:limit]]
        return shown, found[limit - 1]["matter_id"] if len(found) > limit else None

    def _take(self, made: Matter, asking: Asking, said: Sequence[Said], at: datetime | None = None) -> None:
        for number, one in enumerate(said):
            id_ = identifiers.derived_id("matter-step", made.matter_id, asking.scoped_key, str(number))

            def seal(text: str | None, id_: UUID = id_) -> Sealed | None:
                return None if text is None else self._vault.seal_sync(text, event_id=id_, subjects=[made.subject])

            if (step := one(made.matter_id, made.state, seal)) is not None:
                made.take(step, id_, at or asking.at)

    def _save(
        self, made: Matter, asking: Asking, command: bytes, *others: Matter, told: Sequence[AlertBody] = (),
        guard: Guard | None = None,
    ) -> Reply:  # fmt: skip
        reply, waiting, origin = shown(made), pending((made, *others)), asking.origin(made.place)
        alerts = [publish.alert(one, made.subject, asking.at, origin) for one in told]

        def rows(cursor: Cursor) -> list[Row]:
            if guard is not None:
                guard(cursor, made.matter_id)
            return rows_of_all(waiting, asking, cursor) + alerts

        self._store.save(made, *others, keep=Keep(rows, asking.scoped_key, command, 201, reply))
        return Reply(201, reply)


def shown(made: Matter) -> dict[str, Any]:
    """A matter as it is answered."""
    return shown_row(made.subject, made.place, made.document)


def open_ones(cursor: Cursor, kind: str, subject: str) -> list[dict[str, Any]]:
    """Those about this provider that are open, as they are shown."""
    cursor.execute(_OPEN, (kind, subject), prepare=True)
    return [row["document"] for row in cursor]


def newest(cursor: Cursor, kind: str, subject: str) -> dict[str, Any] | None:
    """The newest open one about this provider, as it is shown; else the newest."""
    cursor.execute(_NEWEST, (kind, subject), prepare=True)
    found = cursor.fetchone()
    return found["document"] if found else None


def statements(made: Matter) -> list[tuple[str, Sequence[Any]]]:
    """What brings the table `matters` up to date."""
    kind, state = made.of, made.state
    is_open = kind.is_open(state)
    said = Json(made.document)
    values = (made.matter_id, kind.name, made.subject, made.place, is_open, kind.due(state) if is_open else None, said)
    return [(_MATTER, values)]


Pending = Sequence[tuple[Matter, tuple[Any, ...]]]


def pending(made: Sequence[Matter]) -> Pending:
    """What is to be saved of these matters: taken before, because saving empties their lists."""
    return [(one, tuple(one.pending_events)) for one in made]


def rows_of_all(waiting: Pending, asking: Asking, cursor: Cursor) -> list[Row]:
    """The rows for the journal, and the table brought up to date. Under the lock."""
    return [row for made, events in waiting for row in rows_of(made, events, asking, cursor)]


def rows_of(made: Matter, events: Sequence[Any], asking: Asking, cursor: Cursor) -> list[Row]:
    """The same of one matter."""
    remember(cursor, asking)
    return kept(made, events, asking.origin(made.place), cursor)


def kept(made: Matter, events: Sequence[Any], origin: publish.Origin, cursor: Cursor) -> list[Row]:
    """The same of one matter, whoever took the step: also nobody, where the system does."""
    for statement, values in statements(made):
        cursor.execute(statement, values, prepare=True)
    models = KINDS[made.kind].models
    return [
        publish.row(
            models[event.model],
            event.step,
            id_=UUID(event.id_),
            subject=made.subject,
            at=event.at,
            origin=origin,
            topic=next(iter(entry_of(models[event.model]).topics)),
        )
        for event in events
        if hasattr(event, "model")
    ]


def shown_row(subject: str, place: str, document: dict[str, Any]) -> dict[str, Any]:
    """A row of the table as it is answered: what is about the place itself names no provider."""
    about = {} if subject == place else {"provider_id": subject}
    return about | {"place": place} | document


_OPEN = "SELECT document FROM matters WHERE kind = %s AND subject = %s AND open ORDER BY number"
_NEWEST = "SELECT document FROM matters WHERE kind = %s AND subject = %s ORDER BY open DESC, number DESC LIMIT 1"
_LIST = """
SELECT matter_id, subject, place, document FROM matters
WHERE kind = %(kind)s AND place = ANY(%(places)s) AND matter_id > %(after)s
  AND (%(subject)s::text IS NULL OR subject = %(subject)s) AND (%(open)s::boolean IS NULL OR open = %(open)s)
ORDER BY matter_id LIMIT %(limit)s
"""
_MATTER = """
INSERT INTO matters(matter_id, kind, subject, place, open, due, document) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (matter_id) DO UPDATE SET open = excluded.open, due = excluded.due, document = excluded.document
"""
