"""The policy in force at a place, whole: its text by digest, compiled once."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock

import orjson

from services.governance.asking import NoPolicy
from services.governance.event_store import Cursor, EventStore
from services.governance.policy_book import Adoption
from shared import policy
from shared.policies.pack import Pack

KEPT = 64


@dataclass(frozen=True, slots=True)
class InForce:
    """A policy that counts at a place."""

    adoption: Adoption
    pack: Pack

    @property
    def reference(self) -> dict[str, str]:
        """Pack, version and digest."""
        return {"pack": self.adoption.pack, "version": self.adoption.version, "digest": self.adoption.digest}


class Packs:
    """Packs by digest: a digest means the same text for ever, so that nothing here grows stale."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._packs: OrderedDict[str, Pack] = OrderedDict()
        self._lock = Lock()

    def in_force(self, place: str, on: date) -> InForce:
        """What counts at a place on a London day. Raises NoPolicy."""
        adoption = self._store.book(place).in_force(on)
        if adoption is None:
            raise NoPolicy(f"no policy is in force at {place}: its director adopts one first")
        try:
            return InForce(adoption, self.pack(adoption.digest))
        except policy.PackError as error:
            raise NoPolicy(f"the policy in force at {place} cannot be read: {error.mistakes[0]}") from error

    def pack(self, digest: str) -> Pack:
        """The pack with this digest. Raises KeyError for one that was never adopted here."""
        with self._lock:
            if digest in self._packs:
                self._packs.move_to_end(digest)
                return self._packs[digest]
        pack = policy.parse(orjson.loads(self.text(digest)))
        with self._lock:
            self._packs[digest] = pack
            while len(self._packs) > KEPT:
                self._packs.popitem(last=False)
        return pack

    def text(self, digest: str) -> bytes:
        """A pack's text, JSON. Raises KeyError."""
        with self._store.reading() as cursor:
            cursor.execute("SELECT text FROM policy_texts WHERE digest = %s", (digest,), prepare=True)
            if (found := cursor.fetchone()) is None:
                raise KeyError(digest)
            return bytes(found["text"])


def keep(cursor: Cursor, digest: str, text: bytes) -> None:
    """Put a text down, in the transaction that adopts it."""
    cursor.execute(
        "INSERT INTO policy_texts(digest, text) VALUES (%s, %s) ON CONFLICT DO NOTHING", (digest, text), prepare=True
    )
