"""May these people take this decision about a provider at this level? The pack's authority applied; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from services.governance.domain.taken import IMPOSING
from shared.events import decisions
from shared.policies import deciding
from shared.policies.section import Limit

COUNCIL = ("council",)
NHS = ("icb", "nhs")
BEFORE: Mapping[deciding.Precondition, str] = {
    "recommended": "a recommendation by the body that may give one",
    "plan_signed_by_both": "an improvement plan completed and signed off by the provider and the council",
    "support_unsuccessful": "that challenge, support and interventions have not succeeded (among `prerequisites`)",
    "unable_or_unwilling": "that the provider is consistently unable or unwilling (among `prerequisites`)",
    "compliance_concern": "a concern around contract compliance (among `prerequisites`)",
    "provider_agrees": "that the provider agrees (among `prerequisites`)",
    "termination_considered": "that ending the contract was considered, with the outcome to terminate",
    "contract_review_held": "a review of the contract with the provider",
    "host_assurance_embedded": "the host's assurance that improvements are made and embedded",
}
HOSTED = ("level", "lsi", "safeguarding", "escalation")
"""What a host council decides about every service in its area, whoever commissions it (OXF-12), by the first part of
the type: its level, whether adults there are safe (its own duty: HER-31, CAL-15, SAL-29), and who looks at it next."""
FLAGS = ("lsi.recommended", "lsi.step_recorded", "safeguarding.referral", "escalation.referred")
"""What changes nothing about the service but tells somebody at once, or keeps what was done: it waits for nobody's
consent (rulings 22, 28; LGA-13 "immediately"). The other organisation is told of it."""
LEAD = "lead_org.agreed"
"""Agreed by both, whoever commissions the service: nobody makes the other one lead alone (HER-10, SAL-9)."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wants to act: the organisation and roles of the token."""

    organisation: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be decided, and about what kind of provider."""

    decision: decisions.Decision
    body: str
    level: str | None
    """The confirmed level that the provider is *at* (rulings 16), on the decision's scale or else the primary one."""
    commissioning: str
    kind: str | None = None
    """Of a suspension: the kind imposed, or the kind of the one that is varied or lifted."""
    on_record: frozenset[str] = frozenset()
    """What the policy may want to have come before (`needs`), and has."""
    on: date | None = None
    """The London day on which it is decided: seats and deputies may be dated."""
    seats: int | None = None
    """How many seats were taken at the meeting that it names, under its item. None: none is named, or nobody said."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, and the rule of the policy that gave it."""

    allowed: bool
    rule: str
    why: str
    role: str = ""
    """The role of the asker that the rule names."""
    body: str = ""
    """The body by its own name, not by an alias."""
    consents: tuple[str, ...] = ()
    """Organisations that must consent as well."""
    deputy: str | None = None
    """The role in which the asker acts for `role`, where that is away."""
    approval: bool = False
    """Whether a second person must approve (rulings 19)."""
    ratify_within: Limit | None = None
    """Set where the act does not wait for what it needs: it is ratified afterwards (rulings 17)."""


def judge(authority: deciding.Authority, bodies: dict[str, deciding.Body], asker: Asker, asked: Question) -> Verdict:
    """The first rule that allows it; or a refusal that names the rule which came nearest, and what it wants."""
    rules = authority.decisions.get(asked.decision.type, ())
    if not rules:
        return Verdict(
            False, f"authority.{asked.decision.type}", f"this policy lets nobody decide {asked.decision.type}"
        )
    body = _named(asked.body, bodies)
    asker, acts_as = _acting(bodies.get(body or ""), asker, asked.on)
    quorum = bodies[body].quorum if body is not None else 1
    tests = {rule.id: list(_tests(rule, authority.joint, asker, asked, body, quorum=quorum)) for rule in rules}
    for rule in rules:
        if all(passed for passed, _ in tests[rule.id]):
            verdict = _allowed(authority, rule, asker, asked, body)
            return replace(verdict, deputy=acts_as.get(verdict.role))
    nearest = max(rules, key=lambda rule: sum(passed for passed, _ in tests[rule.id]))
    wants = "; ".join(sentence for passed, sentence in tests[nearest.id] if not passed)
    return Verdict(False, nearest.id, f"{nearest.id} {wants}")


def may_consent(
    authority: deciding.Authority, asker: Asker, organisation: str, under: deciding.AuthorityRule | None = None
) -> Verdict:
    """Whether this asker may consent (or ratify) in the name of `organisation`. `under`: the rule it was decided by.

    Where that rule wants several organisations to agree, each does so in the roles of the rule (SAL-28: its directors).
    """
    rule, roles = (
        authority.joint.id,
        next((roles for name, roles in authority.joint.consents.items() if name == organisation), ()),
    )
    if under is not None and organisation in under.all_of:
        rule, roles = under.id, under.roles
    if asker.organisation != organisation:
        return Verdict(False, rule, f"{rule} wants the consent of {organisation} from {organisation} itself")
    role = _first(roles, asker.roles)
    if role is None:
        return Verdict(False, rule, f"{rule} lets {_or(roles)} consent for {organisation}")
    return Verdict(True, rule, f"{rule}: {role} consents for {organisation}", role)


def rule_of(authority: deciding.Authority, decision: str, rule: str | None) -> deciding.AuthorityRule | None:
    """The rule by which a decision of this type was allowed, if the policy in force still has it."""
    return next((each for each in authority.decisions.get(decision, ()) if each.id == rule), None)


def may_approve(authority: deciding.Authority, asker: Asker, commissioning: str) -> Verdict:
    """Whether this asker may be the second person of a two-person act."""
    rule = authority.two_people
    if not _commissions(asker.organisation, commissioning, authority.joint):
        return Verdict(False, rule.id, f"{rule.id} wants an approver of an organisation that commissions the service")
    role = _first(rule.approvers, asker.roles)
    if role is None:
        return Verdict(False, rule.id, f"{rule.id} lets {_or(rule.approvers)} approve")
    return Verdict(True, rule.id, f"{rule.id}: {role} approves", role)


def _tests(
    rule: deciding.AuthorityRule, joint: deciding.Joint, asker: Asker, asked: Question, body: str | None, *, quorum: int
) -> Iterable[tuple[bool, str]]:
    level = asked.level or deciding.NO_LEVEL
    to = getattr(asked.decision, "level", None)
    yield not rule.at or level in rule.at, f"is for providers at level {_or(rule.at)}, and this one is at {level}"
    yield not rule.to or to in rule.to, f"allows level {_or(rule.to)}"
    yield not rule.kinds or asked.kind in rule.kinds, f"is for {_or(rule.kinds)}"
    yield body in rule.bodies, f"is a power of {_or(rule.bodies)}, not of {asked.body}"
    yield asker.organisation in rule.organisations, f"is a power of {_or(rule.organisations)}"
    concerned = (
        _commissions(asker.organisation, asked.commissioning, joint)
        or _hosts(asker.organisation, asked)
        or asker.organisation in rule.all_of
        or rule.only_starts
    )
    yield concerned, f"lets {asker.organisation} decide only about services that it commissions"
    missing = sorted(set(rule.needs) - asked.on_record)
    yield not missing, f"wants on record first: {_and(BEFORE[each] for each in missing)}"
    yield _first(rule.roles, asker.roles) is not None, f"needs the role {_or(rule.roles)}"
    seats = quorum if asked.seats is None else asked.seats
    yield seats >= quorum, f"wants the quorum of {body}: of {quorum} seats {seats} were taken at the meeting it names"


def _acting(body: deciding.Body | None, asker: Asker, on: date | None) -> tuple[Asker, dict[str, str]]:
    """The asker with the roles that they may use in this body on this day, and which of these for somebody away."""
    if body is None or on is None:
        return asker, {}
    roles = frozenset(role for role in asker.roles if _seated(body, asker.organisation, role, on))
    acts_as = {
        one.acts_for: one.role
        for one in body.deputies
        if one.organisation == asker.organisation and one.role in roles and one.holds(on) and one.acts_for not in roles
    }
    return replace(asker, roles=roles | frozenset(acts_as)), acts_as


def _seated(body: deciding.Body, organisation: str, role: str, on: date) -> bool:
    """A seat whose time is over, or has not come, is none; a role that has no dated seat is as its rules say."""
    seats = [one for one in body.members if one.organisation == organisation and role in one.roles]
    return not seats or any(one.holds(on) for one in seats)


def _allowed(
    authority: deciding.Authority, rule: deciding.AuthorityRule, asker: Asker, asked: Question, body: str | None
) -> Verdict:
    joint, two = authority.joint, authority.two_people
    both = not (rule.only_starts or asked.decision.type in FLAGS) and (
        asked.decision.type == LEAD
        or asked.commissioning in joint.commissioning
        or not _commissions(asker.organisation, asked.commissioning, joint)
    )
    others = sorted({*(joint.organisations if both else ()), *rule.all_of} - {asker.organisation})
    approval = _among(two.acts, asked)
    # Only a restriction can be ended again when its ratification is refused, so nothing else may go ahead of consent.
    urgent = asked.decision.type in IMPOSING and _among(authority.urgent.acts, asked)
    ahead = urgent or (approval and not others and not two.waits and asked.decision.type in IMPOSING)
    return Verdict(
        allowed=True,
        rule=rule.id,
        why=f"{rule.id} allows it",
        role=_first(rule.roles, asker.roles) or "",
        body=body or asked.body,
        consents=tuple(others),
        approval=approval,
        ratify_within=authority.urgent.ratify_within if ahead else None,
    )


def _among(acts: Iterable[deciding.Act], asked: Question) -> bool:
    return any(act.decision == asked.decision.type and (not act.kinds or asked.kind in act.kinds) for act in acts)


def _commissions(organisation: str, commissioning: str, joint: deciding.Joint) -> bool:
    """Whether the organisation commissions the service. What nobody commissions is the council's to watch over."""
    if commissioning in joint.commissioning:
        return organisation in joint.organisations
    return organisation in (NHS if commissioning == "nhs" else COUNCIL)


def _hosts(organisation: str, asked: Question) -> bool:
    """Whether it may decide as the host, with the consent of who commissions: else nobody could (OXF-12)."""
    kind = asked.decision.type.partition(".")[0]
    return organisation in COUNCIL and asked.commissioning == "nhs" and kind in HOSTED


def _named(name: str, bodies: dict[str, deciding.Body]) -> str | None:
    """A body by its name or one of its aliases (AMB-12)."""
    return name if name in bodies else next((key for key, body in bodies.items() if name in body.aliases), None)


def _first(wanted: Iterable[str], held: frozenset[str]) -> str | None:
    return next((role for role in wanted if role in held), None)


def _or(names: Iterable[str]) -> str:
    return " or ".join(names) or "nobody"


def _and(names: Iterable[str]) -> str:
    return " and ".join(names)
