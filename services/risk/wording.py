"""An assessment as it is published, and what two of them are compared by."""

import hashlib
from typing import Any

import orjson

from shared.events import assessments, dumped


def plain_of(found: assessments.Assessment) -> dict[str, Any]:
    """Every field of a published assessment but what it was computed from, as it is published."""
    names = assessments.Assessment.model_fields
    return {name: value for name, value in dumped(found).items() if name in names}


def word(plain: dict[str, Any]) -> bytes:
    """What two assessments are compared by."""
    return hashlib.blake2b(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
