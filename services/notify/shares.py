"""What may be told to whom by decision, and what facts are marked with: kept for the alerts that rest on them."""

from services.notify import sharing
from services.notify.deliveries import Cursor
from services.notify.notice import Notice
from services.notify.sharing import Marking
from shared.events import Event, processes

# Both in one question: it is asked for every alert.
_BOUND = """
SELECT audiences, not_to_provider, embargo_until, NULL AS shared FROM markings WHERE event_id = ANY(%(of)s)
UNION ALL SELECT NULL, false, NULL, audience FROM shares WHERE event_id = ANY(%(of)s)"""


def is_marked(event: Event) -> bool:
    """Whether its sender limits who may have it (an alert's own markings come with it)."""
    return event.audiences is not None or bool(event.nottoprovider) or event.embargountil is not None


async def mark(cursor: Cursor, event: Event) -> None:
    """Keep the markings of a fact, if it has any."""
    if not is_marked(event):
        return
    await cursor.execute(
        "INSERT INTO markings(event_id, audiences, not_to_provider, embargo_until) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (str(event.id), event.audiences, bool(event.nottoprovider), event.embargountil),
    )


async def decide(cursor: Cursor, decision: processes.ShareDecided) -> None:
    """Keep what a decision shares, or no longer shares."""
    if decision.type == "share.authorised":
        query = "INSERT INTO shares(event_id, audience) SELECT unnest(%s::text[]), %s ON CONFLICT DO NOTHING"
    else:
        query = "DELETE FROM shares WHERE event_id = ANY(%s) AND audience = %s"
    await cursor.execute(query, (list(decision.event_ids), decision.audience))


async def bound(cursor: Cursor, notice: Notice) -> tuple[Notice, frozenset[str]]:
    """The notice under the markings of its grounds, and to whom decisions share it all the same."""
    grounds = [str(notice.event_id), *notice.grounds]
    found = await (await cursor.execute(_BOUND, {"of": grounds})).fetchall()
    markings = [
        Marking(None if audiences is None else tuple(audiences.split()), hidden, until)
        for audiences, hidden, until, shared in found
        if shared is None
    ]
    return sharing.bound(notice, markings), frozenset(shared for *_, shared in found if shared is not None)
