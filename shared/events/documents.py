"""The contract as documents: a JSON Schema for each type, one AsyncAPI 3.0 document, one guide (`make schemas`)."""

import json
from pathlib import Path
from typing import Any

from shared import topics
from shared.events import TYPES, reference, registry
from shared.events.envelope import CONTENT_TYPE

HERE = Path(__file__).parent
SCHEMAS, EXAMPLES = HERE / "schemas", HERE / "examples"
ASYNCAPI = HERE / "asyncapi.json"


def schema(entry: registry.Published) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a type's `data`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": entry.schema_path,
        "title": entry.type,
        **entry.model.model_json_schema(mode="serialization"),
    }


def example(entry: registry.Published) -> dict[str, Any]:
    """The committed example of a type: a whole event as it stands in Kafka."""
    body: dict[str, Any] = json.loads((EXAMPLES / _file(entry)).read_text())
    return body


def asyncapi() -> dict[str, Any]:
    """Channels from the list of topics, messages from the register: both sides of every topic, and nothing else."""
    messages = {entry.type: _message(entry) for entry in TYPES.values()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "CareLedger",
            "version": "1.0.0",
            "description": "How well every care provider in a place is doing, and who decided what about it.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic.name: _channel(topic) for topic in topics.TOPICS},
        "operations": dict(_operation(topic, act) for topic in topics.TOPICS for act in ("send", "receive")),
        "components": {"messages": messages},
    }


def write() -> None:
    """Write all documents beside the register."""
    SCHEMAS.mkdir(exist_ok=True)
    for entry in TYPES.values():
        (SCHEMAS / _file(entry)).write_text(_text(schema(entry)))
    ASYNCAPI.write_text(_text(asyncapi()))
    reference.GUIDE.write_text(reference.guide())


def _channel(topic: topics.Topic) -> dict[str, Any]:
    carried = [entry for entry in TYPES.values() if topic.name in entry.topics]
    return {
        "address": topic.name,
        "description": f"{topic.carries}. Key: {topic.key}.",
        "messages": {entry.type: {"$ref": f"#/components/messages/{entry.type}"} for entry in carried},
        "bindings": {"kafka": {"partitions": topic.partitions, "topicConfiguration": _configuration(topic)}},
    }


def _configuration(topic: topics.Topic) -> dict[str, Any]:
    return {
        "cleanup.policy": topic.config["cleanup.policy"].split(","),
        **({"retention.ms": int(topic.config["retention.ms"])} if "retention.ms" in topic.config else {}),
    }


def _operation(topic: topics.Topic, action: str) -> tuple[str, dict[str, Any]]:
    who = topic.writers if action == "send" else topic.readers
    return f"{topic.name}.{action}", {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": f"{action}: {', '.join(who)}",
    }


def _message(entry: registry.Published) -> dict[str, Any]:
    return {
        "name": entry.type,
        "title": entry.kind,
        "summary": (entry.model.__doc__ or "").strip().splitlines()[0],
        "contentType": CONTENT_TYPE,
        "tags": [{"name": "correction" if entry.correction else "change"}],
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {
                "type": "object",
                "required": ["specversion", "id", "type", "source", "subject", "time", "recordedtime", "data"],
                "properties": {"type": {"const": entry.type}, "data": {"$ref": f"./schemas/{_file(entry)}"}},
            },
        },
        "externalDocs": {"description": "an example", "url": f"./examples/{_file(entry)}"},
    }


def _file(entry: registry.Published) -> str:
    return f"{entry.kind}.v{entry.version}.json"


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write()
