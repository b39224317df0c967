"""Writes what policy authors read (`python -m shared.policies.guide`): the facts, and the trace of requirements."""

from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from shared.policies import catalogue, deciders, reading, tracing
from shared.policies.pack import Pack

PACKS = Path(__file__).parent
DOCS = PACKS.parents[1] / "docs" / "policies"
CLAUSES = DOCS / "clauses.yaml"
LONGEST = 90
"""Characters of a clause's words that are shown."""
SHOWN = 3
"""Entries named for one requirement; of more the number is told."""
HEAD = "| requirement | entries in the policy | what is ours, or why there is none |\n|---|---|---|\n"


def facts() -> str:
    """The catalogue as a page."""
    return (
        "# The facts that a policy may speak of\n\n"
        "Written by `python -m shared.policies.guide` from `shared/policies/catalogue.py`; do not edit it by hand.\n"
        "A fact is known or absent. Absent makes a criterion unknown, unless the rest of it decides.\n\n"
        "| fact | type | meaning | fed by | known |\n|---|---|---|---|---|\n"
    ) + "".join(f"{_fact(fact)}\n" for fact in catalogue.FACTS)


def traces() -> dict[str, tuple[tracing.Traced, ...]]:
    """By pack, every requirement of its document."""
    listed = YAML(typ="safe").load(CLAUSES.read_text())
    return {
        name: tracing.traced(reading.read_file(PACKS / f"{name}.yaml")[0], tuple(of["clauses"]), of["reasons"])
        for name, of in listed.items()
    }


def trace() -> str:
    """The trace of requirements as a page."""
    return "".join(_trace())


def pages() -> dict[Path, str]:
    """Every page that is written, by its file."""
    return {DOCS / "facts.md": facts(), DOCS / "trace.md": trace(), DOCS / "decisions.md": decided()}


def decided() -> str:
    """Who decides, who meets, how often, which sanction: each entry and its test, as a page."""
    return "".join(_decided())


def _fact(fact: catalogue.Fact) -> str:
    fed = ", ".join(f"`{kind}`" for kind in fact.fed_by) or "nothing yet"
    return f"| `{fact.name}` | {fact.type} | {fact.means} | {fed} | {fact.known} |"


def _trace() -> Iterator[str]:
    yield "# From requirement to policy\n\n"
    yield "Written by `python -m shared.policies.guide` from the packs and `clauses.yaml`; do not edit it by hand.\n"
    yield "A requirement has entries in its policy, or a reason why it has none.\n"
    for name, found in traces().items():
        yield f"\n## {name}\n\n{HEAD}"
        yield from (f"| {each.clause} | {_entries(each)} | {_reason(each)} |\n" for each in found)


def _decided() -> Iterator[str]:
    yield "# From clause to test\n\n"
    yield "Written by `python -m shared.policies.guide` from the packs; do not edit it by hand.\n"
    yield "Every entry that names a decider, a meeting, a cadence or a sanction is a case of a test; a test fails if\n"
    yield "one of them is missing.\n"
    yield f"All are in `{deciders.FILE}`: they prove that an entry is obeyed.\n"
    yield "That its words are the document's proves `tests/contracts/test_packs.py`. That what the documents say of\n"
    yield "deciders, cadences and limits is what the entries say proves\n"
    yield "`tests/unit/governance/test_seeds_by_hand.py`, which was read from the documents by hand.\n"
    for name in traces():
        yield f"\n## {name}\n\n| clause | where | what it says | test and case |\n|---|---|---|---|\n"
        for one in deciders.named(Pack.model_validate(reading.read_file(PACKS / f"{name}.yaml")[0])):
            where = ".".join(map(str, (one.section, *one.keys)))
            what = one.what if len(one.what) <= LONGEST else f"{one.what[:LONGEST]}…"
            test = f"`{deciders.TESTS[one.section]}[{one.case}]`"
            yield f"| {one.clause} | `{where}` | {what.replace('|', chr(92) + '|')} | {test} |\n"


def _entries(traced: tracing.Traced) -> str:
    where = list(dict.fromkeys(entry.where for entry in traced.entries))
    more = f" and {len(where) - SHOWN} more" if len(where) > SHOWN else ""
    return ", ".join(f"`{each}`" for each in where[:SHOWN]) + more


def _reason(traced: tracing.Traced) -> str:
    ours = list(dict.fromkeys(" ".join(entry.ours.split()) for entry in traced.entries if entry.ours))
    return traced.reason or "; ".join(ours[:SHOWN]).replace("|", "\\|")


if __name__ == "__main__":
    for file, text in pages().items():
        file.write_text(text)
