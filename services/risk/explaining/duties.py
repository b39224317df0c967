"""What a policy sets people to do, in plain English: who decides, what follows, who is told. Pure."""

from collections.abc import Iterable, Iterator

from services.risk.explaining import phrases
from shared.policies.deciding import NO_LEVEL, AuthorityRule, Response
from shared.policy import Pack

DECISIONS = {
    "level.confirmed": "confirm a level",
    "level.overridden": "choose another than the facts indicate",
    "lead_org.agreed": "agree who leads",
    "suspension.considered": "record that a restriction was considered",
    "suspension.imposed": "impose a restriction on placements",
    "suspension.agreed_voluntary": "agree a voluntary pause",
    "suspension.phased": "phase admissions",
    "suspension.varied": "vary a restriction",
    "suspension.lifted": "lift a restriction",
    "default_notice.served": "serve a default notice",
    "default_notice.further": "serve a further one",
    "default_notice.satisfied": "say that a notice is satisfied",
    "default_notice.withdrawn": "withdraw a notice",
    "contract_review.held": "hold a contract review",
    "termination.considered": "consider ending a contract",
    "termination.decided": "end a contract",
    "visit.ordered": "order a visit",
    "lsi.recommended": "recommend the large scale safeguarding process",
    "lsi.authorised": "authorise the large scale safeguarding process",
    "lsi.declined": "decline it",
    "lsi.closed": "close it",
    "lsi.step_recorded": "record a step of it",
    "escalation.referred": "bring a provider before another body",
    "decommission.decided": "cease to commission",
    "safeguarding.referral": "make a safeguarding referral",
    "ooa.paused": "pause placements elsewhere",
    "ooa.resumed": "resume placements elsewhere",
    "share.authorised": "authorise sharing",
    "share.refused": "refuse sharing",
    "shredding": "destroy a text for good",
}
HOW = {"standing": "goes on", "task": "is to be done", "consider": "is to be considered", "may": "may be done"}


def decide(pack: Pack) -> Iterator[str]:
    """Bodies, powers, consents."""
    for body in pack.bodies.values():
        meets = f"meets {phrases.every(body.every)}" if body.every else "meets when it is asked to, or is an office"
        quorum = f", with at least {phrases.number(body.quorum)} present" if body.quorum > 1 else ""
        yield f"{body.name}: {meets}{quorum} ({body.id})."
    for rules, decisions in _alike(pack):
        for rule in rules:
            yield f"{_who(pack, rule)} may {_acts(decisions)}{_about(rule)} ({rule.id}).{_conditions(rule)}"
    joint, urgent, two = pack.authority.joint, pack.authority.urgent, pack.authority.two_people
    both = phrases.both(joint.organisations)
    yield f"On a jointly commissioned service {both} must agree ({joint.id}); flags, referrals and records do not wait."
    if urgent.acts:
        later = phrases.within(urgent.ratify_within)
        acts = _acts(act.decision for act in urgent.acts)
        yield f"These do not wait for the other commissioner, who ratifies {later}: {acts} ({urgent.id})."
    kinds = {act.decision: act.kinds for act in two.acts if act.kinds}
    of = "".join(f", {phrases.plain(each)} only of the kind {phrases.either(kinds[each])}" for each in kinds)
    yield f"Two people must agree to: {_acts(act.decision for act in two.acts)}{of} ({two.id})."
    if (lowering := pack.authority.lowering) is not None:
        borne = f"nothing worse was indicated for {phrases.length(lowering.sustained)}"
        yield f"A better level than the one that stands is confirmed only where {borne} ({lowering.id})."
    for referral in pack.referrals:
        by = phrases.both([*named(pack, referral.by), *map(phrases.plain, referral.roles)])
        reasons = "; ".join(f"{phrases.plain(reason.code)} ({reason.id})" for reason in referral.reasons)
        why = f" for: {reasons}" if reasons else ""
        soon = f", {phrases.within(referral.within)}" if referral.within else ""
        yield f"{by} may bring a provider before {pack.bodies[referral.to].name}{soon} ({referral.id}){why}."


def follow(pack: Pack) -> Iterator[str]:
    """Responses and convening."""
    for key, responses in pack.responses.items():
        scale, _, code = key.rpartition(":")
        for response in responses:
            yield f"At {code} of “{scale or pack.primary}”: {_response(response)}"
    yield from _set_going(pack)
    for convene in pack.convene:
        asks = [f"an indicated {phrases.either(convene.on.indicated)}"] if convene.on.indicated else []
        asks += [f"a confirmed {phrases.either(convene.on.confirmed)}"] if convene.on.confirmed else []
        asks += [f"the alert {phrases.either(convene.on.alerts)}"] if convene.on.alerts else []
        asks += [f"“{scale}” indicated {phrases.either(codes)}" for scale, codes in convene.on.scales.items()]
        asks += [f"the criterion {phrases.either(convene.on.criteria)}"] if convene.on.criteria else []
        soon = f" {phrases.within(convene.within)}" if convene.within else ""
        yield f"{pack.bodies[convene.body].name} is asked for{soon} by {phrases.either(asks)} ({convene.id})."


def _set_going(pack: Pack) -> Iterator[str]:
    """What a decision sets going, and what is owed where something is challenged or fell."""
    for decision, follows in pack.follows.items():
        for each in follows:
            who = f", owed by the {phrases.plain(each.role)}" if each.role else ""
            unless = f", unless the decision says {phrases.plain(each.unless)}" if each.unless else ""
            act = DECISIONS.get(decision, phrases.plain(decision))
            owed = f"{phrases.plain(each.task)}{who} {phrases.within(each.due)}{unless}"
            yield f"After a decision to {act}: {owed} ({each.id})."
    if (correcting := pack.correcting) is not None:
        challenge, fallen = correcting.challenge, correcting.fallen
        answered = f"answered {phrases.within(challenge.answer_within)} by the {phrases.plain(challenge.role)}"
        yield f"A provider's challenge is {answered} ({challenge.id})."
        looked = f"looked at again {phrases.within(fallen.review_within)}"
        yield f"A decision whose evidence fell is {looked} ({fallen.id})."


def tell(pack: Pack) -> Iterator[str]:
    """Alerts and sharing."""
    for code, alert in pack.alerts.items():
        if alert.switch == "off":
            yield f"Alert {code}, {alert.name}, is switched off: {alert.ours or 'the policy does not say why'}."
            continue
        told = phrases.both(phrases.plain(role) for role in alert.to)
        fixed = " It cannot be switched off." if alert.switch == "fixed" else ""
        yield f"Alert {code}, {alert.name}, goes to {told} {phrases.within(alert.within)}.{fixed}"
        for trigger in alert.raised_by:
            yield f"It is raised by {trigger.id}: {trigger.summary}"
    if (sharing := pack.sharing) is not None:
        outside = "may go outside it" if sharing.outside else "goes outside it only where that is agreed"
        yield f"Information is shared within {phrases.both(sharing.system)} and {outside} ({sharing.id})."


def _alike(pack: Pack) -> Iterator[tuple[tuple[AuthorityRule, ...], list[str]]]:
    """Decisions for which the same rules hold, together."""
    together: dict[tuple[AuthorityRule, ...], list[str]] = {}
    for decision, rules in pack.authority.decisions.items():
        together.setdefault(rules, []).append(decision)
    yield from together.items()


def _acts(decisions: Iterable[str]) -> str:
    return phrases.listed((DECISIONS.get(each, phrases.plain(each)) for each in decisions), "or")


def _who(pack: Pack, rule: AuthorityRule) -> str:
    roles = phrases.either(phrases.plain(role) for role in rule.roles)
    organisations = phrases.either(rule.organisations)
    return f"The {roles} ({organisations}), in {phrases.either(named(pack, rule.bodies))},"


def _about(rule: AuthorityRule) -> str:
    at = ["no level" if level == NO_LEVEL else level for level in rule.at]
    said = f" about a provider at {phrases.either(at)}" if at else ""
    return said + (f", to {phrases.either(rule.to)}" if rule.to else "")


def _conditions(rule: AuthorityRule) -> str:
    said = f" {phrases.both(rule.all_of)} must all agree." if rule.all_of else ""
    return said + (f" First must be on record: {phrases.both(map(phrases.plain, rule.needs))}." if rule.needs else "")


def _response(response: Response) -> str:
    when = f" {phrases.every(response.every)}" if response.every else ""
    due = f" {phrases.within(response.due)}" if response.due else ""
    also = "".join(f", where “{scale}” is {phrases.either(codes)}" for scale, codes in response.at.items())
    said = f" (“{response.says}”)" if response.says else ""
    return f"{phrases.plain(response.task)} {HOW[response.how]}{when}{due}{also}{said} ({response.id})."


def named(pack: Pack, bodies: tuple[str, ...]) -> list[str]:
    """Bodies by their names; a group that is no body of the policy as it is."""
    return [pack.bodies[each].name if each in pack.bodies else each for each in bodies]
