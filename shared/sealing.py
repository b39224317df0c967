"""The vault's cryptography, without its database: a key for each text, wrapped by the deployment's master key."""

import base64
import hashlib
import os
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.events.registry import Sealed

NONCE_BYTES: Final = 12


class NotAuthentic(Exception):
    """The text is not what was sealed for this event: another event's, tampered with, or under another master key."""


def new_key() -> bytes:
    """A data key: 256 random bits, for one text alone."""
    return AESGCM.generate_key(256)


def seal(text: str, *, kid: UUID, key: bytes, event_id: UUID) -> Sealed:
    """AES-GCM, bound to the event by its id. Raises ValueError for a text with lone surrogates."""
    nonce = os.urandom(NONCE_BYTES)
    body = AESGCM(key).encrypt(nonce, text.encode(), event_id.bytes)
    return Sealed(kid=str(kid), nonce=base64.b64encode(nonce).decode(), ciphertext=base64.b64encode(body).decode())


def open_(sealed: Sealed, *, key: bytes, event_id: UUID) -> str:
    """The clear text. Raises NotAuthentic."""
    try:
        nonce = base64.b64decode(sealed.nonce, validate=True)
        body = base64.b64decode(sealed.ciphertext, validate=True)
        return AESGCM(key).decrypt(nonce, body, event_id.bytes).decode()
    except (InvalidTag, ValueError) as error:
        raise NotAuthentic(f"the text under key {sealed.kid} was not sealed for event {event_id}") from error


class MasterKey:
    """Wraps data keys, each bound to its id, so that rows of the vault cannot be exchanged for one another."""

    def __init__(self, raw: bytes) -> None:
        self._cipher = AESGCM(raw)
        self.name: Final = hashlib.sha256(b"careledger master key" + raw).hexdigest()[:16]
        """Tells master keys apart without telling anything about them."""

    def wrap(self, kid: UUID, key: bytes) -> bytes:
        """The data key as it may be stored."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, kid.bytes)

    def unwrap(self, kid: UUID, wrapped: bytes, *, master: str) -> bytes:
        """The data key. `master` names the key that wrapped it. Raises NotAuthentic."""
        if master != self.name:
            raise NotAuthentic(f"the key {kid} is wrapped by another master key ({master}) than ours ({self.name})")
        try:
            return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], kid.bytes)
        except (InvalidTag, ValueError) as error:
            raise NotAuthentic(f"the stored key {kid} was tampered with") from error
