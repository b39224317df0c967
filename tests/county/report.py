"""What a run amounts to, as a page of Markdown: its size and seed, each kind of deadline, each measure, each list."""

import time
from collections.abc import Iterator
from typing import Any

from tests.county import checks
from tests.county.run import County, Size
from tests.county.town import Differs

COMMAND = "python -m tests.county --out docs/county.md"


def checked(county: County, size: Size, seed: int, begun: float) -> str:
    """Everything compared, and then written down. Raises Differs for whatever does not agree."""
    measures = checks.measures(county)
    if found := checks.faults(county, measures):
        raise Differs("\n".join(found))
    lists = checks.lists(county)
    alerts = sum(len(town.book.alerts) for town in (county, *county.neighbours))
    calls = sum(town.book.calls for town in (county, *county.neighbours))
    lines = [
        "# A year of a synthetic county",
        "",
        f"Written by `{COMMAND}`; do not edit it by hand. {size.homes} homes (synthetic, not real services) and their",
        f"officers, providers and partners act through the interfaces alone, {county.first} to {county.last}, on a",
        f"whole deployment whose development clock is moved from day to day. Seed {seed}; {county.steps} days on which",
        f"something was done or due, {calls} calls, {time.monotonic() - begun:.0f} seconds.",
        "",
        f"{alerts} alerts were foreseen by the simulation's own ledger: each was raised on the day after its last day",
        "and not before, was cleared if and only if it was done late, and no other A10, A11, A13 or A15 was raised of",
        f"the {size.homes}.",
        "",
        *table(("deadline", "kept", "late", "missed", "other"), deadlines(county)),
        "",
        "## Measures, by the interface and by the simulation's own ledger",
        "",
        *table(("measure", "value", "of which", "of", "unknown", "ledger"), figures(measures)),
        "",
        "Nobody here is a recipient of alerts, so that none was sent (K9), and no level was lowered a year ago (K7c):",
        "of both nothing is known, which is said and not counted as 0.",
        "",
        "## Lists",
        "",
        "Read to their end in small and in large pages: the same entries in the same order, each once.",
        "",
        *table(("list", "entries"), ([path, str(count)] for path, count in lists.items())),
        "",
    ]
    return "\n".join(lines)


def deadlines(county: County) -> Iterator[list[str]]:
    for kind, counts in sorted(checks.every(county).items()):
        rest = sum(count for how, count in counts.items() if how not in ("hit", "late", "missed"))
        yield [kind.replace("_", " "), *(str(counts[how]) for how in ("hit", "late", "missed")), str(rest)]


def figures(measures: dict[str, tuple[Any, Any]]) -> Iterator[list[str]]:
    for code, (theirs, ours) in measures.items():
        said = ["not known" if one is None else str(one) for one in theirs]
        yield [code, *said, "the same" if theirs == ours else str(ours)]


def table(names: tuple[str, ...], rows: Any) -> Iterator[str]:
    yield "| " + " | ".join(names) + " |"
    yield "|" + "---|" * len(names)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
