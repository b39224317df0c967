"""Everything that can be decided, in plain words and in groups, and why something cannot be as things stand. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.governance import orders
from services.governance.web import steps, words
from services.governance.web.steps import Step

Document = Mapping[str, Any]
"""A provider's page (architecture §5.1)."""
GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    "Level": {
        "level.confirmed": "Confirm, raise, lower or hold the level",
        "level.overridden": "Choose a level that the facts do not indicate",
    },
    "Who leads": {"lead_org.agreed": "Agree who leads on a jointly commissioned service"},
    "Restriction of placements": {
        "suspension.considered": "Record that a restriction was considered",
        "suspension.agreed_voluntary": "Agree a voluntary pause with the provider",
        "suspension.phased": "Limit new placements in phases",
        "suspension.imposed": "Impose an advisory notice or a suspension",
        "suspension.varied": "Change a restriction that is in place",
        "suspension.lifted": "Lift a restriction",
    },
    "Default notices": {
        "default_notice.served": "Serve a contract default notice",
        "default_notice.further": "Serve a further default notice",
        "default_notice.satisfied": "Record that a default notice is satisfied",
        "default_notice.withdrawn": "Withdraw a default notice",
    },
    "The contract": {
        "contract_review.held": "Record that the contract was reviewed with the provider",
        "termination.considered": "Record that ending the contract was considered",
        "termination.decided": "End the contract",
        "decommission.decided": "Stop using the service",
    },
    "Large scale safeguarding process": {
        "lsi.recommended": "Recommend a large scale process",
        "lsi.authorised": "Authorise a large scale process",
        "lsi.declined": "Decline a large scale process",
        "lsi.step_recorded": "Record a step of a large scale process",
        "lsi.closed": "Close a large scale process",
    },
    "Bring it before others": {
        "escalation.referred": "Refer to another body",
        "safeguarding.referral": "Record a safeguarding referral by the local thresholds",
    },
    "Visits": {"visit.ordered": "Order a visit"},
    "Our placements elsewhere": {
        "ooa.paused": "Pause our placements out of area",
        "ooa.resumed": "Resume our placements out of area",
    },
    "Sharing": {
        "share.authorised": "Allow that something is shared outside",
        "share.refused": "Refuse that something is shared outside",
    },
}
"""Group → type of the order → what it is called."""
TITLES: Final[Mapping[str, str]] = {name: title for ones in GROUPS.values() for name, title in ones.items()}
_TAKEN: Final[Mapping[str, str]] = {
    "lead_org.agreed": "Lead agreed",
    "suspension.considered": "Restriction considered",
    "suspension.agreed_voluntary": "Voluntary pause agreed",
    "suspension.phased": "New placements limited in phases",
    "suspension.imposed": "Restriction imposed",
    "suspension.varied": "Restriction changed",
    "suspension.lifted": "Restriction lifted",
    "default_notice.further": "Further default notice served",
    "termination.decided": "Contract to end",
    "decommission.decided": "Service not to be used any more",
    "lsi.recommended": "Large scale process recommended",
    "lsi.authorised": "Large scale process authorised",
    "lsi.declined": "Large scale process declined",
    "lsi.step_recorded": "Step of a large scale process",
    "lsi.closed": "Large scale process closed",
    "escalation.referred": "Referred to another body",
    "ooa.paused": "Our placements out of area paused",
    "ooa.resumed": "Our placements out of area resumed",
    "share.authorised": "Sharing allowed",
    "share.refused": "Sharing refused",
}
KINDS: Final[Mapping[str, Step]] = steps.of(orders.AnyOrder)
"""Type → the model of its order."""


def title(name: str) -> str:
    """What an order of this type is called."""
    return TITLES[name]


def taken(name: str, level: str | None = None) -> str:
    """What a decision of this type is called once it was taken."""
    said = _TAKEN.get(name) or words.plain(name)
    return f"{said}: {words.level(level)}" if level else said


def why_not(name: str, provider: Document) -> str | None:
    """Why there is nothing to decide so as things stand, or None. The policy is not asked: it may want more."""
    stands = _NEEDS.get(name)
    return stands[1] if stands is not None and not stands[0](provider) else None


def restrictions(provider: Document) -> list[Document]:
    """Those in place."""
    return [one for one in provider["sanctions"] if one["type"] == "suspension"]


def notices(provider: Document) -> list[Document]:
    """Default notices that are open."""
    return [one for one in provider["sanctions"] if one["type"] == "default_notice"]


def going(provider: Document, status: str) -> list[Document]:
    """Large scale processes that stand so."""
    return [one for one in provider["processes"] if one["status"] == status]


def _is_paused(provider: Document) -> bool:
    return bool(provider["placements_paused_since"])


_RESTRICTED = (lambda page: bool(restrictions(page)), "No restriction is in place.")
_NOTIFIED = (lambda page: bool(notices(page)), "No default notice is open.")
_UNDER_WAY = (lambda page: bool(going(page, "authorised")), "No large scale process is under way.")
_NEEDS: Final[Mapping[str, tuple[Callable[[Document], bool], str]]] = {
    "lead_org.agreed": (lambda page: page["commissioning"] == "joint", "The service is not commissioned jointly."),
    "suspension.varied": _RESTRICTED,
    "suspension.lifted": _RESTRICTED,
    "default_notice.further": _NOTIFIED,
    "default_notice.satisfied": _NOTIFIED,
    "default_notice.withdrawn": _NOTIFIED,
    "lsi.declined": (lambda page: bool(going(page, "recommended")), "No large scale process is recommended."),
    "lsi.step_recorded": _UNDER_WAY,
    "lsi.closed": _UNDER_WAY,
    "ooa.paused": (lambda page: not _is_paused(page), "Our placements are paused already."),
    "ooa.resumed": (_is_paused, "Our placements are not paused."),
}
"""What must stand, so that there is something to decide."""
