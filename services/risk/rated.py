"""What CQC published of a service, as it is remembered: the newest rating of each group, the status of each action."""

from services.risk import items, keeping
from shared.events import Event, cqc
from shared.events.vocabulary import KEY_QUESTIONS

WHOLE, INHERITED = "location", "inherited"
GROUPS_KEPT, ACTIONS_KEPT = 60, 100


def rating(ratings: dict[str, items.Rating], event: Event, data: cqc.CqcRatingPublished) -> dict[str, items.Rating]:
    """The ratings after one more was published. The newest report day of a service group counts, whenever it comes."""
    group = data.service_group.strip().lower()
    day, stamp = items.day_or(data.report_date, event), items.stamp(event)
    given = {name: getattr(data, name) for name in ("overall", *KEY_QUESTIONS)} | {INHERITED: int(data.inherited)}
    values = {name: items.Value(stamp, value) for name, value in given.items() if value is not None}
    old = ratings.get(group)
    if old is not None and old.day > day:
        return ratings
    if old is not None and old.day == day:
        # The same report from two sources: each field as last said, and a field that one leaves out is kept.
        for name, value in old.values.items():
            values[name] = keeping.later(value, values.get(name))
    ratings = {**ratings, group: items.Rating(day, values)}
    if len(ratings) > GROUPS_KEPT:
        ratings.pop(min(ratings.keys() - {WHOLE}, key=lambda name: (ratings[name].day, name)))
    return ratings


def enforcement(
    actions: dict[str, items.Enforcement], event: Event, data: cqc.CqcEnforcementRecorded
) -> dict[str, items.Enforcement]:
    """The actions after one more record of one. Its newest status counts; those that have ended are let go first."""
    item = items.Enforcement(items.stamp(event), data.action, data.status in ("active", "under_appeal"))
    actions = keeping.put(actions, data.enforcement_id, item)
    if len(actions) <= ACTIONS_KEPT:
        return actions
    ended = [key for key, action in actions.items() if not action.active] or list(actions)
    oldest = min(ended, key=lambda key: actions[key].stamp)
    return {key: action for key, action in actions.items() if key != oldest}
