"""Writes the trace of monitoring (`python -m services.governance.monitoring.guide`): from clause to module to test."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from shared.policies import guide, reading, tracing

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs" / "monitoring"
CLAUSES, PAGE = DOCS / "clauses.yaml", DOCS / "trace.md"
SHOWN = 3
"""Entries of a policy that are named for one requirement; of more the number is told."""
HEAD = """# From requirement to test: monitoring

Written by `python -m services.governance.monitoring.guide` from `clauses.yaml` and the packs; do not edit it by hand.
Modules are of `services/`, tests of `tests/`; a test fails if one that is named here does not exist.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement."""

    clause: str
    asks: str
    entries: tuple[str, ...]
    """Where its council's policy has it."""
    modules: Sequence[str]
    proof: Sequence[str]


@cache
def rows() -> dict[str, tuple[Row, ...]]:
    """By pack, every requirement about monitoring."""
    listed: Mapping[str, Any] = YAML(typ="safe").load(CLAUSES.read_text())
    return {name: tuple(_rows(name, of)) for name, of in listed.items()}


def page() -> str:
    """The page, whole."""
    return "".join([HEAD, *(line for name, found in rows().items() for line in _section(name, found))])


def _rows(name: str, of: Mapping[str, Any]) -> Iterator[Row]:
    document = reading.read_file(guide.PACKS / f"{name}.yaml")[0]
    for one in tracing.traced(document, tuple(of), {}):
        entries = tuple(dict.fromkeys(entry.where for entry in one.entries))
        said = of[one.clause]
        yield Row(one.clause, said["asks"], entries, said["in"], said["proof"])


def _section(name: str, found: Sequence[Row]) -> Iterator[str]:
    yield f"\n## {name}\n\n| clause | what it asks | in the policy | modules | tests |\n|---|---|---|---|---|\n"
    for row in found:
        more = f" and {len(row.entries) - SHOWN} more" if len(row.entries) > SHOWN else ""
        cells = (_coded(row.entries[:SHOWN]) + more, _coded(row.modules), _coded(row.proof))
        yield f"| {row.clause} | {row.asks} | {' | '.join(cells)} |\n"


def _coded(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(page())
