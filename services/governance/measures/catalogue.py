"""Every measure, K1 to K18 (domain.md §4.3): what it is called, how it is counted, what it rests on. Pure."""

from collections.abc import Iterator

from services.governance.measures import (
    consents,
    contact,
    contracts_seen,
    levels,
    met,
    plans_seen,
    practices,
    quality,
    received,
    restricted,
    returns_seen,
    themes,
    told,
)
from services.governance.measures.asked import Asked
from services.governance.measures.item import Item, Measure
from services.governance.measures.record import Place


def rising(place: Place, asked: Asked) -> Iterator[Item]:
    """K11: themes that rise at the end of the period; the others are looked at and do not."""
    seen = themes.seen(place, themes.begins(asked.last))
    found = themes.rising(place, asked.last, seen)
    for one in found:
        where, wide = f"{one.group.scope} {one.group.name}", len(one.services)
        why = f"{where}: {one.trend.recent} where {one.trend.expected} were expected, more in {wide} services"
        yield Item(place.code, "yes", why, one.theme)
    up = {one.theme for one in found}
    for one in themes.trends(place, "place", asked.last, seen):
        if one.theme not in up:
            yield Item(place.code, "no", "does not rise", one.theme)


MEASURES: tuple[Measure, ...] = (
    Measure(
        "K1", "Confirmed levels reviewed in their time", "percent", "HER-18, HER-M2.f, CAL-8, SAL-22, OXF-8",
        "services whose level was confirmed, or otherwise looked at as the policy counts it, no longer ago than the "
        "policy's review clock allows; a review day that the decision itself set goes before the clock",
        "services under watch whose level has a review clock",
        "no level has been confirmed yet",
        "no service of this place has a confirmed level with a review clock", levels.reviewed, by_body=True,
    ),
    Measure(
        "K2", "Contracts reviewed within the year", "percent", "OXF-8: all contracts are reviewed annually",
        "contracts that run and were reviewed in the last twelve months: a recorded review, or a contract "
        "review that a body held",
        "contracts that run and are a year old",
        "services that are commissioned and have no contract on the record",
        "no contract that is a year old is on the record", contracts_seen.reviewed,
        ours="a contract younger than a year is not due yet",
    ),
    Measure(
        "K3a", "Significant follow-up actions closed within three months", "percent",
        "OXF-8: all significant follow up actions closed within 3 months",
        "significant actions of improvement plans that were closed within the policy's months of being set",
        "significant actions whose months ended in the period",
        "nothing: an action that is not on the record as closed is open",
        "no significant action's months ended in this period", plans_seen.followed_up,
        ours="closed as not done counts as not closed; where the policy sets no months, three",
    ),
    Measure(
        "K3b", "Days to close a significant follow-up action", "days", "OXF-8",
        "the median of the days from setting an action to closing it",
        "significant actions whose months ended in the period and that were closed",
        "nothing: an open action has no days yet, and K3a counts it",
        "no significant action was closed", plans_seen.followed_up,
    ),
    Measure(
        "K4", "Returns on time", "percent", "HER-L1.i, HER-19, OXF-21, CAL-24, SAL-13",
        "returns that were in on or before the day on which they were due",
        "returns asked of providers that were due in the period and not waived",
        "nothing: what is not on the record is not in",
        "no return was due from a provider in this period", returns_seen.on_time,
        ours="days of grace are shown with the return and do not make it on time",
    ),
    Measure(
        "K5a", "CQC-regulated services rated Good or Outstanding", "percent", "SAL-31, CAL-14",
        "services whose newest overall rating is Good or Outstanding",
        "services under watch that CQC regulates",
        "no rating, or one that says none",
        "no rating of CQC's is on the record", quality.rated_by_cqc,
    ),
    Measure(
        "K5b", "Other services rated Good or Excellent", "percent", "SAL-31",
        "services whose newest quality assessment says Good or Excellent",
        "services under watch that CQC does not regulate",
        "no quality assessment",
        "no quality assessment of such a service is on the record", quality.rated_by_council,
    ),
    Measure(
        "K5c", "Services that are low risk", "percent", "CAL-14",
        "services whose confirmed level is the lowest of the policy's scale",
        "services under watch",
        "no level has been confirmed yet",
        "no service has a confirmed level", quality.low,
    ),
    Measure(
        "K5d", "Services remaining low risk", "percent", "CAL-14: rated and remaining low risk",
        "services that were at the lowest level when the period began and were never confirmed at another since",
        "services under watch that were at the lowest level when the period began",
        "no level was confirmed when the period began",
        "no level was confirmed when this period began", quality.remaining,
    ),
    Measure(
        "K5e", "Services remaining low risk and rated Good or Outstanding", "count",
        "CAL-14: an increased number of services rated and remaining low risk on the MDRA and rated as good and "
        "outstanding by CQC",
        "services that are both in K5d and in K5a",
        "services under watch that CQC regulates",
        "either of the two is not known and the other is not a no",
        "of no service both are known", quality.both,
    ),
    Measure(
        "K6", "Services contacted within the minimum", "percent", "HER-18, LGA-17, SAL-10, CAL-20, OXF-12",
        "services with whom there was contact as the policy counts it, within its months (SAL-10: by the middle of "
        "the contract's term where one is recorded)",
        "services under watch of the commissioning that the policy names",
        "known here for less than those months, and no contact yet",
        "no service has been known here for long enough", contact.contacted,
    ),
    Measure(
        "K7a", "Days until a level was lowered", "days", "HER-M2, LGA-12, AMB-15",
        "the median of the days that a service had been at its level when a body lowered it",
        "levels lowered in the period", "nothing", "no level was lowered in this period", levels.lowering, by_body=True,
    ),
    Measure(
        "K7b", "Improvement plans completed on time", "percent", "LGA-10, HER-26, CAL-22",
        "plans signed off by the provider and the council by the day on which they were due, agreed extensions counted",
        "agreed plans that were due in the period and were neither superseded nor ended by a closure",
        "nothing: what both have not signed is not completed",
        "no plan was due in this period", plans_seen.completed,
    ),
    Measure(
        "K7c", "Lowered levels that lasted twelve months", "percent", "AMB-15, CAL 2.ix",
        "lowerings after which no higher level was confirmed for twelve months; the others are repeat escalations",
        "lowerings whose twelve months ended in the period", "nothing",
        "of no lowering did the twelve months end in this period", levels.lasting, by_body=True,
    ),
    Measure(
        "K8a", "Days of restrictions", "days", "HER-L3.g, AMB-7",
        "the median of the days that restrictions lasted; one still in place would have no median and is counted by "
        "K8b once it is over the limit",
        "times of restrictions that ran in the period and ended, or are over the limit; a gap under the policy's days "
        "does not end one", "nothing", "no restriction ended in this period", restricted.lasting, by_body=True,
    ),
    Measure(
        "K8b", "Restrictions ended within three months", "percent", "HER-L3.g, AMB-7, rulings 9",
        "times of restrictions that ended within the policy's months; the others went on for longer",
        "times of restrictions that ran in the period and ended, or are over the limit", "nothing",
        "no restriction ended or went over the limit in this period", restricted.lasting, by_body=True,
    ),
    Measure(
        "K9a", "Alerts acknowledged in time", "percent", "HER-30, domain.md §3.7",
        "alerts that somebody acknowledged by the time that the first message gave",
        "alerts first sent in the period that ask for an acknowledgement",
        "nothing: who has not said so has not acknowledged",
        "no alert that asks for an acknowledgement was sent in this period", told.acknowledged,
    ),
    Measure(
        "K9b", "Alerts A1 to A6 that nobody acknowledged", "count", "HER-30, domain.md §3.7",
        "alerts A1 to A6 that stand, whose time is over, and that nobody has acknowledged",
        "the same", "nothing", "", told.unacknowledged, zero=True,
    ),
    Measure(
        "K9c", "Hours until an alert was acknowledged", "hours", "HER-30, domain.md §3.7",
        "the median of the hours from the first message to the first acknowledgement",
        "alerts first sent in the period that somebody acknowledged", "nothing: K9a counts those that nobody did",
        "no alert of this period was acknowledged", told.acknowledged,
    ),
    Measure(
        "K10a", "Consents answered in time", "percent", "HER-10, SAL-9",
        "consents and ratifications that the other organisation answered within the policy's time",
        "those whose time ended in the period", "nothing",
        "no consent was due in this period", consents.in_time, by_body=True,
    ),
    Measure(
        "K10b", "Decisions that wait for the other organisation", "count", "HER-10, SAL-9",
        "decisions that had not been answered at the end of the period", "the same", "nothing", "", consents.pending,
        by_body=True, zero=True,
    ),
    Measure(
        "K11", "Themes that rise across services", "count", "SAL-18, CAL-8",
        "themes that rise by the exact test (see Themes) in an organisation, a sector or the place, with more than "
        "before in three services at least",
        "themes that came in during the last fifteen months", "nothing",
        "nothing with a theme is on the record of the last fifteen months", rising,
    ),
    Measure(
        "K12", "Days of early warning", "days", "domain.md §4.2, item 19",
        "the median of the days by which a level above the lowest had been indicated, without a break, before CQC's "
        "rating fell to Requires Improvement or Inadequate or the service closed",
        "such falls and closures in the period that were preceded by an indication",
        "nothing had been judged before it",
        "nothing of the kind was preceded by an indication in this period", quality.lead_time,
        ours="drill down for those that nothing was indicated before: they have no days",
    ),
    Measure(
        "K13", "Partners' ratings complete at the cut-off", "percent", "CAL-6, CAL-7",
        "services and months for which every partner of the policy had given its rating by the cut-off",
        "services and months whose cut-off lies in the period",
        "nothing: a rating that is missing is missing, and never taken for green",
        "the policy asks no partner for a rating, or no cut-off lies in this period", returns_seen.complete,
    ),
    Measure(
        "K14", "Meetings held against meetings due", "percent", "CAL-8, CAL-13, HER-28, HER-29, SAL-22, SAL-25, LGA-3",
        "whole periods of a body's cadence in which it met",
        "whole periods (months, quarters from January) of each body's cadence that lie in the period asked for",
        "nothing", "no meeting is on the record, or no whole period lies in the one asked for", met.held, by_body=True,
    ),
    Measure(
        "K15", "Services that people themselves were heard about", "percent", "OXF-15, LGA-14, HER-3",
        "services of which a person who uses them, a relative, a carer, an advocate or a questionnaire has said how "
        "they are in the last twelve months",
        "services under watch", "known here for less than twelve months, and nothing heard yet",
        "no service has been known here for twelve months", contact.voices,
    ),
    Measure(
        "K16", "Good practice shared", "percent", "CAL-23, HER-3",
        "good practice that was told to others (A17), or that officers shared",
        "good practice identified in the period that may be shared: with the provider's consent, further than nobody",
        "nothing: without consent it is not counted at all",
        "no good practice that may be shared is on the record of this period", practices.good_practice,
    ),
    Measure(
        "K17a", "Burden: fields asked of a provider in a month", "fields", "OXF-22, domain.md §4.2, item 12",
        "the median over services of the fields of all returns asked of them, without those that were shown because "
        "another source has them, by month",
        "services that were asked for a return due in the period", "a return whose form is not known",
        "no return was due from a provider in this period", returns_seen.burden,
    ),
    Measure(
        "K17b", "Burden: minutes that returns take in a month", "minutes", "OXF-22, domain.md §4.2, item 12",
        "the median over services of the minutes of all returns asked of them, by month, in proportion to the fields "
        "that are left to ask",
        "services that were asked for a return due in the period", "a return whose form is not known",
        "no return was due from a provider in this period", returns_seen.minutes,
        ours="the minutes of each form (measures/forms.yaml)",
    ),
    Measure(
        "K18a", "Entries with themes that are known", "percent", "LGA-16, domain.md §3.3",
        "concerns, disclosures, safeguarding concerns, complaints and incidents of which every theme is known",
        "those that happened in the period", "nothing",
        "nothing of the kind happened in this period", received.classified,
    ),
    Measure(
        "K18b", "Entries recorded within seven days", "percent", "LGA-16",
        "the same, as far as they came in live, that were recorded within seven days of when they happened",
        "those that happened in the period and came in live", "nothing",
        "nothing of the kind came in live in this period", received.prompt, ours="seven days",
    ),
    Measure(
        "K18c", "Services of which every record was processed", "percent", "LGA-16",
        "services whose newest assessment left nothing unprocessed",
        "services under watch", "not judged yet", "no service has been judged yet", received.processed,
    ),
)  # fmt: skip


def named(code: str) -> tuple[Measure, ...]:
    """A figure (`K5d`), or all figures of a measure (`K5`)."""
    return tuple(one for one in MEASURES if one.code == code or one.code.rstrip("abcde") == code)
