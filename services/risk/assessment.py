"""The judgement of one provider: what the facts indicate under the policy, with every reason. It decides nothing.

Pure: state, partition, policy and C in; the published model out. The same four give the same answer, always.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from services.risk import deadlines, missing, ranges
from services.risk.criteria import Judged, Needs, Outcome, Prepared, Rules
from services.risk.episodes import Sighting, sightings
from services.risk.expected import Baseline
from services.risk.gathering.facts import gather
from services.risk.known import Known
from services.risk.remembered.items import Day
from services.risk.remembered.partition import PartitionState
from services.risk.remembered.state import ProviderState
from services.risk.view import View, view
from shared.events.assessments import Assessment, Clock, Comparison, Criterion, Indicated, Missing, PolicyRef

UNKNOWN = Indicated(min=None, max=None, unknown=True)


def assess(
    state: ProviderState,
    partition: PartitionState,
    rules: Rules | None,
    c: date | None,
    baseline: Baseline | None = None,
) -> Assessment:
    """What the facts about a provider indicate at C: the assessment alone of `weigh`."""
    return weigh(state, partition, rules, c, baseline).assessment


@dataclass(frozen=True, slots=True)
class Weighed:
    """One judgement: what is indicated, and what alerts look at."""

    assessment: Assessment
    due: deadlines.Deadlines
    seen: Mapping[str, Sighting]
    """By `code|trigger`, what the policy's alerts wait for."""


def weigh(
    state: ProviderState,
    partition: PartitionState,
    rules: Rules | None,
    c: date | None,
    baseline: Baseline | None = None,
) -> Weighed:
    """The judgement of a provider at C. `rules`: the policy in force for its place, made ready; or None.

    `c`: the last London day that both writers have closed; None before the first.
    """
    if rules is None:
        why = Missing(what="policy", why="no policy is in force for this place")
        nothing = Assessment(indicated=UNKNOWN, missing=(why,), unprocessed=state.unprocessed)
        return Weighed(nothing, deadlines.Deadlines(), {})
    seen = view(state, partition, rules.pack, c, baseline)
    known = gather(seen, rules.reads)
    activation = rules.activation(known.values)
    judged = rules.judge(activation)
    needs = tuple((required, required.when.outcome(activation)) for required in rules.needs)
    scales = {name: _indicated(name, rules, judged, needs, state) for name in rules.pack.scales}
    indicated = scales[rules.pack.primary]
    assessment = Assessment.model_construct(
        indicated=indicated,
        scales=scales,
        criteria=tuple(_criterion(each, known) for each in judged),
        missing=missing.missing(seen, known, judged, needs),
        clocks=tuple(_clocks(seen)),
        expected=tuple(_expected(seen, known)),
        unprocessed=state.unprocessed,
        policy=PolicyRef.model_construct(pack=rules.pack.pack, version=rules.pack.version, digest=rules.digest),
    )
    return Weighed(assessment, seen.due, sightings(rules, activation, known, indicated))


def _indicated(scale: str, rules: Rules, judged: Sequence[Judged], needs: Needs, state: ProviderState) -> Indicated:
    # A record that could not be processed may be the one that matters: until it is released nothing is indicated.
    if state.unprocessed:
        return UNKNOWN
    order = rules.pack.scales[scale].order
    of_scale = [each for each in judged if each.prepared.scale == scale]
    found = ranges.indicated(
        order, rules.pack.rule[scale], of_scale, [each for each in needs if each[0].scale == scale]
    )
    if found.low is None or found.high is None:
        return UNKNOWN
    return Indicated.model_construct(min=order[found.low], max=order[found.high], unknown=False)


def _criterion(judged: Judged, known: Known) -> Criterion:
    evidence, count = known.evidence(judged.prepared.when.reads)
    if not count:
        return _bare(judged.prepared, judged.outcome, judged.decisive)
    return _made(judged.prepared, judged.outcome, judged.decisive, evidence, count)


@lru_cache(maxsize=2048)
def _bare(prepared: Prepared, outcome: Outcome, decisive: bool) -> Criterion:
    # Most criteria of most providers have nothing behind them: those are made once.
    return _made(prepared, outcome, decisive, (), 0)


def _made(prepared: Prepared, outcome: Outcome, decisive: bool, evidence: tuple[str, ...], count: int) -> Criterion:
    criterion = prepared.criterion
    return Criterion.model_construct(
        id=criterion.id,
        scale=prepared.scale,
        level=criterion.level,
        says=criterion.words,
        outcome=outcome,
        strength="decisive" if decisive else "supporting",
        ours=prepared.ours,
        evidence=evidence,
        evidence_count=count,
        clears_when=criterion.clears_when,
    )


def _expected(seen: View, known: Known) -> Iterator[Comparison]:
    """What was compared with the peers; rounded, so that the same is said in the same bytes everywhere."""
    for measure, verdict in known.comparisons.items():
        yield Comparison.model_construct(
            measure=measure,
            observed=verdict.observed,
            expected=round(verdict.expected, 4),
            probability=round(verdict.probability, 6),
            outside=verdict.outside,
            far_outside=verdict.far_outside,
            group=verdict.group,
            peers=verdict.peers,
            days=seen.pack.expected.days,
            baseline="" if seen.baseline is None else seen.baseline.digest,
        )


def _clocks(seen: View) -> Iterator[Clock]:
    """Everything that runs, as dates: they do not change while nothing happens."""
    for period in seen.due.returns:
        if period.asked and period.filed is None:
            yield _clock("return", since=None, due=period.last + 1, reference=period.key)
    for clock in seen.due.clocks:
        yield _clock(clock.kind, since=clock.since, due=clock.due, reference=clock.reference)


def _clock(kind: str, *, since: Day | None, due: Day, reference: str | None = None) -> Clock:
    """`due` is the London day at whose start it has run out."""
    return Clock.model_construct(
        kind=kind,
        since=None if since is None else deadlines.day(since),
        due=deadlines.day(due),
        reference=reference,
    )
