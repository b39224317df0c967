"""Who acts on a policy: bodies, powers, restrictions, what a level sets going, who is told. Pure."""

from collections.abc import Iterator
from typing import Final

from services.governance.web import words
from services.governance.web.policy.reading import Group, entry, level
from shared.policies.deciding import AuthorityRule
from shared.policies.pack import Pack

SANCTIONS: Final = ("suspension.", "default_notice.", "contract_review.", "termination.", "decommission.")
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
