"""Who may send what: a kind of sender for each organisation, and each type's own list (pure; rulings 27, 30)."""

from collections.abc import Collection

from shared.events.reference import SENDERS
from shared.events.registry import Published, Sender

KINDS: dict[str, Sender] = {
    "council": "commissioner", "icb": "commissioner", "nhs": "commissioner", "cqc": "regulator", "provider": "provider",
}  # fmt: skip
"""By organisation. Any other professional body is a partner: police, fire, Healthwatch, another council."""


def kinds(organisation: str, roles: Collection[str] = ()) -> frozenset[Sender]:
    """What a sender is: by its organisation; a steward is one of the council's besides."""
    own: set[Sender] = {KINDS.get(organisation, "partner")}
    if "steward" in roles:
        own |= {"steward", "commissioner"}
    return frozenset(own)


def organisation_of(publisher: str) -> str:
    """The organisation behind an inbox topic: its name begins with it (`icb-quality`)."""
    return publisher.partition("-")[0]


def may_send(entry: Published, sender: Collection[Sender]) -> bool:
    """Whether a sender of these kinds may send this type."""
    return not frozenset(entry.senders).isdisjoint(sender)


def who(entry: Published) -> str:
    """In words, who may."""
    return ", ".join(SENDERS[kind] for kind in entry.senders)


def may_speak_of(sender: Collection[Sender], raised_by: str | None, publisher: str) -> bool:
    """Whether a sender may say what became of a concern of that publisher: else anybody could make it groundless."""
    return raised_by in (None, publisher) or not {"commissioner", "regulator"}.isdisjoint(sender)
