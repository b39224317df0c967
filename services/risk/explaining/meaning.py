"""What a policy means, in plain English: how a level comes about. For whoever is to adopt it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.risk.explaining import duties, phrases, schedules
from shared.policies.assessing import Criterion, ScaleRule
from shared.policies.scoring import Score
from shared.policy import Pack


@dataclass(frozen=True, slots=True)
class Part:
    """One part of what a policy means."""

    heading: str
    sentences: tuple[str, ...]


def parts(pack: Pack, today: date | None = None) -> tuple[Part, ...]:
    """All of it, in an order that can be read. `today`: the London day, to say whether its review date is past."""
    found = (
        ("The policy", _policy(pack, today)),
        *((f"Scale “{name}”", _scale(pack, name, pack.rule[name])) for name in pack.scales),
        ("How indicators are weighed", _scores(pack)),
        ("Who decides", duties.decide(pack)),
        ("What a level sets going", duties.follow(pack)),
        ("What is asked, and which clocks run", schedules.ask(pack)),
        ("Who is told", duties.tell(pack)),
        ("What is ours and not the council's", _ours(pack)),
    )
    return tuple(Part(heading, tuple(sentences)) for heading, sentences in found)


def meaning(pack: Pack, today: date | None = None) -> tuple[str, ...]:
    """The same, one sentence each."""
    return tuple(sentence for part in parts(pack, today) for sentence in part.sentences)


def past_review(pack: Pack, today: date) -> str | None:
    """That the document's own review date is past, if it is."""
    if pack.review_date is None or today <= pack.review_date:
        return None
    return f"Its review date, {phrases.day(pack.review_date)}, is past: the document may not be up to date."


def _policy(pack: Pack, today: date | None) -> Iterator[str]:
    yield f"{pack.title}, version {pack.version}. Source: {pack.source}."
    if pack.illustrative:
        yield f"It is illustrative: {pack.illustrative}."
    if today is not None and (past := past_review(pack, today)):
        yield past
    elif pack.review_date is not None:
        yield f"It is to be looked at again by {phrases.day(pack.review_date)}."


def _scale(pack: Pack, name: str, rule: ScaleRule) -> Iterator[str]:
    scale = pack.scales[name]
    primary = " It is the scale that a provider's level stands on." if scale.primary else ""
    yield f"Scale “{name}”, best first: {', '.join(f'{code.code} ({code.name})' for code in scale.codes)}.{primary}"
    for code in reversed(scale.order):
        found = [each for each in pack.criteria if (each.scale or pack.primary) == name and each.level == code]
        if code == rule.lowest.level:
            needs = "; ".join(f"{need.means} ({need.id})" for need in rule.lowest.needs)
            yield f"Level {code} of “{name}” is indicated only on positive evidence: {needs}. Without it: unknown."
            continue
        needed = phrases.number(rule.supporting_needed.value)
        yield f"Level {code} of “{name}” is indicated by one decisive criterion, or by {needed} supporting ones:"
        for each in found:
            yield f"{each.id}, {each.strength.value}: “{each.words}”{_notes(each)}"
            yield from _overlaps(each)


def _overlaps(criterion: Criterion) -> Iterator[str]:
    for overlap in criterion.overlaps:
        if overlap.upper == "unknown":
            yield (
                f"While {criterion.id} is not known, {overlap.with_} gives the range of both levels: "
                f"level {criterion.level} is not ruled out."
            )
            continue
        yield (
            f"{criterion.id} stands in two levels, with {overlap.with_}: alone it gives the range of both, "
            f"and level {criterion.level} with one more criterion of that level."
        )


def _scores(pack: Pack) -> Iterator[str]:
    for name, score in pack.scores.items():
        yield _score(name, score)
    if pack.weighing is not None:
        weights = ", ".join(f"{severity} {weight:g}" for severity, weight in pack.weighing.severity.items())
        yield f"One concern weighs by its severity ({weights}), by how sure it is, and less with its age."
    peer = pack.expected
    like = phrases.both(phrases.plain(each) for each in peer.peer)
    yield (
        f"“As expected for its size and nature” compares {peer.days} days with services of the same {like}: outside "
        f"where chance alone would do it in fewer than {peer.outside:.0%} of cases, and never for fewer than "
        f"{phrases.number(peer.at_least)}."
    )


def _score(name: str, score: Score) -> str:
    if not score.parts:
        return f"“{name}”: {score.means}."
    weights = "; ".join(f"{part.means}: {part.weight:g}" for part in score.parts)
    return f"“{name}”: {score.means}, of at most {score.largest:g}. {weights}. What is not known leaves room."


def _ours(pack: Pack) -> Iterator[str]:
    readings = [each for each in pack.criteria if each.ours]
    yield (
        f"Of {len(pack.criteria)} criteria, {sum(each.says is not None for each in pack.criteria)} are quoted to the "
        f"letter; of {len(readings)} the condition is our reading."
    )
    for each in readings:
        yield f"{each.id}: {each.ours}."
    for name, score in pack.scores.items():
        if score.ours:
            yield f"“{name}”: {score.ours}."
    for name, rule in pack.rule.items():
        yield f"How many supporting criteria are needed on “{name}”: {rule.supporting_needed.ours}."


def _notes(criterion: Criterion) -> str:
    notes = ["our reading"] if criterion.strength.ours or criterion.ours else []
    if criterion.strength.decisive_when:
        notes.append("alone where the policy says so")
    return f" ({', '.join(notes)})." if notes else "."
