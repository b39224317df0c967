"""Which requirement of a council's document has which entry in its policy, or for what reason none. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NAMED = ("id", "pack")


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in a policy that answers a requirement."""

    clause: str
    """As the entry names it: `HER-M1.c` answers HER-M1."""
    where: str
    """`authority.decisions.level.confirmed`."""
    ours: str | None


@dataclass(frozen=True, slots=True)
class Traced:
    """One requirement."""

    clause: str
    entries: tuple[Entry, ...]
    reason: str | None
    """Why it has no entry."""


def traced(document: Mapping[str, Any], clauses: tuple[str, ...], reasons: Mapping[str, str]) -> tuple[Traced, ...]:
    """Every requirement, in its order. `document`: a policy as it is written."""
    entries = tuple(_entries(document, ()))
    return tuple(
        Traced(clause, tuple(each for each in entries if _answers(each.clause, clause)), reasons.get(clause))
        for clause in clauses
    )


def _answers(entry: str, clause: str) -> bool:
    return entry == clause or entry.startswith(f"{clause}.")


def _entries(node: Any, path: tuple[str, ...]) -> Iterator[Entry]:
    if isinstance(node, Mapping):
        named = [node["id"]] if isinstance(node.get("id"), str) else node.get("basis", [])
        yield from (Entry(clause, _where(path, node), node.get("ours")) for clause in named)
        for key, value in node.items():
            yield from _entries(value, (*path, str(key)))
    elif isinstance(node, list | tuple):
        for each in node:
            yield from _entries(each, path)


def _where(path: tuple[str, ...], node: Mapping[str, Any]) -> str:
    what = node.get("task") or node.get("code") or (node["id"] if path[:1] == ("criteria",) else None)
    return ".".join((*path, what) if what else path)
