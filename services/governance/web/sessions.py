"""Who is signed in: rows that can be ended at any time. Real time, never the development clock, as for tokens."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg.types.json import Json

from services.governance.event_store import EventStore
from shared.security import Principal

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=8)
SIGN_IN: Final = timedelta(minutes=10)
NOTED: Final = timedelta(minutes=1)
"""A session's last use is written down no more often than this."""
NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Session:
    """One person in one browser."""

    cookie: str
    principal: Principal
    name: str
    """As the issuer calls them: for their own eyes, at the top of the page."""
    sealed: bytes

    @property
    def csrf(self) -> str:
        """What every form of this session carries: no other site can know it."""
        return _derived("csrf", self.cookie).hex()

    @property
    def bearer(self) -> str:
        """The header under which risk is asked in this person's name."""
        nonce, body = self.sealed[:NONCE_BYTES], self.sealed[NONCE_BYTES:]
        return f"Bearer {AESGCM(_derived('bearer', self.cookie)).decrypt(nonce, body, None).decode()}"

    def is_ours(self, token: str) -> bool:
        """Whether a form came from a page of this session."""
        return hmac.compare_digest(token.encode(), self.csrf.encode())


class Sessions:
    """Blocks: call it from a thread."""

    def __init__(self, store: EventStore, idle: timedelta = IDLE, absolute: timedelta = ABSOLUTE) -> None:
        self._store, self._idle, self._absolute = store, idle, absolute

    def begin(self, principal: Principal, name: str, token: str) -> str:
        """Sign somebody in; the cookie. Sessions that are over are forgotten on the way."""
        cookie, nonce = secrets.token_urlsafe(32), secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + AESGCM(_derived("bearer", cookie)).encrypt(nonce, token.encode(), None)
        with self._store.datastore.transaction(commit=True) as cursor:
            cursor.execute("DELETE FROM sessions WHERE began < clock_timestamp() - %s", (self._absolute,))
            cursor.execute(
                "INSERT INTO sessions(digest, subject, principal, bearer) VALUES (%s, %s, %s, %s)",
                (_digest(cookie), principal.subject, Json(_said(principal) | {"name": name}), sealed),
            )
        return cookie

    def find(self, cookie: str, *, used: bool = True) -> Session | None:
        """The session, unless it is over. `used`: somebody is here, so that it is not idle."""
        with self._store.reading() as cursor:
            cursor.execute(_FIND, (_digest(cookie), self._idle, self._absolute), prepare=True)
            found = cursor.fetchone()
            if found is None:
                return None
            if used and found["unseen"] > NOTED:
                cursor.execute("UPDATE sessions SET seen = clock_timestamp() WHERE digest = %s", (_digest(cookie),))
        said = found["principal"]
        session = Session(cookie, _principal(said), said["name"], bytes(found["bearer"]))
        try:
            session.bearer  # noqa: B018 - whoever can write the table cannot make a session that a cookie opens
        except InvalidTag:
            return None
        return session

    def end(self, cookie: str) -> None:
        """Sign out."""
        with self._store.reading() as cursor:
            cursor.execute("UPDATE sessions SET ended = clock_timestamp() WHERE digest = %s", (_digest(cookie),))

    def revoke(self, subject: str) -> int:
        """End every session of one person; how many there were."""
        with self._store.reading() as cursor:
            cursor.execute(
                "UPDATE sessions SET ended = clock_timestamp() WHERE subject = %s AND ended IS NULL", (subject,)
            )
            return cursor.rowcount

    def keep_sign_in(self, data: dict[str, Any]) -> str:
        """Put down what a signing-in must be compared with; its cookie."""
        cookie = secrets.token_urlsafe(32)
        with self._store.datastore.transaction(commit=True) as cursor:
            cursor.execute("DELETE FROM sign_ins WHERE began < clock_timestamp() - %s", (SIGN_IN,))
            cursor.execute("INSERT INTO sign_ins(digest, data) VALUES (%s, %s)", (_digest(cookie), Json(data)))
        return cookie

    def take_sign_in(self, cookie: str) -> dict[str, Any] | None:
        """What was put down, once."""
        with self._store.reading() as cursor:
            cursor.execute(
                "DELETE FROM sign_ins WHERE digest = %s AND began > clock_timestamp() - %s RETURNING data",
                (_digest(cookie), SIGN_IN),
            )
            found = cursor.fetchone()
            return found["data"] if found else None


_FIND = """
SELECT principal, bearer, clock_timestamp() - seen AS unseen FROM sessions
WHERE digest = %s AND ended IS NULL AND seen > clock_timestamp() - %s AND began > clock_timestamp() - %s
"""


def _digest(cookie: str) -> bytes:
    return _derived("session", cookie)


def _derived(what: str, cookie: str) -> bytes:
    return hmac.digest(cookie.encode(), f"careledger {what}".encode(), hashlib.sha256)


def _said(principal: Principal) -> dict[str, Any]:
    lists = {name: sorted(getattr(principal, name)) for name in ("roles", "places", "services")}
    plain = {"subject": principal.subject, "organisation": principal.organisation, "publisher": principal.publisher}
    return plain | lists


def _principal(said: dict[str, Any]) -> Principal:
    return Principal(
        said["subject"],
        said["organisation"],
        frozenset(said["roles"]),
        frozenset(said["places"]),
        said["publisher"],
        frozenset(said.get("services", ())),
    )
