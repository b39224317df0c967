"""Where records go that cannot be processed: where each came from, why, a digest. No clear text."""

import hashlib
import traceback
from pathlib import PurePath

import orjson
from pydantic import ValidationError

from shared.kafka.record import RawRecord


def reason(error: BaseException) -> str:
    """Why, without a word of what the record says: an error's own text may quote it."""
    name = type(error).__name__
    if isinstance(error, ValidationError):
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return f"{name}: " + "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['type']}" for each in found[:10])
    frames = traceback.extract_tb(error.__traceback__)
    return f"{name} at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else name


def letter(consumer: str, record: RawRecord, why: str) -> bytes:
    """The dead letter's value."""
    return orjson.dumps(
        {
            "consumer": consumer,
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "id": record.headers.get("id", b"").decode(errors="replace") or None,
            "type": record.headers.get("type", b"").decode(errors="replace") or None,
            "reason": why,
            "digest": hashlib.sha256(record.raw).hexdigest(),
        }
    )
