"""Each service's README says what it reads and writes, and says the same as the register of published types."""

import re
from pathlib import Path

import pytest

from shared import events
from shared.topics import TOPICS

ROOT = Path(__file__).parents[2]
SERVICES = ("intake", "risk", "governance", "notify")
READERS = {topic.name: topic.readers for topic in TOPICS}
KINDS = {entry.kind: entry for entry in events.TYPES.values()}
Pairs = set[tuple[str, str]]


def _section(service: str, heading: str) -> str:
    text = (ROOT / "services" / service / "README.md").read_text()
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"services/{service}/README.md needs a section `## {heading}` with a table of topics and types"
    return found[1]


def _written(service: str, heading: str) -> Pairs:
    """Each table row: the topic and the types that it names in backticks."""
    pairs: Pairs = set()
    for line in _section(service, heading).splitlines():
        words = re.findall(r"`([^`]+)`", line) if line.startswith("|") else []
        topics = [word for word in words if word in READERS]
        pairs |= {(topic, kind) for topic in topics for kind in words if kind in KINDS}
    return pairs


@pytest.mark.parametrize("service", SERVICES)
def test_what_it_consumes_is_what_the_register_says(service: str) -> None:
    registered = {
        (topic, kind)
        for kind, entry in KINDS.items()
        for topic in entry.topics
        if service in entry.readers and service in READERS[topic]
    }

    assert _written(service, "Consumes") == registered


@pytest.mark.parametrize("service", SERVICES)
def test_what_it_produces_is_what_the_register_says(service: str) -> None:
    registered = {
        (topic, kind) for kind, entry in KINDS.items() for topic, writers in entry.topics.items() if service in writers
    }

    assert _written(service, "Produces") == registered
