"""What OpenAPI says of the bodies that intake reads by itself: CloudEvents, and each type's typed JSON."""

from typing import Any, Final

from services.intake import cloudevents, normalise
from shared.events import registry

_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": cloudevents.MAX_ATTRIBUTE}
_TIME: Final = {"type": "string", "format": "date-time"}
_AUDIENCE: Final = "^[a-z][a-z0-9_-]{0,59}$"
_SHARING: Final[dict[str, Any]] = {
    "type": "object",
    "description": "To whom it may go: `audiences` alone, never the provider, nobody before.",
    "properties": {
        "audiences": {
            "type": "array",
            "maxItems": 20,
            "items": {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,59}$"},
        },
        "not_to_provider": {"type": "boolean"},
        "embargo_until": _TIME,
    },
    "additionalProperties": False,
}
_EVENT: Final[dict[str, Any]] = {
    "type": "object",
    "title": "CloudEvent",
    "required": ["specversion", "id", "source", "type", "subject", "time", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": _TEXT | {"description": "With `source`, the sender's own reference."},
        "source": _TEXT,
        "type": {"enum": sorted(entry.type for entry in normalise.partner_types().values())},
        "subject": _TEXT | {"description": "The provider: our id, `cqc:1-999999999`, or `local:…`."},
        "time": _TIME | {"description": "When it happened, with its offset."},
        "observedtime": _TIME | {"description": "When the sender learned it."},
        "providername": _TEXT | {"description": "What the provider is called: helps to find out who is meant."},
        "providerpostcode": _TEXT | {"description": "Its postcode, likewise."},
        "datacontenttype": {"const": "application/json"},
        "classification": {"enum": list(normalise.CLASSIFICATIONS)},
        "audiences": _TEXT | {"description": "Kinds of organisation that alone may have it, with blanks between."},
        "nottoprovider": {"type": "boolean"},
        "embargountil": _TIME,
        "data": {"type": "object", "description": "See `/v1/intelligence/{type}` for each type's fields."},
    },
}


def _typed(entry: registry.Published) -> dict[str, Any]:
    schema = registry.inbound(entry.model).model_json_schema()
    envelope = {
        "provider": _EVENT["properties"]["subject"],
        "reference": _TEXT | {"description": "The sender's own id of this fact."},
        "time": _EVENT["properties"]["time"],
        "observedtime": _EVENT["properties"]["observedtime"],
        "correlationid": _TEXT,
        "providername": _EVENT["properties"]["providername"],
        "providerpostcode": _EVENT["properties"]["providerpostcode"],
        "classification": _EVENT["properties"]["classification"],
        "sharing": _SHARING,
    }
    return {
        "type": "object",
        "title": entry.kind,
        "description": entry.model.__doc__ or "",
        "required": ["provider", "reference", "time", *schema.get("required", ())],
        "properties": envelope | schema["properties"],
        "additionalProperties": False,
    }


EVENTS_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            cloudevents.STRUCTURED: {"schema": _EVENT},
            cloudevents.BATCH: {"schema": {"type": "array", "maxItems": 500, "items": _EVENT}},
        },
    }
}
TYPED_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"anyOf": [_typed(e) for e in normalise.partner_types().values()]}}},
    }
}
