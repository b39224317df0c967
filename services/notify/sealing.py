"""Webhook secrets at rest: AES-GCM under a key made of the master key, bound to their recipient."""

import base64
import binascii
import os
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PREFIX = "whsec_"
NONCE_BYTES, SECRET_BYTES = 12, 32
FEWEST, MOST = 16, 64


class NotASecret(ValueError):
    """Not a secret of the Standard Webhooks form."""


class SecretBox:
    """Seals and opens the secrets of recipients."""

    def __init__(self, master_key: bytes) -> None:
        key = HKDF(hashes.SHA256(), 32, None, b"careledger notify recipients").derive(master_key)
        self._cipher = AESGCM(key)

    def seal(self, secret: str, recipient_id: UUID) -> bytes:
        """The secret as it may be stored."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), recipient_id.bytes)

    def open(self, sealed: bytes, recipient_id: UUID) -> str:
        """The secret. Raises cryptography's InvalidTag for another recipient's or another deployment's."""
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], recipient_id.bytes).decode()


def new_secret() -> str:
    """A secret for a recipient that brings none."""
    return PREFIX + base64.b64encode(os.urandom(SECRET_BYTES)).decode()


def checked(secret: str) -> str:
    """A secret that a recipient brought, read as the reference library reads it. Raises NotASecret."""
    wrong = NotASecret(f"it must be {PREFIX} and base64 of {FEWEST} to {MOST} bytes")
    try:
        raw = base64.b64decode(secret.removeprefix(PREFIX) + "==")
    except (binascii.Error, ValueError) as error:
        raise wrong from error
    if not secret.startswith(PREFIX) or not FEWEST <= len(raw) <= MOST:
        raise wrong
    return secret
