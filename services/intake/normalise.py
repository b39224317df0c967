"""What a publisher sent → a submission in the ledger's own words, or every fault that keeps it out (pure)."""

import difflib
import hashlib
import hmac
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import orjson
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from services.intake import authority, faults, marking, privacy, wording
from services.intake.cloudevents import Incoming
from services.intake.faults import Fault, NotTheirs, Unusable
from services.intake.submission import OWN_ID, Subject, Submission
from shared import identifiers
from shared.events import envelope, registry

CLASSIFICATIONS: tuple[envelope.Classification, ...] = ("official", "official-sensitive", "restricted-safeguarding")
HINTS = {"name": "providername", "postcode": "providerpostcode"}
"""Attributes that say who is meant in other words: they stand in no event."""
SCHEMES = {"cqc": "cqc_location_id"}
"""What a sender's short prefix stands for; any other prefix is the scheme itself (`local:17`)."""

_SUBJECT = re.compile(r"(?P<own>prv-[0-9a-z]{1,40})|(?P<scheme>[a-z][a-z0-9_]{1,39}):(?P<value>\S(?:.{0,98}\S)?)")
_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_TIME: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)
_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2})?")
_SEALED_FRAME = 160
"""Bytes that a sealed text adds to its base64: field names, key id, nonce, tag."""


def cloudevent(
    incoming: Incoming,
    *,
    publisher: str,
    digest_key: bytes,
    basis: envelope.Basis = "live",
    defaults: Mapping[str, str | None] = MappingProxyType({}),
    sender: Collection[registry.Sender] | None = None,
) -> Submission:
    """A partner's CloudEvent: its `id` and `source` together are its reference. Raises Refused, with every fault.

    `defaults` are attributes that it has from its request where it does not say them itself.
    """
    if "json" not in (incoming.get("datacontenttype") or "json").lower():
        raise Unusable([Fault(("datacontenttype",), "only JSON data is taken", fix="Use application/json.")])
    return fact(
        incoming.attributes["type"],
        incoming.data,
        reference=f"{incoming.attributes['source']}\n{incoming.attributes['id']}",
        attributes={**defaults, **incoming.attributes},
        publisher=publisher,
        digest_key=digest_key,
        basis=basis,
        sender=sender,
    )


def fact(
    type_: str,
    data: Any,
    *,
    reference: str,
    attributes: Mapping[str, str | None],
    publisher: str,
    digest_key: bytes,
    basis: envelope.Basis = "live",
    sender: Collection[registry.Sender] | None = None,
) -> Submission:
    """Check one fact against its type. `attributes` are the envelope's. Raises Unusable, with every fault.

    `sender` says what the sender is: NotTheirs is raised for a type that it may not send. None: ourselves, for a door
    of ours that has seen to it (a feed, a form).
    """
    entry = _entry(type_)
    if sender is not None and not authority.may_send(entry, sender):
        fix = f"It is taken from {authority.who(entry)}. Send what you saw yourself as a concern, feedback or signal."
        raise NotTheirs([Fault(("type",), f"{entry.kind} is not yours to send", fix=fix)])
    wrong: list[Fault] = []
    subject = _subject(attributes.get("subject"), wrong)
    time = _time("time", attributes.get("time"), wrong)
    observed = _time("observedtime", attributes.get("observedtime"), wrong) if attributes.get("observedtime") else None
    classification = _classification(attributes.get("classification"), entry.classification, wrong)
    marks, bare = marking.gathered(attributes, data, wrong)
    embargo = _time("embargountil", marks.get("embargountil"), wrong) if "embargountil" in marks else None
    plain, texts = _data(entry, bare, time.year if time else privacy.EARLIEST, wrong)
    if sender is not None and not authority.may_speak_of(sender, plain.get("raised_by"), publisher):
        fix = "Leave it out for a concern of your own; the council or the ICB speaks of others'."
        wrong.append(Fault(("data", "raised_by"), "names a concern that another publisher raised", fix=fix))
    wrong += faults.not_unicode(data)
    if wrong or subject is None or time is None:
        raise Unusable(wrong)
    if embargo is not None:
        marks["embargountil"] = envelope.instant(embargo)
    named = attributes["subject"] or ""
    said = {"time": envelope.instant(time), "observedtime": observed and envelope.instant(observed), "data": data}
    if marks:
        said["marks"] = marks
    result = Submission(
        id=identifiers.event_id(publisher, reference, entry.type, named),
        type=entry.type,
        publisher=publisher,
        reference=reference,
        subject=subject,
        time=time,
        observedtime=observed,
        correlationid=attributes.get("correlationid"),
        traceparent=trace if (trace := attributes.get("traceparent")) and _TRACEPARENT.fullmatch(trace) else None,
        classification=classification,
        basis=entry.basis or basis,
        data=plain,
        texts=texts,
        digest=_digest(digest_key, said),
        marks=marks,
        hint={what: word for what, name in HINTS.items() if (word := attributes.get(name))},
    )
    _fits(result)
    return result


def partner_types() -> dict[str, registry.Published]:
    """The types that a publisher may send, by kind (`quality_concern.raised`)."""
    return {entry.kind: entry for entry in registry.TYPES.values() if entry.from_partners}


def _entry(type_: str) -> registry.Published:
    """The type as sent: `careledger.quality_concern.raised.v1`, or its kind alone."""
    known = partner_types()
    for entry in known.values():
        if type_ in (entry.type, entry.kind):
            return entry
    if type_ in registry.TYPES:
        raise Unusable(
            [Fault(("type",), "this type is ours to write, not a publisher's to send", fix="Do not send it.")]
        )
    near = difflib.get_close_matches(envelope.kind_of(type_) or type_, known, n=3, cutoff=0.4) or sorted(known)
    names = ", ".join(known[kind].type for kind in near)
    raise Unusable([Fault(("type",), "unknown type", fix=f"Use one of: {names}.")])


def _subject(named: str | None, wrong: list[Fault]) -> Subject | None:
    if not named:
        wrong.append(
            Fault(("subject",), "Field required", "missing", fix="Name the provider: prv-…, cqc:… or local:….")
        )
        return None
    if not (match := _SUBJECT.fullmatch(named)):
        fix = "Name the provider by our id (prv-…), its CQC location id (cqc:1-999999999) or an alias (local:…)."
        wrong.append(Fault(("subject",), "names no provider", fix=fix))
        return None
    if match["own"]:
        return Subject(OWN_ID, match["own"])
    return Subject(SCHEMES.get(match["scheme"], match["scheme"]), match["value"])


def _time(name: str, value: str | None, wrong: list[Fault]) -> datetime | None:
    if value is None:
        wrong.append(Fault((name,), "Field required", "missing"))
        return None
    if not _RFC3339.fullmatch(value):  # pydantic alone would take a number of seconds for a time
        wrong.append(Fault((name,), "Input should be a valid datetime", "datetime_parsing"))
        return None
    try:
        at = _TIME.validate_python(value).astimezone(UTC)
        if at.year >= privacy.EARLIEST:
            return at
        wrong.append(privacy.too_early(name))
    except ValidationError as error:
        wrong += faults.of(error, name)
    except OverflowError:
        wrong.append(Fault((name,), "Input should be a valid datetime", "datetime_parsing"))
    return None


def _classification(said: str | None, default: envelope.Classification, wrong: list[Fault]) -> envelope.Classification:
    """The type's own, unless the sender asks for a stricter one."""
    if said is None:
        return default
    for one in CLASSIFICATIONS:
        if one == said:
            return max(one, default, key=CLASSIFICATIONS.index)
    allowed = ", ".join(CLASSIFICATIONS)
    wrong.append(Fault(("classification",), "unknown classification", "literal_error", {"expected": allowed}))
    return default


def _data(entry: registry.Published, data: Any, year: int, wrong: list[Fault]) -> tuple[dict[str, Any], dict[str, str]]:
    """The data as published, and its free texts apart."""
    if not isinstance(data, dict):
        missing = data is None
        kind, msg = ("missing", "Field required") if missing else ("dict_type", "Input should be an object")
        wrong.append(Fault(("data",), msg, kind))
        return {}, {}
    try:
        model = registry.inbound(entry.model).model_validate(wording.in_our_words(entry.kind, data))
    except ValidationError as error:
        wrong += faults.of(error, "data")
        return {}, {}
    names = registry.texts(entry.model)
    if found := list(privacy.faults(model.model_dump(exclude=set(names)), year, "data")):
        wrong += found
        return {}, {}
    texts = {name: text for name in names if (text := getattr(model, name)) is not None}
    return model.model_dump(mode="json", exclude_none=True, exclude=set(names)), texts


def _digest(key: bytes, said: Mapping[str, Any]) -> bytes:
    return hmac.new(key, orjson.dumps(said, option=orjson.OPT_SORT_KEYS), hashlib.sha256).digest()


def _fits(it: Submission) -> None:
    """Refuse what would be larger than an event may be in Kafka, where each text is base64 (architecture §3)."""
    texts = sum(_SEALED_FRAME + len(name) + len(text.encode()) * 4 // 3 for name, text in it.texts.items())
    if len(orjson.dumps(dict(it.data))) + texts + 4096 > envelope.MAX_BYTES:
        fix = "Keep the large part where it is, and send a reference to it."
        raise Unusable([Fault(("data",), "larger than the 256 KiB that an event may have", fix=fix)])
