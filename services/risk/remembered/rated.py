"""What CQC published of a service, as it is remembered: the newest reports of each group, the life of each action."""

from collections.abc import Container

from services.risk.remembered import items, keeping
from shared.events import Event, cqc
from shared.events.vocabulary import KEY_QUESTIONS

WHOLE, INHERITED = "location", "inherited"
GROUPS_KEPT, REPORTS_KEPT, ACTIONS_KEPT = 40, 3, 60

Ratings = dict[str, tuple[items.Rating, ...]]
"""By service group, its newest report days, oldest first."""
Actions = dict[str, tuple[items.Enforcement, ...]]
"""By enforcement id, what was said of it, oldest first."""


def rating(ratings: Ratings, event: Event, data: cqc.CqcRatingPublished) -> Ratings:
    """The ratings after one more was published. The newest report day of a service group counts, whenever it comes."""
    group = data.service_group.strip().lower()
    day, stamp = items.day_or(data.report_date, event), items.stamp(event)
    given = {name: getattr(data, name) for name in ("overall", *KEY_QUESTIONS)} | {INHERITED: int(data.inherited)}
    values = {name: items.Value(stamp, value) for name, value in given.items() if value is not None}
    days = {each.day: each for each in ratings.get(group, ())}
    if day in days:
        # The same report from two sources: each field as last said, and a field that one leaves out is kept.
        values = days[day].values | {
            name: keeping.later(value, days[day].values.get(name)) for name, value in values.items()
        }
    days[day] = items.Rating(day, values)
    kept = tuple(days[each] for each in sorted(days)[-REPORTS_KEPT:])
    if kept == ratings.get(group):
        return ratings
    ratings = {**ratings, group: kept}
    if len(ratings) > GROUPS_KEPT:
        ratings.pop(min(ratings.keys() - {WHOLE}, key=lambda name: (ratings[name][-1].day, name)))
    return ratings


def newest(ratings: Ratings, withdrawn: Container[str]) -> dict[str, items.Rating]:
    """By service group, the newest report of which anything has not been withdrawn."""
    found: dict[str, items.Rating] = {}
    for group, reports in ratings.items():
        for report in reversed(reports):
            values = {name: value for name, value in report.values.items() if value.stamp[2] not in withdrawn}
            if "overall" in values:
                found[group] = report if len(values) == len(report.values) else items.Rating(report.day, values)
                break
    return found


def of_record(groups: dict[str, items.Rating]) -> items.Rating | None:
    """The rating whose age counts: of the whole, else the newest of a service group."""
    return groups.get(WHOLE) or max(groups.values(), key=lambda rating: rating.day, default=None)


def enforcement(actions: Actions, event: Event, data: cqc.CqcEnforcementRecorded) -> Actions:
    """The actions after one more record of one. Its newest status counts; those that have ended are let go first."""
    item = items.Enforcement(items.stamp(event), data.action, data.status in ("active", "under_appeal"))
    actions = keeping.add(actions, data.enforcement_id, item)
    if len(actions) <= ACTIONS_KEPT:
        return actions
    ended = [key for key, action in actions.items() if not action[-1].active] or list(actions)
    oldest = min(ended, key=lambda key: actions[key][-1].stamp)
    return {key: action for key, action in actions.items() if key != oldest}
