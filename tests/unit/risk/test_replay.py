"""A replay says of every day what the live stream said at that day's close, by whichever way it looks for changes."""

from datetime import date, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from services.risk.looking_back import spool
from services.risk.looking_back.replay import Verdicts, track
from services.risk.looking_back.staging import Staging
from services.risk.remembered.partition import is_mark
from services.risk.remembered.state import fold
from tests.golden.story import HOME, PLACE, Story, rules
from tests.unit.risk.facts_of_life import PROVIDERS, START, STEPS, live

Stood = dict[tuple[date, str], tuple[str | None, str | None]]


@cache
def verdicts() -> Verdicts:
    return Verdicts(rules("herefordshire-2018"))


def told(story: Story, provider: str) -> spool.Past:
    return spool.past(provider, [event for event in story.log if event.subject == provider])


def staging(story: Story) -> Staging:
    marks = [event for event in story.log if is_mark(event)]
    return Staging(PLACE, marks, {story.pack.digest: verdicts()}, None)


@settings(deadline=None, max_examples=10)
@given(STEPS)
def test_each_day_stands_as_the_stream_judged_it_at_that_days_close(steps):
    stood: Stood = {}

    def close(story: Story, until: date) -> None:
        story.hear_everything().closed((until - timedelta(days=1)).isoformat(), each=True)
        for provider in story.judge.states:
            found = story.judge.assess(provider).indicated
            stood[until - timedelta(days=1), provider] = (found.min, found.max)

    story = live(steps, close, START + timedelta(days=sum(wait for wait, _, _ in steps) + 3))
    last = max(day for day, _ in stood)
    tracks = {
        provider: track(told(story, provider).facts, staging(story), last.toordinal(), daily=True)
        for provider in PROVIDERS
    }

    for (day, provider), said in stood.items():
        standing = tracks[provider].on(day.toordinal())
        assert standing is not None
        assert tuple(None if at is None else verdicts().order[at] for at in standing.range) == said


RATINGS = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from(["good", "requires_improvement", "inadequate", "no_rating"])),
    min_size=1,
    max_size=3,
)


@settings(deadline=None, max_examples=6)
@given(RATINGS)
def test_halving_finds_every_change_that_looking_daily_finds(ratings):
    story = Story("2020-01-01").adopted()
    story.decided("suspension.imposed", suspension_id="sus-1", kind="enforced")  # over three months by time alone
    for wait, overall in ratings:
        day = story.now.date() + timedelta(days=wait)
        story.on(day.isoformat()).rated(overall)
    past, at = told(story, HOME), staging(story)
    last = past.facts[0].day + 130

    daily, halved = (track(past.facts, at, last, daily=each) for each in (True, False))

    changes = [(each.day, each.standing) for each in daily.changes]
    assert changes == [(each.day, each.standing) for each in halved.changes]
    assert any("HER-L3.g" in standing.met for _, standing in changes)


def test_an_imported_fact_counts_from_its_publication_and_a_live_one_from_its_recording():
    story = Story("2026-01-05").adopted()
    story.record("cqc_rating.published", {"overall": "inadequate", "report_date": "2019-03-01"},
                 at=story.now - timedelta(days=2502), basis="import")  # fmt: skip
    story.rated("good", "2025-12-01")
    first, second = told(story, HOME).facts

    assert (first.clock, date.fromordinal(first.day)) == ("published", date(2019, 3, 1))
    assert (second.clock, date.fromordinal(second.day)) == ("recorded", date(2026, 1, 5))
    # The window of what is kept goes by when it was known then, not by the night of the import.
    assert fold(None, first.event).newest == first.day


def test_an_event_that_stands_there_twice_counts_once():
    story = Story("2026-01-05").adopted().rated("good")
    past = spool.past(HOME, [*story.log[1:], *story.log[1:]])

    assert (len(past.facts), past.repeats) == (1, 1)
