"""Names of things: random where nothing is known yet, deterministic where the same thing must have the same name."""

import secrets
from uuid import UUID, uuid5

NAMESPACE = UUID("6f0b2a1e-5d3c-4f0e-9a77-1c4a6f7e2b10")
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: nothing that is misread aloud


def new_provider_id() -> str:
    """A random id for a newly registered provider, e.g. `prv-01j9zk3w7t4m8x2q`: it says nothing of the provider."""
    return "prv-" + "".join(secrets.choice(_ALPHABET) for _ in range(16))


def event_id(publisher: str, reference: str, type_: str, subject: str) -> UUID:
    """The same fact sent twice has the same id (architecture §4). `subject` is the provider as the sender named it."""
    return _named("event", publisher, reference, type_, subject)


def alert_id(alert: str, provider_id: str, cause: str) -> UUID:
    """An alert is raised once for its cause, however often it is noticed (architecture §7)."""
    return _named("alert", alert, provider_id, cause)


def assessment_id(provider_id: str, state_version: int, number: int) -> UUID:
    """The `number`th assessment of a provider under one version of risk's state."""
    return _named("assessment", provider_id, str(state_version), str(number))


def derived_id(kind: str, *parts: str) -> UUID:
    """Any other event whose id follows from its cause: marks, receipts, decisions' life."""
    return _named(kind, *parts)


def _named(*parts: str) -> UUID:
    # Lengths go in too, so that ("a", "bc") and ("ab", "c") never share a name.
    return uuid5(NAMESPACE, "|".join(f"{len(part)}:{part}" for part in parts))
