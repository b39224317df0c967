"""The policy author's list of facts, written from the catalogue: `python -m shared.policies.guide` renews it."""

from pathlib import Path

from shared.policies import catalogue

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- facts: written by shared/policies/guide.py -->", "<!-- end of facts -->"


def facts() -> str:
    """The catalogue as one Markdown table."""
    head = "| fact | type | meaning | fed by | known |\n|---|---|---|---|---|\n"
    return head + "".join(f"{_row(fact)}\n" for fact in catalogue.FACTS)


def _row(fact: catalogue.Fact) -> str:
    fed = ", ".join(f"`{kind}`" for kind in fact.fed_by) or "nothing yet"
    return f"| `{fact.name}` | {fact.type} | {fact.means} | {fed} | {fact.known} |"


def renewed(text: str) -> str:
    """The README with its list of facts as the catalogue has it."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{facts()}{END}{after}"


if __name__ == "__main__":
    README.write_text(renewed(README.read_text()))
