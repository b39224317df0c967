"""HTTP in: CloudEvents and typed JSON from partners, and what each sender is answered (architecture §5, intake)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Request
from pydantic import BaseModel

from services.intake import authority, cloudevents, normalise
from services.intake.cloudevents import Incoming
from services.intake.faults import Fault, NotACloudEvent, NotTheirs, Refused, Unusable
from services.intake.judgement import Outcome, Status
from services.intake.parts import Parts, Publisher, Ready, sender_of
from services.intake.submission import Submission
from services.intake.wire import EVENTS_BODY, TYPED_BODY
from shared import logs, problems, security
from shared.events import registry

MAX_BATCH = 500
ENVELOPE = (
    "provider", "reference", "time", "observedtime", "correlationid", "classification", "providername",
    "providerpostcode",
)  # fmt: skip
"""The members of typed JSON that are not the fact's own; `sharing` is another, an object."""

router = APIRouter(tags=["events"])


class Result(BaseModel):
    """What became of one event. Its `id` is the receipt's: ours, and the same whenever the same fact is sent."""

    id: UUID | None = None
    status: Status
    reason: str | None = None
    errors: list[problems.FieldError] | None = None


class Results(BaseModel):
    """One result an event, in the order in which they were sent."""

    results: list[Result]


@router.post("/v1/events", status_code=202, response_model_exclude_none=True, openapi_extra=EVENTS_BODY)
async def post_events(request: Request, principal: Publisher, parts: Ready, dry_run: bool = False) -> Results:
    """Take one CloudEvent, structured or binary, or a batch of at most 500; with `dry_run` nothing is kept."""
    sender_of(principal)
    body, content_type = await request.body(), request.headers.get("content-type")
    media = cloudevents.media_type(content_type)
    if media == cloudevents.BATCH:
        return await _take_batch(parts, principal, _batch(body), dry_run=dry_run)
    try:
        if media == cloudevents.STRUCTURED:
            incoming = cloudevents.structured(body)
        elif "ce-specversion" in request.headers:
            incoming = cloudevents.binary(request.headers.items(), "ce-", content_type, body)
        else:
            fix = f"Send {cloudevents.STRUCTURED}, {cloudevents.BATCH}, or ce- headers (binary mode)."
            raise NotACloudEvent([Fault((), f"{media or 'no content type'} is no CloudEvent", fix=fix)])
        it = _read(parts, principal, incoming)
    except Refused as refused:
        raise problem(refused) from refused
    return await _take_one(parts, principal, it, dry_run=dry_run)


@router.post("/v1/intelligence/{type}", status_code=202, response_model_exclude_none=True, openapi_extra=TYPED_BODY)
async def post_intelligence(
    type_: Annotated[str, Path(alias="type", max_length=100)],
    request: Request,
    principal: Publisher,
    parts: Ready,
    dry_run: bool = False,
) -> Results:
    """Take one fact as plain JSON: the fact's own fields beside `provider`, `reference` and `time`."""
    publisher, body = sender_of(principal), await request.body()
    try:
        sent = _object(body)
        sender = authority.kinds(principal.organisation, principal.roles)
        it = _typed(type_, sent, publisher=publisher, digest_key=parts.digest_key, sender=sender)
    except Refused as refused:
        raise problem(refused, typed=True) from refused
    return await _take_one(parts, principal, it, dry_run=dry_run)


def problem(refused: Refused, *, typed: bool = False) -> problems.Problem:
    """A refusal as the answer to a single event."""
    if isinstance(refused, NotACloudEvent):
        return problems.Problem(400, "not-a-cloudevent", "This is not a CloudEvent 1.0", errors=fields(refused))
    if isinstance(refused, NotTheirs):
        detail = f"{refused.faults[0].msg}. {refused.faults[0].fix}"
        return problems.Problem(403, "type-not-yours", "Not allowed", detail)
    return problems.Problem(422, "unusable", "This event cannot be used", errors=fields(refused, typed=typed))


def fields(refused: Refused, *under: int, typed: bool = False) -> list[problems.FieldError]:
    """Faults as paths, problems and fixes. In typed JSON the fact's fields stand at the top."""
    worded = []
    for fault in refused.faults:
        loc = fault.loc[1:] if typed and fault.loc[:1] == ("data",) else fault.loc
        if typed and loc == ("subject",):
            loc = ("provider",)
        raw = {"loc": ("body", *under, *loc), "msg": fault.msg, "type": fault.type, "ctx": dict(fault.ctx)}
        (worded_one,) = problems.field_errors([raw])
        worded.append(worded_one.model_copy(update={"fix": fault.fix}) if fault.fix else worded_one)
    return worded


def _read(parts: Parts, principal: security.Principal, incoming: Incoming) -> Submission:
    return normalise.cloudevent(
        incoming,
        publisher=sender_of(principal),
        digest_key=parts.digest_key,
        defaults=_defaults(),
        sender=authority.kinds(principal.organisation, principal.roles),
    )


def _defaults() -> dict[str, str | None]:
    """What an event gets from its request where it does not say it itself."""
    return {"correlationid": logs.correlation.get(), "traceparent": logs.traceparent.get()}


def _typed(
    type_: str, sent: Mapping[str, Any], *, publisher: str, digest_key: bytes, sender: Collection[registry.Sender]
) -> Submission:
    """Raises Unusable, NotTheirs."""
    attributes = {name: sent[name] for name in ENVELOPE if sent.get(name) is not None}
    rest = {name: value for name, value in sent.items() if name not in ENVELOPE}
    faults = [
        Fault((name,), "Input should be a valid string", "string_type")
        for name, value in attributes.items()
        if not isinstance(value, str)
    ]
    if not faults:
        faults = [fault for name, value in attributes.items() if (fault := cloudevents.fault(name, value))]
    if "reference" not in attributes:
        faults.append(Fault(("reference",), "Field required", "missing", fix="Send your own id of this fact."))
    if faults:
        raise Unusable(faults)
    return normalise.fact(
        type_,
        rest["data"] | {"sharing": rest["sharing"]}
        if rest.keys() == {"data", "sharing"} and isinstance(rest["data"], dict)
        else rest["data"]
        if list(rest) == ["data"]
        else rest,
        reference=attributes.pop("reference"),
        attributes={**_defaults(), **attributes, "subject": attributes.pop("provider", None)},
        publisher=publisher,
        digest_key=digest_key,
        sender=sender,
    )


def _object(body: bytes) -> dict[str, Any]:
    """Typed JSON, by the same strict reader as CloudEvents: no lone surrogates, no NaN. Raises Unusable."""
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unusable([Fault((), f"not JSON: {error}", "json_invalid")]) from error
    if not isinstance(sent, dict):
        raise Unusable([Fault((), "Input should be an object", "dict_type")])
    return sent


def _batch(body: bytes) -> Sequence[Incoming | NotACloudEvent]:
    try:
        events = cloudevents.batch(body)
    except NotACloudEvent as refused:
        raise problem(refused) from refused
    if len(events) > MAX_BATCH:
        detail = f"A batch has at most {MAX_BATCH} events; this one has {len(events)}. Send it in parts."
        raise problems.Problem(413, "too-large", "The batch is too large", detail)
    return events


async def _take_one(parts: Parts, principal: security.Principal, it: Submission, *, dry_run: bool) -> Results:
    take = parts.door.rehearse if dry_run else parts.door.admit
    (outcome,) = await take([it], principal.places)
    if outcome.status == "conflict":
        detail = (
            "The same reference was sent before with other content. Send a correction under a reference of its own."
        )
        raise problems.Problem(409, "conflict", "This reference is taken", detail, extra={"id": str(outcome.id)})
    if outcome.status == "refused":
        raise problem(Unusable([Fault(("data",), outcome.reason or "refused")]))
    return Results(results=[_result(outcome)])


async def _take_batch(
    parts: Parts, principal: security.Principal, events: Sequence[Incoming | NotACloudEvent], *, dry_run: bool
) -> Results:
    """Each event for itself: one that cannot be used does not hold up the others."""
    read: list[Submission | Refused] = []
    for event in events:
        try:
            read.append(event if isinstance(event, NotACloudEvent) else _read(parts, principal, event))
        except Refused as refused:
            read.append(refused)
    take = parts.door.rehearse if dry_run else parts.door.admit
    outcomes = iter(await take([it for it in read if isinstance(it, Submission)], principal.places))
    return Results(
        results=[_refusal(it, at) if isinstance(it, Refused) else _result(next(outcomes)) for at, it in enumerate(read)]
    )


def _result(outcome: Outcome) -> Result:
    reason = "the same reference was sent before with other content" if outcome.status == "conflict" else outcome.reason
    return Result(id=outcome.id, status=outcome.status, reason=reason)


def _refusal(refused: Refused, at: int) -> Result:
    why = "this event cannot be used"
    if isinstance(refused, NotACloudEvent | NotTheirs):
        why = "not a CloudEvent 1.0" if isinstance(refused, NotACloudEvent) else "this type is not yours to send"
    return Result(status="refused", reason=why, errors=fields(refused, at))
