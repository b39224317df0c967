"""The key that signs checkpoints and bundles, and the public keys by which they are proven (Ed25519)."""

import base64
import binascii
import hashlib
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.governance.settings import GovernanceSettings


class NoKey(Exception):
    """It is no Ed25519 public key as we write one: base64 of 32 bytes."""


def signing(settings: GovernanceSettings) -> Ed25519PrivateKey:
    """The key of this deployment; in development, where none is set, one that follows from the digest key."""
    if settings.signing_key is not None:
        return Ed25519PrivateKey.from_private_bytes(settings.signing_key.get_secret_value())
    made = hashlib.sha256(b"careledger development signing key" + settings.digest_key.get_secret_value())
    return Ed25519PrivateKey.from_private_bytes(made.digest())


def written(key: Ed25519PublicKey) -> str:
    """A public key as it is given to others: base64 of its 32 bytes."""
    return base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def read(text: str) -> Ed25519PublicKey:
    """A public key that was given to us. Raises NoKey."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise NoKey(f"{text!r} is no public key: give base64 of its 32 bytes") from error


def signer(signature: bytes, body: bytes, known: Iterable[Ed25519PublicKey]) -> Ed25519PublicKey | None:
    """Which of these keys signed it, or None."""
    for key in known:
        try:
            key.verify(signature, body)
        except InvalidSignature:
            continue
        return key
    return None
