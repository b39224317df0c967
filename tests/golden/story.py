"""Given a place, a policy and facts in order; when days close; then this is indicated. No broker, no database.

`Judge` is the whole pure core as a stream processor uses it: one partition, records in order, outputs out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.risk import alerts, deadlines, episodes
from services.risk.criteria import Rules
from services.risk.episodes import Episode
from services.risk.expected import Baseline
from services.risk.remembered.partition import Place
from services.risk.remembered.state import PartitionState, ProviderState, fold, fold_mark, is_mark, place_of
from services.risk.standing import Scene
from services.risk.weighing import Texts
from shared import calendar, identifiers, policy
from shared.events import Event, envelope, registry
from shared.events.assessments import Assessment

PLACE = "X00000001"
HOME = "prv-00000000synthetic"
WRITERS = ("intake", "governance")
PACKS: dict[str, Rules] = {}


def rules(name: str) -> Rules:
    """A shipped policy made ready, once."""
    if name not in PACKS:
        PACKS[name] = Rules(policy.load(name))
    return PACKS[name]


@dataclass(frozen=True)
class Said:
    """One output: what about whom, and because of which record."""

    provider: str
    what: Assessment | alerts.Alert
    cause: UUID


@dataclass
class Judge:
    """One partition's worth of risk: state in, records through, outputs out."""

    texts: dict[str, Rules] = field(default_factory=dict)
    partition: PartitionState = field(default_factory=lambda: PartitionState(0))
    states: dict[str, ProviderState] = field(default_factory=dict)
    last: dict[str, Assessment] = field(default_factory=dict)
    episodes: dict[str, dict[str, Episode]] = field(default_factory=dict)
    baselines: dict[str, Baseline] = field(default_factory=dict)

    def take(self, event: Event) -> list[Said]:
        """Apply one record; a repeat changes nothing."""
        if place_of(self.partition, event) is not Place.NEXT:
            return []
        if is_mark(event):
            return self._mark(event)
        self.partition = fold_mark(self.partition, event)
        before = self.states.get(event.subject)
        after = fold(before, event)
        stood = None if before is None else self.weighing.scene(before, self.partition)
        self.states[event.subject] = after
        return self._judged(event, event.subject, stood)

    def assess(self, provider: str = HOME) -> Assessment:
        """What the facts indicate now."""
        return self.weighing.weigh(self.states[provider], self.partition).assessment

    @property
    def weighing(self) -> Texts:
        """What is known of policies and baselines."""
        return Texts(self.texts.__getitem__, self.baselines.__getitem__)

    def _mark(self, event: Event) -> list[Said]:
        digest = event.data.get("digest", "")
        pack = self.texts[digest].pack.pack if digest in self.texts else ""
        before, self.partition = self.partition, fold_mark(self.partition, event, pack=pack)
        moved = (before.c, before.texts()) != (self.partition.c, self.partition.texts())
        said: list[Said] = []
        for provider, state in sorted(self.states.items()) if moved else ():
            said += self._judged(event, provider, self.weighing.scene(state, before))
        return said

    def _judged(self, event: Event, provider: str, stood: Scene | None) -> list[Said]:
        state = self.states[provider]
        found = self.weighing.weigh(state, self.partition)
        here = self.weighing.scene(state, self.partition, found.due)
        known = self.episodes.get(provider, {})
        turn = episodes.turn(known, found.seen, str(event.id), here.due.today)
        self.episodes[provider] = turn.now
        said = [] if self.last.get(provider) == found.assessment else [Said(provider, found.assessment, event.id)]
        self.last[provider] = found.assessment
        told = (*alerts.alerts(stood, here), *alerts.turned(turn, found.seen, here))
        return [*said, *(Said(provider, alert, event.id) for alert in told)]


def c_of(partition: PartitionState) -> date | None:
    """The last London day that both writers have closed."""
    return None if partition.c is None else deadlines.day(partition.c)


class Story:
    """A place's ledger, told in order. Every method that records something moves to its time first."""

    def __init__(self, start: str = "2026-01-01", pack: str | Rules = "herefordshire-2018") -> None:
        self.pack = rules(pack) if isinstance(pack, str) else pack
        self.judge = Judge({self.pack.digest: self.pack})
        self.log: list[Event] = []
        self.said: list[Said] = []
        self.now = calendar.midnight(date.fromisoformat(start)) + timedelta(hours=9)
        self._sequences: dict[str, int] = {}
        self._heard: set[str] = set()

    # Given

    def adopted(self) -> "Story":
        """The place's policy comes into force."""
        data = {"place": PLACE, "digest": self.pack.digest}
        self.record("policy.in_force", data, writer="governance", subject="partition/0")
        return self

    def registered(self, provider: str = HOME, **changes: Any) -> "Story":
        """A home of forty beds, known to CQC, commissioned by the council."""
        home = {
            "name": "Synthetic House",
            "service_type": "care_home_residential",
            "commissioning": "council",
            "beds": 40,
            "aliases": {"cqc_location_id": "1-999999999"},
        }
        self.record("registry.service.registered", home | changes, subject=provider)
        return self

    def on(self, day: str, hour: int = 9) -> "Story":
        """The clock moves to an hour of a London day. Days before it are not closed by that."""
        self.now = max(self.now, calendar.midnight(date.fromisoformat(day)) + timedelta(hours=hour))
        return self

    def rated(self, overall: str, day: str | None = None, **questions: Any) -> "Story":
        """CQC publishes a rating."""
        report = day or calendar.london_date(self.now).isoformat()
        at = calendar.midnight(date.fromisoformat(report))
        self.record("cqc_rating.published", {"overall": overall, "report_date": report} | questions, at=at)
        return self

    def concern(self, number: str = "QC-1", severity: str = "S1", **changes: Any) -> "Story":
        """A partner raises a quality concern."""
        data = {"concern_id": number, "themes": ["q.medicines"], "severity": severity}
        self.record("quality_concern.raised", data | changes)
        return self

    def outcome(self, number: str, outcome: str) -> "Story":
        """What became of a concern."""
        self.record("concern.outcome_recorded", {"concern_id": number, "outcome": outcome})
        return self

    def filed(self, *periods: str) -> "Story":
        """The provider files its monthly return."""
        for period in periods:
            self.record("returns.submitted", {"return_type": "RT-PMR", "period": period})
        return self

    def visited(self, number: str = "V-1", **changes: Any) -> "Story":
        """A visit takes place."""
        self.record("visit.completed", {"visit_id": number, "purpose": "annual"} | changes)
        return self

    def decided(self, decision: str, **fields: Any) -> "Story":
        """A decision takes effect."""
        self.record(
            "decision.took_effect",
            {
                "decision_id": f"d-{len(self.log)}",
                "decision": {"type": decision} | fields,
                "body": "COMMISSIONERS",
                "organisation": "council",
                "role": "director",
            },
            writer="governance",
        )
        return self

    # When

    def closed(self, day: str, *, each: bool = False, writers: Sequence[str] = WRITERS) -> "Story":
        """Writers close all days up to this one; `each`: one after the other."""
        last = date.fromisoformat(day)
        first = calendar.london_date(self.now) if each else last
        for ordinal in range(min(first, last).toordinal(), last.toordinal() + 1):
            self._close(date.fromordinal(ordinal), writers)
        return self

    def hear_everything(self) -> "Story":
        """The next close says that every kind of fact was heard from the place."""
        self._heard |= {entry.kind for entry in registry.TYPES.values() if "ledger" in entry.topics}
        return self

    def record(
        self,
        kind: str,
        data: dict[str, Any],
        *,
        writer: str = "intake",
        subject: str = HOME,
        at: datetime | None = None,
        source: str = "icb-quality",
        basis: envelope.Basis = "live",
    ) -> Event:
        """The next record of a writer, judged at once."""
        self.now += timedelta(microseconds=1)
        before = self._sequences.get(writer, 0)
        self._sequences[writer] = before + 1
        event = Event(
            id=identifiers.derived_id("story", str(len(self.log)), kind),
            type=envelope.type_name(kind),
            source=f"/places/{PLACE}/publishers/{source}",
            subject=subject,
            time=at or self.now,
            dataschema=f"/schemas/{kind}.v1.json",
            place=PLACE,
            basis=basis,
            data=data,
            recordedtime=self.now,
            writer=writer,
            sequence=before + 1,
            prevsequence=before,
        )
        registry.data_of(event)
        self._heard.add(kind)
        self.log.append(event)
        self.said += self.judge.take(event)
        return event

    # Then

    @property
    def assessed(self) -> Assessment:
        """What is indicated now, with its reasons."""
        return self.judge.assess()

    @property
    def indicated(self) -> tuple[str | None, str | None]:
        """The range on the primary scale."""
        return self.assessed.indicated.min, self.assessed.indicated.max

    def outcome_of(self, criterion: str) -> str:
        """Whether a criterion is met, not met or unknown."""
        return next(each.outcome for each in self.assessed.criteria if each.id == criterion)

    def told(self, code: str, of: str = "") -> list[tuple[str, str]]:
        """Alerts of a kind, in order: raised or cleared, and the cause. `of`: only causes that begin so."""
        return [
            (type(said.what.data).__name__.removeprefix("Alert").lower(), said.what.data.cause)
            for said in self.said
            if isinstance(said.what, alerts.Alert)
            and said.what.data.alert == code
            and said.what.data.cause.startswith(of)
        ]

    def _close(self, day: date, writers: Iterable[str]) -> None:
        self.now = max(self.now, calendar.midnight(day + timedelta(days=1)) + timedelta(minutes=1))
        for writer in writers:
            sources = {PLACE: sorted(self._heard)} if writer == "intake" else {}
            self.record(
                "day.closed", {"date": day.isoformat(), "sources": sources}, writer=writer, subject="partition/0"
            )
        self._heard.clear()
