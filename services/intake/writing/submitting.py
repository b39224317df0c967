"""A draft that was sent becomes a fact at the one door; whatever is in the way, it is tried again until it is there."""

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
import psycopg

from services.intake import normalise, quarantine, register
from services.intake.door import Door
from services.intake.faults import Unusable
from services.intake.judgement import Outcome
from services.intake.submission import OWN_ID, Submission
from services.intake.writing import concern_facts, limits, return_facts, service_choice, voice_facts
from services.intake.writing.drafts import Draft, Drafts
from services.intake.writing.questions import Answers
from shared.database import Pool
from shared.events import envelope
from shared.journal import append
from shared.vault import KeyDestroyed, Vault

log = logging.getLogger(__name__)

LATER = (append.Unavailable, psycopg.OperationalError, psycopg.InterfaceError)
"""What passes by itself: the words are safe, and the sweep goes on."""
AGAIN_AFTER = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a form says, before it is checked like everybody's facts."""

    type: str
    publisher: str
    reference: str
    subject: str
    time: datetime
    data: Mapping[str, object]
    is_kept_from_provider: bool = False


def concern(draft: Draft, answers: Answers, sent: datetime) -> Fact:
    """The concern form's fact."""
    return Fact(
        concern_facts.TYPE,
        concern_facts.PUBLISHER,
        concern_facts.named(answers, draft.reference),
        service_choice.subject(answers, draft.reference),
        concern_facts.happened(answers, sent),
        concern_facts.data(answers, draft.reference),
        concern_facts.is_kept_from_provider(answers),
    )


def feedback(draft: Draft, answers: Answers, sent: datetime) -> Fact:
    """The voice form's fact: feedback, or a compliment."""
    return Fact(
        voice_facts.kind(answers),
        voice_facts.PUBLISHER,
        draft.reference,
        service_choice.subject(answers, draft.reference),
        sent,
        voice_facts.data(answers, draft.reference),
        not voice_facts.may_be_shared(answers),
    )


def returned(draft: Draft, answers: Answers, sent: datetime) -> Fact:
    """A provider's return."""
    return Fact(
        return_facts.TYPE,
        return_facts.PUBLISHER,
        return_facts.reference(draft.bound),
        draft.bound["provider_id"],
        sent,
        return_facts.data(draft.bound, answers, sent),
    )


FACTS: dict[str, Callable[[Draft, Answers, datetime], Fact]] = {
    "concern": concern,
    "feedback": feedback,
    "returns": returned,
}


@dataclass(frozen=True, slots=True)
class Submitting:
    """What it needs: the draft's words, the door."""

    pool: Pool
    vault: Vault
    door: Door
    drafts: Drafts
    digest_key: bytes

    async def record(self, draft: Draft) -> None:
        """Take what was sent to the door, and note what it became. Harmless to repeat; raises what LATER has."""
        try:
            answers = await self.drafts.answers(draft)
        except KeyDestroyed:  # somebody else has recorded it in this moment; else its words were erased
            found = await self.drafts.by_id(draft.id)
            if found is not None and found.state == "recorded":
                return
            raise
        sent = draft.submittedtime or draft.createdtime
        fact = FACTS[draft.kind](draft, answers, sent)
        try:
            it, outcome = await self._admit(draft, fact, sent)
        except Unusable as refused:
            await self._keep(draft, fact, quarantine.UNUSABLE, str(refused))
            return
        if outcome.status == quarantine.CONFLICT and fact.reference != draft.reference and draft.kind == "concern":
            # Somebody else's concern has that reference: this one is never held up by it.
            ours = concern(draft, {**answers, "own_reference": ""}, sent)
            it, outcome = await self._admit(draft, ours, sent)
        if outcome.status in (quarantine.CONFLICT, quarantine.REFUSED):
            await self._keep(draft, fact, quarantine.CONFLICT, outcome.reason or "sent before with other content")
            return
        await self.drafts.recorded(draft, it.id, outcome.status)

    async def _admit(self, draft: Draft, fact: Fact, sent: datetime) -> tuple[Submission, Outcome]:
        when, told = envelope.instant(fact.time), envelope.instant(sent)
        attributes = {"subject": fact.subject, "time": when, "observedtime": told, "correlationid": draft.reference}
        if fact.is_kept_from_provider:
            attributes["nottoprovider"] = "true"
        it = normalise.fact(
            fact.type,
            fact.data,
            reference=fact.reference,
            attributes=attributes,
            publisher=fact.publisher,
            digest_key=self.digest_key,
        )
        places = draft.places if it.subject.scheme != OWN_ID else await self._place(it.subject.value)
        (outcome,) = await self.door.admit([it], places)
        return it, outcome

    async def _keep(self, draft: Draft, fact: Fact, reason: str, detail: str) -> None:
        """What the door does not take is still somebody's word: it waits for a steward, as an inbox's event does."""
        log.error("%s %s cannot be used, and waits in quarantine: %s", draft.kind, draft.reference, detail)
        event: dict[str, object] = {
            "specversion": "1.0", "id": fact.reference, "source": f"/forms/{draft.kind}", "type": fact.type,
            "subject": fact.subject, "time": envelope.instant(fact.time), "data": fact.data,
        }  # fmt: skip
        if fact.is_kept_from_provider:
            event["nottoprovider"] = True
        value = orjson.dumps(event)
        packed = orjson.dumps({"headers": {}, "value": base64.b64encode(value).decode()}).decode()
        raw = await self.vault.seal(packed, event_id=draft.id, subjects=(f"event:{draft.id}",))
        entry = quarantine.Entry(
            id=draft.id,
            digest=hmac.new(self.digest_key, value, hashlib.sha256).digest(),
            reason=reason,
            detail=detail[:2000],
            publisher=fact.publisher,
            places=draft.places,
            receivedtime=draft.submittedtime or draft.createdtime,
            sealed={quarantine.RAW: raw.model_dump()},
        )
        async with self.pool.connection() as connection, connection.cursor() as cursor:
            await quarantine.keep(cursor, [entry])
        await self.drafts.recorded(draft, draft.id, "quarantined")

    async def _place(self, provider_id: str) -> list[str]:
        async with self.pool.connection() as connection, connection.cursor() as cursor:
            found = await register.provider(cursor, provider_id)
        return [found.place] if found else []

    async def sweep(self, now: datetime) -> None:
        """Record what was sent and did not get through, and forget what is over."""
        for draft in await self.drafts.unfinished(now - AGAIN_AFTER):
            try:
                await self.record(draft)
            except LATER as error:
                log.warning("%s %s is not recorded yet: %s", draft.kind, draft.reference, type(error).__name__)
            except Exception:  # one that breaks is loud, and holds up none of the others
                log.exception("%s %s cannot be recorded", draft.kind, draft.reference)
        await self.drafts.forget_expired(now)
        async with self.pool.connection() as connection, connection.cursor() as cursor:
            await limits.forget(cursor, now)
