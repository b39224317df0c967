"""Each command once for its key, however often it is asked; a lost commit reply is looked up, never guessed."""

from collections.abc import Callable

from services.governance.asking import Asking, Clash, KeyReused, Reply
from services.governance.event_store import UNSURE, Answered, EventStore, IntegrityError

ATTEMPTS = 8
"""Against others who decide about the same provider in the same moment."""


def once(store: EventStore, asking: Asking, command: bytes, work: Callable[[], Reply]) -> Reply:
    """What `work` answers, or answered before. Raises Clash, KeyReused, UNSURE, and what `work` raises."""
    if found := store.answered(asking.scoped_key):
        return _again(found, command)
    for _ in range(ATTEMPTS):
        try:
            return work()
        except Answered as answered:
            return _again(answered, command)
        except IntegrityError:
            continue  # somebody else was first: look again
        except UNSURE:
            # Whoever may still be writing it is waited for; if it is not there then, it never will be.
            if found := store.answered(asking.scoped_key, settled=True):
                return _again(found, command)
            raise
        except Exception:
            # A twin of this command may have been kept between two looks of this one, which then fits nowhere.
            if found := store.answered(asking.scoped_key):
                return _again(found, command)
            raise
    raise Clash("others decide about the same provider in this moment: look at it again, then send this again")


def _again(found: Answered, command: bytes) -> Reply:
    if found.command != command:
        raise KeyReused("this Idempotency-Key was used for something else")
    return Reply(found.status, found.reply, again=True)
