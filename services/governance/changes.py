"""What changed about a provider between two moments, each of two clocks; and the events that did it (§4.2, 2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.governance import documents, history, past, register
from services.governance.documents import Document
from services.governance.domain.kinds import KIND_OF, KINDS
from services.governance.domain.standing import Standing
from services.governance.event_store import EventStore
from services.governance.history import Wanted
from services.governance.pages import OURS
from services.governance.past import When
from services.governance.searching import publisher
from shared.events import TYPES, Data, Event, assessments, data_of, decode, envelope
from shared.events.decisions import DecisionEvent
from shared.policies.deciding import Clocks

MOST = 1000
RECEIVED = (
    "concerns",
    "safeguarding",
    "incidents",
    "voice",
    "cqc",
    "regulators",
    "returns",
    "visits",
    "quality_assessments",
)
"""Parts of the language by which concerns and facts come in."""
TOLD = "notifications"


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything about a provider that was true by one clock and known by the other."""

    events: Sequence[Event]
    """Ledger, in its order."""
    derived: Sequence[Event]
    """Assessments and notifications, in the order of the history."""
    place: str = ""
    """The place that watches it."""

    @property
    def ids(self) -> set[UUID]:
        """Of all of them."""
        return {event.id for event in (*self.events, *self.derived)}

    @property
    def recorded(self) -> assessments.AssessmentChanged | None:
        """What the facts indicated, as it was said last."""
        last = next((event for event in reversed(self.derived) if event.type == past.CHANGED), None)
        said = data_of(last) if last else None
        return said if isinstance(said, assessments.AssessmentChanged) else None


def read(store: EventStore, provider_id: str, when: When, places: frozenset[str]) -> Moment:
    """Blocks. Raises Unknown."""
    seen = register.provider(store, provider_id, places)
    known = when.known_at if when.asked else None
    with store.reading() as cursor:
        ledger = [decode(body) for body in history.ledger(cursor, provider_id, known)]
        wanted = Wanted(as_of=when.as_of, known_at=known, topics=("assessments", "notifications"), limit=100_000)
        derived = [decode(entry.body) for entry in history.page(cursor, provider_id, wanted)[0]]
    true = [event for event in ledger if event.subject == provider_id and event.time <= when.as_of]
    return Moment(true, derived, seen.place)


def between(before: Moment, after: Moment, rules: tuple[Clocks | None, Clocks | None] = (None, None)) -> Document:
    """What is different, each with the events that did it. `rules`: the policies' clocks at either moment. Pure."""
    then, today = before.ids, after.ids
    new = [event for event in (*after.events, *after.derived) if event.id not in then]
    gone = [event for event in (*before.events, *before.derived) if event.id not in today]
    moved = sorted((*new, *gone), key=lambda event: event.recordedtime)
    (was, _), (now, _) = past.folded(before.events), past.folded(after.events)
    return {
        "stood": [_stood(was, before.recorded), _stood(now, after.recorded)],
        "levels": _different(documents.levels(was), documents.levels(now), _decided(moved, "level.")),
        "indicated": _indicated(before.recorded, after.recorded, moved),
        "criteria": _criteria(before.recorded, after.recorded),
        "sanctions": _different(
            _by(documents.sanctions(was)),
            _by(documents.sanctions(now)),
            _decided(moved, "suspension.", "default_notice."),
        ),
        "processes": _different(_by(documents.processes(was)), _by(documents.processes(now)), _decided(moved, "lsi.")),
        "clocks": _different(_clocks(was, before.recorded, rules[0]), _clocks(now, after.recorded, rules[1]), ()),
        "decisions": _decided(moved, ""),
        "matters": _matters(before, after, moved),
        "received": [_shown(event) for event in moved if _group(event) in RECEIVED][:MOST],
        "told": [_shown(event) for event in moved if _group(event) == TOLD][:MOST],
        "events": {"new": len(new), "no_longer": len(gone), "shown": [_shown(event) for event in moved][:MOST]},
    }


def matters(events: Iterable[Event], kind: str | None = None) -> dict[str, dict[str, Document]]:
    """Plans, tasks and whatever else people work on, as these events leave it: by kind and id. Pure."""
    states: dict[tuple[str, str], Any] = {}
    for event in events:
        step = _data(event)
        if step is not None and (of := KIND_OF.get(type(step))) is not None and kind in (None, of.name):
            name = (of.name, str(getattr(step, of.key)))
            if name in states or isinstance(step, of.first):
                states[name] = of.take(states.get(name), step)
    found: dict[str, dict[str, Document]] = {}
    for (kind_name, matter_id), state in states.items():
        found.setdefault(kind_name, {})[matter_id] = KINDS[kind_name].document(state)
    return found


def _stood(standing: Standing, judged: assessments.AssessmentChanged | None) -> Document:
    """Where it stood, changed or not: confirmed levels, and what the facts indicated, by scale."""
    indicated = {name: one.model_dump(mode="json") for name, one in judged.scales.items()} if judged else {}
    return {"levels": documents.levels(standing), "indicated": indicated}


def _clocks(
    standing: Standing, judged: assessments.AssessmentChanged | None, rules: Clocks | None
) -> dict[str, Document]:
    """What ran, by kind and what it is about: ours, and those that risk keeps."""
    ours = documents.clocks(standing, rules)
    theirs = [one.model_dump(mode="json") for one in judged.clocks if one.kind != OURS] if judged else []
    return {f"{one['kind']} {one.get('reference') or ''}".strip(): one for one in (*ours, *theirs)}


def _matters(before: Moment, after: Moment, moved: Sequence[Event]) -> Document:
    was, now = matters(before.events), matters(after.events)
    by: dict[str, list[Document]] = {}
    for event in moved:
        step = _data(event)
        if step is not None and (of := KIND_OF.get(type(step))) is not None:
            by.setdefault(getattr(step, of.key), []).append(_shown(event))
    said = {}
    for kind in sorted(was.keys() | now.keys()):
        changes = _different(was.get(kind, {}), now.get(kind, {}), ())
        if changes:
            said[kind] = [one | {"by": by.get(one["of"], [])} for one in changes]
    return said


def _indicated(
    was: assessments.AssessmentChanged | None, now: assessments.AssessmentChanged | None, moved: Sequence[Event]
) -> list[Document]:
    said = [
        {name: one.model_dump(mode="json") for name, one in each.scales.items()} if each else {} for each in (was, now)
    ]
    return _different(said[0], said[1], [_shown(event) for event in moved if event.type == past.CHANGED])


def _criteria(was: assessments.AssessmentChanged | None, now: assessments.AssessmentChanged | None) -> Document:
    met = [{one.id: one for one in said.criteria if one.outcome == "met"} if said else {} for said in (was, now)]

    def told(names: Iterable[str], said: Mapping[str, assessments.Criterion]) -> list[Document]:
        return [{"id": n, "level": said[n].level, "says": said[n].says, "by": list(said[n].evidence)} for n in names]

    return {
        "met": told(sorted(met[1].keys() - met[0].keys()), met[1]),
        "no_longer_met": told(sorted(met[0].keys() - met[1].keys()), met[0]),
    }


def _different(was: Mapping[str, Any], now: Mapping[str, Any], by: Sequence[Document]) -> list[Document]:
    return [
        {"of": name, "was": was.get(name), "is": now.get(name), "by": list(by)}
        for name in sorted(was.keys() | now.keys())
        if was.get(name) != now.get(name)
    ]


def _by(shown: Iterable[Document]) -> dict[str, Document]:
    """By whatever names each: its own id, which is not the decision's."""
    return {
        next((str(one[key]) for key in one if key.endswith("_id") and key != "decision_id"), ""): one for one in shown
    }


def _decided(moved: Iterable[Event], *prefixes: str) -> list[Document]:
    """The steps of decisions of these kinds."""
    found = []
    for event in moved:
        step = _data(event)
        said = getattr(step, "decision", None)
        if isinstance(step, DecisionEvent) and said is not None and said.type.startswith(prefixes):
            found.append(_shown(event) | {"decision": said.type})
    return found


def _data(event: Event) -> Data | None:
    return data_of(event) if event.type in TYPES else None


def _group(event: Event) -> str:
    return TYPES[event.type].model.__module__.rpartition(".")[2] if event.type in TYPES else ""


def _shown(event: Event) -> Document:
    return {
        "event_id": str(event.id),
        "type": event.kind,
        "time": envelope.instant(event.time),
        "recordedtime": envelope.instant(event.recordedtime),
        "publisher": publisher({"source": event.source, "writer": event.writer}),
    }
