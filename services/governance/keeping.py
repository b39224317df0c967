"""What a command about a case puts into the transaction of its events: published steps, alerts, our own tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Json

from services.governance import documents, publish
from services.governance.asking import Asking
from services.governance.domain import alerts, deadlines
from services.governance.domain.standing import Standing
from services.governance.domain.taken import OPEN, Taken
from services.governance.event_store import Cursor, remember
from services.governance.packs import InForce
from services.governance.provider_case import ProviderCase
from services.governance.register import Seen
from shared.events import decisions
from shared.events.alerts import AlertBody
from shared.journal.rows import Row
from shared.policies.section import Limit

LATE = "A15"


@dataclass(frozen=True, slots=True)
class Change:
    """A case before and after one command."""

    case: ProviderCase
    before: Standing
    waited: Mapping[str, Taken]
    """Decisions that waited for somebody before."""
    seen: Seen
    policy: InForce
    asking: Asking

    def rows(self, events: Sequence[Any], cursor: Cursor) -> list[Row]:
        """The rows for the journal of these stored events, and our own tables brought up to date. Under the lock."""
        origin = self.asking.origin(self.seen.place)
        who, at = self.seen.provider_id, self.asking.at
        steps = [publish.step(event, who, origin) for event in events if _name(event) in publish.STEPS]
        told = [*self._told(events), *self._answered(cursor)]
        self._index(events, cursor)
        return steps + [publish.alert(alert, who, at, origin) for alert in told]

    def _told(self, events: Sequence[Any]) -> Iterator[AlertBody]:
        facts, rules = self.seen.told, self.policy.pack.alerts
        for event in events:
            match _name(event):
                case "Proposed" if self.case.decision(event.step["decision_id"]).status == "proposed":
                    proposal = decisions.DecisionProposed.model_validate(event.step)
                    yield from alerts.proposed(facts, proposal, event.at)
                case "TookEffect":
                    effect = decisions.DecisionTookEffect.model_validate(event.step)
                    yield from alerts.took_effect(facts, effect, event.at, self.before, rules)
                    yield from alerts.refusal_answered(facts, effect, self.before, self.case.decisions.values())
                case "Declined":
                    refused = decisions.DecisionDeclined.model_validate(event.step)
                    yield from alerts.refused(facts, refused, event.at)
                case "RatificationRefused":
                    refusal = decisions.DecisionRatificationRefused.model_validate(event.step)
                    yield from alerts.ended(facts, refusal)

    def _answered(self, cursor: Cursor) -> Iterator[AlertBody]:
        """What was told because somebody was waited for, and is waited for no more."""
        still = {taken.proposal.decision_id for taken in self.case.pending}
        for name, was in self.waited.items():
            if name in still:
                continue
            if was.status == "proposed" and was.needs:
                yield alerts.no_longer_proposed(self.seen.told, was)
            cursor.execute("SELECT 1 FROM reactions WHERE reaction = %s AND cause = %s", (LATE, name), prepare=True)
            if cursor.fetchone():
                yield alerts.no_longer_late(self.seen.told, was)

    def _index(self, events: Sequence[Any], cursor: Cursor) -> None:
        touched = {event.step["decision_id"] for event in events if _name(event) in publish.STEPS}
        remind_after = self.policy.pack.authority.joint.remind_after
        for statement, values in statements(self.case, touched | set(self.waited), remind_after):
            cursor.execute(statement, values, prepare=True)
        remember(cursor, self.asking)


def statements(case: ProviderCase, touched: set[str], remind_after: Limit) -> Iterator[tuple[str, Sequence[Any]]]:
    """What brings `decisions` and `cases` up to date with a case."""
    waiting = {taken.proposal.decision_id for taken in case.pending}
    for name in sorted(touched):
        taken = case.decision(name)
        # A15 is about the other organisation; a second person of one's own is seen on the page.
        remind = deadlines.end(remind_after, taken.at) if name in waiting and taken.needs else None
        # An act that was lifted before anybody ratified it is counted among those that wait no more.
        status = "effective" if taken.status in OPEN and name not in waiting else taken.status
        yield _DECISION, (name, case.provider_id, case.place, status, remind)
        yield _WAITS_NO_MORE, (name,)
        if name in waiting:
            yield _WAITING, _waits(case, taken, remind_after)
        if taken.proposal.evidence:
            yield _EVIDENCE, (list(taken.proposal.evidence), name)
        if taken.proposal.meeting_id:
            yield _DECIDED_AT, (name, taken.proposal.meeting_id, taken.proposal.item)
    yield _CASE, (case.provider_id, case.place, case.version, Json(documents.levels(case.standing)))


def _waits(case: ProviderCase, taken: Taken, remind_after: Limit) -> Sequence[Any]:
    """For whom a decision waits, and by when an answer is owed."""
    said = taken.proposal
    due = taken.ratify_by or (deadlines.last_day(remind_after, taken.at) if taken.needs else None)
    return said.decision_id, case.provider_id, case.place, said.body, said.decision.type, sorted(taken.needs), due


# Reminded of once, not again: a decision that still waits keeps what it has.
_DECISION = """
INSERT INTO decisions(decision_id, provider_id, place, status, remind_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (decision_id) DO UPDATE SET status = excluded.status,
  remind_at = CASE WHEN excluded.remind_at IS NULL THEN NULL ELSE decisions.remind_at END
"""
_WAITS_NO_MORE = "DELETE FROM waiting WHERE decision_id = %s"
_WAITING = """
INSERT INTO waiting(decision_id, provider_id, place, body, decision, needs, due) VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_EVIDENCE = """
INSERT INTO evidence_named(event_id, decision_id) SELECT unnest(%s::uuid[]), %s ON CONFLICT DO NOTHING
"""
_DECIDED_AT = """
INSERT INTO decided_at(decision_id, meeting_id, item) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""
_CASE = """
INSERT INTO cases(provider_id, place, version, standing) VALUES (%s, %s, %s, %s)
ON CONFLICT (provider_id) DO UPDATE SET version = excluded.version, standing = excluded.standing
"""


def _name(event: object) -> str:
    return type(event).__name__
