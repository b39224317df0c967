"""Facts of harm: incidents, deaths, disclosures. Openness in reporting is kept apart from it (domain.md §4.2, item 20).

A service that reports more near misses and incidents without harm does not look worse by that: they are in no count of
harm, and no expected level looks at them. Harm of which nobody says how bad it was counts as harm.
"""

from collections import Counter

from services.risk.gathering.source import Source
from services.risk.known import Known
from services.risk.remembered.items import Report
from services.risk.view import View

SERIOUS_KINDS = frozenset({"serious_injury", "death_unexpected"})
SERIOUS = frozenset({"S3", "S4"})


def did_harm(report: Report) -> bool:
    """Whether an incident did harm, or may have: it is neither a near miss nor said to have done none (S1)."""
    return report.kind != "near_miss" and report.grade != "S1"


def put(seen: View, known: Known) -> None:
    """Incidents, deaths and disclosures."""
    deaths = list(seen.state.of("deaths").values())
    unexpected = [each for each in deaths if each.kind == "unexpected"]
    _incidents(seen, known, unexpected)
    source = Source(seen, known, ("death.recorded",), deaths)
    source.count("deaths.days_90", 90, deaths)
    source.count("deaths.days_365", 365, deaths)
    source.compare("deaths", deaths)
    recent = source.young(unexpected, 90)
    unclear = source.young((each for each in deaths if each.kind == "unknown"), 90)
    if recent or not any(each.count for each in unclear):
        source.count("deaths.unexpected_90", 90, recent)
    disclosures = list(seen.state.of("whistleblowing").values())
    source = Source(seen, known, ("whistleblowing.received",), disclosures)
    source.count("whistleblowing.days_90", 90, disclosures)
    source.count("whistleblowing.days_365", 365, disclosures)
    source.count("whistleblowing.high_180", 180, [each for each in disclosures if each.grade in SERIOUS])


def _incidents(seen: View, known: Known, unexpected: list[Report]) -> None:
    every = list(seen.state.of("incidents").values())
    harm = [each for each in every if did_harm(each)]
    source = Source(seen, known, ("incident.reported",), every)
    source.count("incidents.days_90", 90, harm)
    source.count("incidents.days_365", 365, harm)
    source.compare("incidents", harm)
    serious = [each for each in harm if each.grade in SERIOUS or each.kind in SERIOUS_KINDS]
    source.count("incidents.serious_90", 90, [*serious, *unexpected])
    police = [each for each in every if each.kind == "police"]
    source.count("incidents.police_30", 30, police)
    source.count("incidents.police_90", 90, police)
    kinds: Counter[str] = Counter()
    recent = source.young(harm, 30)
    for each in recent:
        kinds[each.kind] += each.count
    source.put("incidents.same_kind_30", 30, recent, max(kinds.values(), default=0))
    source.count("reporting.no_harm_365", 365, [each for each in every if not did_harm(each)])
    notified = list(seen.state.of("notifications").values())
    Source(seen, known, ("statutory_notification.copied",), notified).count(
        "reporting.notifications_365", 365, notified
    )
