"""A pack's criteria over the known facts: met, not met or unknown, each with its reasons. Compiled once per policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from services.risk.known import Scalar
from shared import policy
from shared.events.alerts import Code
from shared.policies import catalogue, expressions
from shared.policies.assessing import Criterion, Need, Overlap
from shared.policies.scoring import Score
from shared.policies.telling import Trigger
from shared.policy import Pack

Outcome = Literal["met", "not_met", "unknown"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One compiled expression, and the facts that it reads (through scores too)."""

    expression: Any
    reads: frozenset[str]

    def outcome(self, activation: Any) -> Outcome:
        """Three-valued: what the known facts do not decide is unknown. What cannot be worked out is unknown as well."""
        value = self.expression.eval(activation=activation).value()
        return "met" if value is True else "not_met" if value is False else "unknown"


@dataclass(frozen=True, slots=True)
class Scored:
    """A score, ready to be worked out: one expression, or weighted parts."""

    name: str
    expression: Condition | None
    parts: tuple[tuple[Condition, float], ...]

    def values(self, activation: Any) -> dict[str, Any]:
        """The facts that it gives; none where it is not known."""
        if self.expression is not None:
            value = self.expression.expression.eval(activation=activation)
            return {} if value.type().name() == "ERROR" else {self.name: value.value()}
        found = [(part.outcome(activation), weight) for part, weight in self.parts]
        least = sum(weight for outcome, weight in found if outcome == "met")
        most = least + sum(weight for outcome, weight in found if outcome == "unknown")
        own, at_least, at_most = expressions.weighted(self.name)
        # What is not known leaves room between the two: it is neither nought nor everything.
        return {at_least: float(least), at_most: float(most)} | ({own: float(least)} if least == most else {})


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A criterion, ready to be judged. One for each policy: known by identity."""

    criterion: Criterion
    scale: str
    when: Condition
    decisive_when: Condition | None
    overlaps: tuple[tuple[Overlap, Condition | None], ...]
    suspected_when: Condition | None
    ours: str | bool
    """Our readings of it, in words; False where everything is the council's."""


@dataclass(frozen=True, slots=True)
class Required:
    """A need of the lowest level, ready to be judged."""

    need: Need
    scale: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Watched:
    """A trigger of an alert that is judged by what holds, ready to be judged."""

    code: str
    trigger: Trigger
    when: Condition | None

    @property
    def key(self) -> str:
        """The alert and the trigger."""
        return f"{self.code}|{self.trigger.id}"


Needs = Sequence[tuple[Required, Outcome]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion as judged."""

    prepared: Prepared
    outcome: Outcome
    decisive: bool
    overlaps: tuple[Overlap, ...]
    """Overlaps whose own condition holds (or is not known)."""
    suspected: bool = False
    """It is not known, and what is known points to it."""

    @property
    def id(self) -> str:
        """The criterion's id."""
        return self.prepared.criterion.id


class Rules:
    """A policy made ready: its pack, its digest, its expressions compiled."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.digest = policy.digest(pack)
        compiler = expressions.Compiler()
        for name, score in pack.scores.items():
            expressions.declare(compiler, name, score)
        self._environment = compiler.environment
        self._reads: dict[str, frozenset[str]] = {}
        self._rounds = self._in_rounds([self._scored(name, score) for name, score in pack.scores.items()])
        self.criteria = tuple(self._prepared(criterion) for criterion in pack.criteria)
        self.needs = tuple(
            Required(need, scale, self._condition(need.when))
            for scale, rule in pack.rule.items()
            for need in rule.lowest.needs
        )
        self.occasions = tuple(
            (cast(Code, code), trigger)
            for code, alert in pack.alerts.items()
            if alert.switch != "off"
            for trigger in alert.raised_by
            if trigger.on
        )
        self.watched = tuple(
            Watched(code, trigger, None if trigger.when is None else self._condition(trigger.when))
            for code, alert in pack.alerts.items()
            if alert.switch != "off"
            for trigger in alert.raised_by
            if not trigger.on
        )
        self.reads = self._every_fact()

    def _every_fact(self) -> frozenset[str]:
        """The facts that the whole policy reads: no other need be worked out. `cqc.rating_stale` is always shown."""
        conditions = [each.when for each in self.needs] + [each.when for each in self.watched]
        conditions += [each.when for each in self.criteria]
        for prepared in self.criteria:
            conditions += [prepared.decisive_when, prepared.suspected_when, *(when for _, when in prepared.overlaps)]
        found = [each.reads for each in conditions if each is not None]
        return frozenset({"cqc.rating_stale"}).union(*found, *self._reads.values())

    def activation(self, facts: Mapping[str, Scalar]) -> Any:
        """The known facts and the scores that follow from them, ready for every condition."""
        values: dict[str, Any] = dict(facts)
        for scores in self._rounds:
            so_far = self._environment.Activation(values)
            for score in scores:
                values |= score.values(so_far)
        return self._environment.Activation(values)

    def judge(self, activation: Any) -> tuple[Judged, ...]:
        """Every criterion, in the pack's order."""
        return tuple(_judged(prepared, activation) for prepared in self.criteria)

    def _prepared(self, criterion: Criterion) -> Prepared:
        strength = criterion.strength
        return Prepared(
            criterion,
            criterion.scale or self.pack.primary,
            self._condition(criterion.when),
            None if strength.decisive_when is None else self._condition(strength.decisive_when),
            tuple(
                (overlap, None if overlap.when is None else self._condition(overlap.when))
                for overlap in criterion.overlaps
            ),
            None if criterion.suspected_when is None else self._condition(criterion.suspected_when),
            _ours(criterion),
        )

    def _condition(self, text: str) -> Condition:
        reads: set[str] = set()
        for name in expressions.names(text):
            if name in catalogue.BY_NAME:
                reads.add(name)
            reads |= self._reads.get(name, frozenset())
        return Condition(self._environment.compile(text), frozenset(reads))

    def _scored(self, name: str, score: Score) -> Scored:
        parts = tuple((self._condition(part.when), part.weight) for part in score.parts)
        one = None if score.expr is None else self._condition(score.expr)
        reads = [condition.reads for condition, _ in parts] if one is None else [one.reads]
        for each in expressions.weighted(name) if one is None else (name,):
            self._reads[each] = frozenset().union(*reads)
        return Scored(name, one, parts)

    def _in_rounds(self, scores: list[Scored]) -> list[list[Scored]]:
        """Scores in as few rounds as their dependence on each other allows: each round costs one activation."""
        depth: dict[str, int] = {}
        rounds: dict[int, list[Scored]] = {}
        for each in scores:
            score = self.pack.scores[each.name]
            texts = [part.when for part in score.parts] if score.expr is None else [score.expr]
            used = [depth[other] for text in texts for other in expressions.names(text) if other in depth]
            depth[each.name] = max(used, default=-1) + 1
            rounds.setdefault(depth[each.name], []).append(each)
        return [rounds[key] for key in sorted(rounds)]


def _judged(prepared: Prepared, activation: Any) -> Judged:
    outcome = prepared.when.outcome(activation)
    decisive = prepared.criterion.strength.value == "decisive" or (
        prepared.decisive_when is not None and prepared.decisive_when.outcome(activation) == "met"
    )
    overlaps = tuple(
        overlap for overlap, when in prepared.overlaps if when is None or when.outcome(activation) != "not_met"
    )
    suspected = (
        outcome == "unknown"
        and prepared.suspected_when is not None
        and prepared.suspected_when.outcome(activation) == "met"
    )
    return Judged(prepared, outcome, decisive, overlaps, suspected)


def _ours(criterion: Criterion) -> str | bool:
    strength = None if criterion.strength.ours is None else f"strength: {criterion.strength.ours}"
    return "; ".join(reason for reason in (criterion.ours, strength) if reason is not None) or False
