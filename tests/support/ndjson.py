"""Teaches schemathesis to send lines of JSON and e-mails, which it has no words for by itself."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
@schemathesis.serializer("message/rfc822")
def lines(_: object, value: object) -> bytes:
    """What it makes up is the text itself."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")
