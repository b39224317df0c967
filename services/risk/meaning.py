"""What a policy means, in plain English: for whoever is to adopt it. Pure."""

from collections.abc import Iterator

from shared.policies.assessing import Criterion, ScaleRule
from shared.policy import Pack

NUMBERS = ("none", "one", "two", "three", "four", "five", "six")


def meaning(pack: Pack) -> tuple[str, ...]:
    """One sentence each, in an order that can be read."""
    return tuple(_sentences(pack))


def _sentences(pack: Pack) -> Iterator[str]:
    yield f"{pack.title}, version {pack.version}. Source: {pack.source}."
    for name, scale in pack.scales.items():
        primary = " It is the scale that a provider's level stands on." if scale.primary else ""
        yield f"Scale “{name}”, best first: {', '.join(f'{code.code} ({code.name})' for code in scale.codes)}.{primary}"
        yield from _levels(pack, name, pack.rule[name])
    yield from _clocks(pack)
    for code, alert in pack.alerts.items():
        if alert.switch != "off":
            told = ", ".join(role.replace("_", " ") for role in alert.to)
            fixed = " It cannot be switched off." if alert.switch == "fixed" else ""
            yield f"Alert {code}, {alert.name}, goes to {told}.{fixed}"


def _levels(pack: Pack, scale: str, rule: ScaleRule) -> Iterator[str]:
    needed = rule.supporting_needed.value
    for code in reversed(pack.scales[scale].order):
        found = [each for each in pack.criteria if (each.scale or pack.primary) == scale and each.level == code]
        if code == rule.lowest.level:
            needs = "; ".join(f"{need.means} ({need.id})" for need in rule.lowest.needs)
            yield f"Level {code} of “{scale}” is indicated only on positive evidence: {needs}. Without it: unknown."
            continue
        for strength, how in (("decisive", "any one of these alone"), ("supporting", f"{_number(needed)} of these")):
            said = [_said(each) for each in found if each.strength.value == strength]
            if said:
                yield f"Level {code} of “{scale}” is indicated by {how}: {'; '.join(said)}."
        for each in found:
            yield from _overlaps(each)


def _overlaps(criterion: Criterion) -> Iterator[str]:
    for overlap in criterion.overlaps:
        yield (
            f"{criterion.id} stands in two levels, with {overlap.with_}: alone it gives the range of both, "
            f"and level {criterion.level} with one more criterion of that level."
        )


def _clocks(pack: Pack) -> Iterator[str]:
    limit = pack.clocks.restriction
    yield f"A restriction on placements is over its limit after {limit.over_months} calendar months."
    contact = pack.minimum_contact
    yield f"Every provider{_of(contact.commissioning)} is to be seen or spoken to every {contact.months} months."
    for type_, asked in pack.returns.items():
        if asked.period != "on_request":
            yield (
                f"{asked.name} ({type_}) is asked for each {asked.period}{_of(asked.commissioning)}: due on day "
                f"{asked.due_day} after its end, missed {asked.grace_days} days later."
            )


def _of(commissioning: tuple[str, ...]) -> str:
    return f" commissioned by {' or '.join(commissioning)}" if commissioning else ""


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _said(criterion: Criterion) -> str:
    notes = [criterion.id]
    if criterion.strength.ours or criterion.ours:
        notes.append("our reading")
    if criterion.strength.decisive_when:
        notes.append("alone where the policy says so")
    return f"“{criterion.words}” ({', '.join(notes)})"
