"""An officer makes a concern of an e-mail: the officer's grading, the sender's words, one reference for one concern."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from services.intake import attachments, normalise
from services.intake.faults import keepable
from services.intake.media import Unacceptable
from services.intake.parts import Parts
from services.intake.submission import Submission
from services.intake.writing import concern_facts, concern_form, mails, standing
from services.intake.writing.mailbox import Mail
from services.intake.writing.mails import Mails, Waiting
from shared.events import envelope
from shared.events import vocabulary as words
from shared.events.attachments import Attachment

MOST_FILES = 20
Kept = Annotated[str, AfterValidator(keepable)]
Text = Annotated[Kept, StringConstraints(min_length=1, max_length=20_000)]


class AlreadyRecorded(Exception):
    """The reference names a concern that says something else, or that is about another service."""


class Decided(Exception):
    """Somebody else has just decided it."""


class Completion(BaseModel):
    """What the officer adds to the words of the e-mail."""

    model_config = ConfigDict(frozen=True)
    provider: Kept = Field(min_length=1, max_length=150)
    """Our id, `cqc:…` or an alias."""
    themes: tuple[Kept, ...] = Field(min_length=1, max_length=40)
    severity: words.Severity
    people_affected_band: words.PeopleBand = "unknown"
    reporter_type: words.Role | None = None
    concern_id: Annotated[words.Reference, AfterValidator(keepable)] | None = None
    """The reference that the sender gave it; else the draft's own."""
    time: AwareDatetime | None = None
    """When it happened; else when the e-mail was sent."""
    description: Text | None = None
    """In place of the e-mail's own words."""
    anonymous: bool = False
    """The sender's name is not kept with the concern."""


class Completed(BaseModel):
    """What became of it."""

    draft: UUID
    id: UUID
    concern_id: str
    status: Literal["accepted", "duplicate", "quarantined"]
    reason: str | None = None
    left: list[str] = Field(default_factory=list)
    """Files that stay with the draft alone, and why they do not go with the concern."""


async def complete(parts: Parts, kept: Mails, draft: Waiting, completion: Completion, *, by: str) -> Completed:
    """Record the concern, once. Raises Unusable, AlreadyRecorded or Decided."""
    if draft.state != mails.OPEN:
        raise Decided(f"It was {draft.state}.")
    content = [mail for mail in await kept.read(draft.id, by, parts.now()) if mail]
    named = completion.concern_id or draft.reference
    if await _waits(parts, named):
        raise AlreadyRecorded(f"{named} waits in quarantine for its service to be named. Name it there.")
    if found := await _recorded(parts, named, draft.place):
        return await _same(kept, draft, completion, found, by=by)
    kept_files, left = await _files(parts, content, draft.place)
    it = _submission(draft, completion, content, named, parts.digest_key, files=kept_files)
    (outcome,) = await parts.door.admit([it], {draft.place})
    if outcome.status in ("conflict", "refused"):
        raise AlreadyRecorded(outcome.reason or "The same reference says something else. Give it one of its own.")
    if not await kept.decide(draft.id, mails.RECORDED, outcome.status, by=by, event_id=it.id):
        raise Decided("Somebody else has just decided it.")
    status: Literal["duplicate", "quarantined", "accepted"] = (
        "duplicate"
        if outcome.status == "duplicate"
        else "quarantined"
        if outcome.status == "quarantined"
        else "accepted"
    )
    return Completed(draft=draft.id, id=it.id, concern_id=named, status=status, reason=outcome.reason, left=left)


async def _recorded(parts: Parts, named: str, place: str) -> standing.Concern | None:
    """The concern that has this reference already, by whichever door it came."""
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        found = await standing.named(cursor, named)
    return next((each for each in found if each.place == place and each.publisher == concern_facts.PUBLISHER), None)


async def _files(parts: Parts, content: list[Mail], place: str) -> tuple[list[Attachment], list[str]]:
    """The files that go with the concern, each under a key of its own; and those that do not, with the reason."""
    kept: dict[UUID, Attachment] = {}
    left = []
    for file in (file for mail in content for file in mail.files):
        try:
            one = await attachments.keep(
                parts.pool,
                parts.vault,
                file.content,
                said=file.media_type,
                publisher=concern_facts.PUBLISHER,
                places=[place],
                classification="official-sensitive",
                now=parts.now(),
            )
        except Unacceptable as error:
            left.append(f"{file.name or file.media_type}: {error}")
            continue
        if len(kept) < MOST_FILES or one.ref in kept:
            kept[one.ref] = one
        else:
            left.append(f"{file.name}: a concern has at most {MOST_FILES} files")
    return list(kept.values()), left


async def _waits(parts: Parts, reference: str) -> bool:
    """Whether a form's concern of this reference waits in quarantine: recorded here, it would be there twice."""
    async with parts.pool.connection() as connection:
        found = await connection.execute(
            "SELECT FROM drafts AS d JOIN quarantine AS q ON q.id = d.event_id"
            " WHERE d.reference = %s AND q.state = 'open'",
            (reference,),
        )
        return found.rowcount > 0


async def _same(kept: Mails, draft: Waiting, completion: Completion, found: standing.Concern, *, by: str) -> Completed:
    """The same reference for the same service is the same concern: nothing is recorded a second time."""
    if completion.provider.startswith("prv-") and completion.provider != found.provider_id:
        raise AlreadyRecorded(
            f"{found.concern_id} is a concern about another service. Give this one its own reference."
        )
    if not await kept.decide(draft.id, mails.RECORDED, "duplicate", by=by, event_id=found.event_id):
        raise Decided("Somebody else has just decided it.")
    return Completed(
        draft=draft.id,
        id=found.event_id,
        concern_id=found.concern_id,
        status="duplicate",
        reason="this concern is recorded already; the e-mail stays with its draft",
    )


def _submission(
    draft: Waiting,
    completion: Completion,
    content: list[Mail],
    named: str,
    digest_key: bytes,
    *,
    files: list[Attachment],
) -> Submission:
    first = content[0] if content else None
    sent = first.sent if first and first.sent and first.sent <= draft.receivedtime else draft.receivedtime
    text = completion.description or "\n\n".join(mail.text for mail in content if mail.text)[:20_000]
    data: dict[str, object] = {
        "concern_id": named,
        "themes": list(completion.themes),
        "severity": completion.severity,
        "people_affected_band": completion.people_affected_band,
        "channel": "inbox",
        "anonymous": completion.anonymous,
    }
    optional = {
        "description": text,
        "reporter_type": completion.reporter_type,
        "reporter": first.sender if first and not completion.anonymous else None,
    }
    data |= {name: value for name, value in optional.items() if value}
    if files:
        data["attachments"] = [file.model_dump(mode="json") for file in files]
    attributes = {
        "subject": completion.provider,
        "time": envelope.instant(completion.time or sent),
        "observedtime": envelope.instant(draft.receivedtime),
        "correlationid": draft.reference,
    }
    if completion.reporter_type == concern_form.WORKER:
        attributes["nottoprovider"] = "true"
    return normalise.fact(
        concern_facts.TYPE,
        data,
        reference=named,
        attributes=attributes,
        publisher=concern_facts.PUBLISHER,
        digest_key=digest_key,
    )
