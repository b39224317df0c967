"""A policy section by section, as a council's director reads it before adopting. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from services.governance.web import words
from services.governance.web.policy.reading import Entry, Group, entry, level, level_name
from shared.policies.assessing import Criterion
from shared.policies.deciding import NO_LEVEL, AuthorityRule
from shared.policies.pack import Pack
from shared.policies.scoring import Score

SANCTIONS: Final = ("suspension.", "default_notice.", "contract_review.", "termination.", "decommission.")
HOW_MANY: Final = ("no", "one", "two", "three", "four", "five")
ALERT: Final = {"to": "Tells", "within": "Told within"}
MEETING: Final = (
    "level.",
    "lead_org.",
    "visit.",
    "escalation.",
    "share.",
    "safeguarding.",
    "shredding",
    "lsi.",
    "ooa.",
)


def levels(pack: Pack) -> Iterator[Group]:
    """What each level means, and what it takes to be indicated."""
    for name, scale in pack.scales.items():
        rule = pack.rule[name]
        intro = [f"Best first: {', '.join(code.name for code in scale.codes)}."]
        if scale.primary:
            intro.append("A provider's level stands on this scale.")
        needed = HOW_MANY[rule.supporting_needed.value] if rule.supporting_needed.value < len(HOW_MANY) else "several"
        intro.append(
            f"A level is indicated by one decisive criterion, or by {needed} supporting ones. "
            f"That number is ours: {rule.supporting_needed.ours}."
        )
        entries = [Entry(level_name(code.code, code.name), says=code.response) for code in scale.codes]
        yield Group(f"Scale “{words.plain(name)}”", tuple(entries), tuple(intro))
        lowest = rule.lowest
        needs = tuple(entry(pack, need, need.means, without=("answered_by",)) for need in lowest.needs)
        why = f"{level(pack, lowest.level)} is indicated only on positive evidence; without it the level is unknown."
        yield Group("What the best level needs", needs, (why, f"That is ours: {lowest.ours}."))


def criteria(pack: Pack) -> Iterator[Group]:
    """Every criterion, the worst level first: the seed's words, our reading, what clears it."""
    for name, scale in pack.scales.items():
        for code in reversed(scale.codes):
            found = [one for one in pack.criteria if (one.scale or pack.primary) == name and one.level == code.code]
            if found:
                several = f" on “{words.plain(name)}”" if len(pack.scales) > 1 else ""
                yield Group(f"{level_name(code.code, code.name)}{several}", tuple(map(_criterion, found)))


def weighing(pack: Pack) -> Iterator[Group]:
    """Scores, how concerns weigh, what is expected of a service of its size and nature."""
    scores = tuple(_score(name, one) for name, one in pack.scores.items())
    yield Group("Scores", scores)
    if pack.weighing is not None:
        yield Group("How much one concern weighs", (entry(pack, pack.weighing, "Severity, certainty and age"),))
    yield Group(
        "What is expected for a service of its size and nature", (entry(pack, pack.expected, "Compared with peers"),)
    )


def clocks(pack: Pack) -> Iterator[Group]:
    """What runs out when: clocks, reviews, returns, contact."""
    plain = {
        name: one for name in type(pack.clocks).model_fields if name != "review" and (one := getattr(pack.clocks, name))
    }
    yield Group("Clocks", tuple(entry(pack, one, words.plain(name)) for name, one in plain.items()))
    reviews = tuple(
        entry(pack, clock, "No level yet" if code == NO_LEVEL else level(pack, code))
        for code in pack.clocks.review
        for clock in pack.clocks.reviews(code)
    )
    yield Group("How often a level is looked at again", reviews)
    yield Group(
        "Returns that are asked for",
        tuple(entry(pack, one, f"{one.name} ({key})") for key, one in pack.returns.items()),
    )
    yield Group("The least contact with every provider", (entry(pack, pack.minimum_contact, "Minimum contact"),))
    if pack.partner_ratings is not None:
        yield Group("Ratings of partners", (entry(pack, pack.partner_ratings, "Put together each month"),))
    if pack.out_of_area is not None:
        away = pack.out_of_area
        found = [entry(pack, away, "Placements in other areas", without=("mechanisms", "host_notice"))]
        found += [entry(pack, one, "How such a service is watched") for one in away.mechanisms]
        found += [entry(pack, away.host_notice, "A host authority's notice")] if away.host_notice else []
        yield Group("Out of area", tuple(found))


def bodies(pack: Pack) -> Iterator[Group]:
    """Who meets how often, who chairs, what calls a meeting, who reports to whom."""
    yield Group("Bodies and meetings", tuple(entry(pack, one, one.name) for one in pack.bodies.values()))
    called = tuple(entry(pack, one, pack.bodies[one.body].name, without=("body",)) for one in pack.convene)
    yield Group("What asks for a meeting", called)
    sent = tuple(entry(pack, one, f"To {_body(pack, one.to)}", without=("to",)) for one in pack.referrals)
    yield Group("Who may bring a provider before another body", sent)
    yield Group("Standing reports", tuple(entry(pack, one, one.name, to="Goes to") for one in pack.reports))


def decisions(pack: Pack) -> Iterator[Group]:
    """Who may decide what, about a provider at which level."""
    yield from _powers(pack, MEETING)
    power = pack.authority
    general = [
        entry(pack, power.joint, "A jointly commissioned service"),
        entry(pack, power.urgent, "What does not wait for the other commissioner"),
        entry(pack, power.two_people, "What needs two people"),
    ]
    if power.lowering is not None:
        general.append(entry(pack, power.lowering, "Before a better level is confirmed"))
    if pack.correcting is not None:
        general.append(entry(pack, pack.correcting.challenge, "A provider challenges something"))
        general.append(entry(pack, pack.correcting.fallen, "Evidence of a decision fell"))
    yield Group("What holds for all of them", tuple(general))


def sanctions(pack: Pack) -> Iterator[Group]:
    """Restrictions, notices, the end of a contract: who may, and what must have come before."""
    yield from _powers(pack, SANCTIONS)


def responses(pack: Pack) -> Iterator[Group]:
    """What a confirmed level, and a decision, sets going."""
    for key, found in pack.responses.items():
        scale, _, code = key.rpartition(":")
        where = level(pack, code) if not scale else f"{words.level(code)} on “{words.plain(scale)}”"
        yield Group(f"At {where}", tuple(entry(pack, one, words.plain(one.task)) for one in found))
    for kind, owed in pack.follows.items():
        yield Group(
            f"After: {words.plain(kind).lower()}", tuple(entry(pack, one, words.plain(one.task)) for one in owed)
        )


def alerts(pack: Pack) -> Iterator[Group]:
    """Who is told what, how fast, and who is told next."""
    found = []
    for code, one in pack.alerts.items():
        tag = {"off": "Switched off", "fixed": "Always on"}.get(one.switch, "")
        found.append(entry(pack, one, f"{code} {one.name}", tag=tag, without=("raised_by", "channels"), **ALERT))
        found += [
            entry(pack, each, f"{code} is also raised: {each.summary}", without=("summary",)) for each in one.raised_by
        ]
    yield Group("Alerts and who receives them", tuple(found))


def documents(pack: Pack) -> Iterator[Group]:
    """What it renders, how much of it is ours, how far information may go."""
    quoted = sum(one.says is not None for one in pack.criteria)
    own = sum(one.ours is not None for one in pack.criteria)
    facts = [
        ("Source", pack.source),
        ("Version", pack.version),
        ("Review date of the document", words.day(pack.review_date)),
    ]
    facts += [
        ("Criteria quoted to the letter", f"{quoted} of {len(pack.criteria)}"),
        ("Of which the condition is our reading", str(own)),
    ]
    yield Group("The document", (Entry(pack.title, ours=pack.illustrative, facts=tuple(facts)),))
    if pack.sharing is not None:
        yield Group("How far information may go", (entry(pack, pack.sharing, "Sharing"),))


SECTIONS: Final[Mapping[str, tuple[str, Callable[[Pack], Iterator[Group]]]]] = {
    "levels": ("Levels and what they mean", levels),
    "criteria": ("Criteria", criteria),
    "weighing": ("Scores and what is expected", weighing),
    "clocks": ("Clocks, returns and contact", clocks),
    "bodies": ("Bodies and meetings", bodies),
    "decisions": ("Who decides what", decisions),
    "sanctions": ("Restrictions, notices, ending a contract", sanctions),
    "responses": ("What a level sets going", responses),
    "alerts": ("Alerts and who is told", alerts),
    "documents": ("The document, and sharing", documents),
}
"""By the word in the address: what it is called, and what it says."""


def read(pack: Pack, section: str) -> tuple[Group, ...]:
    """A section; groups that say nothing are left out."""
    return tuple(group for group in SECTIONS[section][1](pack) if group.entries)


def _criterion(one: Criterion) -> Entry:
    facts = [("In our words", one.means or "")] if one.says is None else []
    facts.append(("What would clear it", one.clears_when))
    facts += [("Stands in two levels, with", each.with_) for each in one.overlaps]
    if one.strength.ours:
        facts.append(("Its strength is ours", one.strength.ours))
    conditions = (
        ("Met when", one.when), ("Alone where", one.strength.decisive_when), ("Suspected when", one.suspected_when)
    )  # fmt: skip
    known = tuple((label, said) for label, said in conditions if said)
    return Entry(one.id, "", one.says, one.ours, words.plain(one.strength.value), tuple(facts), known)


def _score(name: str, one: Score) -> Entry:
    weights = tuple((part.means, f"{part.weight:g}") for part in one.parts)
    conditions = (("Worked out as", one.expr),) if one.expr else ()
    return Entry(
        words.plain(name), "", one.says, one.ours, facts=(("Means", one.means), *weights), conditions=conditions
    )


def _powers(pack: Pack, kinds: tuple[str, ...]) -> Iterator[Group]:
    alike: dict[tuple[AuthorityRule, ...], list[str]] = {}
    for kind, rules in pack.authority.decisions.items():
        if kind.startswith(kinds):
            alike.setdefault(rules, []).append(words.plain(kind))
    for rules, names in alike.items():
        found = tuple(entry(pack, one, _body_names(pack, one.bodies), without=("bodies",)) for one in rules)
        yield Group(", ".join(names), found)


def _body(pack: Pack, key: str) -> str:
    return pack.bodies[key].name if key in pack.bodies else words.plain(key)


def _body_names(pack: Pack, keys: tuple[str, ...]) -> str:
    return ", ".join(_body(pack, key) for key in keys)
