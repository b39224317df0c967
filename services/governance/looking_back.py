"""One matter (a plan, a contract, a visit …) as it is, or as it was at a past moment of either clock."""

from typing import Any

from services.governance import changes, matters, view
from services.governance.asking import Unknown
from services.governance.domain.kind import Kind
from services.governance.parts import Parts, labelled, when
from shared.security import Principal


def one(
    made: Parts, kind: Kind[Any], matter_id: str, principal: Principal, *, as_of: str | None, known_at: str | None
) -> dict[str, Any]:
    """It as it is answered; of the past, labelled with its moments. Raises Unknown, NotArrived, and the 422 problem."""
    try:
        found = made.matters.matter(kind, matter_id, principal.places)
    except Unknown:
        if as_of or known_at or (sent := _sent(made, kind, matter_id, principal)) is None:
            raise
        return sent
    if as_of is None and known_at is None:
        return matters.shown(found)
    past = when(made, as_of, known_at)
    then = changes.read(made.store, found.subject, past, principal.places)
    if (document := changes.matters(then.events, kind.name).get(kind.name, {}).get(matter_id)) is None:
        raise Unknown(f"no {kind.name} of yours was known under this id by then")
    return matters.shown_row(found.subject, found.place, document) | labelled(past)


_SENT = f"""
SELECT provider_id, place, document FROM {view.SCHEMA}.elsewhere
WHERE matter_id = %s AND kind = %s AND place = ANY(%s) AND document IS NOT NULL
"""  # noqa: S608 - names of ours alone


def _sent(made: Parts, kind: Kind[Any], matter_id: str, principal: Principal) -> dict[str, Any] | None:
    """What came through the door, under our name for it: it is looked at here, and worked on where it is kept."""
    with made.store.reading() as cursor:
        cursor.execute(_SENT, (matter_id, kind.name, list(principal.places)), prepare=True)
        row = cursor.fetchone()
    return None if row is None else matters.shown_row(row["provider_id"], row["place"], row["document"])
