"""`docs/events.md` from the register: who may send what, which fields it needs, and what it is good for."""

import sys
from pathlib import Path
from types import ModuleType

from shared.events import TYPES, registry
from shared.policies import catalogue

HERE = Path(__file__).parent
GUIDE = HERE.parents[1] / "docs" / "events.md"
SENDERS: dict[registry.Sender, str] = {
    "commissioner": "council and ICB",
    "regulator": "CQC",
    "partner": "any other professional body",
    "provider": "the provider",
    "steward": "a steward",
}
_INTRODUCTION = """\
# Every type of event

Written by `make schemas` from the register (`shared/events/`); do not edit it by hand.
How to send one: [for partners](partners/README.md).

A fact is sent as a CloudEvent (`POST /v1/events`, or your inbox topic) or as plain JSON
(`POST /v1/intelligence/TYPE`), about one provider. Everybody sends what they saw themselves; each type says whose word
is taken for it. A steward may send what the council may.

`text` is free text: sent in clear, kept encrypted. `identity` says who somebody is: encrypted apart, opened to few.
Other fields hold counts, codes and references: what looks like an NHS number or a date of birth in them is refused.
Any fact may carry `sharing` (`audiences`, `not_to_provider`, `embargo_until`). Words for themes are mapped; one that
nobody knows becomes `q.unclassified`.
"""


def guide() -> str:
    """The whole document."""
    sent = [entry for entry in TYPES.values() if entry.from_partners]
    own = [entry for entry in TYPES.values() if not entry.from_partners]
    parts = [_INTRODUCTION]
    for module in dict.fromkeys(entry.model.__module__ for entry in sent):
        parts.append(f"## {_title(sys.modules[module])}\n")
        parts += [_section(entry) for entry in sent if entry.model.__module__ == module]
    parts.append("## What CareLedger itself writes\n")
    rows = (f"| `{e.kind}` | {', '.join(e.topics)} | {', '.join(_writers(e))} | {_summary(e)} |" for e in own)
    parts.append("\n".join(["| type | topic | written by | says |", "|---|---|---|---|", *rows]) + "\n")
    return "\n".join(parts)


def feeds(entry: registry.Published) -> tuple[str, ...]:
    """The facts of the policies' catalogue that a type feeds."""
    return tuple(fact.name for fact in catalogue.FACTS if entry.kind in fact.fed_by)


def _section(entry: registry.Published) -> str:
    fields = registry.inbound(entry.model).model_fields
    needed = [_field(entry, name) for name, info in fields.items() if info.is_required()]
    free = [_field(entry, name) for name, info in fields.items() if not info.is_required()]
    facts = ", ".join(f"`{name}`" for name in feeds(entry)) or f"none: {entry.no_fact}"
    name = f"{entry.kind}.v{entry.version}.json"
    where = "../shared/events"
    lines = [
        f"### `{entry.kind}`\n",
        f"{_summary(entry)}{' It is a correction.' if entry.correction else ''}\n",
        f"- Taken from: {', '.join(SENDERS[kind] for kind in entry.senders)}",
        f"- Needs: {', '.join(needed)}",
        *([f"- May have: {', '.join(free)}"] if free else []),
        f"- Feeds: {facts}",
        f"- Classified {entry.classification}",
        f"- [Example]({where}/examples/{name}), [schema]({where}/schemas/{name})\n",
    ]
    return "\n".join(lines)


def _field(entry: registry.Published, name: str) -> str:
    if name in registry.identities(entry.model):
        return f"`{name}` (identity)"
    return f"`{name}` (text)" if name in registry.texts(entry.model) else f"`{name}`"


def _summary(entry: registry.Published) -> str:
    return (entry.model.__doc__ or "").strip().splitlines()[0]


def _title(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().splitlines()[0].rstrip(".")


def _writers(entry: registry.Published) -> tuple[str, ...]:
    return tuple(dict.fromkeys(writer for writers in entry.topics.values() for writer in writers))
