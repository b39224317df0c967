"""`python -m services.risk backtest`: a policy over a history, with all cores; a report in JSON and as a page.

Two rounds: the history is split by provider into parts; then each part is replayed and measured in a process of its
own. Parts do not depend on the number of processes, and what they give merges in any order: so does the report.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import orjson
from rich.console import Console

from services.risk.looking_back import figures, ledger_history, looking, report, spool
from services.risk.looking_back.crew import Crew
from services.risk.looking_back.figures import History
from services.risk.looking_back.inspections import PLACE, Reading, UnreadableHistory
from services.risk.looking_back.lives import Span
from services.risk.looking_back.looking import Found, Plan
from services.risk.looking_back.spool import Spool, Survey
from services.risk.settings import RiskSettings
from shared import policy
from shared.policy import Pack
from shared.topics import PARTITIONS

PARTS = 48
"""Of a file: enough that no process waits long for the last one."""
FEEDS = ("inspection-history",)
HORIZON_DAYS = 365


class CannotBacktest(Exception):
    """What was asked for cannot be done: the sentence says why, and what to do."""


@dataclass(frozen=True)
class Asked:
    """What the caller wants."""

    out: Path
    pack: str | None = None
    compare: str | None = None
    place: str | None = None
    feed: tuple[str, Path] | None = None
    first: date | None = None
    last: date | None = None
    horizon: int = HORIZON_DAYS
    workers: int = 0
    """0: as many as there are cores."""
    counts_only: bool = False
    generated: str | None = None


def backtest(asked: Asked, settings: Callable[[], RiskSettings], console: Console | None = None) -> None:
    """Run it, and write the report. `settings`: asked for only where the ledger is read. Raises CannotBacktest."""
    refuse(asked)
    imposed = None if asked.pack is None else _pack(asked.pack)
    compared = None if asked.compare is None else _pack(asked.compare)
    with tempfile.TemporaryDirectory(prefix="careledger-backtest-") as scratch, Crew(asked.workers, console) as crew:
        history = _history(asked, settings, Path(scratch), crew)
        adopted, baselines = ledger_history.texts(settings(), history.survey) if history.ends else ([], [])
        packs = adopted if imposed is None else [imposed]
        if not packs:
            raise CannotBacktest(f"{history.place} has adopted no policy that came into force: name one with --pack")
        every = [*packs, *([compared] if compared else ())]
        if differ := figures.same_scale(every):
            raise CannotBacktest(f"these policies do not share a scale, and cannot be measured by one: {differ}")
        plan = replace(_plan(asked, history, packs, compared), baselines=tuple(baselines))
        found, lists = _looked(plan, history, crew)
        if not found.tally.moves.providers:
            raise CannotBacktest("no provider was open and known in the time that is looked at")
        told = figures.report(plan, history, packs, compared, found, asked.generated)
        try:
            report.write(told, asked.out, lists)
        except OSError as error:
            raise CannotBacktest(f"the report cannot be written to {asked.out}: {error.strerror}") from error


def refuse(asked: Asked) -> None:
    """Raises CannotBacktest where the question makes no sense."""
    if (asked.place is None) == (asked.feed is None):
        raise CannotBacktest("say either --place, for the ledger, or --feed, for a file")
    if asked.feed is not None and asked.feed[0] not in FEEDS:
        raise CannotBacktest(f"there is no feed {asked.feed[0]!r}; there is {', '.join(FEEDS)}")
    if asked.feed is not None and asked.pack is None:
        raise CannotBacktest("a file adopts no policy: name one with --pack")
    if asked.first is not None and asked.last is not None and asked.first > asked.last:
        raise CannotBacktest(f"--from {asked.first} is after --to {asked.last}")
    if asked.horizon < 1:
        raise CannotBacktest("--horizon is a number of days, 1 or more")


def _pack(name: str) -> Pack:
    """A shipped pack by its name, or the one in a file."""
    try:
        return policy.load(name if Path(name).suffix == "" else Path(name))
    except FileNotFoundError as error:
        raise CannotBacktest(f"there is no pack {name!r}; shipped are {', '.join(policy.shipped())}") from error
    except OSError as error:
        raise CannotBacktest(f"the pack {name} cannot be read: {error.strerror}") from error
    except policy.PackError as error:
        raise CannotBacktest(str(error)) from error


def _history(asked: Asked, settings: Callable[[], RiskSettings], scratch: Path, crew: Crew) -> History:
    if asked.feed is None:
        return _from_ledger(settings(), str(asked.place), scratch, crew)
    parts, reading = spool.files(scratch, PARTS), Reading()
    crew.begin("reading the file", None)
    try:
        with Spool(parts) as into:
            for event in reading.events(asked.feed[1]):
                into.add(event)
    except UnreadableHistory as error:
        raise CannotBacktest(str(error)) from error
    except OSError as error:
        raise CannotBacktest(f"{asked.feed[1]} cannot be read: {error.strerror}") from error
    return History(PLACE, asked.feed[0], parts, into.survey, reading)


def _from_ledger(settings: RiskSettings, place: str, scratch: Path, crew: Crew) -> History:
    parts, survey = spool.files(scratch, PARTITIONS), Survey()
    there = ledger_history.stretches(settings, place)
    crew.begin("reading the ledger", len(there))
    for seen in crew.each(ledger_history.spooled, list(zip(there, parts, strict=True))):
        survey.merge(seen)
        crew.ahead(1)
    ends = tuple(each.end for each in there)
    return History(place, None, parts, survey, Reading(rows=survey.rows), ends)


def _plan(asked: Asked, history: History, packs: Sequence[Pack], compared: Pack | None) -> Plan:
    survey = history.survey
    if survey.first is None or survey.end is None:
        raise CannotBacktest(f"the history holds nothing about {history.place}")
    span = Span(
        max(survey.first, asked.first.toordinal()) if asked.first else survey.first,
        min(survey.end, asked.last.toordinal()) if asked.last else survey.end,
    )
    every = {policy.digest(pack): pack for pack in (*packs, *([compared] if compared else ()))}
    return Plan(
        place=history.place,
        span=span,
        horizon=asked.horizon,
        daily=asked.feed is None,
        packs=tuple((digest, orjson.dumps(policy.document(pack))) for digest, pack in every.items()),
        baselines=(),
        filed=frozenset(survey.returns),
        imposed=None if asked.pack is None else policy.digest(packs[0]),
        scale=policy.digest(packs[-1]),
        compared=None if compared is None else policy.digest(compared),
        since=survey.first,
        listed=not asked.counts_only,
    )


def _looked(plan: Plan, history: History, crew: Crew) -> tuple[Found, dict[str, list[Path]]]:
    """Everything found, and the files of what is listed one by one."""
    found, lists = looking.empty(plan), dict[str, list[Path]]()
    crew.begin("replaying", history.survey.kinds.total())
    for part in crew.each(looking.look, [(plan, file) for file in history.parts]):
        found.tally.merge(part.tally)
        if found.comparison is not None and part.comparison is not None:
            found.comparison.merge(part.comparison)
        for name, path in part.lists.items():
            lists.setdefault(name, []).append(path)
        crew.ahead(part.rows)
    return found, lists
