"""What differs between two policies, in words: for whoever is to adopt the second in the place of the first. Pure."""

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

from services.risk.explaining import duties, meaning, phrases, schedules
from shared import policy
from shared.policies.assessing import Criterion
from shared.policy import Pack

SPOKEN = frozenset({
    "bodies", "authority", "referrals", "responses", "convene", "returns", "minimum_contact", "partner_ratings",
    "out_of_area", "clocks", "reports", "follows", "correcting",
})  # fmt: skip
"""Sections of which sentences are compared, and not each value."""


def differences(first: Pack, second: Pack) -> tuple[meaning.Part, ...]:
    """What the second says otherwise than the first, by subject. Subjects in which they agree are left out."""
    found = (
        ("The policy", _policy(first, second)),
        ("Scales", _scales(first, second)),
        ("Criteria", _by_name("Criterion", _criteria(first), _criteria(second), _criterion)),
        ("Scores", _by_name("Score", first.scores, second.scores, _fields)),
        ("How concerns weigh", _fields(first.weighing, second.weighing)),
        ("The rule", _by_name("The rule of scale", first.rule, second.rule, _fields)),
        ("What is expected", _fields(first.expected, second.expected)),
        ("Who decides", _sentences(duties.decide(first), duties.decide(second))),
        ("What a level sets going", _sentences(duties.follow(first), duties.follow(second))),
        ("What is asked, and which clocks run", _sentences(schedules.ask(first), schedules.ask(second))),
        ("Who is told", _by_name("Alert", first.alerts, second.alerts, _fields)),
        ("Sharing", _fields(first.sharing, second.sharing)),
    )
    parts = [(heading, tuple(sentences)) for heading, sentences in found]
    said = [sentence for _, sentences in parts for sentence in sentences]
    parts.append(("In the text besides", tuple(_unsaid(first, second, said))))
    return tuple(meaning.Part(heading, sentences) for heading, sentences in parts if sentences)


def _unsaid(first: Pack, second: Pack, said: list[str]) -> Iterator[str]:
    """Every value that is not the same and that no sentence above told: nothing that differs is passed over."""
    old, new = (dict(_leaves(policy.document(pack), (), "")) for pack in (first, second))
    both = {of for of, _ in old.values()} & {of for of, _ in new.values()}
    for path in dict.fromkeys((*old, *new)):
        (named, was), (name, now) = old.get(path, ("", None)), new.get(path, ("", None))
        of = named or name
        if path[0] not in SPOKEN or was == now:
            continue
        # An entry that only one of them has was told as a whole.
        told = [each for each in said if f"({of})" in each] if of else []
        if not any(of not in both or _tells(each, was) or _tells(each, now) for each in told):
            yield from _change(".".join(path), was, now)


def _tells(sentence: str, value: Any) -> bool:
    return value is not None and str(value) in sentence


def _leaves(node: Any, path: tuple[str, ...], of: str) -> Iterator[tuple[tuple[str, ...], tuple[str, Any]]]:
    """Every value by its path, items of a list by their id, with the id of what it belongs to."""
    if isinstance(node, dict):
        own = str(node.get("id", of))
        for key, value in node.items():
            yield from _leaves(value, (*path, str(key)), own)
    elif isinstance(node, list) and any(isinstance(each, dict) for each in node):
        for nth, each in enumerate(node):
            name = each.get("id", nth) if isinstance(each, dict) else nth
            yield from _leaves(each, (*path, str(name)), of)
    else:
        yield path, (of, node)


def _policy(first: Pack, second: Pack) -> Iterator[str]:
    for what in ("pack", "version", "title", "source", "illustrative", "review_date"):
        yield from _change(what, getattr(first, what), getattr(second, what))


def _scales(first: Pack, second: Pack) -> Iterator[str]:
    yield from _change("the primary scale", first.primary, second.primary)
    for name in dict.fromkeys((*first.scales, *second.scales)):
        one, other = first.scales.get(name), second.scales.get(name)
        if one is None or other is None:
            there, codes = ("second", other) if one is None else ("first", one)
            yield f"Scale “{name}” is only in the {there}: {phrases.both(codes.order if codes else ())}."
            continue
        for old, new in zip_longest(one.codes, other.codes):
            said = [None if each is None else f"{each.code} ({each.name})" for each in (old, new)]
            yield from _change(f"scale “{name}”", *said)


def _by_name(
    what: str, first: Mapping[str, Any], second: Mapping[str, Any], within: Callable[[Any, Any], Iterator[str]]
) -> Iterator[str]:
    """Things that have a name: those only one has, then what changed in those both have."""
    for name in first:
        if name not in second:
            yield f"{what} {name} is only in the first: {_told(first[name])}."
    for name in second:
        if name not in first:
            yield f"{what} {name} is only in the second: {_told(second[name])}."
    for name in first:
        if name in second:
            yield from (f"{what} {name}: {sentence}" for sentence in within(first[name], second[name]))


def _criteria(pack: Pack) -> dict[str, Criterion]:
    return {each.id: each for each in pack.criteria}


def _criterion(first: Criterion, second: Criterion) -> Iterator[str]:
    yield from _change("level", first.level, second.level)
    yield from _change("words", first.words, second.words)
    yield from _change("condition", first.when, second.when)
    yield from _change("strength", first.strength.value, second.strength.value)
    yield from _change("decisive when", first.strength.decisive_when, second.strength.decisive_when)
    overlaps = [phrases.both(o.with_ for o in each.overlaps) if each.overlaps else None for each in (first, second)]
    yield from _change("overlaps with", *overlaps)
    yield from _change("our reading", first.ours, second.ours)
    yield from _change("clears when", first.clears_when, second.clears_when)


def _fields(first: Any, second: Any) -> Iterator[str]:
    """Each field of two sections of one kind that is not the same."""
    old = {} if first is None else first.model_dump(mode="json", by_alias=True)
    new = {} if second is None else second.model_dump(mode="json", by_alias=True)
    for name in dict.fromkeys((*old, *new)):
        yield from _change(phrases.plain(name), old.get(name), new.get(name))


def _sentences(first: Iterator[str], second: Iterator[str]) -> Iterator[str]:
    """What only one of them says."""
    old, new = list(first), list(second)
    yield from (f"Only the first: {sentence}" for sentence in old if sentence not in new)
    yield from (f"Only the second: {sentence}" for sentence in new if sentence not in old)


def _change(what: str, old: Any, new: Any) -> Iterator[str]:
    if old != new:
        yield f"{what} was {_value(old)} and is {_value(new)}."


def _told(thing: Any) -> str:
    if isinstance(thing, Criterion):
        return f"level {thing.level}, {thing.strength.value}, “{thing.words}”"
    return str(getattr(thing, "means", None) or getattr(thing, "name", None) or "see its text")


def _value(value: Any) -> str:
    if value in (None, "", [], (), {}):
        return "nothing"
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    if isinstance(value, dict):
        return "; ".join(f"{phrases.plain(str(key))}: {_value(inner)}" for key, inner in value.items() if inner)
    return f"“{value}”" if isinstance(value, str) else str(value)
