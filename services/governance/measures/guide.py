"""Writes what readers of figures read (`python -m services.governance.measures.guide`): `docs/measures.md`."""

from collections.abc import Iterator
from pathlib import Path

from services.governance.measures import theme_counts, themes, trend
from services.governance.measures.catalogue import MEASURES
from services.governance.measures.item import Measure

PAGE = Path(__file__).parents[3] / "docs" / "measures.md"
HEAD = """# Measures, themes and trends

Written by `python -m services.governance.measures.guide` from the catalogue beside it; do not edit it by hand.

`GET /v1/places/{place}/measures` counts every figure anew from the record, as at the end of a London day
(`as_of` or `to`; unsaid, the last day that is over) and for a period (`from`; unsaid, twelve months). Nothing
is kept in counters. `…/measures/{code}/providers` shows what stands behind a figure, `sector=` one of the two
dashboards of LGA-1 (care homes; community care with extra care and supported living) or the rest, `body=` what
one body decided, where a figure can be asked for one, `known_at=` what was known then.

**What is not known is never counted as good.** It stands in the denominator, is told as `unknown`, and never
stands in the numerator. What is not owed yet, or no more, is told as `not_due` and stands in no denominator.
Where nothing is known the value is null, and `not_known_because` says why: never 0. What its sender took back
was never true, whenever it was taken back. A service counts from the day on which it was recorded here.

## Figures
"""
TAIL = f"""
## Themes

Themes come from quality concerns, disclosures, safeguarding concerns (their types of abuse), complaints and
incidents: each counted once, by its publisher's reference, without what was found groundless or taken back, on
the days on which the service was under watch here. Scopes (SAL-18): one service; one organisation (the brand it
trades under, else the legal entity); a sector (care homes, community care, others); and the whole place
(CAL-8). What officers found on visits is left out (ours): there would be more of it where they look more.

**Small numbers**: to whoever may not read what is restricted to safeguarding, a number under
{theme_counts.SMALL} that holds a safeguarding concern or a disclosure is null, and so is a sum from which it
could be had.

**The test** (ours; no seed names one) is the conditional binomial test of two Poisson rates, exact for any
numbers: the last {themes.RECENT_DAYS} days against the {themes.BEFORE_DAYS} before them. If nothing had
changed, each entry of both times would have fallen into the newer one with the chance that its share of the
service-days gives; the probability that so many or more did is summed exactly. A theme *rises* where that is
below {trend.RISING} and there are at least {trend.FEWEST} in the newer time. Many themes are looked at each
week, so that now and then one is told that rose by chance: the figures are told with it.

**A16** is raised once a week, after Sunday, for a theme that rises in an organisation, a sector or the place
and of which at least {themes.ACROSS} services there have more in a day than before: the place's only where no
sector tells the same. Its cause is theme, scope and the week in which it began; while it goes on nothing more
is told, and it is cleared in the first week in which it does not. **A17** is raised once a month for good
practice that may be shared (with the provider's consent, CAL-23) and was not told before.
"""


def page() -> str:
    """The page, whole."""
    return HEAD + "".join(f"{line}\n" for measure in MEASURES for line in _measure(measure)) + TAIL


def _measure(measure: Measure) -> Iterator[str]:
    yield f"\n### {measure.code} {measure.name}"
    yield f"\n*{measure.unit}{', also by body' if measure.by_body else ''}* · {measure.basis}\n"
    yield f"- **Counts**: {measure.numerator}."
    yield f"- **Of**: {measure.denominator}."
    yield f"- **Not known**: {measure.unknown}."
    if measure.ours:
        yield f"- **Ours**: {measure.ours}."
    if measure.nothing:
        yield f"- **No figure where**: {measure.nothing}."


if __name__ == "__main__":
    PAGE.write_text(page())
