"""Reads what decisions are made of: the provider's page, events that may be evidence, meetings, a decision's life."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from services.governance import doubted, publish, view
from services.governance.event_store import EventStore
from services.governance.parts import SAFEGUARDING, Parts
from services.governance.web.deciding import catalogue, picking
from services.governance.web.deciding.picking import Piece
from shared import calendar, clock, security
from shared.events import decisions, entry_of

NEWEST: Final = 25
BEHIND: Final = 20
"""So many events behind criteria that are met are offered."""
MEETINGS: Final = 20
LIFE: Final = tuple(
    entry_of(model).type
    for model in (
        decisions.DecisionProposed, decisions.DecisionConsented, decisions.DecisionTookEffect,
        decisions.DecisionDeclined, decisions.DecisionRatified, decisions.DecisionRatificationRefused,
    )
)  # fmt: skip
OWN: Final = r"^careledger\.(decision|alert|task|notification|policy|legal_hold|erasure)\."
"""What follows from decisions is no evidence for them."""

_NEWEST = f"""
SELECT id FROM {view.SCHEMA}.history WHERE provider_id = %s AND topic = 'ledger' AND type !~ %s
ORDER BY recordedtime DESC, rank DESC LIMIT {NEWEST}
"""  # noqa: S608 - names of ours alone, here and below
_NAMED = f"""
SELECT h.id, h.provider_id, h.classification, h.body FROM {view.SCHEMA}.history AS h
JOIN {view.SCHEMA}.providers AS p USING (provider_id) WHERE h.id = ANY(%s) AND p.place = %s
"""  # noqa: S608
_LIFE = f"""
SELECT body FROM {view.SCHEMA}.history WHERE provider_id = %s AND type = ANY(%s)
AND convert_from(body, 'UTF8')::json->'data'->>'decision_id' = %s ORDER BY recordedtime, rank, "offset"
"""  # noqa: S608
_STEPS = f"""
SELECT body FROM {view.SCHEMA}.history WHERE provider_id = %s AND type = %s
AND convert_from(body, 'UTF8')::json->'data'->'decision'->>'lsi_id' = %s ORDER BY time, rank, "offset"
"""  # noqa: S608
_BY_ID = f"SELECT body FROM {view.SCHEMA}.history WHERE id = ANY(%s)"  # noqa: S608
_MEETINGS = f"""
SELECT document FROM matters WHERE kind = 'meeting' AND place = %s AND document->>'status' <> 'cancelled'
ORDER BY document->>'at' DESC LIMIT {MEETINGS}
"""  # noqa: S608
_TASKS = (
    "SELECT document FROM matters WHERE kind = 'task' AND subject = %s AND document->>'decision_id' = %s ORDER BY due"
)
_OPEN_TASKS = "SELECT document FROM matters WHERE kind = 'task' AND subject = %s AND open ORDER BY due"


def provider(made: Parts, provider_id: str, principal: security.Principal) -> dict[str, Any]:
    """The provider's page as its reader may see it. Raises Unknown."""
    today = calendar.london_date(clock.now())
    found = made.pages.provider(provider_id, today, principal.places, made.read_model.behind())
    if not principal.has(*SAFEGUARDING):  # what is only recommended is nobody else's yet
        found["processes"] = [one for one in found["processes"] if one["status"] != "recommended"]
    return found


def offered(
    store: EventStore, page: Mapping[str, Any], may: frozenset[str], chosen: Iterable[str] = ()
) -> Sequence[Piece]:
    """Events that may be named: what was chosen, what stands behind criteria that are met, then the newest."""
    met = [one for one in page["criteria"] if one["outcome"] == "met"]
    behind = [name for one in sorted(met, key=lambda one: one["level"], reverse=True) for name in one["evidence"]]
    with store.reading() as cursor:
        cursor.execute(_NEWEST, (page["provider_id"], OWN), prepare=True)
        newest = [str(row["id"]) for row in cursor]
    wanted = list(dict.fromkeys([*_ids(chosen), *behind[:BEHIND], *newest]))
    return pieces(store, page["provider_id"], page["place"], wanted, may)


def pieces(
    store: EventStore, provider_id: str, place: str, wanted: Sequence[str], may: frozenset[str]
) -> Sequence[Piece]:
    """These events of this place, in this order, with what became of each. `may`: what the reader may read."""
    with store.reading() as cursor:
        cursor.execute(_NAMED, ([UUID(name) for name in wanted], place), prepare=True)
        found = {str(row["id"]): row for row in cursor}
        fallen = doubted.read(cursor, provider_id, found).fallen
    rows = [(name, found[name]) for name in wanted if name in found]
    return [
        picking.piece(
            row["provider_id"], orjson.loads(bytes(row["body"])), withheld=row["classification"] not in may,
            fell=fallen.get(name),
        )
        for name, row in rows
    ]  # fmt: skip


def life(store: EventStore, provider_id: str, decision_id: str) -> list[dict[str, Any]]:
    """The published steps of a decision, in their order."""
    return _bodies(store, _LIFE, (provider_id, list(LIFE), decision_id))


def called(store: EventStore, decision_ids: Sequence[str]) -> dict[str, str]:
    """What each of these decisions is called, with its level."""
    proposed = [publish.step_id(name, "Proposed") for name in decision_ids]
    arrived = {event["data"]["decision_id"]: event["data"]["decision"] for event in _bodies(store, _BY_ID, (proposed,))}
    found = {name: catalogue.taken(said["type"], said.get("level")) for name, said in arrived.items()}
    for name in set(decision_ids) - set(found):  # taken a moment ago: its own store has it at once
        said = store.case(*store.where(name)).decision(name).proposal.decision
        found[name] = catalogue.taken(said.type, getattr(said, "level", None))
    return found


def process_steps(store: EventStore, provider_id: str, lsi_id: str) -> list[dict[str, Any]]:
    """What was decided in a large scale process and took effect, in its order."""
    return _bodies(store, _STEPS, (provider_id, entry_of(decisions.DecisionTookEffect).type, lsi_id))


def meetings(store: EventStore, place: str) -> list[dict[str, Any]]:
    """The newest meetings of a place that were not cancelled."""
    return _documents(store, _MEETINGS, (place,))


def tasks(store: EventStore, provider_id: str, decision_id: str) -> list[dict[str, Any]]:
    """What a decision set going: steps, reviews, letters."""
    return _documents(store, _TASKS, (provider_id, decision_id))


def open_tasks(store: EventStore, provider_id: str) -> list[dict[str, Any]]:
    """What is owed about a provider."""
    return _documents(store, _OPEN_TASKS, (provider_id,))


def _bodies(store: EventStore, sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    with store.reading() as cursor:
        cursor.execute(sql, values, prepare=True)
        return [orjson.loads(bytes(row["body"])) for row in cursor]


def _documents(store: EventStore, sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    with store.reading() as cursor:
        cursor.execute(sql, values, prepare=True)
        return [row["document"] for row in cursor]


def _ids(named: Iterable[str]) -> Iterable[str]:
    """Those that are ids at all: what else was sent is for the use case to refuse."""
    for name in named:
        try:
            yield str(UUID(name))
        except ValueError:
            continue
