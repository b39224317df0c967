"""Follows up what arrived: corrections, challenges and answers, what was carried over, host notices. Each once."""

import asyncio
import logging
from datetime import datetime
from uuid import UUID

from pydantic import ValidationError

from services.governance import register, view
from services.governance.asking import NoPolicy, Unknown
from services.governance.event_store import EventStore, IntegrityError
from services.governance.packs import Packs
from services.governance.publish import Origin
from services.governance.reactions import POLL_SECONDS, RETRIED
from services.governance.watching import carrying, challenges, hosts, ordered, pausing, taint
from services.governance.watching.following import About
from shared import calendar, clock
from shared.events import Event, carried_over, corrections, data_of, decode, placements, tasks, visits

log = logging.getLogger(__name__)

MOST = 200
SECOND_LOOK = 10
"""Seconds: a decision that was being kept when a correction arrived is seen by the second look."""
_WAITING = f"""
SELECT a.id, h.body, a.looked FROM {view.SCHEMA}.arrived AS a JOIN {view.SCHEMA}.history AS h USING (id)
WHERE NOT a.looked OR a.put < clock_timestamp() - make_interval(secs => %s)
ORDER BY a.put, h.recordedtime LIMIT %s
"""  # noqa: S608 - names of ours alone, here and below
_LOOKED = f"UPDATE {view.SCHEMA}.arrived SET looked = true WHERE id = %s"  # noqa: S608
_OVER = f"DELETE FROM {view.SCHEMA}.arrived WHERE id = %s"  # noqa: S608


class Arrivals:
    """A read model that was built again lists everything anew: what was followed up before is not done twice."""

    def __init__(self, store: EventStore, packs: Packs, digest_key: bytes) -> None:
        self._store, self._packs, self._digest_key = store, packs, digest_key

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                while await asyncio.to_thread(self.look, clock.now()):
                    pass
            except RETRIED as error:
                log.warning("what arrived is not followed up at the moment: %s: %.300s", type(error).__name__, error)
            await asyncio.sleep(POLL_SECONDS)

    def look(self, now: datetime) -> int:
        """Follow up whatever waits. Answers how many were settled. Blocks."""
        with self._store.reading() as cursor:
            cursor.execute(_WAITING, (SECOND_LOOK, MOST), prepare=True)
            waiting = cursor.fetchall()
        return sum(self._one(row["id"], bytes(row["body"]), now, again=row["looked"]) for row in waiting)

    def _one(self, id_: UUID, body: bytes, now: datetime, *, again: bool) -> bool:
        try:
            event = decode(body)
            data_of(event)
        except ValidationError:
            log.exception("%s was altered since, and is not followed up: prove the record, and build it again", id_)
            return self._settled(id_, again=again)
        try:
            self._follow(event, now)
        except Unknown:
            log.exception("%s of %s is not followed up", event.type, event.subject)
        except ValidationError:
            log.exception("%s of %s waits for another row that was altered", event.type, event.subject)
            return False
        except IntegrityError:
            return False  # somebody was first: looked at again
        return self._settled(id_, again=again)

    def _settled(self, id_: UUID, *, again: bool) -> bool:
        with self._store.datastore.transaction(commit=True) as cursor:
            cursor.execute(_OVER if again else _LOOKED, (id_,), prepare=True)
        return True

    def _follow(self, event: Event, now: datetime) -> None:
        for decision_id, provider_id, place in taint.each(self._store, taint.decisions_naming(self._store, event)):
            about = self._about(provider_id, now)
            taint.follow(self._store, about, self._store.case(provider_id, place).decision(decision_id))
        match data_of(event):
            case corrections.FactWithdrawn(event_id=was) | corrections.FactCorrected(event_id=was):
                ordered.taken_back(self._store, lambda who: self._about(who, now), was)
            case corrections.DisputeRaised() as said:
                challenges.raised(self._store, self._about(event.subject, now), event, said)
            case corrections.DisputeAnswered() as said:
                challenges.answered(self._store, self._about(event.subject, now), event, said)
            case carried_over.CarriedOverRecorded() as said:
                carrying.follow(self._store, self._about(event.subject, now), event, said)
            case placements.HostNoticeReceived() as said:
                hosts.follow(self._store, self._about(event.subject, now), event, said)
                pausing.follow(self._store, self._about(event.subject, now), event, said)
            case visits.VisitPlanned(visit_id=name) | visits.VisitCancelled(visit_id=name):
                ordered.follow(self._store, self._about(event.subject, now), event, name)
            case tasks.TaskDone() | tasks.TaskNotDone() | tasks.TaskWithdrawn() as step:
                taint.over(self._store, lambda: self._about(event.subject, now), step)

    def _about(self, provider_id: str, now: datetime) -> About:
        seen = register.provider(self._store, provider_id)
        try:
            policy = self._packs.in_force(seen.place, calendar.london_date(now))
        except NoPolicy:
            policy = None  # no limit runs, and it is owed all the same
        return About(seen, policy, now, Origin(seen.place, self._digest_key))
