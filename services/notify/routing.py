"""Who must be told of a notice: the policy's rule against the directory of recipients (pure)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.notify import duty, sharing
from services.notify.duty import Duty
from services.notify.notice import Notice
from shared.policies.section import Limit
from shared.policies.telling import AlertRule, RecipientRole

JOINT = ("joint", "nhs")
AUTHORITIES = frozenset({"placing_authorities", "host_authority"})
"""Roles of other authorities: each recipient speaks for one."""
Suppression = Literal["import", "carried-over", "adoption", "rebuild", "switched_off", "not_shared", "audience"]


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address registered for a role of a place."""

    id: UUID
    place: str
    role: str
    channel: str
    address: str
    provider_id: str | None = None
    """Set: is told of this provider alone (a provider's own manager)."""
    secret: bytes | None = field(default=None, repr=False)
    """Sealed; of a webhook."""
    authority: str | None = None
    """Of another authority: its GSS code. It is told only of what concerns it (A6)."""
    duty: Duty = duty.ALWAYS
    """When it is told."""


@dataclass(frozen=True, slots=True)
class Route:
    """One role that must be told, by one recipient."""

    role: str
    recipient: Recipient | None
    """None: the policy demands the role, and nobody is registered for it."""
    suppressed: Suppression | None = None
    """Why nobody is told. It is recorded all the same."""
    authority: str | None = None
    """Of another authority: which."""


_DUTY = ("quality_lead", "director")

DEFAULTS: dict[str, AlertRule] = {
    "A1": AlertRule(
        name="Immediate risk", basis=("HER-30",), ours="no policy can switch it off", switch="fixed", quiet=False,
        to=("safeguarding",), within=Limit(minutes=0), acknowledge_within=Limit(hours=1), ladder=_DUTY,
    ),
    "A2": AlertRule(
        name="Safeguarding to consider", basis=("CAL-18",), ours="no policy can switch it off", switch="fixed",
        to=("safeguarding",), within=Limit(minutes=0), acknowledge_within=Limit(hours=8), ladder=_DUTY, quiet=False,
    ),
    "A18": AlertRule(
        name="Unacknowledged alert", basis=(), ours="someone must hear of silence", switch="fixed", quiet=False,
        to=("director",), within=Limit(minutes=0), acknowledge_within=Limit(hours=4),
    ),
    "A19": AlertRule(
        name="Data quality", basis=("LGA-16",), ours="a gap must not stay unseen", switch="fixed", quiet=True,
        to=("data_steward",), within=Limit(hours=24),
    ),
    "reminder": AlertRule(
        name="A return is due", basis=("HER-19",), ours="who is asked is reminded", switch="on", quiet=True,
        to=("provider",), within=Limit(hours=24),
    ),
}  # fmt: skip
"""What holds where no policy does: A1 and A2 always have a route, and silence (A18) and gaps (A19) are heard of."""
NOBODY_IS_OWED = frozenset({"reminder"})
"""Told to whoever is registered: that nobody is, is no gap."""


def rule_for(alert: str, adopted: AlertRule | None) -> AlertRule | None:
    """The rule that holds: the adopted one, completed by the default that no policy can take away."""
    default = DEFAULTS.get(alert)
    if adopted is None or (adopted.switch == "off" and default is not None):
        return default
    if default is None or alert not in ("A1", "A2"):
        return adopted
    return adopted.model_copy(
        update={
            "to": tuple(dict.fromkeys((*adopted.to, *default.to))),
            "acknowledge_within": adopted.acknowledge_within or default.acknowledge_within,
            "ladder": adopted.ladder or default.ladder,
        }
    )


def routes(
    notice: Notice, adopted: AlertRule | None, recipients: Iterable[Recipient], now: datetime,
    shared: Collection[str] = (),
) -> tuple[Route, ...]:  # fmt: skip
    """One route for each recipient of each role that must be told; one without a recipient for a role that has none.

    Only basis, the policy's switch and the sharing rules suppress. `shared`: to whom it may be told by a decision,
    although it is marked or switched off (SAL-20). A kind for which there is no rule at all is told to nobody, and the
    empty answer says so.
    """
    rule = rule_for(notice.alert, adopted)
    if rule is None:
        return ()
    known = tuple(recipients)
    return tuple(
        Route(role, recipient, suppression(notice, role, rule, shared), only)
        for role in roles(notice, rule)
        for only in authorities(notice, role)
        for recipient in (for_role(notice, role, rule, known, now, only) or _nobody(notice))
    )


def _nobody(notice: Notice) -> tuple[None, ...]:
    return () if notice.alert in NOBODY_IS_OWED else (None,)


def authorities(notice: Notice, role: str) -> tuple[str | None, ...]:
    """The authorities that an alert concerns, each to be told by itself; one unnamed where none is known."""
    if role == "host_authority":
        return (notice.host_authority,)
    named = notice.placing_authorities if role == "placing_authorities" else ()
    return named or (None,)


def roles(notice: Notice, rule: AlertRule) -> tuple[RecipientRole, ...]:
    """The roles that must be told, each once; only the one that the alert itself names, if it names any."""
    if notice.to_role is not None:
        return (notice.to_role,)  # type: ignore[return-value] # a role that we wrote
    joint = rule.to_if_joint if notice.commissioning in JOINT else ()
    # What may be a danger to somebody, and has no home, is not for whoever keeps the data alone.
    pressing: tuple[RecipientRole, ...] = ("safeguarding",) if notice.pressing else ()
    return tuple(dict.fromkeys((*pressing, *rule.to, *joint)))


def for_role(  # noqa: PLR0917 - what it depends on
    notice: Notice, role: str, rule: AlertRule, recipients: Sequence[Recipient], now: datetime, only: str | None = None
) -> tuple[Recipient, ...]:
    """Those of a role who are told now of this provider, over a channel that the policy allows."""
    fitting = tuple(
        one
        for one in recipients
        if one.role == role
        and one.place == notice.place
        and one.channel in rule.channels
        and one.provider_id in (None, notice.provider_id)
        # A provider is told of itself alone: an address for every provider of a place must never get another's.
        and (role != "provider" or one.provider_id is not None)
        and (role not in AUTHORITIES or (one.authority is not None and one.authority == only))
    )
    return duty.on_duty(fitting, now, urgent=notice.urgent)


def ladder_of(rule: AlertRule) -> tuple[str, ...]:
    """Whom to tell in turn. Without a ladder: the director of silence, the steward of what cannot be sent."""
    return rule.ladder or (("director",) if rule.acknowledge_within else ("data_steward",))


def next_role(role: str, ladder: Sequence[str], reachable: Iterable[str]) -> str | None:
    """Whom to tell when `role` has not answered: the next step of the ladder that somebody is registered for.

    Where nobody is for any further step it is the next step all the same, so that the gap is raised. None: the ladder
    has no further step.
    """
    further = tuple(ladder[ladder.index(role) + 1 :]) if role in ladder else tuple(one for one in ladder if one != role)
    there = frozenset(reachable)
    return next((step for step in further if step in there), further[0] if further else None)


def suppression(notice: Notice, role: str, rule: AlertRule, shared: Collection[str]) -> Suppression | None:
    """Why a role is not told. What a decision shares with it is neither switched off nor kept from it."""
    if notice.basis != "live":
        return notice.basis
    if rule.switch == "off" and not sharing.is_meant(role, shared):
        return "switched_off"
    return sharing.withheld(notice, role, shared)
