"""Teaches schemathesis to send lines of JSON and e-mails, which it has no words for by itself."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(_: object, value: object) -> bytes:
    """What it makes up is the text itself."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@schemathesis.serializer("message/rfc822")
def mail(_: object, value: object) -> bytes:
    """The same."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")
