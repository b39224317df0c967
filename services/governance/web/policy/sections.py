"""A policy section by section, as a council's director reads it before adopting: levels, criteria, clocks. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from services.governance.web import reasons, words
from services.governance.web.policy import acting
from services.governance.web.policy.reading import Entry, Group, entry, level, level_name
from shared.policies.assessing import Criterion
from shared.policies.deciding import NO_LEVEL
from shared.policies.pack import Pack
from shared.policies.scoring import Score

HOW_MANY: Final = ("no", "one", "two", "three", "four", "five")


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
            f"That number is ours: {reasons.spoken(rule.supporting_needed.ours)}."
        )
        entries = [Entry(level_name(code.code, code.name), says=code.response) for code in scale.codes]
        yield Group(f"Scale “{words.plain(name)}”", tuple(entries), tuple(intro))
        lowest = rule.lowest
        needs = tuple(entry(pack, need, need.means, without=("answered_by",)) for need in lowest.needs)
        why = f"{level(pack, lowest.level)} is indicated only on positive evidence; without it the level is unknown."
        yield Group("What the best level needs", needs, (why, f"That is ours: {reasons.spoken(lowest.ours)}."))


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
    "bodies": ("Bodies and meetings", acting.bodies),
    "decisions": ("Who decides what", acting.decisions),
    "sanctions": ("Restrictions, notices, ending a contract", acting.sanctions),
    "responses": ("What a level sets going", acting.responses),
    "alerts": ("Alerts and who is told", acting.alerts),
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
        facts.append(("Its strength is ours", reasons.spoken(one.strength.ours)))
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
