"""Teaches schemathesis to send lines of JSON, which it has no words for by itself."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(_: object, value: object) -> bytes:
    """What it makes up is the text itself."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")
