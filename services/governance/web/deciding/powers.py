"""Who may decide what, as the policy in force says it: told to whoever is about to decide. Pure.

It is told, not applied: whether somebody may is for `authority` to say when the order comes.
"""

from collections.abc import Iterable, Mapping

from services.governance.domain.authority import BEFORE, Asker
from services.governance.web import words
from services.governance.web.form import Choices
from shared.policies.deciding import NO_LEVEL, AuthorityRule
from shared.policies.pack import Pack


def rules(pack: Pack | None, name: str) -> tuple[AuthorityRule, ...]:
    """The powers of the policy about decisions of a type; none: nobody has it."""
    return pack.authority.decisions.get(name, ()) if pack else ()


def is_named(pack: Pack | None, name: str, asker: Asker) -> bool:
    """Whether a rule of this policy names a role of this reader, whatever else it wants."""
    return any(asker.organisation in rule.organisations and asker.roles & set(rule.roles) for rule in rules(pack, name))


def bodies(pack: Pack | None, name: str) -> Choices:
    """The bodies that may decide it, each with the roles that act in it; where the policy names none, all."""
    if pack is None:
        return ()
    found: dict[str, dict[str, None]] = {}
    for rule in rules(pack, name):
        for body in rule.bodies:
            found.setdefault(body, {}).update(dict.fromkeys(rule.roles))
    if not found:
        return [(code, body.name) for code, body in pack.bodies.items()]
    return [(code, f"{body_name(pack, code)} ({_roles(roles)})") for code, roles in found.items()]


def body_name(pack: Pack | None, code: str) -> str:
    """What a body is called."""
    return pack.bodies[code].name if pack and code in pack.bodies else words.plain(code)


def who(pack: Pack | None, name: str) -> str:
    """In a few words, whose power it is."""
    roles = dict.fromkeys(role for rule in rules(pack, name) for role in rule.roles)
    return _roles(roles) if roles else "nobody, by the policy here"


def told(pack: Pack | None, name: str) -> list[Mapping[str, str]]:
    """Each rule: its clause, the council's words or why it is ours, and what it asks for."""
    return [
        {"id": rule.id, "says": rule.says or "", "ours": rule.ours or "", "who": _sentence(rule, pack)}
        for rule in rules(pack, name)
    ]


def roles_of(pack: Pack | None) -> Choices:
    """Every role that the policy names in its bodies, in words."""
    found = {role for body in pack.bodies.values() for one in body.members for role in one.roles} if pack else set()
    return sorted(((role, words.plain(role)) for role in found | {"safeguarding"}), key=lambda one: one[1])


def _sentence(rule: AuthorityRule, pack: Pack | None) -> str:
    said = [f"{_roles(rule.roles)} of {_or(map(words.plain, rule.organisations), lower=False)}"]
    said.append(f"in {_or((body_name(pack, each) for each in rule.bodies), lower=False)}")
    if rule.at:
        said.append("for a provider at " + _or("no level yet" if at == NO_LEVEL else words.level(at) for at in rule.at))
    if rule.to:
        said.append("to " + _or(map(words.level, rule.to)))
    if rule.kinds:
        said.append("for " + _or(map(words.plain, rule.kinds)))
    if rule.needs:
        said.append("with on record first " + " and ".join(BEFORE[each] for each in rule.needs))
    if rule.all_of:
        said.append("all agreeing: " + ", ".join(words.plain(each) for each in rule.all_of))
    return "; ".join(said) + "."


def _roles(roles: Iterable[str]) -> str:
    return ", ".join(words.plain(role) for role in roles)


def _or(said: Iterable[str], *, lower: bool = True) -> str:
    return " or ".join(each[:1].lower() + each[1:] if lower else each for each in said)
