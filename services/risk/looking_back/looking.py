"""What one process does in a back-test: it replays the providers of a part, measures them, and writes down their moves.

Started anew (`spawn`), so it is told everything; what it gives back is whole numbers that merge in any order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from services.risk.expected import Baseline
from services.risk.looking_back import differences, lives, movements, spool, staging
from services.risk.looking_back.differences import Comparison
from services.risk.looking_back.lives import Life, Span
from services.risk.looking_back.replay import Verdicts
from services.risk.looking_back.signals import signals
from services.risk.looking_back.spool import Past
from services.risk.looking_back.tally import Tally
from services.risk.remembered.items import Day
from shared import policy


@dataclass(frozen=True)
class Plan:
    """Everything that a process has to know."""

    place: str
    span: Span
    horizon: int
    daily: bool
    packs: tuple[tuple[str, bytes], ...]
    """Digest and text of every policy."""
    baselines: tuple[Baseline, ...]
    filed: frozenset[str]
    """Types of returns that anybody ever filed: a policy that is tried is tried without the others."""
    imposed: str | None
    """Digest of the policy that is tried; None: those that the place had adopted."""
    scale: str
    """Digest of the policy whose primary scale is measured."""
    compared: str | None = None
    """Digest of the other policy."""
    since: Day = 0
    """From when a policy that is tried counts."""
    listed: bool = True
    """Whether moves are written down one by one."""


@dataclass
class Found:
    """What a part comes to."""

    tally: Tally
    comparison: Comparison | None = None
    lists: dict[str, Path] = field(default_factory=dict)
    """What is told one by one, and where it is written."""
    rows: int = 0


@lru_cache(maxsize=1)
def _ready(plan: Plan) -> Mapping[str, Verdicts]:
    packs = {digest: policy.parse(orjson.loads(text)) for digest, text in plan.packs}
    for digest in {plan.imposed, plan.compared} & packs.keys():
        packs[str(digest)] = staging.tried(packs[str(digest)], plan.filed)
    return staging.ready(packs)


def empty(plan: Plan) -> Found:
    """Nothing yet."""
    ready = _ready(plan)
    order = ready[plan.scale].order
    tally = Tally(plan.span, plan.horizon, order, signals(order))
    if plan.compared is None:
        return Found(tally)
    ours, theirs = (differences.above_lowest(ready[digest]) for digest in (plan.scale, plan.compared))
    return Found(tally, Comparison(order, ours, theirs))


def look(plan: Plan, part: Path) -> Found:
    """Replay one part."""
    marks, pasts = spool.read(part)
    found, ready = empty(plan), _ready(plan)
    ours = _staging(plan, marks, ready, plan.imposed)
    theirs = None if plan.compared is None else _staging(plan, marks, ready, plan.compared)
    moves: list[Mapping[str, Any]] = []
    differing: list[Mapping[str, Any]] = []
    for past in pasts:
        life = lives.live(past, ours, plan.span, daily=plan.daily)
        found.tally.unusable += past.unusable
        if life is None:
            found.tally.unwatched += 1
        else:
            found.tally.add(life)
            moves += movements.rows(life, found.tally.order) if plan.listed else ()
            differing += _compared(plan, past, life, found, theirs)
    found.rows = sum(len(past.facts) + past.repeats + past.unusable for past in pasts)
    if plan.listed:
        found.lists["moves_one_by_one"] = _written(part.with_suffix(".moves"), moves)
    if plan.listed and theirs is not None:
        found.lists["differences_one_by_one"] = _written(part.with_suffix(".differences"), differing)
    return found


def _compared(
    plan: Plan, past: Past, life: Life, found: Found, theirs: staging.Staging | None
) -> list[Mapping[str, Any]]:
    if theirs is None or found.comparison is None:
        return []
    other = lives.live(past, theirs, plan.span, daily=plan.daily)
    return [] if other is None else found.comparison.add(life, other, found.tally.signals)


def _staging(plan: Plan, marks: Sequence[Any], ready: Mapping[str, Verdicts], digest: str | None) -> staging.Staging:
    imposed = None if digest is None else (digest, plan.since)
    return staging.Staging(plan.place, marks, ready, imposed, {each.digest: each for each in plan.baselines})


def _written(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return path
