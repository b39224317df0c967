"""Facts of what CQC published: ratings (rulings 5) and enforcement."""

from services.risk.known import Known
from services.risk.remembered import items
from services.risk.remembered.decided import months, over
from services.risk.remembered.rated import INHERITED, WHOLE, of_record
from services.risk.remembered.state import ProviderState
from services.risk.view import View
from shared.events.vocabulary import KEY_QUESTIONS

RATED = ("outstanding", "good", "requires_improvement", "inadequate")
WORSE = ("requires_improvement", "inadequate")
NOTICES = frozenset({"requirement_notice", "warning_notice"})
CONDITIONS = frozenset({"conditions", "suspension", "urgent_s30", "urgent_s31"})
CANCELLATION = frozenset({"notice_of_proposal", "notice_of_decision", "cancellation"})
EACH = {
    "cqc.requirement_notice_active": frozenset({"requirement_notice"}),
    "cqc.warning_notice_active": frozenset({"warning_notice"}),
    "cqc.special_measures_active": frozenset({"special_measures"}),
    "cqc.suspension_active": frozenset({"suspension"}),
    "cqc.prosecution_active": frozenset({"prosecution"}),
    "cqc.urgent_active": frozenset({"urgent_s30", "urgent_s31"}),
    "cqc.notice_active": NOTICES,
    "cqc.conditions_active": CONDITIONS,
    "cqc.cancellation_active": CANCELLATION,
}
FEED, SILENT_DAYS = "feed:cqc-locations", 3
"""CQC's own API, read daily by intake: silent for longer, what it told stands, and is said to be perhaps old."""
HEARD_DAYS = 90
"""That no enforcement is active is known only while enforcement has been heard of from this place."""
ENFORCEMENT = "cqc_enforcement.recorded"


def put(seen: View, known: Known) -> None:
    """The facts of ratings and enforcement that are known."""
    _ratings(seen, known)
    every = seen.state.enforcement.values()
    for name, actions in EACH.items():
        active = [each for each in every if each.active and each.action in actions]
        if active or seen.heard(ENFORCEMENT, HEARD_DAYS):
            known.put(name, bool(active), (each.stamp for each in active))


def silent_since(seen: View) -> items.Day | None:
    """The day on which a place's feed of ratings was last heard, if that is too long ago; None: there is no feed."""
    last = seen.partition.heard.get(seen.state.place, {}).get(FEED)
    return None if last is None or seen.within(last, SILENT_DAYS) else last


def newest(state: ProviderState) -> items.Rating | None:
    """The rating whose age counts: of the whole, else the newest of a service group."""
    return of_record(state.ratings)


def _ratings(seen: View, known: Known) -> None:
    state, rating = seen.state, newest(seen.state)
    if rating is None:
        return
    overall = _said(state, "overall")
    behind = tuple({value.stamp for value in rating.values.values()})
    known.put("cqc.overall", "no_rating" if overall is None else str(overall.value), _stamps(overall) or behind)
    questions = {name: _said(state, name) for name in KEY_QUESTIONS}
    for name, value in questions.items():
        known.put(f"cqc.{name}", None if value is None else str(value.value), _stamps(value))
    known.put("cqc.all_questions_known", all(questions.values()), behind)
    worse = [value for value in questions.values() if value is not None and value.value in WORSE]
    known.put("cqc.questions_worse", len(worse), behind)
    known.put("cqc.questions_inadequate", sum(value.value == "inadequate" for value in worse), behind)
    inherited = rating.values.get(INHERITED)
    known.put("cqc.inherited", inherited is not None and bool(inherited.value), behind)
    if seen.due.today is not None:
        known.put("cqc.rating_age_months", months(rating.day, seen.due.today), behind)
        known.put("cqc.rating_stale", seen.due.today >= over(rating.day, seen.pack.clocks.rating.stale_months), behind)


def _said(state: ProviderState, name: str) -> items.Value | None:
    """The whole's rating; where it has none, the worst below Good of a service group rated at the same time or later.

    A group never makes a service good that CQC does not rate as a whole, and never hides that it is worse.
    """
    whole = state.ratings.get(WHOLE)
    if whole is not None and (value := whole.values.get(name)) is not None and value.value in RATED:
        return value
    rated = whole is not None and whole.values["overall"].value in RATED
    since = whole.day if whole is not None and rated else 0
    found = [
        value
        for rating in state.ratings.values()
        if rating.day >= since and (value := rating.values.get(name)) is not None and value.value in WORSE
    ]
    return max(found, key=lambda value: (WORSE.index(str(value.value)), value.stamp), default=None)


def _stamps(value: items.Value | None) -> tuple[items.Stamp, ...]:
    return () if value is None else (value.stamp,)
